"""The first layer of a network that reads tiles: a sum of learned vectors, one for each active plane.

A view has 121 cells and each cell a few active planes out of those that the game shows, so a linear
layer over the planes is a sum of some seventy vectors. Taking the sum directly is several times faster on
a CPU than building the planes and multiplying (1.5 against 20 microseconds a view and 64 units, forward;
backward alike). *floor* is left out: it is what a cell is when none of its other planes is active.
On other devices the planes are built and multiplied; both ways are the same function, and tested to be.
"""

from collections.abc import Sequence
from functools import cache

import numpy as np
import torch
from torch import nn
from torch.nn.functional import embedding

from ..envs.engine.compiling import keyed_cache
from ..envs.grid.codebook import Code, Codebook

with keyed_cache():
    from .tile_embedding_kernels import add_active, add_active_gradient

BLANK = "floor"
Own = Sequence[Sequence[str]]


class PlaneTable:
    """Which planes every pair of codes sets, as the layer needs it.

    planes: names. own_ground, own_occupants: the planes that each of a game's own codes sets, in the order of
    their numbers; see envs/grid/codebook.py.
    """

    def __init__(self, planes: Sequence[str], own_ground: Own = (), own_occupants: Own = ()) -> None:
        ground, occupants = (
            tuple((str(k), Code(tuple(names))) for k, names in enumerate(own))
            for own in (own_ground, own_occupants)
        )
        codebook = Codebook(tuple(planes), ground, occupants)
        both = codebook.ground_planes[:, None] | codebook.occupant_planes
        both[..., [name == BLANK for name in planes]] = 0
        self.planes, self.occupants = len(planes), both.shape[1]
        self.pairs = both.reshape(-1, self.planes)  # (pairs of codes, planes) uint8 0/1
        starts = np.concatenate([[0], self.pairs.sum(1).cumsum()])
        self.active_from = starts.astype(np.uint32)  # (pairs + 1,) start in `active`
        self.active = np.nonzero(self.pairs)[1].astype(np.uint32)  # active planes, pair after pair
        self.most = int(self.pairs.sum(1).max())  # active planes of a cell


@cache
def plane_table(planes: tuple[str, ...], own_ground: Own = (), own_occupants: Own = ()) -> PlaneTable:
    """The table of these codes, made once."""
    return PlaneTable(planes, own_ground, own_occupants)


@cache
@torch.inference_mode(False)
def _pairs_on(table: PlaneTable, device: torch.device, dtype: torch.dtype) -> torch.Tensor:
    """A table's `pairs` as a tensor, moved there once."""
    return torch.as_tensor(table.pairs, dtype=dtype, device=device)


class _ActiveSum(torch.autograd.Function):
    @staticmethod
    def forward(ctx, weight, tiles, table):
        (L, cells, planes, H), M = weight.shape, len(tiles)
        out, ends = torch.zeros(L, M, H), np.empty((L, M), np.int64)
        most = M * L * cells * table.most  # what stays unused of it takes no memory
        listed = torch.empty(most, dtype=torch.uint32).numpy()
        rows = weight.detach().view(L, cells * planes, H).numpy()
        pairs = table.active_from, table.active, table.occupants
        if not add_active(tiles.numpy(), pairs, planes, rows, out.numpy(), listed, ends):
            grounds = len(table.pairs) // table.occupants
            raise ValueError(
                f"tiles hold codes of another game: these networks know ground codes 0 .. {grounds - 1} and "
                f"occupant codes 0 .. {table.occupants - 1}"
            )
        ctx.listed, ctx.ends, ctx.shape = listed, ends, weight.shape
        return out

    @staticmethod
    def backward(ctx, grad):  # pyright: ignore[reportIncompatibleMethodOverride]
        out = torch.zeros(ctx.shape)
        add_active_gradient(ctx.listed, ctx.ends, grad.contiguous().numpy(), out.flatten(1, 2).numpy())
        return out, None, None


def sum_active(weight: torch.Tensor, tiles: torch.Tensor, table: PlaneTable) -> torch.Tensor:
    """Sum on the CPU. weight float32 (L, cells, planes, H), tiles uint8 (M, L, cells, 2) -> (L, M, H)."""
    return _ActiveSum.apply(weight, tiles, table)  # pyright: ignore[reportReturnType]


def multiply_planes(weight: torch.Tensor, tiles: torch.Tensor, table: PlaneTable) -> torch.Tensor:
    """The same function as `sum_active` as a matrix product, on any device."""
    pairs = tiles[..., 0].int() * table.occupants + tiles[..., 1]  # planes are built once, in one look-up
    planes = embedding(pairs, _pairs_on(table, weight.device, weight.dtype))  # (M, L, cells, planes)
    return torch.bmm(planes.flatten(2).transpose(0, 1), weight.flatten(1, 2))


class TileLayer(nn.Module):
    """One linear layer over the planes of a view for each of L learners: (M, L, cells, 2) -> (L, M, H)."""

    def __init__(self, learners: int, cells: int, hidden: int, table: PlaneTable) -> None:
        super().__init__()
        self.table = table
        # About half as many planes are active as there are cells: a sum of so many has a variance near 2.
        self.weight = nn.Parameter(torch.randn(learners, cells, table.planes, hidden) * 2 / cells**0.5)
        self.bias = nn.Parameter(torch.zeros(learners, 1, hidden))

    def forward(self, tiles: torch.Tensor) -> torch.Tensor:
        first = sum_active if tiles.device.type == "cpu" else multiply_planes
        return first(self.weight, tiles, self.table) + self.bias
