"""Observations as learners take them: `tiles`, `planes` and `rgb`, all made from the same views."""

from functools import lru_cache
from typing import Any

import numpy as np
from gymnasium import spaces

from ..engine.compiling import driver
from ..engine.driver import Outputs
from . import codes
from .codebook import MOST_CODES, Codebook

KINDS = ("tiles", "planes", "rgb")
RGB_CELL = 8  # pixels


def as_tiles(views: np.ndarray) -> np.ndarray:
    """uint16 views (..., rows, columns) read as uint8 (..., rows, columns, 2): ground, occupant. No copy."""
    return views.view(np.uint8).reshape(*views.shape, 2)


def space_of_codes(cells: tuple[int, ...], codebook: Codebook) -> spaces.Box:
    """The codes of rows and columns of cells, uint8 (rows, columns, 2)."""
    highest = np.empty((*cells, 2), np.uint8)
    highest[...] = codebook.highest
    return spaces.Box(np.zeros_like(highest), highest, dtype=np.uint8)


class Tiles:
    """The codes themselves, uint8 (rows, columns, 2)."""

    def __init__(self, out: Outputs, codebook: Codebook):
        self.space = space_of_codes(out.views.shape[-2:], codebook)
        self._current, self._final = as_tiles(out.views), as_tiles(out.final_views)

    def current(self) -> np.ndarray:
        return self._current

    def final(self, ended: np.ndarray) -> np.ndarray:
        return self._final


RULE_HIDDEN = np.arange(MOST_CODES, dtype=np.uint8)  # ground code to what it looks like then
RULE_HIDDEN[codes.ALTAR : codes.BLANK_ALTAR] = codes.BLANK_ALTAR


class RulelessTiles(Tiles):
    """The codes for one from whom the rule is hidden: every altar is blank."""

    def current(self) -> np.ndarray:
        return self._blanked(super().current())

    def final(self, ended: np.ndarray) -> np.ndarray:
        return self._blanked(super().final(ended))

    @staticmethod
    def _blanked(tiles: np.ndarray) -> np.ndarray:
        return np.stack([RULE_HIDDEN[tiles[..., 0]], tiles[..., 1]], -1)


class Painted:
    """Every cell's codes replaced by a small block of numbers from a table.

    table (ground codes, occupant codes, h, w, channels) uint8; an observation is
    (rows * h, columns * w, channels), or channels first, cast to `dtype` if it is not uint8.
    """

    def __init__(self, out: Outputs, table: np.ndarray, high: int, channels_first: bool, dtype: Any):
        self._out = out
        self._table = table
        worlds, agents, rows, columns = out.views.shape
        h, w, channels = table.shape[2:]
        shape = (rows * h, columns * w, channels)
        self._channels_first, self._dtype = channels_first, float_or_byte(dtype)
        self._painted = np.zeros((worlds, agents, *shape), np.uint8)
        final_shape = (channels, *shape[:2]) if channels_first else shape
        self.space: spaces.Box = spaces.Box(0, high, final_shape, self._dtype)
        direct = not channels_first and self._dtype == np.uint8
        self._current = self._painted if direct else np.zeros((worlds, agents, *final_shape), self._dtype)
        self._final = np.zeros((worlds, agents, *final_shape), self._dtype)

    def current(self) -> np.ndarray:
        self._paint(self._out.views, self._painted)
        if self._current is not self._painted:
            self._convert(self._painted, self._current)
        return self._current

    def final(self, ended: np.ndarray) -> np.ndarray:
        for w in np.flatnonzero(ended):
            painted = np.zeros_like(self._painted[:1])
            self._paint(self._out.final_views[w : w + 1], painted)
            self._convert(painted, self._final[w : w + 1])
        return self._final

    def _paint(self, views: np.ndarray, painted: np.ndarray) -> None:
        table = self._table.reshape(*self._table.shape[:3], -1)  # the channels of a row side by side
        lines = painted.reshape(-1, painted.shape[2], painted.shape[3] * painted.shape[4])
        paint(views.reshape(-1, *views.shape[2:]), table, lines)

    def _convert(self, painted: np.ndarray, out: np.ndarray) -> None:
        out[...] = np.moveaxis(painted, -1, -3) if self._channels_first else painted


@driver
def paint(views, table, out):
    """Views (B, rows, columns) through table (ground, occupant, h, w) into out (B, rows * h, columns * w)."""
    h, w = table.shape[2:]
    for b in range(views.shape[0]):
        for row in range(views.shape[1]):
            for column in range(views.shape[2]):
                view = views[b, row, column]
                block = table[view & 0xFF, view >> 8]
                for y in range(h):
                    line = out[b, row * h + y]
                    for x in range(w):
                        line[column * w + x] = block[y, x]


@lru_cache
def plane_table(codebook: Codebook) -> np.ndarray:
    """(ground codes, occupant codes, 1, 1, planes) uint8 0/1."""
    both = codebook.ground_planes[:, None] | codebook.occupant_planes[None, :]
    return np.ascontiguousarray(both[:, :, None, None, :])


def rgb_table(codebook: Codebook) -> np.ndarray:
    """(ground codes, occupant codes, 8, 8, 3) uint8, from the renderer's sprites (loads pygame)."""
    from ..render.sprites import rgb_table as sprites

    return sprites(RGB_CELL, codebook)


def table_of(kind: str, codebook: Codebook) -> tuple[np.ndarray, int]:
    """The table that paints `planes` or `rgb`, and its highest entry."""
    return (plane_table(codebook), 1) if kind == "planes" else (rgb_table(codebook), 255)


def require_kind(kind: str) -> None:
    """Refuse an unknown kind of observation."""
    if kind not in KINDS:
        raise ValueError(f"observation={kind!r} is unknown; known: {', '.join(KINDS)}")


def make_observer(
    kind: str,
    out: Outputs,
    codebook: Codebook,
    channels_first: bool = False,
    dtype: Any = np.uint8,
    hide_rule: bool = False,
) -> Tiles | Painted:
    """The observer of a kind. `channels_first` and `dtype` ("uint8", "float32") are for planes and rgb.

    With `hide_rule` every altar looks blank, whatever it shows; where a game has none it changes nothing.
    """
    require_kind(kind)
    hidden = hide_rule and "altar" in codebook.planes
    if kind != "tiles":
        table, high = table_of(kind, codebook)
        shown = table[RULE_HIDDEN[: len(table)]] if hidden else table
        return Painted(out, shown, high, channels_first, dtype)
    require_codes(channels_first, dtype)
    return RulelessTiles(out, codebook) if hidden else Tiles(out, codebook)


def require_codes(channels_first: bool, dtype: Any) -> None:
    """Refuse what only planes and rgb can be."""
    if channels_first or np.dtype(dtype) != np.uint8:
        raise ValueError("observation='tiles' takes neither channels_first nor dtype: its codes are uint8")


def float_or_byte(dtype: Any) -> np.dtype:
    """A dtype that planes and rgb can have."""
    chosen = np.dtype(dtype)
    if chosen not in (np.dtype(np.uint8), np.dtype(np.float32)):
        raise ValueError(f"dtype={dtype!r} is not allowed: observations are uint8 or float32")
    return chosen
