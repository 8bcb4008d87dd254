"""W worlds of a game on a GPU.

State, events, views and rewards stay in the GPU's memory; `torch.as_tensor` and CuPy take them without
a copy through the CUDA array interface. Each step reads back two numbers a world (did it end?) and one
in all (was an action forbidden?).
"""

from typing import Any

import numpy as np

from .driver import ALL_ALLOWED, STEP, STEP_AND_RESTART
from .driver_cuda import NONE_FORBIDDEN, check_actions, cuda, kernel_of, require_numba_cuda
from .rewards import RewardView
from .rulebook import Rulebook
from .worlds import CompiledWorlds, require_actions

WORLDS_A_BLOCK = 32  # one warp: a thousand worlds, long of step, spread over as many processors as they can


class CudaWorlds(CompiledWorlds):
    """Memory on the GPU, and the kernels; see `engine.game.Worlds`. Actions are whole numbers."""

    def __init__(self, game: Any, num_worlds: int, reward: RewardView):
        require_numba_cuda()
        super().__init__(game, num_worlds, reward)

    def _placed(self, arrays: Any) -> Any:
        moved = (cuda.to_device(a) if isinstance(a, np.ndarray) else a for a in arrays)
        return type(arrays)(*moved)

    def _make_driver(self, book: Rulebook, worlds: int, threads: int) -> None:
        self._kernel = kernel_of(book)
        self._actions = cuda.to_device(self._actions)
        self._forbidden = cuda.to_device(np.array([NONE_FORBIDDEN], np.int64))

    def step(self, actions: Any, restart: bool) -> int:
        """`actions`: integers [W, N], a NumPy array, or contiguous int64 with the CUDA array interface."""
        on_gpu = hasattr(actions, "__cuda_array_interface__")
        given = cuda.as_cuda_array(actions) if on_gpu else np.asarray(actions)
        require_actions(given.shape, given.dtype, self._actions)
        if on_gpu:
            require_plain(given)
        self._actions = given if on_gpu else cuda.to_device(np.ascontiguousarray(given, np.int64))
        return self._run(STEP_AND_RESTART if restart else STEP)

    def _run(self, mode: int) -> int:
        blocks = -(-self._actions.shape[0] // WORLDS_A_BLOCK)
        if mode in (STEP, STEP_AND_RESTART):
            check_actions[blocks, WORLDS_A_BLOCK](self._actions, self._constants, self._forbidden)
        self._kernel[blocks, WORLDS_A_BLOCK](*self._arguments(mode), self._forbidden)
        forbidden = int(self._forbidden[0])
        if forbidden == NONE_FORBIDDEN:
            return ALL_ALLOWED
        self.write(self._forbidden, NONE_FORBIDDEN)
        return forbidden

    def write(self, array: Any, values: Any) -> None:
        host = np.empty(array.shape, array.dtype)
        host[...] = values
        if host.size:  # nothing can be copied into an array of length 0
            array.copy_to_device(host)

    def copy(self, array: Any) -> Any:
        twin = cuda.device_array(array.shape, array.dtype)
        twin.copy_to_device(array)
        return twin

    @staticmethod
    def _rows(array: Any, worlds: np.ndarray) -> np.ndarray:
        """The span that they lie in is fetched: worlds that are staggered end in order, a few neighbours in
        one step.
        """
        if not worlds.size:
            return np.asarray(array)[worlds]
        first, last = int(worlds[0]), int(worlds[-1])
        return np.asarray(array[first : last + 1])[worlds - first]

    def given(self) -> np.ndarray:
        return self._actions.copy_to_host()

    def ended(self) -> np.ndarray:
        return np.logical_or(self.terminated.copy_to_host(), self.truncated.copy_to_host())


def require_plain(actions: Any) -> None:
    """Refuse actions on the GPU of another type than those from the host: one kernel is compiled."""
    if actions.dtype != np.int64 or not actions.is_c_contiguous():
        raise ValueError(
            f"actions on the GPU have dtype {actions.dtype} and strides {actions.strides}; "
            "allowed: int64, contiguous"
        )
