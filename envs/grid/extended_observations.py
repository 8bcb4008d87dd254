"""Observations that end with the further channels of extra_channels.py."""

from typing import Any

import numpy as np
from gymnasium import spaces

from ..engine.driver import Outputs
from .codebook import Codebook
from .extra_channels import MOST
from .observations import float_or_byte, make_observer, require_codes


def spread(channels: Any, names: tuple[str, ...], num_agents: int) -> np.ndarray:
    """Channels (..., E) uint8 as planes (..., P) uint8: one for a number, one for each agent."""
    planes = []
    for k, name in enumerate(names):
        channel = channels[..., k : k + 1]
        if name == "identity":
            planes.append((channel == np.arange(1, num_agents + 1)).astype(np.uint8))
        else:
            planes.append(channel)
    return np.concatenate(planes, -1)


def highest(names: tuple[str, ...], num_agents: int, as_planes: bool) -> list[int]:
    """The highest number in each channel, or in each of its planes."""
    each = {"observe_last_reward": [MOST], "identity": [1] * num_agents if as_planes else [num_agents]}
    return [number for name in names for number in each[name]]


class Extended:
    """`tiles` (rows, columns, 2 + E), or `planes` followed by the further channels as planes."""

    def __init__(
        self,
        kind: str,
        out: Outputs,
        codebook: Codebook,
        names: tuple[str, ...],
        channels_first: bool = False,
        dtype: Any = np.uint8,
        hide_rule: bool = False,
    ):
        """`names`: the config's fields that ask for the channels, in order."""
        if kind == "rgb":
            raise ValueError(f"observation='rgb' is not allowed: pixels show nothing of {names[0]}=True")
        if kind == "tiles":
            require_codes(channels_first, dtype)
        self._codes = make_observer(kind, out, codebook, hide_rule=hide_rule)
        self._out, self._names, self._as_planes = out, names, kind == "planes"
        self._channels_first, self._dtype = channels_first, float_or_byte(dtype)
        most = self._highest()
        self._unit = np.where(most[0, 0] == MOST, MOST, 1)  # (channels,) what 1.0 stands for in float32
        high = self._formatted(most)
        self.space: spaces.Box = spaces.Box(np.zeros_like(high), high, dtype=self._dtype.type)
        self._current, self._final = (
            np.zeros((*out.extra.shape[:2], *high.shape), self._dtype) for _ in range(2)
        )

    def current(self) -> np.ndarray:
        together = self._ended_with(self._codes.current(), self._out.extra)
        self._current[...] = self._formatted(together)
        return self._current

    def final(self, ended: np.ndarray) -> np.ndarray:
        if ended.any():
            together = self._ended_with(self._codes.final(ended)[ended], self._out.final_extra[ended])
            self._final[ended] = self._formatted(together)
        return self._final

    def _highest(self) -> np.ndarray:
        """The highest numbers, (rows, columns, channels)."""
        seen = self._codes.space.high
        last = highest(self._names, self._out.extra.shape[1], self._as_planes)
        return np.concatenate([seen, np.broadcast_to(last, (*seen.shape[:2], len(last)))], -1)

    def _ended_with(self, seen: np.ndarray, extra: np.ndarray) -> np.ndarray:
        """The channels of both, (..., rows, columns, channels) uint8."""
        if self._as_planes:
            extra = spread(extra, self._names, self._out.extra.shape[1])
        return np.concatenate([seen, extra], -1)

    def _formatted(self, together: np.ndarray) -> np.ndarray:
        scaled = together / self._unit if self._dtype == np.float32 else together
        return (np.moveaxis(scaled, -1, -3) if self._channels_first else scaled).astype(self._dtype)
