"""The rules of Altared Harvest: a step as a list of what happens, in order."""

from typing import Any

import numpy as np

from ...engine.arrays import tuples_of
from ...engine.compiling import rule, seldom_rule
from ...engine.episode import is_truncated
from ...engine.rulebook import Rulebook
from ...grid import beams, growth, harvest, movement
from ...grid.ending import has_terminated
from ...grid.metrics import harvest_metrics
from ...mechanics import altar, decisions, governance, records, sanctions
from ...mechanics.norm_metrics import norm_metrics
from ...mechanics.norm_scene import with_norms
from ...render.scene import GridScene

ACTIONS = harvest.ACTIONS
MECHANICS = (*harvest.MECHANICS, *governance.MECHANICS)
State, Events, Tally, Params = TUPLES = tuples_of(__name__, MECHANICS)


@rule
def step_world(s, p, actions, e):
    """One step of one world: `actions` (N,) in, events `e` and the new state out."""
    beams.put_out_beams(s)
    movement.move_agents(s, p, actions)
    growth.eat_under_feet(s, p, e)
    beams.fire_beams(s, p, actions, e)
    sanctions.settle_sanctions(s, p, e)
    sanctions.remove_at_random(s, p, e)
    movement.return_removed(s, p, e)
    growth.sprout(s, p, e, growth.draw_regrowth(s, p, e, growth.by_neighbours))
    growth.clear_eaten(s, p, e)
    records.write_records(s, p, e)
    movement.take_off_removed(s, p, e)
    sanctions.add_up(e)
    governance.govern(s, p, e, decisions.decide)
    s.clock[0] += 1


@seldom_rule
def start_world(s, p, t):
    """Start the world's next episode."""
    harvest.begin(s, p)
    governance.begin_governance(s, p, decisions.decide_first)


@rule
def count_step(t, s, p, e, rewards):
    """Add one step to the sums of the episode."""
    harvest.count_harvest(t, s, p, e, rewards)
    governance.count_governance(t, s, p, e)


@rule
def observe(s, p, views, extra):
    """Every agent's view; where the rule is announced, it shows under everybody's feet."""
    harvest.observe(s, p, views, extra)
    altar.announce(s, p, views)


@rule
def observe_extended(s, p, views, extra):
    """Every agent's view, and its further channels."""
    harvest.observe_extended(s, p, views, extra)
    altar.announce(s, p, views)


RULEBOOK = Rulebook(
    __name__, TUPLES, start_world, step_world, count_step, has_terminated, is_truncated, observe
)


def rulebook_for(config: Any) -> Rulebook:
    """The rules that a config plays by."""
    return governance.with_institution(harvest.with_channels(RULEBOOK, config, observe_extended), config)


def complete_scene(scene: GridScene, game: Any, s: Any, t: Any, e: Any) -> GridScene:
    """What a renderer draws of one world: the rule, verdicts of beams, zones, sanctions so far."""
    return with_norms(scene, game, s, t, e)


def metrics(t: Any, p: Any) -> dict[str, np.ndarray]:
    """Metrics of E ended episodes."""
    return harvest_metrics(t, p) | norm_metrics(t, p)
