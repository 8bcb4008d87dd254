"""W worlds in memory, and the one compiled driver that runs a game's rules on them."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np

from .compiling import rule, without_dispatch

# Modes: begin the next episode; step; step, and begin anew at an end; only observe.
START, STEP, STEP_AND_RESTART, OBSERVE = range(4)
ALL_ALLOWED = -1


class CompiledWorlds:
    """What the worlds of every game have in common; see `altared.envs.engine.game.Worlds`.

    A game's driver takes its constants, its memory, the actions, a mode, and which worlds to run: the
    first, and the one after the last. Compiled rules hold no lock of Python's, so threads run them side by
    side. On one thread none is started, so forking stays safe.
    """

    # made by the game before `_make_driver`
    state: Any
    events: Any
    tally: Any
    rewards: Any
    terminated: Any
    truncated: Any
    paused: Any
    _constants: tuple
    _memory: tuple

    def __init__(self, sizes: tuple[int, int], actions: Any, threads: int = 1):
        """`sizes`: worlds and agents; `actions`: array (W, N) or (W, N, 1) of the driver's dtype."""
        self._sizes, self._threads = sizes, threads
        self._actions = self._given = actions

    def _make_driver(self, run_worlds: Callable[..., int]) -> None:
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


def require_actions(shape: tuple[int, ...], dtype: np.dtype, like: Any) -> None:
    """Refuse actions of another shape than `like`, and those that are no integers, or no numbers."""
    if tuple(shape) != like.shape:
        axes = "(worlds, agents)" if like.ndim == 2 else "(worlds, agents, 1)"
        raise ValueError(f"actions have shape {tuple(shape)}; allowed: {like.shape} {axes}")
    whole = like.dtype.kind in "iu"
    if dtype.kind not in ("iu" if whole else "iuf"):
        raise ValueError(f"actions have dtype {dtype}; allowed: {'integers' if whole else 'numbers'}")


@rule
def acts(mode):
    """Whether agents act in this mode."""
    return mode in (STEP, STEP_AND_RESTART)


@rule
def is_forbidden(action, num_actions):
    """Actions are 0 .. num_actions - 1."""
    return action < 0 or action >= num_actions


@rule
def first_forbidden(actions, num_actions, mode):
    """Flat index of the first forbidden action of (W, N), or ALL_ALLOWED; none counts where nobody acts."""
    if acts(mode):
        for w in range(actions.shape[0]):
            for i in range(actions.shape[1]):
                if is_forbidden(actions[w, i], num_actions):
                    return w * actions.shape[1] + i
    return ALL_ALLOWED


@rule
def is_out_of_range(number, low, high):
    """Numbers lie in low .. high; NaN does not."""
    return not (low <= number <= high)


@rule
def first_out_of_range(actions, low, high, mode):
    """As `first_forbidden`, for actions (W, N, 1) that are numbers."""
    if acts(mode):
        for w in range(actions.shape[0]):
            for i in range(actions.shape[1]):
                if is_out_of_range(actions[w, i, 0], low, high):
                    return w * actions.shape[1] + i
    return ALL_ALLOWED


@rule
def stands_still(mode, paused, over):
    """Whether nothing happens in a world now: it is paused, or its episode is over and stays so."""
    return (acts(mode) and paused) or (mode == STEP and over)


@rule
def settle_ending(w, out, terminates, capped):
    """An episode that terminates is not truncated as well; returns whether it is over."""
    out.terminated[w] = terminates
    out.truncated[w] = capped and not terminates
    return terminates or capped
