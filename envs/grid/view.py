"""What an agent sees: its window of the picture, turned so that it faces up."""

import numpy as np

from ..engine.compiling import inlined_rule, rule
from .codes import OTHER, SELF, UNSEEN

USUAL_COLUMNS = 11
FIRST_BODY, GROUND_MASK, OCCUPANT_SHIFT = np.uint16(OTHER << 8), np.uint16(0xFF), np.uint16(8)


@rule
def observe_world(s, p, tiles):
    """Write the views (N, rows, columns) uint16 of every agent."""
    for i in range(s.at.size):
        if s.removed_for[i] > 0:
            see_nothing(tiles[i])
        else:
            observe_agent(s, p, i, tiles[i])


@rule
def see_nothing(view):
    """A removed agent sees nothing, not even itself."""
    for row in range(view.shape[0]):
        for column in range(view.shape[1]):
            view[row, column] = UNSEEN


@rule
def observe_agent(s, p, i, view):
    """The window of agent i: row 0 farthest ahead, others' facing relative to its own."""
    if view.shape[1] == USUAL_COLUMNS:  # as a constant it lets the compiler unroll the innermost loop
        copy_window(s, p, i, view, USUAL_COLUMNS)
    else:
        copy_window(s, p, i, view, view.shape[1])
    view[p.view_forward, p.view_left] = (int(s.cells[s.at[i]]) & 0xFF) | (self_code(s, i) << 8)


@inlined_rule
def copy_window(s, p, i, view, columns):
    """The cells around agent i, turned so that its facing is up."""
    cells, seen = s.cells, p.seen_from[s.facing[i]]
    forward, right = p.ahead[s.facing[i]], p.ahead[(s.facing[i] + 1) & 3]
    corner = s.at[i] + p.view_forward * forward - p.view_left * right
    for row in range(view.shape[0]):
        first = corner - row * forward
        for column in range(columns):
            code = cells[np.uintp(first + column * right)]  # unsigned: no check for negative indices
            if code >= FIRST_BODY:
                code = np.uint16((code & GROUND_MASK) | seen[code >> OCCUPANT_SHIFT])
            view[row, column] = code


@rule
def self_code(s, i):
    """How agent i sees itself: whether it is ready to fire, and its record."""
    return SELF + (1 if s.cooling[i] == 0 else 0) + 2 * s.own_appearance[i]
