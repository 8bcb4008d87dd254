"""W worlds of a foraging game on CPU."""

from typing import Any

import numpy as np

from ..engine.rewards import RewardView
from ..engine.worlds import CompiledWorlds
from ..mechanics.custom_institution import compiled, lawgiver_of
from ..mechanics.norm_metrics import norm_metrics
from ..mechanics.norm_state import EVENTS, MEMORY, SUMS, allocate_norms, join
from ..render.scene import Scene
from .driver import run_worlds, run_worlds_uncached
from .extra_channels import MEMORY as LAYER_MEMORY
from .extra_channels import Layered, allocate_layers, layers_of_config
from .metrics import allocate_tally, episode_metrics
from .observations import Painted, Tiles, make_observer
from .scene import picture, scene
from .state import allocate_events, allocate_outputs, allocate_state


class ForagingWorlds(CompiledWorlds):
    """Memory and rules; see `altared.envs.engine.game.Worlds`."""

    def __init__(self, game: Any, num_worlds: int, reward: RewardView, threads: int = 1):
        super().__init__((num_worlds, game.num_agents), None, threads)
        self._game = game
        p, sizes = game.params, self._sizes
        norms = self._placed(allocate_norms(p, *sizes)) if p.has_norms else None
        state = self._placed(allocate_state(p, *sizes))
        events = self._placed(allocate_events(p, *sizes))
        tally, self._ended_tally = (self._placed(allocate_tally(p, *sizes)) for _ in range(2))
        self._layers = allocate_layers(game.config, *sizes, game.view)
        self.state = join(join(state, norms, MEMORY), self._layers, LAYER_MEMORY)
        self.events = join(events, norms, EVENTS)
        self.tally = join(tally, norms, SUMS)
        self._norms = norms
        self._out = self._placed(allocate_outputs(*sizes, game.view))
        self.rewards, self.terminated, self.truncated, self.paused = self._out[-4:]
        self._actions: Any = np.zeros(sizes, np.int64)
        own = lawgiver_of(game.config)
        self._constants = (self._placed(p), reward.params(), game.action_space.n, own and compiled(own))
        self._memory = (state, norms, events, tally, self._ended_tally, self._out, self._layers)
        self._make_driver(run_worlds_uncached if own else run_worlds)

    def _placed(self, arrays: Any) -> Any:
        """A tuple of arrays where the rules will run; here they are."""
        return arrays

    def observer(self, kind: str, **options: Any) -> Tiles | Painted | Layered:
        if self._layers is None:
            return make_observer(kind, self._out, **options)
        return Layered(kind, self._out, self._layers, layers_of_config(self._game.config), **options)

    def episode_metrics(self, worlds: np.ndarray) -> dict[str, np.ndarray]:
        metrics = episode_metrics(self._ended_tally, worlds, self._game.params)
        if self._norms is None:
            return metrics
        return metrics | norm_metrics(self._norms, self._ended_tally, worlds, self._game.params)

    def picture(self, world: int) -> np.ndarray:
        return picture(self.state, world, self._game.params)

    def scene(self, world: int) -> Scene:
        return scene(self._game, self.state, self.tally, self.events, world)
