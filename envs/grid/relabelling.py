"""Colours: what the kinds look like to agents may be redrawn each episode.

Sites, badges and the altar's flames change their colour alike, so that an agent that knows which colour
means what has to learn it anew. The worlds' state, events and metrics keep the map's kinds.
"""

import numpy as np

from ..engine.compiling import seldom_rule
from ..mechanics.institution import PERMUTATIONS
from .codes import ALL_KINDS, ALTAR, BADGES, KINDS, OTHER, SELF, SITE


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


@seldom_rule
def recolour(permutation, tiles):
    """All views of this world, in the colours of this episode."""
    for i in range(tiles.shape[0]):
        for row in range(tiles.shape[1]):
            for column in range(tiles.shape[2]):
                code = int(tiles[i, row, column])
                ground = GROUND_IN[permutation, code & 0xFF]
                tiles[i, row, column] = ground | OCCUPANT_IN[permutation, code >> 8]
