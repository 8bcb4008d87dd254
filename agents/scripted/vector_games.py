"""Boats by rule of thumb: they know the lake's numbers, and of its state what they see, nothing else."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from gymnasium import spaces

from ...envs.games.fishing.benchmarks import maximum_sustainable_yield
from ...envs.games.fishing.rules import STOCK
from ..policy import Policy
from .random_policy import Random


@dataclass
class GreedyFisher:
    """Always asks for the most."""

    levels: int

    def start(self, bodies: int, seed: int) -> None:
        """Nothing is remembered, nothing drawn."""

    def act(self, observations: np.ndarray, started: np.ndarray) -> np.ndarray:
        """The highest level, (B,) int32."""
        return np.full(len(observations), self.levels - 1, np.int32)


@dataclass
class SustainableFisher:
    """Asks for an equal share of what is above the stock that yields the most for ever, as it reads it."""

    levels: int
    capacity: float
    left: float  # fish that the best catch leaves
    step: float  # fish from one level to the next, for all agents together

    def start(self, bodies: int, seed: int) -> None:
        """Nothing is remembered, nothing drawn."""

    def act(self, observations: np.ndarray, started: np.ndarray) -> np.ndarray:
        """The highest level, (B,) int32, at which all together leave enough; the stock comes as a float32."""
        above = observations[:, STOCK].astype(np.float64) * self.capacity - self.left
        level = np.floor(above / self.step + 1e-4)
        return np.clip(level, 0, self.levels - 1).astype(np.int32)


def fishers(game: Any) -> dict[str, GreedyFisher | SustainableFisher]:
    """The scripted agents of a lake with discrete actions, by name."""
    config = game.config
    _, left = maximum_sustainable_yield(config)
    step = config.num_agents * config.catch_limit / (config.levels - 1)
    sustainable = SustainableFisher(config.levels, config.capacity, left, step)
    return {"greedy": GreedyFisher(config.levels), "sustainable": sustainable}


def scripted_players(game: Any) -> dict[str, Policy]:
    """By name, those of a game (`altared.envs.engine.game.Game`) that is seen as a vector.

    Raises ValueError for a game whose actions are no whole numbers.
    """
    if not isinstance(game.action_space, spaces.Discrete):
        raise ValueError(
            f"scripted agents choose among levels, {game.name} takes numbers: actions='discrete'"
        )
    played = getattr(game, "base", game)  # under a contract, the game it is about
    others = fishers(played) if played.name == "fishing" else {}
    return {"random": Random(int(game.action_space.n)), **others}
