"""The rules of fishing: a step and a start of one lake as lists of what happens, and its observations."""

import sys
from typing import Any

import numpy as np

from ...engine import episode
from ...engine.arrays import Array, tuples_of
from ...engine.compiling import rule
from ...engine.episode import begin_episode, is_truncated
from ...engine.random import READING, WATERS, draw_unit
from ...engine.rulebook import Rulebook
from . import metrics
from .config import FishingConfig
from .metrics import begin_count, count_step

LOGISTIC, PROPORTIONAL = range(2)
LAWS = {"logistic": LOGISTIC, "proportional": PROPORTIONAL}

STOCK, OWN_CATCH, TOTAL_CATCH, TIME = range(4)
"""Of an observation, float32 (4,):

0 stock        as the agent reads it now, in capacities: 0 .. 1
1 own catch    of the last step, in catch limits: 0 .. 1; 0 at an episode's start
2 total catch  of the last step, all agents', in capacities: 0 .. 1; 0 at an episode's start
3 time         steps taken / max_cycles where the end is known, else 0: 0 .. 1
"""
NUMBERS_SEEN = 4
LOW, HIGH = np.zeros(NUMBERS_SEEN, np.float32), np.ones(NUMBERS_SEEN, np.float32)

PARAMS = {
    "known_end": Array("i8", "", "1: the last step is a rule of the game", low=0, high=1),
    "levels": Array("i8", "", "discrete actions", low=2),
    "law": Array("i8", "", "number of LAWS"),
    **{
        name: Array("f8", "", f"see FishingConfig.{name}")
        for name in (
            *("catch_limit", "capacity", "initial_stock", "initial_spread", "growth", "growth_noise"),
            *("critical_stock", "price", "unit_cost", "effort_cost", "catchability", "crowding", "income"),
            "observation_noise",
        )
    },
}
STATE = {
    "stock": Array("f8", "1", "fish in the lake, 0 .. capacity", low=0),
    "reading": Array("f8", "N", "the stock as each agent reads it, fish, 0 .. capacity", low=0),
    "last_catch": Array("f8", "N", "fish caught in the last step, 0 at an episode's start", low=0),
    "last_total": Array("f8", "1", "fish caught by all in the last step", low=0),
}
EVENTS = {
    "asked": Array("f8", "N", "fish that the agent asked for", low=0),
    "caught": Array("f8", "N", "fish that it got", low=0),
    "revenue": Array("f8", "N", "reward from the fish that it sold", low=0),
    "cost": Array("f8", "N", "what the catch cost it, to be taken off", low=0),
    "income": Array("f8", "N", "what it earned outside the lake", low=0),
    "earned": Array("f8", "N", "all reward of the step: revenue - cost + income"),
    "regrown": Array("f8", "1", "fish by which the stock changed after the catch; < 0 by a bad shock"),
    "collapsed": Array("u1", "1", "too few fish were left, and there were steps to come", low=0, high=1),
}
MECHANICS = (episode, metrics, sys.modules[__name__])
State, Events, Tally, Params = TUPLES = tuples_of(__name__, MECHANICS)


def params_of(config: FishingConfig) -> dict[str, Any]:
    """A config's numbers."""
    own = {name: getattr(config, name) for name in Params._fields}
    return own | {"law": LAWS[config.law], "catch_limit": config.largest_catch}


@rule
def step_world(s, p, actions, e):
    """One step of one world: `actions` (N,) levels or (N, 1) fish in, events `e` and the new state out."""
    ask(p, actions, e)
    left = share_out(s, e)
    settle(s, p, e)
    regrow(s, p, e, left)
    s.clock[0] += 1
    read_stock(s, p)


@rule
def ask(p, actions, e):
    """Each agent asks for an amount of fish: by its level, or outright."""
    for i in range(e.asked.size):
        if actions.ndim == 1:
            e.asked[i] = p.catch_limit * actions[i] / (p.levels - 1)
        else:
            e.asked[i] = actions[i, 0]


