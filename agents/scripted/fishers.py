"""Boats by rule of thumb: they know the lake's numbers, and of its state what they see, nothing else."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from ...envs.games.fishing.benchmarks import maximum_sustainable_yield
from ...envs.games.fishing.rules import STOCK


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


def greedy_fisher(game: Any) -> GreedyFisher:
    """The one for a lake with these levels."""
    return GreedyFisher(config_of(game).levels)


def sustainable_fisher(game: Any) -> SustainableFisher:
    """The one for a lake with these numbers."""
    config = config_of(game)
    _, left = maximum_sustainable_yield(config)
    step = config.num_agents * config.catch_limit / (config.levels - 1)
    return SustainableFisher(config.levels, config.capacity, left, step)


def config_of(game: Any) -> Any:
    """The lake's numbers, also under a contract."""
    return getattr(game, "base", game).config


FISHERS = {"greedy": greedy_fisher, "sustainable": sustainable_fisher}
