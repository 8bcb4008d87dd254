"""Beams: who fires, what a beam covers, whom it reaches.

What a beam does to a cell is an effect: a rule (s, p, e, shooter, cell) that returns whether the beam ends
before that cell. `hit_body` is the zap's; a game may fire beams with other effects.
"""

from typing import Any

from ..engine.arrays import Array
from ..engine.compiling import rule
from .codes import BEAM, NOBODY
from .layout import Setup, occupy
from .movement import NOWHERE

PARAMS = {
    "zap": Array("i8", "", "number of the action that fires", low=0),
    "beam_length": Array("i8", "", "cells that a beam reaches ahead", low=1),
    "beam_radius": Array("i8", "", "columns of a beam on either side", low=0),
    "cooldown": Array("i8", "", "steps between shots in which an agent cannot fire", low=0),
}
STATE = {
    "beam_cells": Array("i4", "beams", "cells the beams of this step shine on", low=0, below="C"),
    "beam_cell_count": Array("i4", "1", "how many of them", low=0, below="beams"),
    "cooling": Array("i4", "N", "steps before it can fire again", low=0),
    "fired_from": Array("i4", "N", "cell of its last shot in this episode, -1 none", low=-1, below="C"),
}
EVENTS = {
    "fired": Array("u1", "N", "the beam went off", low=0, high=1),
    "hit": Array("u1", "N N", "[source, target] the beam of source reached target", low=0, high=1),
}
TALLY = {
    "shots": Array("f8", "N", "beams fired", low=0),
    "hits": Array("f8", "N", "agents that they reached", low=0),
}


def params_of(setup: Setup) -> dict[str, Any]:
    """Values of PARAMS."""
    own = {name: getattr(setup.config, name) for name in ("beam_length", "beam_radius", "cooldown")}
    return {"zap": setup.actions.index("zap"), **own}


def sizes_of(setup: Setup) -> dict[str, int]:
    """beams: the most cells that shine in a step, if every agent fires one beam."""
    config = setup.config
    return {"beams": config.num_agents * config.beam_length * (2 * config.beam_radius + 1)}


@rule
def clear_beams(s):
    """An episode begins: no beam shines, nobody has fired, everybody is ready."""
    s.beam_cell_count[0] = 0
    for k in range(s.beam_cells.size):
        s.beam_cells[k] = 0
    for i in range(s.cooling.size):
        s.cooling[i] = 0
        s.fired_from[i] = NOWHERE


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
    their order has no effect here.
    """
    for i in range(s.at.size):
        if s.removed_for[i] == 0 and goes_off(s.cooling, i, actions[i] == p.zap, p.cooldown):
            e.fired[i] = 1
            s.fired_from[i] = s.at[i]
            shine(s, p, i, e, hit_body)


@rule
def goes_off(cooling, i, pressed, cooldown):
    """Whether agent i fires. The step in which cooling ends cannot; cooling stands still while removed."""
    if cooling[i] > 0:
        cooling[i] -= 1
        return False
    if pressed:
        cooling[i] = cooldown
    return pressed


@rule
def shine(s, p, shooter, e, effect):
    """The middle column covers 1 .. length ahead; a side column r covers 0 .. length - r next to it.

    A side column whose first cell is blocked hides the columns farther out on that side.
    """
    forward = p.ahead[s.facing[shooter]]
    right = p.ahead[(s.facing[shooter] + 1) & 3]
    shine_along(s, p, shooter, s.at[shooter] + forward, forward, p.beam_length, e, effect)
    for side in (-1, 1):
        for r in range(1, p.beam_radius + 1):
            start = s.at[shooter] + side * r * right
            reach = p.beam_length - r + 1
            if reach > 0 and shine_along(s, p, shooter, start, forward, reach, e, effect) == 0:
                break


@rule
def shine_along(s, p, shooter, cell, forward, reach, e, effect):
    """Mark cells near to far, up to a wall or to where the effect ends the beam; that cell is not marked.

    Returns the number of free cells passed.
    """
    for passed in range(reach):
        if p.solid[cell] or effect(s, p, e, shooter, cell):
            return passed
        occupy(s, cell, BEAM)
        s.beam_cells[s.beam_cell_count[0]] = cell
        s.beam_cell_count[0] += 1
        cell += forward
    return reach


@rule
def hit_body(s, p, e, shooter, cell):
    """A body is hit, and ends the beam."""
    if s.bodies[cell]:
        e.hit[shooter, s.bodies[cell] - 1] = 1
        return True
    return False


@rule
def settle_hits(s, p, e):
    """Without sanctions every agent that a beam reached will be removed at the end of the step, once."""
    if p.removal_steps == 0:
        return
    for source in range(s.at.size):
        if e.fired[source]:
            for target in range(s.at.size):
                if e.hit[source, target]:
                    e.removed[target] = 1


@rule
def count_shots(t, e):
    """Add one step: beams, and the agents that they reached."""
    for i in range(e.fired.size):
        if e.fired[i]:
            t.shots[i] += 1.0
            for target in range(e.fired.size):
                t.hits[i] += e.hit[i, target]
