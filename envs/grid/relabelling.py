"""Relabelling: what the kinds look like to agents may be redrawn each episode.

Sites, badges and the altar's flames change their colour alike, so that an agent that knows which colour
means what has to learn it anew. The worlds' state, events and metrics keep the map's kinds.
"""

from typing import Any

import numpy as np

from ..engine.arrays import Array
from ..engine.compiling import rule, seldom_rule
from ..engine.random import INSTITUTION, draw_below
from .codes import ALL_KINDS, ALTAR, BADGES, KINDS, OTHER, SELF, SITE
from .layout import Setup

PERMUTATIONS = np.array([[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]])

PARAMS = {"redraw_kinds": Array("i8", "", "1: what the kinds look like is redrawn each episode")}
STATE = {
    "permutation": Array("u1", "1", "row of PERMUTATIONS: what the kinds look like in this episode", high=5)
}


def params_of(setup: Setup) -> dict[str, Any]:
    """Values of PARAMS."""
    return {"redraw_kinds": setup.config.redraw_kinds}


def _set_in(colours: np.ndarray, kinds: int) -> int:
    """A set of kinds, each in the colour it has now."""
    return sum(1 << int(colours[kind]) for kind in range(KINDS) if kinds >> kind & 1)


def _ground_in(colours: np.ndarray) -> np.ndarray:
    """(256,) uint16: a ground code as agents see it."""
    table = np.arange(256, dtype=np.uint16)
    for kind, colour in enumerate(colours):
        for growth in range(3):
            table[SITE + 3 * kind + growth] = SITE + 3 * colour + growth
    for kinds in range(ALL_KINDS + 1):
        table[ALTAR + kinds] = ALTAR + _set_in(colours, kinds)
    return table


def _occupant_in(colours: np.ndarray) -> np.ndarray:
    """(256,) uint16: an occupant code as agents see it, << 8."""
    table = np.arange(256, dtype=np.uint16)
    for mark in range(2):
        for kind, colour in enumerate(colours):
            worn, seen = 1 + kind + BADGES * mark, 1 + int(colour) + BADGES * mark
            for facing in range(4):
                table[OTHER + 4 * worn + facing] = OTHER + 4 * seen + facing
            for ready in range(2):
                table[SELF + 2 * worn + ready] = SELF + 2 * seen + ready
    return table << 8


GROUND_IN = np.stack([_ground_in(colours) for colours in PERMUTATIONS])
OCCUPANT_IN = np.stack([_occupant_in(colours) for colours in PERMUTATIONS])


@rule
def draw_permutation(s, p):
    """An episode begins: what the kinds look like in it."""
    s.permutation[0] = draw_below(s.streams, INSTITUTION, len(PERMUTATIONS)) if p.redraw_kinds else 0


@rule
def permuted(kinds, permutation):
    """A set of kinds, with the kinds renamed."""
    image = 0
    for kind in range(KINDS):
        if kinds >> kind & 1:
            image |= 1 << PERMUTATIONS[permutation, kind]
    return image


@rule
def relabel(s, p, views):
    """All views of this world, in the colours of this episode."""
    if p.redraw_kinds:
        relabel_all(s.permutation[0], views)


@seldom_rule
def relabel_all(permutation, tiles):
    """Every cell of views (N, rows, columns)."""
    for i in range(tiles.shape[0]):
        for row in range(tiles.shape[1]):
            for column in range(tiles.shape[2]):
                code = int(tiles[i, row, column])
                ground = GROUND_IN[permutation, code & 0xFF]
                tiles[i, row, column] = ground | OCCUPANT_IN[permutation, code >> 8]
