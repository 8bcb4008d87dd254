"""W worlds of a foraging game on CPU."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numba
import numpy as np

from ..compiling import without_dispatch
from ..render.scene import Scene
from ..rewards import RewardView
from .episodes import episode_metrics
from .loop import LOOK, START, STEP, STEP_AND_RESTART, run_parallel, run_serial
from .observations import Painted, Tiles, make_observer
from .scenes import picture, scene
from .state import allocate_events, allocate_outputs, allocate_state
from .tally import allocate_tally

if TYPE_CHECKING:
    from .game import ForagingGame


class ForagingWorlds:
    """Memory and rules; see `altared.envs.game.Worlds`.

    On one thread the worlds run serially: no thread pool is started, so forking stays safe.
    """

    def __init__(self, game: ForagingGame, num_worlds: int, reward: RewardView, threads: int = 1):
        self._game, self._threads = game, threads
        p, sizes = game.params, (num_worlds, game.num_agents)
        self.state = self._placed(allocate_state(p, *sizes))
        self.events = self._placed(allocate_events(p, *sizes))
        self.tally = self._placed(allocate_tally(p, *sizes))
        self._ended_tally = self._placed(allocate_tally(p, *sizes))
        self._out = self._placed(allocate_outputs(*sizes, game.view))
        self.rewards, self.terminated, self.truncated = (
            self._out.rewards,
            self._out.terminated,
            self._out.truncated,
        )
        self._sizes = sizes
        self._actions: Any = np.zeros(sizes, np.int64)
        self._given = self._actions
        self._constants = (self._placed(p), reward.params(), game.action_space.n)
        self._memory = (self.state, self.events, self.tally, self._ended_tally, self._out)
        self._make_driver()

    def _placed(self, arrays: Any) -> Any:
        """A tuple of arrays where the rules will run; here they are."""
        return arrays

    def _make_driver(self) -> None:
        function = run_serial if self._threads == 1 else run_parallel
        self._drive = without_dispatch(function, self._arguments(START))

    def seed(self, seeds: Sequence[int], numbers: Sequence[int]) -> None:
        self.write(self.state.seed, np.array([seeds, numbers], np.uint64).T)
        self.write(self.state.episode, -1)

    def reset(self) -> None:
        for array in (*self.events, self.rewards, self.terminated, self.truncated):
            self.write(array, 0)
        self._run(START)

    def step(self, actions: Any, restart: bool) -> int:
        given = np.asarray(actions)
        require_actions(given.shape, given.dtype, self._sizes)
        self._given, self._actions[...] = given, given
        return self._run(STEP_AND_RESTART if restart else STEP)

    def look(self) -> None:
        self._run(LOOK)

    def write(self, array: Any, values: Any) -> None:
        """Overwrite one of the arrays with values from the host's memory."""
        array[...] = values

    def copy(self, array: Any) -> Any:
        """A copy of an array (or view of one), where it lies."""
        return array.copy()

    def forbidden_action(self, index: int) -> int:
        """The action at a flat index of the last ones given."""
        return int(self._given.flat[index])

    def ended(self) -> np.ndarray:
        """(W,) bool: the worlds whose episode ended in the last step."""
        return np.logical_or(self.terminated, self.truncated)

    def _arguments(self, mode: int) -> tuple:
        return (*self._constants, *self._memory, self._actions, mode)

    def _run(self, mode: int) -> int:
        if self._threads > 1:
            numba.set_num_threads(self._threads)
        with np.errstate(over="ignore"):  # streams wrap around; NumPy warns where rules are not compiled
            return self._drive(*self._arguments(mode))

    def observer(self, kind: str, **options: Any) -> Tiles | Painted:
        return make_observer(kind, self._out, **options)

    def episode_metrics(self, worlds: np.ndarray) -> dict[str, np.ndarray]:
        return episode_metrics(self._ended_tally, worlds, self._game.params)

    def picture(self, world: int) -> np.ndarray:
        return picture(self.state, world, self._game.params)

    def scene(self, world: int) -> Scene:
        return scene(self._game.title, self.state, self.tally, self.events, world, self._game.params)


def require_actions(shape: tuple[int, ...], dtype: np.dtype, sizes: tuple[int, int]) -> None:
    """Refuse actions that are not integers (worlds, agents)."""
    if tuple(shape) != sizes:
        raise ValueError(f"actions have shape {tuple(shape)}; allowed: {sizes} (worlds, agents)")
    if dtype.kind not in "iu":
        raise ValueError(f"actions have dtype {dtype}; allowed: integers")
