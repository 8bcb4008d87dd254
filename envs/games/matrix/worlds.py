"""W worlds of a matrix game in memory."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ...engine.vector_observation import Vector, allocate_outputs, require_vector
from ...render.scene import Scene
from ...engine.rewards import RewardView
from ...engine.worlds import CompiledWorlds
from .metrics import episode_metrics
from .driver import run_worlds
from .scene import picture, scene
from .state import allocate_events, allocate_state, make_params
from .tally import allocate_tally

if TYPE_CHECKING:
    from .game import MatrixGame


class MatrixWorlds(CompiledWorlds):
    """Memory and rules; see `altared.envs.engine.game.Worlds`."""

    def __init__(self, game: MatrixGame, num_worlds: int, reward: RewardView, threads: int = 1):
        sizes = num_worlds, game.num_agents
        super().__init__(sizes, np.zeros(sizes, np.int64), threads)
        self._game = game
        actions = len(game.actions)
        self.state, self.events = allocate_state(*sizes), allocate_events(*sizes)
        self.tally, self._ended_tally = (allocate_tally(*sizes, actions) for _ in range(2))
        self._out = allocate_outputs(*sizes, actions * game.num_agents)
        self.rewards, self.terminated, self.truncated, self.held = self._out[-4:]
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
