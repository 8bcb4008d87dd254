"""A foraging game: a config laid out on its map, ready to make worlds."""

import numpy as np
from gymnasium import spaces

from ..engine.rewards import RewardView
from ..mechanics import norm_state
from ..mechanics.norm_config import Norms
from . import codes
from .config import ForagingConfig
from .extra_channels import layers_of_config
from .maps import load_map
from .movement import ACTIONS
from .params import make_params
from .state import AGENT_EVENTS, PAIR_EVENTS
from .worlds import ForagingWorlds


class ForagingGame:
    """See `altared.envs.engine.game.Game`."""

    def __init__(self, name: str, title: str, config: ForagingConfig, legend: dict[str, str]):
        """`legend`: what the characters of its maps mean, see maps.py."""
        self.name, self.title, self.config = name, title, config
        self.num_agents, self.max_cycles = config.num_agents, config.max_cycles
        self.actions: tuple[str, ...] = ACTIONS
        self.planes: tuple[str, ...] = codes.PLANES
        self.extra_channels: tuple[str, ...] = layers_of_config(config)
        norms = isinstance(config, Norms)
        self.agent_events: tuple[str, ...] = AGENT_EVENTS + norm_state.AGENT_EVENTS * norms
        self.pair_events: tuple[str, ...] = PAIR_EVENTS + norm_state.PAIR_EVENTS * norms
        self.world_events: tuple[str, ...] = norm_state.WORLD_EVENTS * norms
        self.map = load_map(config.map, legend)
        self.params = make_params(config, self.map)
        self.action_space = spaces.Discrete(len(ACTIONS))
        self.observation, self.env_observation = "tiles", "planes"
        self.state_space = self._space_of_map()

    def _space_of_map(self) -> spaces.Box:
        """The whole map, uint8 (H, W, 2)."""
        highest = np.empty((self.map.height, self.map.width, 2), np.uint8)
        highest[...] = (codes.GROUND_CODES - 1, codes.OCCUPANT_CODES - 1)
        return spaces.Box(np.zeros_like(highest), highest, dtype=np.uint8)

    @property
    def view(self) -> tuple[int, int]:
        """Rows and columns an agent sees."""
        c = self.config
        return c.view_forward + 1 + c.view_backward, c.view_left + 1 + c.view_right

    def worlds(self, num_worlds: int, reward: RewardView, device: str, threads: int) -> ForagingWorlds:
        """Worlds in memory; `device` is "cpu" or "cuda"."""
        if device == "cuda":
            from .worlds_cuda import CudaForagingWorlds

            return CudaForagingWorlds(self, num_worlds, reward)
        return ForagingWorlds(self, num_worlds, reward, threads)
