"""Orchard, a game outside the package: the wetter the soil, the faster apples grow, and soil dries.

One file has all that a game needs: numbers, a mechanic with an action, a beam, ground and a law of growth,
the rulebook, a metric, and a scripted agent.
"""

import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from altared.envs import register
from altared.envs.engine.arrays import Array, tuples_of
from altared.envs.engine.compiling import rule, seldom_rule
from altared.envs.engine.config import chances, within
from altared.envs.engine.episode import is_truncated
from altared.envs.engine.random import PHYSICS, draw_chance
from altared.envs.engine.rulebook import Rulebook
from altared.envs.games.commons_harvest.config import HarvestConfig
from altared.envs.grid import beams, growth, harvest, movement
from altared.envs.grid.codebook import Code
from altared.envs.grid.ending import has_terminated
from altared.envs.grid.layout import show_ground
from altared.envs.grid.maps import HARVEST_LEGEND
from altared.envs.grid.metrics import harvest_metrics
from altared.envs.grid.spec import grid_env_spec

NAME = "orchard"
MAP = "#########\n#P~a~a~P#\n#P~aaa~P#\n#P~a~a~P#\n#########"


@dataclass(frozen=True)
class OrchardConfig(HarvestConfig):
    """Commons Harvest's numbers, and those of the soil."""

    map: str = MAP
    num_agents: int = 3
    max_cycles: int = 200
    regrowth: tuple[float, ...] = chances((0.02, 0.05, 0.1))
    drying: float = within(0.02, 0.0, 1.0)
    """Chance a step that a wet cell of soil dries."""


GROUND = {
    "dry soil": Code(planes=("soil", "dry"), sprite=str(Path(__file__).parent / "dry_soil.png"), char="~"),
    "wet soil": Code(planes=("soil",), sprite="site_a_empty"),
}
ACTIONS = (*harvest.ACTIONS, "water")
PARAMS = {
    "water": Array("i8", "", "number of the action that waters"),
    "drying": Array("f8", "", "chance a step that a wet cell dries", low=0, high=1),
    "soil_cell": Array("i4", "soil", "cell of a piece of soil", below="C"),
    "soil_at": Array("i4", "C", "soil of a cell, -1 none", low=-1, below="soil"),
    "dry_code": Array("i8", "", "ground code of dry soil"),
    "wet_code": Array("i8", "", "ground code of wet soil"),
}
STATE = {"wet": Array("u1", "soil", "1 where soil is wet", low=0, high=1)}
EVENTS = {"watered": Array("i4", "N", "cells that an agent wetted", low=0)}
TALLY = {"watered_sum": Array("f8", "N", "cells wetted", low=0)}


def params_of(setup):
    cells = setup.layout.cells_of("dry soil")
    soil_at = np.full(setup.layout.size, -1)
    soil_at[cells] = np.arange(len(cells))
    numbers = {"water": setup.actions.index("water"), "drying": setup.config.drying}
    codes = {"dry_code": setup.codebook["dry soil"], "wet_code": setup.codebook["wet soil"]}
    return numbers | codes | {"soil_cell": cells, "soil_at": soil_at}


@rule
def wet(s, p, e, shooter, cell):
    """Water ends at a body, and wets soil on its way."""
    soil = p.soil_at[cell]
    if soil >= 0 and not s.wet[soil]:
        s.wet[soil] = 1
        e.watered[shooter] += 1
        show_ground(s, cell, p.wet_code)
    return s.bodies[cell] != 0


@rule
def water_soil(s, p, actions, e):
    for i in range(s.at.size):
        if s.removed_for[i] == 0 and actions[i] == p.water:
            beams.shine(s, p, i, e, wet)


@rule
def dry_soil(s, p):
    for soil in range(s.wet.size):
        if s.wet[soil] and draw_chance(s.streams, PHYSICS, p.drying):
            s.wet[soil] = 0
            show_ground(s, p.soil_cell[soil], p.dry_code)


@rule
def by_wetness(s, p, site):
    """The law of growth: as among neighbours, times the share of soil that is wet."""
    return growth.by_neighbours(s, p, site) * s.wet.sum() / s.wet.size


MECHANICS = (*harvest.MECHANICS, sys.modules[__name__])
State, Events, Tally, Params = TUPLES = tuples_of(__name__, MECHANICS)


@rule
def step_world(s, p, actions, e):
    beams.put_out_beams(s)
    movement.move_agents(s, p, actions)
    growth.eat_under_feet(s, p, e)
    beams.fire_beams(s, p, actions, e)
    water_soil(s, p, actions, e)
    beams.settle_hits(s, p, e)
    movement.return_removed(s, p, e)
    growth.sprout(s, p, e, growth.draw_regrowth(s, p, e, by_wetness))
    growth.clear_eaten(s, p, e)
    dry_soil(s, p)
    movement.take_off_removed(s, p, e)
    growth.add_up_meals(e)
    s.clock[0] += 1


@seldom_rule
def start_world(s, p, t):
    harvest.begin(s, p)
    for soil in range(s.wet.size):
        s.wet[soil] = 0


@rule
def count_step(t, s, p, e, rewards):
    harvest.count_harvest(t, s, p, e, rewards)
    for i in range(e.watered.size):
        t.watered_sum[i] += e.watered[i]


RULEBOOK = Rulebook(
    __name__, TUPLES, start_world, step_world, count_step, has_terminated, is_truncated, harvest.observe
)


def rulebook_for(config):
    return harvest.with_channels(RULEBOOK, config, harvest.observe_extended)


def metrics(t, p):
    return harvest_metrics(t, p) | {"cells_watered": t.watered_sum.sum(-1), "agent_watered": t.watered_sum}


class Gardener:
    """Waters all the time."""

    def __init__(self, game):
        self._water = game.actions.index("water")

    def start(self, bodies, seed):
        pass

    def act(self, observations, started):
        return np.full(len(observations), self._water, np.int32)


SCRIPTED = {"gardener": Gardener}
_rules = sys.modules[__name__]
_spec = grid_env_spec(
    NAME, "Orchard", OrchardConfig, _rules, legend=HARVEST_LEGEND, defaults_for=lambda given: {}
)
configure, choices, game = _spec.configure, _spec.choices, _spec.game
parallel_env, env = _spec.parallel_env, _spec.env
register(_rules)
