"""A game on a map: a config laid out on its map, with the rules of its folder, ready to make worlds."""

from importlib import import_module
from types import ModuleType
from typing import Any

import numpy as np
from gymnasium import spaces

from ..engine.arrays import collected, filled
from ..engine.compiled_game import CompiledGame
from ..engine.config import require
from ..engine.driver import Outputs
from ..engine.game import Observer
from ..engine.rewards import RewardView
from ..engine.rulebook import Rulebook
from ..engine.worlds import CompiledWorlds
from .codebook import codebook_of
from .config import ForagingConfig
from .extended_observations import Extended
from .extra_channels import channels_of
from .layout import Layout, Setup
from .maps import legend_with, load_map
from .observations import make_observer, space_of_codes
from .scene import picture, scene


class GridGame(CompiledGame):
    """See `altared.envs.engine.game.Game`.

    The module of its rules has `ACTIONS`, `MECHANICS`, `metrics(t, p)`, and `RULEBOOK` or
    `rulebook_for(config)`; `complete_scene(scene, game, s, t, e)` where a renderer draws more than it does of
    every game.
    """

    observation, env_observation, view_dtype = "tiles", "planes", np.uint16

    def __init__(self, name: str, title: str, config: ForagingConfig, legend: dict[str, str], rules: str):
        """legend: what the characters of its maps mean, see maps.py; rules: the name of the module."""
        super().__init__(name, title, config)
        self._rules_name = rules
        self.actions = self._rules.ACTIONS
        self.codebook = codebook_of(self._rules.MECHANICS, legend)
        self.planes = self.codebook.planes
        self.extra_channels = channels_of(config)
        self.map = load_map(config.map, legend_with(legend, self.codebook.chars))
        setup = Setup(config, Layout(config, self.map, self.codebook), self.actions)
        params = self.rulebook().tuples[-1]
        self.params = filled(params, collected(self._rules.MECHANICS, "params_of", setup))
        self._further_sizes = collected(self._rules.MECHANICS, "sizes_of", setup)
        self.action_space = spaces.Discrete(len(self.actions))
        self.view_shape = self.view
        self.extra_shape = (*self.view, len(self.extra_channels))
        self.state_space = space_of_codes((self.map.height, self.map.width), self.codebook)
        self._name_events()

    @property
    def _rules(self) -> ModuleType:
        """A module cannot be pickled, its name can; another process imports it."""
        return import_module(self._rules_name)

    @property
    def view(self) -> tuple[int, int]:
        """Rows and columns an agent sees."""
        c = self.config
        return c.view_forward + 1 + c.view_backward, c.view_left + 1 + c.view_right

    @property
    def sizes(self) -> dict[str, int]:
        return {**super().sizes, **self._further_sizes}

    def rulebook(self) -> Rulebook:
        rules = self._rules
        if hasattr(rules, "rulebook_for"):
            return rules.rulebook_for(self.config)
        for name in channels_of(self.config):
            require(False, name, True, f"False: {rules.__name__} has no rulebook_for(config) that writes it")
        return rules.RULEBOOK

    def observer(self, kind: str, out: Outputs, **options: Any) -> Observer:
        if self.extra_channels:
            return Extended(kind, out, self.codebook, self.extra_channels, **options)
        return make_observer(kind, out, self.codebook, **options)

    def metrics(self, tally: Any) -> dict[str, np.ndarray]:
        return self._rules.metrics(tally, self.params)

    def picture(self, state: Any) -> np.ndarray:
        return picture(state, self.params)

    def scene(self, state: Any, tally: Any, events: Any) -> Any:
        plain, rules = scene(self, state, tally, events), self._rules
        if not hasattr(rules, "complete_scene"):
            return plain
        return rules.complete_scene(plain, self, state, tally, events)

    def worlds(self, num_worlds: int, reward: RewardView, device: str, threads: int) -> CompiledWorlds:
        """Worlds in memory; `device` is "cpu" or "cuda"."""
        if device != "cuda":
            return super().worlds(num_worlds, reward, device, threads)
        from .worlds_cuda import CudaGridWorlds

        return CudaGridWorlds(self, num_worlds, reward)
