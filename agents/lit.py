"""Sums over the lit planes of views, compiled: the loops behind `tiles.TileLayer`.

Arguments: tiles uint8 (M, L, cells, 2); lit_from int32 (codes + 1,), where each code's planes begin in
`lit`; lit int32, the planes that each code lights, code after code; the rest are float32.
"""

from ..envs.compiling import driver
from ..envs.foraging.codes import GROUND_CODES


@driver
def add_lit(tiles, lit_from, lit, weight, out):
    """out[l, m] += the sum of weight[l, cell, plane] over the lit planes of tiles[m, l]."""
    M, L, cells, _ = tiles.shape
    for learner in range(L):
        for m in range(M):
            row = out[learner, m]
            for cell in range(cells):
                for layer in range(2):
                    code = tiles[m, learner, cell, layer] + layer * GROUND_CODES
                    for k in range(lit_from[code], lit_from[code + 1]):
                        vector = weight[learner, cell, lit[k]]
                        for h in range(row.size):
                            row[h] += vector[h]


@driver
def add_lit_gradient(tiles, lit_from, lit, grad, out):
    """out[l, cell, plane] += grad[l, m] for every plane that is lit in tiles[m, l]."""
    M, L, cells, _ = tiles.shape
    for learner in range(L):
        for m in range(M):
            row = grad[learner, m]
            for cell in range(cells):
                for layer in range(2):
                    code = tiles[m, learner, cell, layer] + layer * GROUND_CODES
                    for k in range(lit_from[code], lit_from[code + 1]):
                        vector = out[learner, cell, lit[k]]
                        for h in range(row.size):
                            vector[h] += row[h]
