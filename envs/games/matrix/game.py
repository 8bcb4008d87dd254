"""A matrix game: a config, ready to make worlds."""

from typing import Any

import numpy as np
from gymnasium import spaces

from ...engine.config import UNLIMITED
from ...engine.rewards import RewardView
from ...engine.vector_observation import Vector, allocate_outputs, require_vector
from ...engine.worlds import CompiledWorlds
from ...render.scene import Scene
from .config import MatrixConfig
from .driver import run_worlds
from .metrics import allocate_tally, episode_metrics
from .scene import picture, scene
from .state import AGENT_EVENTS, allocate_events, allocate_state, make_params


class MatrixWorlds(CompiledWorlds):
    """Memory and rules; see `altared.envs.engine.game.Worlds`."""

    def __init__(self, game: Any, num_worlds: int, reward: RewardView, threads: int = 1):
        sizes = num_worlds, game.num_agents
        super().__init__(sizes, np.zeros(sizes, np.int64), threads)
        self._game = game
        actions = len(game.actions)
        self.state, self.events = allocate_state(*sizes), allocate_events(*sizes)
        self.tally, self._ended_tally = (allocate_tally(*sizes, actions) for _ in range(2))
        self._out = allocate_outputs(*sizes, actions * game.num_agents)
        self.rewards, self.terminated, self.truncated, self.paused = self._out[-4:]
        self._constants = (make_params(game.config), reward.params())
        self._memory = (self.state, self.events, self.tally, self._ended_tally, self._out)
        self._make_driver(run_worlds)

    def observer(self, kind: str, **options: Any) -> Vector:
        require_vector(kind, options)
        low = np.zeros(self._out.views.shape[-1], np.float32)
        return Vector(self._out.views, self._out.final_views, low, low + 1)

    def episode_metrics(self, worlds: np.ndarray) -> dict[str, np.ndarray]:
        return episode_metrics(self._ended_tally, worlds, self._game.config)

    def picture(self, world: int) -> np.ndarray:
        return picture(self.state, world, len(self._game.actions))

    def scene(self, world: int) -> Scene:
        return scene(self._game, self.state, self.tally, self.events, world)


class MatrixGame:
    """See `altared.envs.engine.game.Game`."""

    def __init__(self, name: str, title: str, config: MatrixConfig):
        self.name, self.title, self.config = name, config.title or title, config
        self.num_agents = config.num_agents
        self.max_cycles = min(filter(None, (config.rounds, config.max_cycles)), default=UNLIMITED)
        self.actions = config.action_names
        self.agent_events: tuple[str, ...] = AGENT_EVENTS
        self.pair_events: tuple[str, ...] = ()
        self.world_events: tuple[str, ...] = ()
        self.action_space = spaces.Discrete(len(self.actions))
        self.observation = self.env_observation = "vector"
        self.state_space: spaces.Box = spaces.Box(0, 1, (self.num_agents, len(self.actions)), np.uint8)

    def worlds(self, num_worlds: int, reward: RewardView, device: str, threads: int) -> MatrixWorlds:
        """Worlds in memory; `device` is "cpu"."""
        if device != "cpu":
            raise ValueError(f"device={device!r} is not allowed: {self.name} runs on cpu")
        return MatrixWorlds(self, num_worlds, reward, threads)
