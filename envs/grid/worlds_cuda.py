"""Worlds of a game on a map on a GPU: what differs from other games there is what agents observe."""

from typing import Any

import numpy as np
from gymnasium import spaces

from ..engine.driver import Outputs
from ..engine.driver_cuda import cuda, kernel
from ..engine.rewards import RewardView
from ..engine.worlds_cuda import CudaWorlds
from .codebook import Codebook
from .extra_channels import channels_of
from .observations import Tiles, require_kind, table_of

CELLS_A_BLOCK = 64


class CudaGridWorlds(CudaWorlds):
    """See `CudaWorlds`."""

    def __init__(self, game: Any, num_worlds: int, reward: RewardView):
        if names := channels_of(game.config):
            raise ValueError(f"{names[0]}=True is not allowed: it must be False where device='cuda'")
        if not game.rulebook().cached:
            institution = game.config.to_dict()["institution"]
            raise ValueError(f"institution={institution!r} is not allowed: a function needs device='cpu'")
        super().__init__(game, num_worlds, reward)

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
        codebook = self._game.codebook
        return Tiles(self._out, codebook) if kind == "tiles" else PaintedOnGpu(kind, self._out, codebook)


class PaintedOnGpu:
    """`observations.Painted` in the GPU's memory."""

    def __init__(self, kind: str, out: Outputs, codebook: Codebook):
        self._out = out
        table, high = table_of(kind, codebook)
        self._table = cuda.to_device(table)
        worlds, agents, rows, columns = out.views.shape
        h, w, channels = table.shape[2:]
        shape = (rows * h, columns * w, channels)
        self.space = spaces.Box(0, high, shape, np.uint8)
        self._current, self._final = (
            cuda.to_device(np.zeros((worlds, agents, *shape), np.uint8)) for _ in range(2)
        )

    def current(self) -> Any:
        return self._painted(self._out.views, self._current)

    def final(self, ended: np.ndarray) -> Any:
        return self._painted(self._out.final_views, self._final)

    def _painted(self, views: Any, out: Any) -> Any:
        bodies = views.shape[0] * views.shape[1]
        flat, painted = views.reshape(bodies, *views.shape[2:]), out.reshape(bodies, *out.shape[2:])
        blocks = -(-flat.size // CELLS_A_BLOCK)
        paint_on_gpu[blocks, CELLS_A_BLOCK](flat, self._table, painted)
        return out


@kernel
def paint_on_gpu(views, table, out):
    """`observations.paint`, one thread a cell: views (B, rows, columns) through table into out."""
    index = cuda.grid(1)
    rows, columns = views.shape[1:]
    if index < views.size:
        b, row, column = index // (rows * columns), index // columns % rows, index % columns
        view = views[b, row, column]
        h, w, channels = table.shape[2:]
        for y in range(h):
            for x in range(w):
                for channel in range(channels):
                    value = table[view & 0xFF, view >> 8, y, x, channel]
                    out[b, row * h + y, column * w + x, channel] = value
