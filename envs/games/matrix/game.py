"""A matrix game: a config with its rules, ready to make worlds."""

from typing import Any

import numpy as np
from gymnasium import spaces

from ...engine.arrays import filled
from ...engine.compiled_game import CompiledGame
from ...engine.config import UNLIMITED
from ...engine.driver import Outputs
from ...engine.rulebook import Rulebook
from ...engine.vector_observation import Vector, require_vector
from ...render.scene import Scene
from .config import MatrixConfig
from .metrics import matrix_metrics
from .rules import RULEBOOK, Params, params_of
from .scene import picture, scene


class MatrixGame(CompiledGame):
    """See `altared.envs.engine.game.Game`."""

    observation = env_observation = "vector"
    view_dtype = np.float32

    def __init__(self, name: str, title: str, config: MatrixConfig):
        super().__init__(name, config.title or title, config)
        self.max_cycles = min(filter(None, (config.rounds, config.max_cycles)), default=UNLIMITED)
        self.actions = config.action_names
        self.params = filled(Params, params_of(config))
        self.view_shape = (self.num_agents * len(self.actions),)
        self.action_space = spaces.Discrete(len(self.actions))
        self.state_space: spaces.Box = spaces.Box(0, 1, (self.num_agents, len(self.actions)), np.uint8)
        self._name_events()

    @property
    def sizes(self) -> dict[str, int]:
        return {**super().sizes, "actions": len(self.actions)}

    def rulebook(self) -> Rulebook:
        return RULEBOOK

    def observer(self, kind: str, out: Outputs, **options: Any) -> Vector:
        require_vector(kind, options)
        return Vector(out.views, out.final_views, np.zeros(self.view_shape), np.ones(self.view_shape))

    def metrics(self, tally: Any) -> dict[str, np.ndarray]:
        return matrix_metrics(tally, self.config)

    def picture(self, state: Any) -> np.ndarray:
        return picture(state, len(self.actions))

    def scene(self, state: Any, tally: Any, events: Any) -> Scene:
        return scene(self, state, tally, events)
