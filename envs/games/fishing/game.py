"""A fishing game: a config with its rules, ready to make worlds."""

from typing import Any

import numpy as np
from gymnasium import spaces

from ...engine.arrays import filled
from ...engine.compiled_game import CompiledGame
from ...engine.driver import Outputs
from ...engine.rulebook import Rulebook
from ...engine.vector_observation import Vector, require_vector
from ...render.scene import LakeScene
from .benchmarks import desired_catch
from .config import FishingConfig
from .metrics import fishing_metrics
from .rules import HIGH, LOW, NUMBERS_SEEN, RULEBOOK, Params, params_of
from .scene import picture, scene


class FishingGame(CompiledGame):
    """See `altared.envs.engine.game.Game`."""

    observation = env_observation = "vector"
    view_shape, view_dtype = (NUMBERS_SEEN,), np.float32

    def __init__(self, name: str, title: str, config: FishingConfig):
        super().__init__(name, title, config)
        self.params = filled(Params, params_of(config))
        self.actions = ("catch",)
        if config.actions == "discrete":
            self.actions = tuple(f"{catch:g} fish" for catch in self.catches())
        self.action_space = self._action_space()
        self.state_space: spaces.Box = spaces.Box(0.0, 1.0, (2 + config.num_agents,), np.float32)
        self._name_events()

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

    def rulebook(self) -> Rulebook:
        return RULEBOOK

    def observer(self, kind: str, out: Outputs, **options: Any) -> Vector:
        require_vector(kind, options)
        return Vector(out.views, out.final_views, LOW, HIGH)

    def metrics(self, tally: Any) -> dict[str, np.ndarray]:
        return fishing_metrics(tally, self.config)

    def picture(self, state: Any) -> np.ndarray:
        return picture(state, self.params)

    def scene(self, state: Any, tally: Any, events: Any) -> LakeScene:
        return scene(self, state, tally, events)
