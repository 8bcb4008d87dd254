"""W worlds of a foraging game on a GPU.

State, events, views and rewards stay in the GPU's memory; `torch.as_tensor` and CuPy take them without
a copy through the CUDA array interface. Each step reads back two numbers a world (did it end?) and one
in all (was an action forbidden?).
"""

from typing import Any

import numpy as np
from gymnasium import spaces

from ..engine.rewards import RewardView
from ..engine.worlds import ALL_ALLOWED, STEP, STEP_AND_RESTART, require_actions
from ..mechanics.custom_institution import lawgiver_of, name_of
from .driver_cuda import (
    NONE_FORBIDDEN,
    check_actions,
    cuda,
    paint_on_gpu,
    require_numba_cuda,
    run_on_gpu,
    run_on_gpu_without_norms,
)
from .extra_channels import layers_of_config
from .observations import Tiles, require_kind, table_of
from .state import Outputs
from .worlds import ForagingWorlds

WORLDS_A_BLOCK = 32  # one warp: a thousand worlds, long of step, spread over as many processors as they can
CELLS_A_BLOCK = 64


class CudaForagingWorlds(ForagingWorlds):
    """Memory on the GPU, and the kernels; see `altared.envs.engine.game.Worlds`."""

    def __init__(self, game: Any, num_worlds: int, reward: RewardView):
        if names := layers_of_config(game.config):
            raise ValueError(f"{names[0]}=True is not allowed: it must be False where device='cuda'")
        if own := lawgiver_of(game.config):
            raise ValueError(f"institution={name_of(own)!r} is not allowed: a function needs device='cpu'")
        require_numba_cuda()
        super().__init__(game, num_worlds, reward)

    def _placed(self, arrays: Any) -> Any:
        moved = (cuda.to_device(a) if isinstance(a, np.ndarray) else a for a in arrays)
        return type(arrays)(*moved)

    def _make_driver(self, run_worlds: Any) -> None:
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
        params, payment, num_actions, _ = self._constants
        blocks = -(-self._actions.shape[0] // WORLDS_A_BLOCK)
        if mode in (STEP, STEP_AND_RESTART):
            check_actions[blocks, WORLDS_A_BLOCK](self._actions, num_actions, self._forbidden)
        kernel = run_on_gpu_without_norms if self._norms is None else run_on_gpu
        memory = [arrays for arrays in self._memory if arrays is not None]
        arguments = (params, payment, *memory, self._actions, mode, self._forbidden)
        kernel[blocks, WORLDS_A_BLOCK](*arguments)
        forbidden = int(self._forbidden[0])
        if forbidden == NONE_FORBIDDEN:
            return ALL_ALLOWED
        self.write(self._forbidden, NONE_FORBIDDEN)
        return forbidden

    def write(self, array: Any, values: Any) -> None:
        host = np.empty(array.shape, array.dtype)
        host[...] = values
        array.copy_to_device(host)

    def copy(self, array: Any) -> Any:
        twin = cuda.device_array(array.shape, array.dtype)
        twin.copy_to_device(array)
        return twin

    def given(self) -> np.ndarray:
        return self._actions.copy_to_host()

    def ended(self) -> np.ndarray:
        return np.logical_or(self.terminated.copy_to_host(), self.truncated.copy_to_host())

    def observer(
        self, kind: str, channels_first: bool = False, dtype: Any = np.uint8, hide_rule: bool = False
    ) -> Any:
        require_kind(kind)
        if hide_rule:
            raise ValueError("hide_rule=True is not allowed: it must be False where device='cuda'")
        if channels_first or np.dtype(dtype) != np.uint8:
            raise ValueError(
                "on device='cuda' observations are uint8, channels last; permute and cast them in torch"
            )
        return Tiles(self._out) if kind == "tiles" else PaintedOnGpu(kind, self._out)


def require_plain(actions: Any) -> None:
    """Refuse actions on the GPU of another type than those from the host: one kernel is compiled."""
    if actions.dtype != np.int64 or not actions.is_c_contiguous():
        raise ValueError(
            f"actions on the GPU have dtype {actions.dtype} and strides {actions.strides}; "
            "allowed: int64, contiguous"
        )


class PaintedOnGpu:
    """`observations.Painted` in the GPU's memory."""

    def __init__(self, kind: str, out: Outputs):
        self._out = out
        table, high = table_of(kind)
        self._table = cuda.to_device(table)
        worlds, agents, rows, columns = out.tiles.shape
        h, w, channels = table.shape[2:]
        shape = (rows * h, columns * w, channels)
        self.space = spaces.Box(0, high, shape, np.uint8)
        self._current, self._final = (
            cuda.to_device(np.zeros((worlds, agents, *shape), np.uint8)) for _ in range(2)
        )

    def current(self) -> Any:
        return self._painted(self._out.tiles, self._current)

    def final(self, ended: np.ndarray) -> Any:
        return self._painted(self._out.final_tiles, self._final)

    def _painted(self, views: Any, out: Any) -> Any:
        bodies = views.shape[0] * views.shape[1]
        flat, painted = views.reshape(bodies, *views.shape[2:]), out.reshape(bodies, *out.shape[2:])
        blocks = -(-flat.size // CELLS_A_BLOCK)
        paint_on_gpu[blocks, CELLS_A_BLOCK](flat, self._table, painted)
        return out
