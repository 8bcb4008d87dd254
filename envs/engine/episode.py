"""The episode: its random streams, its clock, its time limit, and what its agents earn. Every game has it."""

from typing import Any

import numpy as np

from .arrays import Array
from .compiling import rule
from .random import PURPOSES, key_streams

PARAMS = {"max_cycles": Array("i8", "", "steps until truncation, 0 for no limit", low=0)}
STATE = {
    "seed": Array("u8", "2", "the seed, and the world's number under it"),
    "episode": Array("i8", "1", "number of the episode since the seed was given, from 0", low=-1),
    "streams": Array("u8", str(PURPOSES), "counters of the random streams, see random.py"),
    "clock": Array("i4", "1", "steps taken in this episode", low=0),
    "smoothed": Array("f8", "N", "smoothed rewards, for inequity aversion"),
}
TALLY = {
    "steps": Array("f8", "1", "steps", low=0),
    "returns": Array("f8", "N", "reward earned"),
    "paid": Array("f8", "N", "reward after the reward view"),
}


def params_of(setup: Any) -> dict[str, Any]:
    """Values of PARAMS; `setup.config` says them."""
    return {"max_cycles": setup.config.max_cycles}


@rule
def begin_episode(s):
    """New random streams, clock at zero."""
    s.episode[0] += 1
    key_streams(s.streams, s.seed[0], s.seed[1], s.episode[0])
    s.clock[0] = 0
    for i in range(s.smoothed.size):
        s.smoothed[i] = 0.0


@rule
def count_rewards(t, e, rewards):
    """Add one step's rewards; the step counts from here on."""
    t.steps[0] += 1.0
    for i in range(rewards.size):
        t.returns[i] += e.earned[i]
        t.paid[i] += rewards[i]


@rule
def is_truncated(s, p):
    """The time limit."""
    return p.max_cycles > 0 and s.clock[0] >= p.max_cycles


def metrics_of(t: Any) -> dict[str, np.ndarray]:
    """length: steps. collective_return: sum of what all agents earned, whatever reward view pays them."""
    return {"length": t.steps[:, 0], "collective_return": t.returns.sum(-1)}


def agent_metrics_of(t: Any) -> dict[str, np.ndarray]:
    """agent_return: what each agent earned; agent_paid: what its reward view paid."""
    return {"agent_return": t.returns, "agent_paid": t.paid}
