"""The rulebook: a step and a start of one world, as lists of what happens, in order."""

from ..compiling import rule
from ..random import ENDING, draw_chance, key_streams
from .beams import fire_beams, put_out_beams, settle_hits
from .bodies import move_agents, place_all, remove_struck, return_removed
from .resources import clear_eaten, draw_regrowth, eat_under_feet, plant_all, sprout
from .state import clear_events


@rule
def step_world(s, p, actions, e):
    """One step of one world: `actions` (N,) in, events `e` and the new state out."""
    clear_events(e)
    put_out_beams(s)
    move_agents(s, p, actions)
    eat_under_feet(s, p, e)
    fire_beams(s, p, actions, e)
    settle_hits(s, p, e)
    return_removed(s, p, e)
    if draw_regrowth(s, p, e):
        sprout(s, p, e)
    clear_eaten(s, p, e)
    remove_struck(s, p, e)
    add_up(e)
    s.clock[0] += 1


@rule
def add_up(e):
    """What an agent earned is the sum of the parts of its reward; here there is one."""
    for i in range(e.earned.size):
        e.earned[i] = e.resource[i]


@rule
def reset_world(s, p):
    """Start the world's next episode."""
    s.episode[0] += 1
    key_streams(s.streams, s.seed[0], s.seed[1], s.episode[0])
    s.clock[0] = 0
    clear_map(s, p)
    plant_all(s, p)
    place_all(s, p)


@rule
def clear_map(s, p):
    """Bare ground, nobody on it, no beam."""
    for cell in range(p.ground.size):
        s.cells[cell] = p.ground[cell]
        s.bodies[cell] = 0
    s.lit_count[0] = 0
    for k in range(s.lit.size):
        s.lit[k] = 0


@rule
def has_terminated(s, p):
    """The stochastic ending: after `end_after` steps, a test every `end_interval` steps.

    With 1000 and 100 the tests fall on steps 1099, 1199, ... as in Melting Pot.
    """
    waited = s.clock[0] - p.end_after + 1
    if p.end_chance <= 0.0 or waited < p.end_interval or waited % p.end_interval != 0:
        return False
    return draw_chance(s.streams, ENDING, p.end_chance)


@rule
def is_truncated(s, p):
    """The time limit."""
    return p.max_cycles > 0 and s.clock[0] >= p.max_cycles
