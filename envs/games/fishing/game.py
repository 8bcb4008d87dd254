"""A fishing game: a config, ready to make worlds."""

import numpy as np
from gymnasium import spaces

from ...engine.rewards import RewardView
from .benchmarks import desired_catch
from .config import FishingConfig
from .params import make_params
from .state import AGENT_EVENTS, WORLD_EVENTS
from .worlds import FishingWorlds


class FishingGame:
    """See `altared.envs.engine.game.Game`."""

    def __init__(self, name: str, title: str, config: FishingConfig):
        self.name, self.title, self.config = name, title, config
        self.num_agents, self.max_cycles = config.num_agents, config.max_cycles
        self.params = make_params(config)
        self.actions: tuple[str, ...] = ("catch",)
        if config.actions == "discrete":
            self.actions = tuple(f"{catch:g} fish" for catch in self.catches())
        self.agent_events: tuple[str, ...] = AGENT_EVENTS
        self.pair_events: tuple[str, ...] = ()
        self.world_events: tuple[str, ...] = WORLD_EVENTS
        self.action_space: spaces.Space = self._action_space()
        self.observation = self.env_observation = "vector"
        self.state_space: spaces.Box = spaces.Box(0.0, 1.0, (2 + config.num_agents,), np.float32)

    def _action_space(self) -> spaces.Space:
        if self.config.actions == "discrete":
            return spaces.Discrete(self.config.levels)
        return spaces.Box(0.0, self.params.catch_limit, (1,), np.float32)

    def catches(self) -> np.ndarray:
        """(levels,) float64: the fish that each level asks for."""
        levels = self.config.levels
        return self.params.catch_limit * np.arange(levels) / (levels - 1)

    def desired_catch(self) -> float:
        """An agent's equal share of what all together should catch in a step, fish; see benchmarks.py."""
        return desired_catch(self.config) / self.num_agents

    def worlds(self, num_worlds: int, reward: RewardView, device: str, threads: int) -> FishingWorlds:
        """Worlds in memory, on the CPU."""
        if device != "cpu":
            raise ValueError(f"device={device!r} is not allowed: {self.name} runs on device='cpu' alone")
        return FishingWorlds(self, num_worlds, reward, threads)
