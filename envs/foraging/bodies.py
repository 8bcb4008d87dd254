"""Bodies: where agents stand, how they move, and how they leave and return."""

from ..compiling import rule
from ..random import PHYSICS, draw_below
from .codes import NOBODY, OTHER

NOWHERE = -1

NOOP, FORWARD, BACKWARD, STEP_LEFT, STEP_RIGHT, TURN_LEFT, TURN_RIGHT, ZAP = range(8)
ACTIONS = ("noop", "forward", "backward", "step left", "step right", "turn left", "turn right", "zap")


@rule
def occupy(s, cell, code):
    """Show an occupant code on a cell of the picture."""
    s.cells[cell] = (int(s.cells[cell]) & 0xFF) | (code << 8)


@rule
def stand(s, i, cell):
    """Agent i now stands on a cell."""
    s.at[i] = cell
    s.bodies[cell] = 1 + i
    occupy(s, cell, OTHER + s.facing[i])


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
    n = s.order.size
    for i in range(n):
        s.order[i] = i
    for last in range(n - 1, 0, -1):
        other = draw_below(s.streams, PHYSICS, last + 1)
        s.order[last], s.order[other] = s.order[other], s.order[last]


@rule
def move_agents(s, p, actions):
    """One by one, in random order: turns succeed, steps need a cell without wall or body."""
    shuffle_agents(s)
    for k in range(s.order.size):
        i = s.order[k]
        if s.away[i] == 0:
            act_with_body(s, p, i, actions[i])


@rule
def act_with_body(s, p, i, action):
    """Turn or step agent i, relative to its facing."""
    if action == FORWARD:
        step_to(s, p, i, s.facing[i])
    elif action == BACKWARD:
        step_to(s, p, i, s.facing[i] + 2)
    elif action == STEP_LEFT:
        step_to(s, p, i, s.facing[i] + 3)
    elif action == STEP_RIGHT:
        step_to(s, p, i, s.facing[i] + 1)
    elif action == TURN_LEFT:
        turn_to(s, i, s.facing[i] + 3)
    elif action == TURN_RIGHT:
        turn_to(s, i, s.facing[i] + 1)


@rule
def step_to(s, p, i, direction):
    """A step succeeds if the target holds neither wall nor body at that moment; no pushing, no swaps."""
    cell = s.at[i] + p.ahead[direction & 3]
    if p.solid[cell] == 0 and s.bodies[cell] == 0:
        leave(s, i)
        stand(s, i, cell)


@rule
def turn_to(s, i, direction):
    """Turns always succeed."""
    s.facing[i] = direction & 3
    stand(s, i, s.at[i])


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
        s.at[i] = NOWHERE
        s.away[i] = 0
        s.cooling[i] = 0
        s.smoothed[i] = 0.0
        if i < p.start_cells.size:
            place_somewhere(s, i, p.start_cells)
        else:
            place_somewhere(s, i, p.spawn_cells)


@rule
def return_removed(s, p, e):
    """Agents whose time is up return to a free spawn cell; with none free they wait for one."""
    for k in range(s.order.size):
        i = s.order[k]
        e.returned[i] = 0
        if s.away[i] > 1:
            s.away[i] -= 1
        elif s.away[i] == 1 and place_somewhere(s, i, p.spawn_cells):
            s.away[i] = 0
            e.returned[i] = 1


@rule
def remove_struck(s, p, e):
    """Every agent a beam reached is taken off the map, after all that happened in the step."""
    for i in range(s.at.size):
        e.removed[i] = 0
        if p.removal_steps > 0 and was_struck(e, i):
            leave(s, i)
            s.away[i] = p.removal_steps
            e.removed[i] = 1


@rule
def was_struck(e, target):
    """True if any beam reached the agent in this step."""
    for source in range(e.fired.size):
        if e.zapped[source, target]:
            return True
    return False
