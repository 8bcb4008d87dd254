"""A matrix game: a config, ready to make worlds."""

import numpy as np
from gymnasium import spaces

from ...engine.config import UNLIMITED
from ...engine.rewards import RewardView
from .config import MatrixConfig
from .state import AGENT_EVENTS
from .worlds import MatrixWorlds


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
