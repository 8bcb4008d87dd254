"""The arrays of W worlds. Rules see one world: the same tuple with the first axis taken (`world_of`)."""

from typing import NamedTuple

import numpy as np

from ...engine.compiling import rule
from ...engine.random import PURPOSES
from .config import MatrixConfig

NOTHING = -1  # no action yet in this episode


class Params(NamedTuple):
    """The game's numbers, as the rules read them."""

    payoffs: np.ndarray  # (A**N, N) float64 by the joint action: a number with N digits of base A
    num_actions: int  # A
    rounds: int
    end_chance: float
    max_cycles: int


class State(NamedTuple):
    """What the next step depends on."""

    seed: np.ndarray  # (W, 2) uint64 the seed, and the world's number under it
    episode: np.ndarray  # (W, 1) int64 0, 1, 2, ... since the seed was given
    streams: np.ndarray  # (W, PURPOSES) uint64 see random.py
    clock: np.ndarray  # (W, 1) int32 rounds played in this episode
    last: np.ndarray  # (W, N) int32 actions of the last round, NOTHING before the first
    smoothed: np.ndarray  # (W, N) float64 smoothed rewards, for inequity aversion


class Events(NamedTuple):
    """What happened in a step, written by the rules alone."""

    played: np.ndarray  # (W, N) int32 1 + action, 0 nothing
    payoff: np.ndarray  # (W, N) float32 by the table
    earned: np.ndarray  # (W, N) float32 all reward of the step: the sum of its parts


AGENT_EVENTS: tuple[str, ...] = ("played", "payoff", "earned")


def make_params(config: MatrixConfig) -> Params:
    """The numbers of a config."""
    flat = np.ascontiguousarray(config.table.reshape(-1, config.num_agents))
    return Params(flat, config.num_actions, config.rounds, config.end_chance, config.max_cycles)


def allocate_state(num_worlds: int, num_agents: int) -> State:
    """Zeroed arrays; a reset gives them meaning."""
    W, N = num_worlds, num_agents
    return State(
        seed=np.zeros((W, 2), np.uint64),
        episode=np.zeros((W, 1), np.int64),
        streams=np.zeros((W, PURPOSES), np.uint64),
        clock=np.zeros((W, 1), np.int32),
        last=np.zeros((W, N), np.int32),
        smoothed=np.zeros((W, N), np.float64),
    )


def allocate_events(num_worlds: int, num_agents: int) -> Events:
    """Zeroed arrays."""
    W, N = num_worlds, num_agents
    return Events(
        played=np.zeros((W, N), np.int32),
        payoff=np.zeros((W, N), np.float32),
        earned=np.zeros((W, N), np.float32),
    )


@rule
def world_of(s, w):
    """World w of the state, as views."""
    return State(s.seed[w], s.episode[w], s.streams[w], s.clock[w], s.last[w], s.smoothed[w])


@rule
def events_of(e, w):
    """World w of the events, as views."""
    return Events(e.played[w], e.payoff[w], e.earned[w])


@rule
def clear_events(e):
    """Nothing has happened yet in this step."""
    for i in range(e.played.size):
        e.played[i] = 0
        e.payoff[i] = 0.0
        e.earned[i] = 0.0
