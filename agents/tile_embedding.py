"""The first layer of a network that reads tiles: a sum of learned vectors, one for each active plane.

A view has 121 cells and each cell a few active planes out of 28 (`envs.grid.codes.PLANES`), so a linear
layer over the planes is a sum of some seventy vectors. Taking the sum directly is several times faster on
a CPU than building the planes and multiplying (1.5 against 20 microseconds a view and 64 units, forward;
backward alike). *floor* is left out: it is what a cell is when none of its other planes is active.
On other devices the planes are built and multiplied; both ways are the same function, and tested to be.
"""

from functools import lru_cache

import numpy as np
import torch
from torch import nn
from torch.nn.functional import embedding

from ..envs.engine.compiling import keyed_cache
from ..envs.grid.codes import GROUND_CODES, GROUND_PLANES, OCCUPANT_CODES, OCCUPANT_PLANES, PLANES

with keyed_cache():  # the codebook is compiled into the loops
    from .tile_embedding_kernels import add_active, add_active_gradient

_BLANK = PLANES.index("floor")
TABLE = np.concatenate([GROUND_PLANES, OCCUPANT_PLANES])  # (codes of both layers, PLANES) uint8 0/1
TABLE[:, _BLANK] = 0
_PAIRS = (TABLE[:GROUND_CODES, None] + TABLE[GROUND_CODES:]).reshape(-1, len(PLANES))  # of a cell's two codes
ACTIVE_FROM = np.concatenate([[0], _PAIRS.sum(1).cumsum()]).astype(np.uint32)  # (pairs + 1,) start in ACTIVE
ACTIVE = np.nonzero(_PAIRS)[1].astype(np.uint32)  # active planes, pair after pair
_MOST = int(_PAIRS.sum(1).max())  # active planes of a cell


class _ActiveSum(torch.autograd.Function):
    @staticmethod
    def forward(ctx, weight, tiles):
        (L, cells, planes, H), M = weight.shape, len(tiles)
        out, ends = torch.zeros(L, M, H), np.empty((L, M), np.int64)
        most = M * L * cells * _MOST  # what stays unused of it takes no memory
        listed = torch.empty(most, dtype=torch.uint32).numpy()
        rows = weight.detach().view(L, cells * planes, H).numpy()
        add_active(tiles.numpy(), ACTIVE_FROM, ACTIVE, rows, out.numpy(), listed, ends)
        ctx.listed, ctx.ends, ctx.shape = listed, ends, weight.shape
        return out

    @staticmethod
    def backward(ctx, grad):  # pyright: ignore[reportIncompatibleMethodOverride]
        out = torch.zeros(ctx.shape)
        add_active_gradient(ctx.listed, ctx.ends, grad.contiguous().numpy(), out.flatten(1, 2).numpy())
        return out, None


def sum_active(weight: torch.Tensor, tiles: torch.Tensor) -> torch.Tensor:
    """Sum on the CPU. weight float32 (L, cells, PLANES, H), tiles uint8 (M, L, cells, 2) -> (L, M, H)."""
    return _ActiveSum.apply(weight, tiles)  # pyright: ignore[reportReturnType]


@lru_cache
@torch.inference_mode(False)
def _pairs_on(device: torch.device, dtype: torch.dtype) -> torch.Tensor:
    """(GROUND_CODES * OCCUPANT_CODES, PLANES): what both layers light together, moved there once."""
    return torch.as_tensor(_PAIRS, dtype=dtype, device=device)


def multiply_planes(weight: torch.Tensor, tiles: torch.Tensor) -> torch.Tensor:
    """The same function as `sum_active` as a matrix product, on any device."""
    pairs = tiles[..., 0].int() * OCCUPANT_CODES + tiles[..., 1]  # planes are built once, in one look-up
    planes = embedding(pairs, _pairs_on(weight.device, weight.dtype))  # (M, L, cells, PLANES)
    return torch.bmm(planes.flatten(2).transpose(0, 1), weight.flatten(1, 2))


class TileLayer(nn.Module):
    """One linear layer over the planes of a view for each of L learners: (M, L, cells, 2) -> (L, M, H)."""

    def __init__(self, learners: int, cells: int, hidden: int) -> None:
        super().__init__()
        # About half as many planes are active as there are cells: a sum of so many has a variance near 2.
        self.weight = nn.Parameter(torch.randn(learners, cells, len(PLANES), hidden) * 2 / cells**0.5)
        self.bias = nn.Parameter(torch.zeros(learners, 1, hidden))

    def forward(self, tiles: torch.Tensor) -> torch.Tensor:
        first = sum_active if tiles.device.type == "cpu" else multiply_planes
        return first(self.weight, tiles) + self.bias
