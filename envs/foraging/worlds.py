"""W worlds of a foraging game on CPU."""

from collections.abc import Sequence
from typing import Any

import numba
import numpy as np

from ..compiling import without_dispatch
from ..render.scene import Scene
from ..rewards import RewardView
from .board import Params
from .episodes import episode_metrics
from .loop import LOOK, START, STEP, STEP_AND_RESTART, run_parallel, run_serial
from .observations import Painted, Tiles, make_observer
from .scenes import picture, scene
from .state import allocate_events, allocate_outputs, allocate_state
from .tally import allocate_tally


class ForagingWorlds:
    """Memory and rules; see `altared.envs.game.Worlds`.

    On one thread the worlds run serially: no thread pool is started, so forking stays safe.
    """

    def __init__(
        self,
        title: str,
        params: Params,
        num_worlds: int,
        num_agents: int,
        num_actions: int,
        view: tuple[int, int],
        reward: RewardView,
        threads: int,
    ):
        self._title, self._params, self._threads = title, params, threads
        self.state = allocate_state(params, num_worlds, num_agents)
        self.events = allocate_events(params, num_worlds, num_agents)
        self.tally = allocate_tally(params, num_worlds, num_agents)
        self._ended_tally = allocate_tally(params, num_worlds, num_agents)
        self._out = allocate_outputs(num_worlds, num_agents, view)
        self.rewards, self.terminated, self.truncated = self._out[2:]
        self._actions = np.zeros((num_worlds, num_agents), np.int64)
        self._memory = (self.state, self.events, self.tally, self._ended_tally, self._out, self._actions)
        self._constants = (params, reward.params(), num_actions)
        self._drive = without_dispatch(run_serial if threads == 1 else run_parallel, self._arguments(START))

    def seed(self, seeds: Sequence[int], numbers: Sequence[int]) -> None:
        self.state.seed[:, 0] = np.asarray(seeds, np.uint64)
        self.state.seed[:, 1] = np.asarray(numbers, np.uint64)
        self.state.episode[:] = -1

    def reset(self) -> None:
        for array in (*self.events, self.rewards, self.terminated, self.truncated, self._actions):
            array[...] = 0
        self._run(START)

    def step(self, actions: np.ndarray, restart: bool) -> int:
        self._actions[...] = actions
        return self._run(STEP_AND_RESTART if restart else STEP)

    def look(self) -> None:
        self._run(LOOK)

    def _arguments(self, mode: int) -> tuple:
        return (*self._constants, *self._memory, mode)

    def _run(self, mode: int) -> int:
        if self._threads > 1:
            numba.set_num_threads(self._threads)
        with np.errstate(over="ignore"):  # streams wrap around; NumPy warns where rules are not compiled
            return self._drive(*self._arguments(mode))

    def observer(self, kind: str, **options: Any) -> Tiles | Painted:
        return make_observer(kind, self._out, **options)

    def episode_metrics(self, worlds: np.ndarray) -> dict[str, np.ndarray]:
        return episode_metrics(self._ended_tally, worlds, self._params)

    def picture(self, world: int) -> np.ndarray:
        return picture(self.state, world, self._params)

    def scene(self, world: int) -> Scene:
        return scene(self._title, self.state, self.tally, self.events, world, self._params)
