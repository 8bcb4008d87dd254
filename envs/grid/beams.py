"""Beams: who fires, what a beam covers, whom it reaches. What follows where there are norms: sanctions.py."""

from ..engine.compiling import rule
from .codes import BEAM, NOBODY
from .movement import ZAP, occupy


@rule
def put_out_beams(s):
    """A beam shines for exactly one observation."""
    for k in range(s.beam_cell_count[0]):
        cell = s.beam_cells[k]
        if s.bodies[cell] == 0:
            occupy(s, cell, NOBODY)
    s.beam_cell_count[0] = 0


@rule
def fire_beams(s, p, actions, e):
    """After all moves: a beam goes off if its shooter is on the map and has cooled.

    None is cancelled: an agent hit in this step still fires, and several beams may reach one target, so
    their order has no effect here. The step in which cooling ends cannot fire; cooling stands still while
    removed.
    """
    for i in range(s.at.size):
        if s.removed_for[i] > 0:
            continue
        if s.cooling[i] > 0:
            s.cooling[i] -= 1
        elif actions[i] == ZAP:
            s.cooling[i] = p.cooldown
            e.fired[i] = 1
            s.fired_from[i] = s.at[i]
            shine(s, p, i, e)


@rule
def shine(s, p, shooter, e):
    """The middle column covers 1 .. length ahead; a side column r covers 0 .. length - r beside it.

    A side column whose first cell is blocked hides the columns farther out on that side.
    """
    forward = p.ahead[s.facing[shooter]]
    right = p.ahead[(s.facing[shooter] + 1) & 3]
    shine_along(s, p, shooter, s.at[shooter] + forward, forward, p.beam_length, e)
    for side in (-1, 1):
        for r in range(1, p.beam_radius + 1):
            start = s.at[shooter] + side * r * right
            reach = p.beam_length - r + 1
            if reach > 0 and shine_along(s, p, shooter, start, forward, reach, e) == 0:
                break


@rule
def shine_along(s, p, shooter, cell, forward, reach, e):
    """Light cells near to far up to the first wall or body, which is not lit; a body there is hit.

    Returns the number of free cells passed.
    """
    for passed in range(reach):
        if p.solid[cell]:
            return passed
        if s.bodies[cell]:
            e.hit[shooter, s.bodies[cell] - 1] = 1
            return passed
        occupy(s, cell, BEAM)
        s.beam_cells[s.beam_cell_count[0]] = cell
        s.beam_cell_count[0] += 1
        cell += forward
    return reach


@rule
def settle_hits(s, p, e):
    """Without norms every agent that a beam reached will be removed at the end of the step, once."""
    if p.removal_steps == 0:
        return
    for source in range(s.at.size):
        if e.fired[source]:
            for target in range(s.at.size):
                if e.hit[source, target]:
                    e.removed[target] = 1
