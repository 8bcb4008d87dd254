"""Displays: what the altar shows of the rule.

To add one: a number and a name below, and a line in `set_shown`.
"""

from typing import Any

import numpy as np

from ..engine.arrays import Array
from ..engine.compiling import rule, seldom_rule
from ..engine.random import DISPLAY, draw_below
from ..grid.codes import ALTAR, BLANK_ALTAR, KIND_NAMES
from ..grid.layout import Layout, Setup, show_ground
from ..grid.relabelling import PERMUTATIONS, permuted
from .decisions import NONE, draw_any

TRUTHFUL, BLANK, PLACEBO, RANDOM, PERMUTED, ANNOUNCED = range(6)
SETTLED = 10  # steps after which seeing the altar is a visit
DISPLAYS = {
    "truthful": TRUTHFUL,
    "blank": BLANK,
    "placebo": PLACEBO,
    "random": RANDOM,
    "permuted": PERMUTED,
    "announced": ANNOUNCED,
}

PLANES = ("altar", "blank altar", *(f"altar prohibits {kind}" for kind in KIND_NAMES))
PARAMS = {
    "display": Array("i8", "", "number of DISPLAYS"),
    "sees_altar": Array("u4", "C", "bit h: a body there with heading h has an altar in view"),
}
STATE = {
    "meaning": Array("u1", "1", "how the altar's colours are renamed in this episode, if they are", high=5),
    "displayed": Array("u1", "1", "ground code of the altar"),
    "in_sight": Array("u1", "N", "the altar is in view", low=0, high=1),
    "placed_at": Array("i4", "N", "clock when the agent was last put on the map", low=0),
}
EVENTS = {
    "visited": Array("u1", "N", "the altar came into view, some time after it was put on the map", high=1)
}
TALLY = {"visits": Array("f8", "N", "visits of the altar", low=0)}


def params_of(setup: Setup) -> dict[str, Any]:
    """Values of PARAMS."""
    return {"display": DISPLAYS[setup.config.display], "sees_altar": _sees_altar(setup.config, setup.layout)}


def _sees_altar(config: Any, layout: Layout) -> np.ndarray:
    """(C,) uint32: an altar at (dy, dx) from a body lies so far ahead and to the right of it."""
    table = np.zeros(layout.size, np.uint32)
    places = np.argwhere(np.ones((layout.map.height, layout.map.width), bool))
    for altar in layout.map.altars:
        dy, dx = (altar - places).T
        for heading, (ahead, right) in enumerate(((-dy, dx), (dx, dy), (dy, -dx), (-dx, -dy))):
            seen = (-config.view_backward <= ahead) & (ahead <= config.view_forward)
            seen &= (-config.view_left <= right) & (right <= config.view_right)
            table[layout.cell(places[seen])] |= 1 << heading
    return table


@rule
def raise_altar(s, p):
    """An episode's altar: the colours' meaning is drawn, whoever uses it."""
    if p.institution != NONE:
        s.meaning[0] = draw_below(s.streams, DISPLAY, len(PERMUTATIONS))
    show_rule(s, p)


@rule
def show_rule(s, p):
    """The altar shows the rule that holds from the next step on (or will, after the notice).

    Every draw is made under every display, so that streams do not depend on it.
    """
    drawn = draw_any(s, p, DISPLAY) if p.institution != NONE else 0
    if p.display == BLANK:
        s.displayed[0] = BLANK_ALTAR
    else:
        s.displayed[0] = ALTAR + set_shown(s, p, drawn)
    for k in range(p.altar_cells.size):
        cell = p.altar_cells[k]
        show_ground(s, cell, int(s.displayed[0]))


@rule
def set_shown(s, p, drawn):
    """The set of kinds that the altar shows as prohibited."""
    if p.display == PLACEBO:
        return int(s.placebo[0])
    if p.display == RANDOM:
        return drawn
    if p.display == PERMUTED:
        return permuted(int(s.coming[0]), s.meaning[0])
    return int(s.coming[0])


@rule
def sees_altar(s, p, i):
    """Whether agent i has an altar in view (no, while it is removed)."""
    return (p.sees_altar[s.at[i]] >> s.facing[i]) & 1


@rule
def face_altar(s, p):
    """At the start an agent has just been put on the map; what it sees then is no visit."""
    for i in range(s.at.size):
        s.placed_at[i] = 0
        s.in_sight[i] = sees_altar(s, p, i)


@rule
def watch_altar(s, p, e):
    """A visit: the altar comes into an agent's view at least `SETTLED` steps after it was put on the map.

    Without branches on what is seen: they would be mispredicted.
    """
    for i in range(s.at.size):
        if s.removed_for[i] > 0 or e.returned[i]:
            s.placed_at[i] = s.clock[0] + 1
        seen = sees_altar(s, p, i)
        settled = s.clock[0] + 1 - s.placed_at[i] >= SETTLED
        e.visited[i] = seen & (1 - s.in_sight[i]) & settled
        s.in_sight[i] = seen


@rule
def announce(s, p, views):
    """Where the rule is announced, every agent on the map sees the altar's code under its own feet."""
    if p.display == ANNOUNCED:
        show_under_feet(s.removed_for, int(s.displayed[0]), p.view_forward, p.view_left, views)


@seldom_rule
def show_under_feet(removed_for, code, row, column, views):
    """The same ground code on the cell of every viewer."""
    for i in range(removed_for.size):
        if removed_for[i] == 0:
            views[i, row, column] = (int(views[i, row, column]) & 0xFF00) | code


@rule
def count_visits(t, e):
    """Add one step."""
    for i in range(e.visited.size):
        t.visits[i] += e.visited[i]
