"""Observations that end with the further layers of layers.py."""

from typing import Any

import numpy as np
from gymnasium import spaces

from .extra_channels import MOST, Layers, highest, spread
from .observations import float_or_byte, make_observer, require_codes
from .state import Outputs


class Layered:
    """`tiles` (rows, columns, 2 + E), or `planes` followed by the layers as planes."""

    def __init__(
        self,
        kind: str,
        out: Outputs,
        layers: Layers,
        names: tuple[str, ...],
        channels_first: bool = False,
        dtype: Any = np.uint8,
        hide_rule: bool = False,
    ):
        """`names`: the config's fields that ask for the layers, in order."""
        if kind == "rgb":
            raise ValueError(f"observation='rgb' is not allowed: pixels show nothing of {names[0]}=True")
        if kind == "tiles":
            require_codes(channels_first, dtype)
        self._codes = make_observer(kind, out, hide_rule=hide_rule)
        self._layers, self._names, self._as_planes = layers, names, kind == "planes"
        self._channels_first, self._dtype = channels_first, float_or_byte(dtype)
        most = self._highest()
        self._unit = np.where(most[0, 0] == MOST, MOST, 1)  # (channels,) what 1.0 stands for in float32
        high = self._handed_out(most)
        self.space: spaces.Box = spaces.Box(np.zeros_like(high), high, dtype=self._dtype.type)
        self._current, self._final = (
            np.zeros((*layers.shown.shape[:2], *high.shape), self._dtype) for _ in range(2)
        )

    def current(self) -> np.ndarray:
        together = self._ended_with(self._codes.current(), self._layers.shown)
        self._current[...] = self._handed_out(together)
        return self._current

    def final(self, ended: np.ndarray) -> np.ndarray:
        if ended.any():
            together = self._ended_with(self._codes.final(ended)[ended], self._layers.final_shown[ended])
            self._final[ended] = self._handed_out(together)
        return self._final

    def _highest(self) -> np.ndarray:
        """The highest numbers, (rows, columns, channels)."""
        seen = self._codes.space.high
        last = highest(self._names, self._layers.shown.shape[1], self._as_planes)
        return np.concatenate([seen, np.broadcast_to(last, (*seen.shape[:2], len(last)))], -1)

    def _ended_with(self, seen: np.ndarray, layers: np.ndarray) -> np.ndarray:
        """The channels of both, (..., rows, columns, channels) uint8."""
        if self._as_planes:
            layers = spread(layers, self._names, self._layers.shown.shape[1])
        return np.concatenate([seen, layers], -1)

    def _handed_out(self, together: np.ndarray) -> np.ndarray:
        scaled = together / self._unit if self._dtype == np.float32 else together
        return (np.moveaxis(scaled, -1, -3) if self._channels_first else scaled).astype(self._dtype)
