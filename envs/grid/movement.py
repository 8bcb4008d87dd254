"""Bodies: where agents stand, how they move, and how they leave and return."""

from typing import Any, NamedTuple

import numpy as np

from ..engine.arrays import Array
from ..engine.compiling import rule
from ..engine.random import PHYSICS, draw_below
from .codes import NOBODY, OTHER
from .layout import Setup, occupy

NOWHERE = -1


class Move(NamedTuple):
    """What an action does to the body of its agent."""

    stride: int = 0  # cells that it moves
    direction: int = 0  # quarter turns clockwise from its facing to where it moves
    turn: int = 0  # quarter turns clockwise


MOVES = {
    "noop": Move(),
    "forward": Move(1, 0),
    "backward": Move(1, 2),
    "step left": Move(1, 3),
    "step right": Move(1, 1),
    "turn left": Move(turn=3),
    "turn right": Move(turn=1),
}
ACTIONS = tuple(MOVES)
NOOP, FORWARD, BACKWARD, STEP_LEFT, STEP_RIGHT, TURN_LEFT, TURN_RIGHT = range(len(ACTIONS))

PARAMS = {
    "removal_steps": Array("i8", "", "action slots that a removed agent loses", low=0),
    "spawn_cells": Array("i4", "spawns", "cells on which agents start and return"),
    "start_cells": Array("i4", "starts", "cells on which the first agents start"),
    "strides": Array("i8", "actions", "cells that an action moves"),
    "directions": Array("i8", "actions", "quarter turns clockwise from facing to where an action moves"),
    "turns": Array("i8", "actions", "quarter turns clockwise that an action turns"),
}
STATE = {
    "order": Array("u4", "N", "the agents, shuffled", below="N"),
    "at": Array("i4", "N", "cell an agent stands on, -1 while removed", low=-1, below="C"),
    "facing": Array("u4", "N", "0 .. 3: N, E, S, W", low=0, high=3),
    "removed_for": Array("i4", "N", "steps before it returns, 0 present", low=0),
    "appearance": Array("u4", "N", "badge + BADGES * mark, as others see the body", low=0),
    "own_appearance": Array("u4", "N", "the same, as it sees itself", low=0),
}
EVENTS = {
    "removed": Array("u1", "N", "taken off the map at the end of this step", low=0, high=1),
    "returned": Array("u1", "N", "put back on the map in this step", low=0, high=1),
}
TALLY = {
    "removals": Array("f8", "N", "times that it was taken off the map", low=0),
    "present_sum": Array("f8", "1", "agents on the map, summed over steps", low=0),
}


def moves_of(actions: tuple[str, ...]) -> np.ndarray:
    """(3, actions) int64: strides, directions and turns. An action that is none of MOVES moves nothing."""
    return np.array([MOVES.get(name, Move()) for name in actions], np.int64).T.copy()


def params_of(setup: Setup) -> dict[str, Any]:
    """Values of PARAMS."""
    layout = setup.layout
    strides, directions, turns = moves_of(setup.actions)
    return {
        "removal_steps": setup.config.removal_steps,
        "spawn_cells": layout.cell(layout.map.spawns),
        "start_cells": layout.cell(layout.map.starts),
        "strides": strides,
        "directions": directions,
        "turns": turns,
    }


@rule
def body_code(s, i):
    """How the body of agent i shows on the map, facing absolute."""
    return OTHER + s.facing[i] + 4 * s.appearance[i]


@rule
def stand(s, i, cell):
    """Agent i now stands on a cell."""
    s.at[i] = cell
    s.bodies[cell] = 1 + i
    occupy(s, cell, body_code(s, i))


@rule
def leave(s, i):
    """Agent i leaves its cell."""
    cell = s.at[i]
    s.bodies[cell] = 0
    occupy(s, cell, NOBODY)
    s.at[i] = NOWHERE


@rule
def shuffle_agents(s):
    """A fresh, uniformly random order of all agents."""
    for last in range(s.order.size - 1, 0, -1):
        other = draw_below(s.streams, PHYSICS, last + 1)
        s.order[last], s.order[other] = s.order[other], s.order[last]


@rule
def move_agents(s, p, actions):
    """One by one, in random order, the agents on the map turn or step."""
    shuffle_agents(s)
    for k in range(s.order.size):
        i = s.order[k]
        if s.removed_for[i] == 0:
            turn_or_step(s, p, i, actions[i])


@rule
def turn_or_step(s, p, i, action):
    """Turns succeed; a step needs a cell without wall or body at that moment (no pushing, no swaps).

    Without branches on the action: they would be mispredicted.
    """
    cell = s.at[i]
    goal = cell + p.strides[action] * p.ahead[(s.facing[i] + p.directions[action]) & 3]
    if goal != cell and (p.solid[goal] | s.bodies[goal]):
        goal = cell
    s.facing[i] = (s.facing[i] + p.turns[action]) & 3
    leave(s, i)
    stand(s, i, goal)


@rule
def place_somewhere(s, i, cells):
    """Put agent i on a uniformly random free cell of `cells`, with random facing; False if none is free."""
    free = 0
    for k in range(cells.size):
        free += s.bodies[cells[k]] == 0
    if free == 0:
        return False
    skip = draw_below(s.streams, PHYSICS, free)
    s.facing[i] = draw_below(s.streams, PHYSICS, 4)
    for k in range(cells.size):
        if s.bodies[cells[k]] == 0:
            if skip == 0:
                stand(s, i, cells[k])
                return True
            skip -= 1
    return False


@rule
def place_all(s, p):
    """The first slots take the start cells in random assignment, the others distinct spawn cells."""
    for i in range(s.at.size):
        s.order[i] = i
        s.at[i] = NOWHERE
        s.removed_for[i] = 0
        s.appearance[i] = 0
        s.own_appearance[i] = 0
        if i < p.start_cells.size:
            place_somewhere(s, i, p.start_cells)
        else:
            place_somewhere(s, i, p.spawn_cells)


@rule
def return_removed(s, p, e):
    """Agents whose time is up return to a free spawn cell; with none free they wait for one."""
    for k in range(s.order.size):
        i = s.order[k]
        if s.removed_for[i] > 1:
            s.removed_for[i] -= 1
        elif s.removed_for[i] == 1 and place_somewhere(s, i, p.spawn_cells):
            s.removed_for[i] = 0
            e.returned[i] = 1


@rule
def take_off_removed(s, p, e):
    """Every agent to be removed is taken off the map, after all that happened in the step."""
    for i in range(s.at.size):
        if e.removed[i]:
            leave(s, i)
            s.removed_for[i] = p.removal_steps


@rule
def count_presence(t, s, e):
    """Add one step: who is on the map, and who was taken off it."""
    for i in range(s.at.size):
        t.present_sum[0] += s.removed_for[i] == 0
        t.removals[i] += e.removed[i]