@rule
def share_out(s, e):
    """Everyone gets what it asked for; if all ask for more than the stock, it is rationed in proportion.

    Returns the fish that are left.
    """
    total, stock = 0.0, s.stock[0]
    for i in range(e.asked.size):
        total += e.asked[i]
    rationed = total > stock
    for i in range(e.asked.size):
        e.caught[i] = stock * (e.asked[i] / total) if rationed else e.asked[i]
        s.last_catch[i] = e.caught[i]
    s.last_total[0] = min(total, stock)
    return 0.0 if rationed else stock - total


@rule
def settle(s, p, e):
    """What an agent earns: price x catch - cost + income. A fish costs the same to all of a step."""
    each = cost_of_a_fish(p, s.stock[0], s.last_total[0])
    for i in range(e.caught.size):
        e.revenue[i] = p.price * e.caught[i]
        e.cost[i] = each * e.caught[i]
        e.income[i] = p.income
        e.earned[i] = e.revenue[i] - e.cost[i] + e.income[i]


@rule
def cost_of_a_fish(p, stock, total):
    """A fixed part, the effort that it takes (Schaefer: the more, the thinner the stock before the catch),
    and crowding by the catch of all. Nobody catches a fish where there is none.
    """
    if stock <= 0.0:
        return 0.0
    return p.unit_cost + p.effort_cost / (p.catchability * stock) + p.crowding * total


@rule
def regrow(s, p, e, left):
    """What is left of the stock regrows, up to the capacity; below the critical stock it does not.

    In the last step of a known end there is nothing to come, and no collapse.
    """
    stock = left
    if is_viable(p, left):
        stock = left + growth_of(p, left)
        if p.growth_noise > 0.0:
            stock *= shock(s, WATERS, p.growth_noise)
        stock = min(stock, p.capacity)
    elif not (p.known_end and s.clock[0] + 1 >= p.max_cycles):
        e.collapsed[0] = 1
    e.regrown[0] = stock - left
    s.stock[0] = stock


@rule
def is_viable(p, left):
    """Whether so many fish regrow."""
    return left > 0.0 and left >= p.critical_stock


@rule
def growth_of(p, left):
    """Fish by which `left` of them grow in a step, before shocks and the capacity."""
    if p.law == LOGISTIC:
        return p.growth * left * (1.0 - left / p.capacity)
    return p.growth * left


@rule
def shock(s, purpose, spread):
    """A number uniform in 1 - spread .. 1 + spread."""
    return 1.0 + spread * (2.0 * draw_unit(s.streams, purpose) - 1.0)


@rule
def read_stock(s, p):
    """Each agent reads the stock, with an independent error, on a gauge that ends at the capacity."""
    for i in range(s.reading.size):
        s.reading[i] = s.stock[0]
        if p.observation_noise > 0.0:
            s.reading[i] = min(s.stock[0] * shock(s, READING, p.observation_noise), p.capacity)


@rule
def start_world(s, p, t):
    """Start the world's next episode."""
    begin_episode(s)
    s.stock[0] = p.initial_stock
    if p.initial_spread > 0.0:
        s.stock[0] += p.initial_spread * (2.0 * draw_unit(s.streams, WATERS) - 1.0)
    s.last_total[0] = 0.0
    for i in range(s.last_catch.size):
        s.last_catch[i] = 0.0
    read_stock(s, p)
    begin_count(t, s)


@rule
def has_terminated(s, p, e):
    """The lake has collapsed, or the game's known last step is over."""
    return e.collapsed[0] == 1 or (p.known_end and s.clock[0] >= p.max_cycles)


@rule
def observe(s, p, views, extra):
    """Write the views (N, 4) of one world."""
    for i in range(views.shape[0]):
        views[i, STOCK] = s.reading[i] / p.capacity
        views[i, OWN_CATCH] = s.last_catch[i] / p.catch_limit
        views[i, TOTAL_CATCH] = s.last_total[0] / p.capacity
        views[i, TIME] = s.clock[0] / p.max_cycles if p.known_end else 0.0


RULEBOOK = Rulebook(
    __name__, TUPLES, start_world, step_world, count_step, has_terminated, is_truncated, observe
)
