"""W lakes on CPU."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ...engine.vector_observation import Vector, allocate_outputs, require_vector
from ...render.scene import LakeScene
from ...engine.rewards import RewardView
from ...engine.worlds import CompiledWorlds
from .metrics import episode_metrics
from .driver import run_worlds
from .scene import picture, scene
from .state import allocate_events, allocate_state
from .tally import allocate_tally
from .view import HIGH, LOW

if TYPE_CHECKING:
    from .game import FishingGame


class FishingWorlds(CompiledWorlds):
    """Memory and rules; see `altared.envs.engine.game.Worlds`."""

    def __init__(self, game: FishingGame, num_worlds: int, reward: RewardView, threads: int = 1):
        sizes = (num_worlds, game.num_agents)
        levels = game.config.actions == "discrete"
        super().__init__(sizes, np.zeros(sizes, np.int64) if levels else np.zeros((*sizes, 1)), threads)
        self._game = game
        self.state, self.events = allocate_state(*sizes), allocate_events(*sizes)
        self.tally, self._ended_tally = allocate_tally(*sizes), allocate_tally(*sizes)
        self._out = allocate_outputs(*sizes, len(LOW))
        self.rewards, self.terminated, self.truncated, self.held = self._out[-4:]
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
