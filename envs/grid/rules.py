"""The rulebook: a step and a start of one world, as lists of what happens, in order.

`n` are the norms of a game that has any, and None in one that has not: Numba then compiles none of theirs.
`lawgiver` is an institution of one's own, or None in the same way.
"""

from ..engine.compiling import rule, seldom_rule
from ..engine.random import ENDING, draw_chance, key_streams
from ..mechanics.altar import face_altar, raise_altar, show_rule, watch_altar
from ..mechanics.institution import found_institution, govern
from ..mechanics.norm_metrics import clear_norm_tally, tally_norms
from ..mechanics.norm_state import clear_norm_events
from ..mechanics.poison import digest, purge, taste
from ..mechanics.records import clear_all_records, write_records
from ..mechanics.sanctions import add_up_norms, remove_at_random, settle_sanctions
from .beams import fire_beams, put_out_beams, settle_hits
from .growth import clear_eaten, draw_regrowth, eat_under_feet, plant_all, sprout
from .movement import move_agents, place_all, return_removed, take_off_removed
from .state import clear_events


@rule
def step_world(s, n, p, lawgiver, actions, e):
    """One step of one world: `actions` (N,) in, events `e` and the new state out."""
    if n is not None:
        clear_norm_events(n, e)
        digest(s, n, p)
    clear_events(e)
    put_out_beams(s)
    move_agents(s, p, actions)
    eat_under_feet(s, p, e)
    fire_beams(s, p, actions, e)
    if n is not None:
        settle_sanctions(s, n, p, e)
        remove_at_random(s, p, e)
    else:
        settle_hits(s, p, e)
    return_removed(s, p, e)
    sprout(s, p, e, draw_regrowth(s, p, e))
    clear_eaten(s, p, e)
    if n is not None:
        taste(s, n, p, e)
        write_records(s, n, p, e)
    take_off_removed(s, p, e)
    if n is None:
        add_up(e)
    else:
        add_up_norms(n, e)
        govern(s, n, p, lawgiver)
        show_rule(s, n, p)
        watch_altar(s, n, p, e)
    s.clock[0] += 1
    if n is not None:
        tally_norms(s, n, p, e)


@rule
def add_up(e):
    """What an agent earned is the sum of the parts of its reward; without norms there is one."""
    for i in range(e.earned.size):
        e.earned[i] = e.resource[i]


@seldom_rule
def reset_world(s, n, p, lawgiver):
    """Start the world's next episode."""
    s.episode[0] += 1
    key_streams(s.streams, s.seed[0], s.seed[1], s.episode[0])
    s.clock[0] = 0
    clear_map(s, p)
    plant_all(s, p)
    place_all(s, p)
    if n is not None:
        clear_all_records(n)
        purge(n)
        found_institution(s, n, p, lawgiver)
        raise_altar(s, n, p)
        face_altar(s, n, p)
        clear_norm_tally(n)


@rule
def clear_map(s, p):
    """Bare ground, nobody on it, no beam."""
    for cell in range(p.ground.size):
        s.cells[cell] = p.ground[cell]
        s.bodies[cell] = 0
    s.beam_cell_count[0] = 0
    for k in range(s.beam_cells.size):
        s.beam_cells[k] = 0


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
