"""Policies that know the lake, and what becomes of it under them: lines to hold learning curves against."""

from collections.abc import Callable
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from ...api.batch import Batch
from ...engine.config import UNLIMITED
from .benchmarks import maximum_sustainable_yield, nash_request, social_optimum
from .config import FishingConfig
from .game import FishingGame

Policy = Callable[[FishingConfig, np.ndarray, int], np.ndarray]
"""From the config, stocks (W,) in fish and the number of steps taken, what each agent asks for, (W,) fish."""


class Played(NamedTuple):
    """W episodes of T steps; NaN from the step after an episode's end on."""

    stocks: np.ndarray  # (T + 1, W) fish at the start and after each step
    catches: np.ndarray  # (T, W, N) fish
    rewards: np.ndarray  # (T, W, N)
    returns: np.ndarray  # (W, N)


def greedy(config: FishingConfig, stocks: np.ndarray, step: int) -> np.ndarray:
    """All ask for the most."""
    return np.full(stocks.shape, config.largest_catch)


def myopic(config: FishingConfig, stocks: np.ndarray, step: int) -> np.ndarray:
    """The equilibrium of agents to whom this step is the last."""
    return nash_request(config, stocks)


def sustainable(config: FishingConfig, stocks: np.ndarray, step: int) -> np.ndarray:
    """All together leave what yields the most for ever, and take what is above it."""
    _, left = maximum_sustainable_yield(config)
    return _shared(config, np.maximum(stocks - left, 0.0))


def optimal(config: FishingConfig, stocks: np.ndarray, step: int) -> np.ndarray:
    """The social optimum, shared equally."""
    optimum = social_optimum(config)
    catches = np.interp(stocks, optimum.stocks, optimum.catches[config.max_cycles - step])
    return _shared(config, catches)


def play_out(config: FishingConfig, policy: Policy, worlds: int = 1, seed: int = 0) -> Played:
    """Play an episode of the game in each of some worlds, all agents by the same policy, catches in fish.

    The config must have a time limit; its `actions` and `levels` do not matter.
    """
    if config.max_cycles == UNLIMITED:
        raise ValueError("max_cycles=0 is not allowed: an episode that is played out takes a time limit")
    game = FishingGame("fishing", "Fishing", replace(config, actions="continuous"))
    batch = Batch(game, worlds, auto_reset=False)
    batch.reset(seed=seed)
    stocks, catches, rewards = [batch.state.stock[:, 0].copy()], [], []
    over = np.zeros(worlds, np.bool_)
    for step in range(config.max_cycles):
        asked = policy(config, batch.state.stock[:, 0], step)
        done = batch.step(np.broadcast_to(asked[:, None, None], (worlds, game.num_agents, 1)))
        stocks.append(np.where(over, np.nan, batch.state.stock[:, 0]))
        catches.append(np.where(over[:, None], np.nan, done.events.caught))
        rewards.append(np.where(over[:, None], np.nan, done.events.earned))
        over |= done.terminated | done.truncated
        if over.all():
            break
    paid = np.array(rewards)
    return Played(np.array(stocks), np.array(catches), paid, np.nansum(paid, 0))


def _shared(config: FishingConfig, total: np.ndarray) -> np.ndarray:
    """An equal share of a catch, as far as it may be asked for."""
    return np.minimum(total / config.num_agents, config.largest_catch)
