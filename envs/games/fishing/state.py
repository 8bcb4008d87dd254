"""The arrays of W lakes. Rules see one world: the same tuple with the first axis taken (`world_of`)."""

from typing import NamedTuple

import numpy as np

from ...engine.compiling import rule
from ...engine.random import PURPOSES


class State(NamedTuple):
    """What the next step depends on."""

    seed: np.ndarray  # (W, 2) uint64 the seed, and the world's number under it
    episode: np.ndarray  # (W, 1) int64 0, 1, 2, ... since the seed was given
    streams: np.ndarray  # (W, PURPOSES) uint64 see random.py
    clock: np.ndarray  # (W, 1) int32 steps taken in this episode
    stock: np.ndarray  # (W, 1) float64 fish in the lake, 0 .. capacity
    reading: np.ndarray  # (W, N) float64 the stock as each agent reads it, fish, 0 .. capacity
    last_catch: np.ndarray  # (W, N) float64 fish caught in the last step, 0 at an episode's start
    last_total: np.ndarray  # (W, 1) float64 fish caught by all in the last step
    smoothed: np.ndarray  # (W, N) float64 smoothed rewards, for inequity aversion


class Events(NamedTuple):
    """What happened in a step, written by the rules alone."""

    asked: np.ndarray  # (W, N) float64 fish that the agent asked for
    caught: np.ndarray  # (W, N) float64 fish that it got
    revenue: np.ndarray  # (W, N) float64 reward from the fish that it sold, >= 0
    cost: np.ndarray  # (W, N) float64 what the catch cost it, >= 0, to be taken off
    income: np.ndarray  # (W, N) float64 what it earned beside the lake, >= 0
    earned: np.ndarray  # (W, N) float64 all reward of the step: revenue - cost + income
    regrown: np.ndarray  # (W, 1) float64 fish by which the stock changed after the catch; < 0 by a bad shock
    collapsed: np.ndarray  # (W, 1) uint8 too few fish were left, and there were steps to come


AGENT_EVENTS: tuple[str, ...] = ("asked", "caught", "revenue", "cost", "income", "earned")  # (W, N)
WORLD_EVENTS: tuple[str, ...] = ("regrown", "collapsed")  # (W, 1)


def allocate_state(num_worlds: int, num_agents: int) -> State:
    """Zeroed arrays; a reset gives them meaning."""
    W, N = num_worlds, num_agents
    return State(
        seed=np.zeros((W, 2), np.uint64),
        episode=np.zeros((W, 1), np.int64),
        streams=np.zeros((W, PURPOSES), np.uint64),
        clock=np.zeros((W, 1), np.int32),
        stock=np.zeros((W, 1)),
        reading=np.zeros((W, N)),
        last_catch=np.zeros((W, N)),
        last_total=np.zeros((W, 1)),
        smoothed=np.zeros((W, N)),
    )


def allocate_events(num_worlds: int, num_agents: int) -> Events:
    """Zeroed arrays."""
    W, N = num_worlds, num_agents
    return Events(
        asked=np.zeros((W, N)),
        caught=np.zeros((W, N)),
        revenue=np.zeros((W, N)),
        cost=np.zeros((W, N)),
        income=np.zeros((W, N)),
        earned=np.zeros((W, N)),
        regrown=np.zeros((W, 1)),
        collapsed=np.zeros((W, 1), np.uint8),
    )


@rule
def world_of(s, w):
    """World w of the state, as views."""
    return State(
        s.seed[w],
        s.episode[w],
        s.streams[w],
        s.clock[w],
        s.stock[w],
        s.reading[w],
        s.last_catch[w],
        s.last_total[w],
        s.smoothed[w],
    )


@rule
def events_of(e, w):
    """World w of the events, as views."""
    return Events(
        e.asked[w],
        e.caught[w],
        e.revenue[w],
        e.cost[w],
        e.income[w],
        e.earned[w],
        e.regrown[w],
        e.collapsed[w],
    )


@rule
def clear_events(e):
    """Nothing has happened yet in this step."""
    for i in range(e.asked.size):
        e.asked[i] = 0.0
        e.caught[i] = 0.0
        e.revenue[i] = 0.0
        e.cost[i] = 0.0
        e.income[i] = 0.0
        e.earned[i] = 0.0
    e.regrown[0] = 0.0
    e.collapsed[0] = 0
