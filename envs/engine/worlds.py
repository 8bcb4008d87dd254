"""W worlds of a game in memory, and the compiled driver that runs the game's rules on them."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
from gymnasium import spaces

from ..render.scene import Scene
from .arrays import allocate
from .compiling import announced, without_dispatch
from .driver import (
    BY_REFERENCE,
    OBSERVE,
    START,
    STEP,
    STEP_AND_RESTART,
    Constants,
    Memory,
    Outputs,
    driver_of,
)
from .game import Observer
from .references import Block
from .rewards import RewardView
from .rulebook import Rulebook


class CompiledWorlds:
    """See `altared.envs.engine.game.Worlds`.

    Compiled rules do not hold Python's lock, so threads run shares of the worlds side by side. On one thread
    none is started, so forking stays safe.
    """

    def __init__(self, game: Any, num_worlds: int, reward: RewardView, threads: int = 1):
        """game: a `CompiledGame`."""
        self._game, book = game, game.rulebook()
        state, events, tally, _ = book.tuples
        sizes = {**game.sizes, "N": game.num_agents}
        self.state, self.events, self.tally, self._ended = (
            self._placed(allocate(kind, num_worlds, sizes)) for kind in (state, events, tally, tally)
        )
        self._out = self._placed(outputs(game, num_worlds))
        self.rewards, self.terminated, self.truncated, self.paused = self._out[-4:]
        self._constants = Constants(self._placed(game.params), reward.params(), *bounds(game.action_space))
        self._memory = Memory(self.state, self.events, self.tally, self._ended, self._out)
        self._actions: Any = blank_actions(game, num_worlds)
        self._given: Any = self._actions
        self._make_driver(book, num_worlds, threads)

    def _placed(self, arrays: Any) -> Any:
        """A tuple of arrays where the rules will run; here they are."""
        return arrays

    def _make_driver(self, book: Rulebook, worlds: int, threads: int) -> None:
        self._shares = [(worlds * k // threads, worlds * (k + 1) // threads) for k in range(threads)]
        self._helpers = ThreadPoolExecutor(threads - 1) if threads > 1 else None
        if BY_REFERENCE:
            self._constants, self._memory = Block(self._constants), Block(self._memory)
        with announced(f"the rules of {self._game.name}", book.cached):
            self._drive = without_dispatch(driver_of(book), (*self._arguments(START), 0, worlds))

    def seed(self, seeds: Sequence[int], numbers: Sequence[int]) -> None:
        self.write(self.state.seed, np.array([seeds, numbers], np.uint64).T)
        self.write(self.state.episode, -1)

    def reset(self) -> None:
        for array in (*self.events, self.rewards, self.terminated, self.truncated):
            self.write(array, 0)
        self._run(START)

    def step(self, actions: Any, restart: bool) -> int:
        given = np.asarray(actions)
        require_actions(given.shape, given.dtype, self._actions)
        self._given, self._actions[...] = given, given
        return self._run(STEP_AND_RESTART if restart else STEP)

    def observe(self) -> None:
        self._run(OBSERVE)

    def write(self, array: Any, values: Any) -> None:
        """Overwrite one of the arrays with values from the host's memory."""
        array[...] = values

    def copy(self, array: Any) -> Any:
        """A copy of an array (or view of one), where it lies."""
        return array.copy()

    def given(self) -> np.ndarray:
        """The last actions given, in the host's memory."""
        return self._given

    def ended(self) -> np.ndarray:
        """(W,) bool: the worlds whose episode ended in the last step."""
        return np.logical_or(self.terminated, self.truncated)

    def observer(self, kind: str, **options: Any) -> Observer:
        return self._game.observer(kind, self._out, **options)

    def episode_metrics(self, worlds: np.ndarray) -> dict[str, np.ndarray]:
        ended = type(self._ended)._make(self._rows(array, worlds) for array in self._ended)
        return {"world": worlds, **self._game.metrics(ended)}

    @staticmethod
    def _rows(array: Any, worlds: np.ndarray) -> np.ndarray:
        """Rows `worlds` (E,), ascending, of one of the arrays, in the host's memory."""
        return array.take(worlds, 0)

    def picture(self, world: int) -> np.ndarray:
        return self._game.picture(one_world(self.state, world))

    def scene(self, world: int) -> Scene:
        return self._game.scene(*(one_world(part, world) for part in (self.state, self.tally, self.events)))

    def _arguments(self, mode: int) -> tuple:
        return self._constants, self._memory, self._actions, mode

    def _run(self, mode: int) -> int:
        """This thread runs the first share of the worlds, and helpers the others."""
        arguments, others = self._arguments(mode), []
        if self._helpers:
            others = [self._helpers.submit(self._drive, *arguments, *share) for share in self._shares[1:]]
        forbidden = self._drive(*arguments, *self._shares[0])
        for other in others:
            other.result()
        return forbidden


def outputs(game: Any, worlds: int) -> Outputs:
    """Zeroed arrays for what a step returns."""
    each = (worlds, game.num_agents)
    seen = [np.zeros((*each, *game.view_shape), game.view_dtype) for _ in range(2)]
    further = [np.zeros((*each, *game.extra_shape), np.uint8) for _ in range(2)]
    flags = [np.zeros(worlds, np.bool_) for _ in range(3)]
    (views, last), (extra, last_extra), (terminated, truncated, paused) = seen, further, flags
    rewards = np.zeros(each, np.float32)
    return Outputs(views, last, extra, last_extra, rewards, terminated, truncated, paused)


def bounds(actions: spaces.Space) -> tuple[Any, Any]:
    """The lowest and the highest action of a space."""
    if isinstance(actions, spaces.Discrete):
        return 0, int(actions.n) - 1
    assert isinstance(actions, spaces.Box)
    return float(actions.low.min()), float(actions.high.max())


def blank_actions(game: Any, worlds: int) -> np.ndarray:
    """Whole numbers (W, N), or numbers (W, N, 1)."""
    whole, sizes = isinstance(game.action_space, spaces.Discrete), (worlds, game.num_agents)
    return np.zeros(sizes, np.int64) if whole else np.zeros((*sizes, 1))


def one_world(arrays: Any, world: int) -> Any:
    """One world of a tuple of arrays, in the host's memory."""
    return type(arrays)(*(np.asarray(array[world]) for array in arrays))


def require_actions(shape: tuple[int, ...], dtype: np.dtype, like: Any) -> None:
    """Refuse actions of another shape than `like`, and those that are no integers, or no numbers."""
    if tuple(shape) != like.shape:
        axes = "(worlds, agents)" if like.ndim == 2 else "(worlds, agents, 1)"
        raise ValueError(f"actions have shape {tuple(shape)}; allowed: {like.shape} {axes}")
    whole = like.dtype.kind in "iu"
    if dtype.kind not in ("iu" if whole else "iuf"):
        raise ValueError(f"actions have dtype {dtype}; allowed: {'integers' if whole else 'numbers'}")
