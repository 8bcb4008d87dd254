"""Where a body stands on its map: it follows its own actions, and reads off the ground which succeeded."""

import numpy as np

from ...envs.engine.compiling import rule, seldom_rule
from ...envs.grid.codes import ALTAR, FLOOR, KINDS, OTHER, SELF, SITE, WALL
from ...envs.grid.harvest import DIRECTIONS, STRIDES, TURNS
from .mental_map import beside, blocks, shifted


def _features() -> np.ndarray:
    """Ground code to what never changes about it; 0: nothing to go by."""
    table = np.zeros(256, np.int64)
    table[WALL], table[FLOOR] = 1, 2
    for code in range(SITE, ALTAR):
        table[code] = 3 + (code - SITE) // 3
    table[ALTAR:] = 3 + KINDS
    return table


FEATURES = _features()


@rule
def follow_oneself(m, view, y, x):
    """Where the last action led: turns succeed, and whether a step did is read off the ground."""
    action = m.action[0]
    m.facing[0] = (m.facing[0] + TURNS[action]) & 3
    expected = m.at[0]
    if STRIDES[action] and not is_body(view, y, x, DIRECTIONS[action]):
        goal = beside(m.at[0], (m.facing[0] + DIRECTIONS[action]) & 3)
        expected = m.at[0] if blocks(m.ground[goal]) else goal
    m.at[0] = best_fit(m, view, y, x, expected)


@rule
def best_fit(m, view, y, x, expected):
    """`expected`, or one of the cells around it if the view agrees better with that."""
    best, least = expected, disagreements(m, view, y, x, expected, view.size)
    if least > 0:
        for k in range(9):
            cell = shifted(expected, 0, k // 3 - 1, k % 3 - 1)
            misfits = disagreements(m, view, y, x, cell, least)
            if misfits < least:
                best, least = cell, misfits
    return best


@seldom_rule
def disagreements(m, view, y, x, cell, enough):
    """Features in view that the map has otherwise, for who stands on `cell`; counted up to `enough`."""
    count = 0
    for row in range(view.shape[0]):
        for column in range(view.shape[1]):
            now = FEATURES[view[row, column, 0]]
            before = FEATURES[m.ground[shifted(cell, m.facing[0], y - row, column - x)]]
            count += now != before and now > 0 and before > 0 and (row != y or column != x)
        if count >= enough:
            return count
    return count


@rule
def is_body(view, y, x, direction):
    """Whether another stands next to the viewer on (y, x), so many quarter turns clockwise from ahead."""
    row, column = y, x
    if direction & 1:
        column += 2 - direction
    else:
        row += direction - 1
    inside = 0 <= row < view.shape[0] and 0 <= column < view.shape[1]
    return inside and OTHER <= view[row, column, 1] < SELF
