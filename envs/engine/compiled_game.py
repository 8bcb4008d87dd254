"""What compiled games have in common: from a config and a rulebook, what the APIs ask a game for."""

from abc import ABC, abstractmethod
from typing import Any

import numpy as np
from gymnasium import spaces

from ..render.scene import Scene
from .arrays import names_with, sizes_of
from .driver import Outputs
from .game import Observer
from .rewards import RewardView
from .rulebook import Rulebook
from .worlds import CompiledWorlds


class CompiledGame(ABC):
    """See `altared.envs.engine.game.Game`. A subclass sets the attributes below, and says the rest."""

    actions: tuple[str, ...]
    action_space: Any
    observation: str
    env_observation: str
    state_space: spaces.Box
    params: Any
    agent_events: tuple[str, ...]
    pair_events: tuple[str, ...]
    world_events: tuple[str, ...]
    view_shape: tuple[int, ...]  # of what the rules write for one agent
    view_dtype: Any
    extra_shape: tuple[int, ...] = (0, 0, 0)
    planes: tuple[str, ...] = ()  # names of those that views can show, where there are any
    extra_channels: tuple[str, ...] = ()  # names of the numbers that follow

    def __init__(self, name: str, title: str, config: Any):
        self.name, self.title, self.config = name, title, config
        self.num_agents, self.max_cycles = config.num_agents, config.max_cycles

    @abstractmethod
    def rulebook(self) -> Rulebook:
        """The rules that this config plays by."""

    @abstractmethod
    def observer(self, kind: str, out: Outputs, **options: Any) -> Observer:
        """Observations of one kind, made from what the rules write."""

    @abstractmethod
    def metrics(self, tally: Any) -> dict[str, np.ndarray]:
        """Metrics of E ended episodes by name, (E,) or (E, N), from their sums [E, ...]."""

    @abstractmethod
    def picture(self, state: Any) -> np.ndarray:
        """One world for `state()`."""

    @abstractmethod
    def scene(self, state: Any, tally: Any, events: Any) -> Scene:
        """One world for a renderer."""

    @property
    def sizes(self) -> dict[str, int]:
        """The lengths of axes by name, without that of the agents."""
        return sizes_of(self.params)

    def _name_events(self) -> None:
        """Set the names of the events by their axes; to be called when the rulebook is known."""
        events = self.rulebook().tuples[1]
        self.agent_events, self.pair_events = names_with(events, "N"), names_with(events, "N N")
        self.world_events = names_with(events, "1")

    def worlds(self, num_worlds: int, reward: RewardView, device: str, threads: int) -> CompiledWorlds:
        """Worlds in memory, on the CPU."""
        if device != "cpu":
            raise ValueError(f"device={device!r} is not allowed: {self.name} runs on device='cpu' alone")
        return CompiledWorlds(self, num_worlds, reward, threads)
