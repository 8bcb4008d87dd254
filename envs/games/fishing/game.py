"""A fishing game: a config, ready to make worlds."""

from typing import Any

import numpy as np
from gymnasium import spaces

from ...engine.rewards import RewardView
from ...engine.vector_observation import Vector, allocate_outputs, require_vector
from ...engine.worlds import CompiledWorlds
from ...render.scene import LakeScene
from .benchmarks import desired_catch
from .config import FishingConfig
from .driver import run_worlds
from .metrics import allocate_tally, episode_metrics
from .params import make_params
from .rules import HIGH, LOW
from .scene import picture, scene
from .state import AGENT_EVENTS, WORLD_EVENTS, allocate_events, allocate_state


class FishingWorlds(CompiledWorlds):
    """Memory and rules; see `altared.envs.engine.game.Worlds`."""

    def __init__(self, game: Any, num_worlds: int, reward: RewardView, threads: int = 1):
        sizes = (num_worlds, game.num_agents)
        levels = game.config.actions == "discrete"
        super().__init__(sizes, np.zeros(sizes, np.int64) if levels else np.zeros((*sizes, 1)), threads)
        self._game = game
        self.state, self.events = allocate_state(*sizes), allocate_events(*sizes)
        self.tally, self._ended_tally = allocate_tally(*sizes), allocate_tally(*sizes)
        self._out = allocate_outputs(*sizes, len(LOW))
        self.rewards, self.terminated, self.truncated, self.paused = self._out[-4:]
        self._constants = (game.params, reward.params())
        self._memory = (self.state, self.events, self.tally, self._ended_tally, self._out)
        self._make_driver(run_worlds)

    def observer(self, kind: str, **options: Any) -> Vector:
        require_vector(kind, options)
        return Vector(self._out.views, self._out.final_views, LOW, HIGH)

    def episode_metrics(self, worlds: np.ndarray) -> dict[str, np.ndarray]:
        return episode_metrics(self._ended_tally, worlds, self._game.config)

    def picture(self, world: int) -> np.ndarray:
        return picture(self.state, world, self._game.params)

    def scene(self, world: int) -> LakeScene:
        return scene(self._game, self.state, self.tally, self.events, world)


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
