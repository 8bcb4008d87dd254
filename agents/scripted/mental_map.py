"""What a body remembers: above all a map in its own coordinates, and where it stands on it.

The map begins where the body was put into the world, with the way it faced then as up. It is a torus of
SIDE x SIDE cells, so that it holds any world up to SIDE cells across, wherever in it the body began; of a
larger world it holds what was seen last. A removed body loses its map and nothing else.
"""

from typing import NamedTuple

import numpy as np

from ...envs.engine.compiling import rule
from ...envs.grid.codes import ALTAR, EMPTY, FLOOR, LIVE, OUTSIDE, SITE, UNSEEN, WALL
from ...envs.grid.movement import NOOP

SIDE = 64
CELLS = SIDE * SIDE
AHEAD_Y, AHEAD_X = np.array([-1, 0, 1, 0]), np.array([0, 1, 0, -1])  # by facing


class Memory(NamedTuple):
    """One row a body; `memory_of` picks one."""

    ground: np.ndarray  # (B, CELLS) uint8 ground code last seen on each cell, UNSEEN where none was
    seen_at: np.ndarray  # (B, CELLS) uint16 clock when the cell was last in view, modulo 2**16
    at: np.ndarray  # (B, 1) int64 cell where the body stands
    facing: np.ndarray  # (B, 1) int64 quarter turns clockwise
    action: np.ndarray  # (B, 1) int64 its last action
    lost: np.ndarray  # (B, 1) int64 1: it does not know where it stands
    clock: np.ndarray  # (B, 1) int64 steps of this episode
    rule: np.ndarray  # (B, 1) int64 ground code of the altar last seen, UNSEEN if none ever was
    rule_at: np.ndarray  # (B, 1) int64 clock then
    doubt: np.ndarray  # (B, 1) int64 steps since then in which the rule may have changed unnoticed
    badge: np.ndarray  # (B, 1) int64 1 + kind of its own badge, 0 none
    meal_at: np.ndarray  # (B, 1) int64 clock of its last meal, as far as it knows
    has_badges: np.ndarray  # (B, 1) int64 1: meals of this game give badges
    has_altar: np.ndarray  # (B, 1) int64 1: an altar is on the map
    creed: np.ndarray  # (B, 1) int64 1 + kind of its first meal of the episode, 0 none
    self_sown: np.ndarray  # (B, 1) int64 set of kinds seen to grow without live fruit around


def allocate_memory(bodies: int) -> Memory:
    """Empty memories."""
    ground, seen_at = np.zeros((bodies, CELLS), np.uint8), np.zeros((bodies, CELLS), np.uint16)
    return Memory(ground, seen_at, *(np.zeros((bodies, 1), np.int64) for _ in Memory._fields[2:]))


@rule
def memory_of(memory, body):
    """One body's memory, as views."""
    return Memory(
        memory.ground[body],
        memory.seen_at[body],
        memory.at[body],
        memory.facing[body],
        memory.action[body],
        memory.lost[body],
        memory.clock[body],
        memory.rule[body],
        memory.rule_at[body],
        memory.doubt[body],
        memory.badge[body],
        memory.meal_at[body],
        memory.has_badges[body],
        memory.has_altar[body],
        memory.creed[body],
        memory.self_sown[body],
    )


@rule
def forget_all(m):
    """A new episode."""
    m.lost[0] = 1
    m.clock[0] = 0
    m.rule[0] = UNSEEN
    m.rule_at[0] = 0
    m.doubt[0] = 0
    m.meal_at[0] = 0
    m.has_badges[0] = 0
    m.creed[0] = 0
    m.self_sown[0] = 0


@rule
def begin_map(m):
    """The body was put somewhere: that is the middle of a new map."""
    for cell in range(CELLS):
        m.ground[cell] = UNSEEN
    m.at[0] = 0
    m.facing[0] = 0
    m.action[0] = NOOP
    m.has_altar[0] = 0
    m.badge[0] = 0
    m.lost[0] = 0


# Coordinates -------------------------------------------------------------------------------------


@rule
def shifted(cell, facing, forward, right):
    """The cell so many cells ahead and to the right of `cell`, for who faces `facing`."""
    ay, ax = AHEAD_Y[facing], AHEAD_X[facing]
    row = (cell + (forward * ay + right * ax) * SIDE) & (CELLS - SIDE)
    return row | ((cell + forward * ax - right * ay) & (SIDE - 1))


@rule
def beside(cell, heading):
    """The next cell in the direction `heading`."""
    row = (cell + AHEAD_Y[heading] * SIDE) & (CELLS - SIDE)
    return row | ((cell + AHEAD_X[heading]) & (SIDE - 1))


# What is there -----------------------------------------------------------------------------------


@rule
def blocks(code):
    """Whether a ground stops steps and beams."""
    return code in (WALL, OUTSIDE) or code >= ALTAR


@rule
def write_down(m, view, y, x):
    """Enter the view into the map, and the rule that an altar in it shows."""
    for row in range(view.shape[0]):
        for column in range(view.shape[1]):
            code = int(view[row, column, 0])
            cell = shifted(m.at[0], m.facing[0], y - row, column - x)
            if code >= ALTAR:
                m.rule[0] = code
                m.rule_at[0] = m.clock[0]
                if row == y and column == x:  # announced under one's feet
                    code = bare_of_fruit(m.ground[cell])
                else:
                    m.has_altar[0] = 1
            if code != UNSEEN and (code != OUTSIDE or m.ground[cell] == UNSEEN):
                m.ground[cell] = code
                m.seen_at[cell] = m.clock[0] & 0xFFFF


@rule
def bare_of_fruit(code):
    """What a hidden ground under one's feet is now."""
    if code == UNSEEN:
        return FLOOR
    if SITE <= code < ALTAR and (code - SITE) % 3 == LIVE:
        return code - LIVE + EMPTY
    return int(code)
