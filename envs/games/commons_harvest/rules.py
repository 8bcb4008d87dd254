"""The rules of Commons Harvest: a step as a list of what happens, in order."""

from typing import Any

import numpy as np

from ...engine.arrays import tuples_of
from ...engine.compiling import rule, seldom_rule
from ...engine.episode import is_truncated
from ...engine.rulebook import Rulebook
from ...grid import beams, growth, harvest, movement
from ...grid.ending import has_terminated
from ...grid.metrics import harvest_metrics

ACTIONS = harvest.ACTIONS
MECHANICS = harvest.MECHANICS
State, Events, Tally, Params = TUPLES = tuples_of(__name__, MECHANICS)


@rule
def step_world(s, p, actions, e):
    """One step of one world: `actions` (N,) in, events `e` and the new state out."""
    beams.put_out_beams(s)
    movement.move_agents(s, p, actions)
    growth.eat_under_feet(s, p, e)
    beams.fire_beams(s, p, actions, e)
    beams.settle_hits(s, p, e)
    movement.return_removed(s, p, e)
    growth.sprout(s, p, e, growth.draw_regrowth(s, p, e, growth.by_neighbours))
    growth.clear_eaten(s, p, e)
    movement.take_off_removed(s, p, e)
    growth.add_up_meals(e)
    s.clock[0] += 1


@seldom_rule
def start_world(s, p, t):
    """Start the world's next episode."""
    harvest.begin(s, p)


RULEBOOK = Rulebook(
    __name__,
    TUPLES,
    start_world,
    step_world,
    harvest.count_harvest,
    has_terminated,
    is_truncated,
    harvest.observe,
)


def rulebook_for(config: Any) -> Rulebook:
    """The rules that a config plays by."""
    return harvest.with_channels(RULEBOOK, config, harvest.observe_extended)


def metrics(t: Any, p: Any) -> dict[str, np.ndarray]:
    """Metrics of E ended episodes."""
    return harvest_metrics(t, p)
