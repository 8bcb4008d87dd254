"""W worlds of a foraging game on CPU."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import numpy as np

from ..compiling import without_dispatch
from ..render.scene import Scene
from ..rewards import RewardView
from .episodes import episode_metrics
from .loop import LOOK, START, STEP, STEP_AND_RESTART, run_worlds
from .norm_metrics import norm_metrics
from .norm_state import EVENTS, MEMORY, SUMS, allocate_norms, join
from .observations import Painted, Tiles, make_observer
from .scenes import picture, scene
from .state import allocate_events, allocate_outputs, allocate_state
from .tally import allocate_tally

if TYPE_CHECKING:
    from .game import ForagingGame


class ForagingWorlds:
    """Memory and rules; see `altared.envs.game.Worlds`.

    Compiled rules hold no lock of Python's, so threads run them side by side. On one thread none is started,
    so forking stays safe.
    """

    def __init__(self, game: ForagingGame, num_worlds: int, reward: RewardView, threads: int = 1):
        self._game, self._threads = game, threads
        p, sizes = game.params, (num_worlds, game.num_agents)
        norms = self._placed(allocate_norms(p, *sizes)) if p.has_norms else None
        state = self._placed(allocate_state(p, *sizes))
        events = self._placed(allocate_events(p, *sizes))
        tally, self._ended_tally = (self._placed(allocate_tally(p, *sizes)) for _ in range(2))
        self.state = join(state, norms, MEMORY)
        self.events = join(events, norms, EVENTS)
        self.tally = join(tally, norms, SUMS)
        self._norms = norms
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
        self._memory = (state, norms, events, tally, self._ended_tally, self._out)
        self._make_driver()

    def _placed(self, arrays: Any) -> Any:
        """A tuple of arrays where the rules will run; here they are."""
        return arrays

    def _make_driver(self) -> None:
        worlds, threads = self._sizes[0], self._threads
        self._shares = [(worlds * k // threads, worlds * (k + 1) // threads) for k in range(threads)]
        self._helpers = ThreadPoolExecutor(threads - 1) if threads > 1 else None
        self._drive = without_dispatch(run_worlds, (*self._arguments(START), 0, worlds))

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
        """This thread runs the first share of the worlds, and helpers the others."""
        arguments, others = self._arguments(mode), []
        if self._helpers:
            others = [self._helpers.submit(self._run_share, arguments, share) for share in self._shares[1:]]
        forbidden = self._run_share(arguments, self._shares[0])
        for other in others:
            other.result()
        return forbidden

    def _run_share(self, arguments: tuple, share: tuple[int, int]) -> int:
        with np.errstate(over="ignore"):  # streams wrap around; NumPy warns where rules are not compiled
            return self._drive(*arguments, *share)

    def observer(self, kind: str, **options: Any) -> Tiles | Painted:
        return make_observer(kind, self._out, **options)

    def episode_metrics(self, worlds: np.ndarray) -> dict[str, np.ndarray]:
        metrics = episode_metrics(self._ended_tally, worlds, self._game.params)
        if self._norms is None:
            return metrics
        return metrics | norm_metrics(self._norms, self._ended_tally, worlds, self._game.params)

    def picture(self, world: int) -> np.ndarray:
        return picture(self.state, world, self._game.params)

    def scene(self, world: int) -> Scene:
        return scene(self._game, self.state, self.tally, self.events, world)


def require_actions(shape: tuple[int, ...], dtype: np.dtype, sizes: tuple[int, int]) -> None:
    """Refuse actions that are not integers (worlds, agents)."""
    if tuple(shape) != sizes:
        raise ValueError(f"actions have shape {tuple(shape)}; allowed: {sizes} (worlds, agents)")
    if dtype.kind not in "iu":
        raise ValueError(f"actions have dtype {dtype}; allowed: integers")
