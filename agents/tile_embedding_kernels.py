"""Sums over the active planes of views, compiled: the loops behind `tile_embedding.TileLayer`.

Arguments: tiles uint8 (M, L, cells, 2). pairs: `active_from` uint32 (pairs of codes + 1,), where the planes
of each pair begin in `active` uint32, the planes that each pair sets, pair by pair; and the number of
occupant codes. weight, out and grad float32.
The sum lists what is active once, for its gradient to read: `listed` uint32 has the places (cell * planes +
plane) of learner after learner, view after view, `ends` int64 (L, M) where each view's end.
"""

from ..envs.engine.compiling import driver, rule


@driver
def add_active(tiles, pairs, planes, weight, out, listed, ends):
    """out[l, m] += the sum of weight[l, place] over the active places of tiles[m, l]; fills the list.

    Returns False, with the work undone, where a code is not in the table.
    """
    M, L, cells, _ = tiles.shape
    active_from, active, occupants = pairs
    end = 0
    for learner in range(L):
        for m in range(M):
            begin = end
            for cell in range(cells):
                ground, occupant = tiles[m, learner, cell]
                if occupant >= occupants or int(ground) * occupants >= active_from.size - 1:
                    return False
                pair = int(ground) * occupants + int(occupant)
                for k in range(active_from[pair], active_from[pair + 1]):
                    listed[end] = cell * planes + active[k]
                    end += 1
            ends[learner, m] = end
            _add_rows(out[learner, m], weight[learner], listed[begin:end])
    return True


@rule
def _add_rows(total, rows, places):
    """Add some rows to a total, one after the other; four in one pass over memory."""
    fours = places.size // 4 * 4
    for i in range(0, fours, 4):
        a, b, c, d = rows[places[i]], rows[places[i + 1]], rows[places[i + 2]], rows[places[i + 3]]
        for h in range(total.size):
            total[h] = total[h] + a[h] + b[h] + c[h] + d[h]
    for i in range(fours, places.size):
        a = rows[places[i]]
        for h in range(total.size):
            total[h] += a[h]


@driver
def add_active_gradient(listed, ends, grad, out):
    """out[l, place] += grad[l, m] for every place that was listed for learner l in view m."""
    L, M = ends.shape
    begin = 0
    for learner in range(L):
        for m in range(M):
            row = grad[learner, m]
            for place in listed[begin : ends[learner, m]]:
                vector = out[learner, place]
                for h in range(row.size):
                    vector[h] += row[h]
            begin = ends[learner, m]
