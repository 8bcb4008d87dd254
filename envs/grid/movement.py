"""Bodies: where agents stand, how they move, and how they leave and return."""

import numpy as np

from ..engine.compiling import rule
from ..engine.random import PHYSICS, draw_below
from .codes import NOBODY, OTHER

NOWHERE = -1

NOOP, FORWARD, BACKWARD, STEP_LEFT, STEP_RIGHT, TURN_LEFT, TURN_RIGHT, ZAP = range(8)
STRIDES = np.array([0, 1, 1, 1, 1, 0, 0, 0])  # cells an action moves
DIRECTIONS = np.array([0, 0, 2, 3, 1, 0, 0, 0])  # quarter turns clockwise from facing to where it moves
TURNS = np.array([0, 0, 0, 0, 0, 3, 1, 0])  # quarter turns clockwise
ACTIONS = ("noop", "forward", "backward", "step left", "step right", "turn left", "turn right", "zap")


@rule
def occupy(s, cell, code):
    """Show an occupant code on a cell of the picture."""
    s.cells[cell] = (int(s.cells[cell]) & 0xFF) | (code << 8)


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
    goal = cell + STRIDES[action] * p.ahead[(s.facing[i] + DIRECTIONS[action]) & 3]
    if goal != cell and (p.solid[goal] | s.bodies[goal]):
        goal = cell
    s.facing[i] = (s.facing[i] + TURNS[action]) & 3
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
        s.cooling[i] = 0
        s.fired_from[i] = NOWHERE
        s.smoothed[i] = 0.0
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
