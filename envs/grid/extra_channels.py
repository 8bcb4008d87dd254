"""Further layers of a view, beside ground and occupant: what one was last paid, and who the others are.

With `observe_last_reward` or `identity` a `tiles` cell holds a further byte for each, in this order:

- *last reward*: 128 + what the viewer was paid in the last step, rounded to a whole number and held within
  0 .. 255; the same on every cell. 128 at the start of an episode.
- *identity*: 1 + number of the other agent that stands there; 0: nobody, or oneself.

`planes` end with them: the last reward as one constant plane of that byte (of dtype float32: divided by 255),
then a 0/1 plane for each agent, lit where that agent stands (never oneself). Whoever is removed sees 0
everywhere, here too: also what it was paid in the step that removed it.

Games without further layers have none of it: their rules are compiled with `None` in its place.
"""

from typing import Any, NamedTuple

import numpy as np
from gymnasium import spaces

from ..engine.compiling import rule, seldom_rule
from .config import ForagingConfig
from .observations import float_or_byte, make_observer, require_codes
from .state import Outputs

NOTHING_PAID, MOST = 128, 255  # bytes of the last reward: of none, of the highest
LAYERS = ("observe_last_reward", "identity")  # fields of a config, in the order of their layers


class Layers(NamedTuple):
    """The arrays; E layers."""

    last_paid: np.ndarray  # (W, N) float32 what an agent was paid in the last step
    shown: np.ndarray  # (W, N, rows, columns, E) uint8
    final_shown: np.ndarray  # same; the last views of the worlds that ended


MEMORY = ("last_paid",)  # what the next views depend on


def layers_of_config(config: ForagingConfig) -> tuple[str, ...]:
    """The further layers that a config asks for."""
    return tuple(name for name in LAYERS if getattr(config, name))


def allocate_layers(
    config: ForagingConfig, num_worlds: int, num_agents: int, view: tuple[int, int]
) -> Layers | None:
    """Zeroed arrays, if a config asks for any; `view` is (rows, columns)."""
    names = layers_of_config(config)
    if not names:
        return None
    shape = (num_worlds, num_agents, *view, len(names))
    paid = np.zeros((num_worlds, num_agents), np.float32)
    return Layers(paid, np.zeros(shape, np.uint8), np.zeros(shape, np.uint8))


def spread(layers: Any, names: tuple[str, ...], num_agents: int) -> np.ndarray:
    """Layers (..., E) uint8 as planes (..., P) uint8: one for a number, one for each agent."""
    planes = []
    for k, name in enumerate(names):
        layer = layers[..., k : k + 1]
        if name == "identity":
            planes.append((layer == np.arange(1, num_agents + 1)).astype(np.uint8))
        else:
            planes.append(layer)
    return np.concatenate(planes, -1)


def highest(names: tuple[str, ...], num_agents: int, as_planes: bool) -> list[int]:
    """The highest number in each layer, or in each of its planes."""
    each = {"observe_last_reward": [MOST], "identity": [1] * num_agents if as_planes else [num_agents]}
    return [number for name in names for number in each[name]]


@rule
def layers_of(layers, w):
    """World w of the layers, as views; None of None."""
    if layers is None:
        return None
    return Layers(layers.last_paid[w], layers.shown[w], layers.final_shown[w])


@rule
def note_pay(last_paid, rewards):
    """What every agent was paid in this step."""
    for i in range(rewards.size):
        last_paid[i] = rewards[i]


@rule
def forget_pay(last_paid):
    """At the start of an episode nobody has been paid."""
    for i in range(last_paid.size):
        last_paid[i] = 0.0


@seldom_rule
def write_extra_channels(s, p, last_paid, shown):
    """Write the further layers (N, rows, columns, E) of every agent."""
    for i in range(s.at.size):
        present = s.removed_for[i] == 0
        if p.observe_last_reward:
            fill(byte_of(last_paid[i]) if present else 0, shown[i, :, :, 0])
        if p.identity:
            layer = shown[i, :, :, p.observe_last_reward]
            if present:
                name_others(s, p, i, layer)
            else:
                fill(0, layer)


@rule
def byte_of(reward):
    """A reward as a byte: 128 + the nearest whole number, held within 0 .. 255."""
    return round(min(max(NOTHING_PAID + float(reward), 0.0), 255.0))


@rule
def fill(value, layer):
    """The same number on every cell."""
    for row in range(layer.shape[0]):
        for column in range(layer.shape[1]):
            layer[row, column] = value


@rule
def name_others(s, p, i, layer):
    """Who stands on the cells around agent i, turned as its view."""
    forward, right = p.ahead[s.facing[i]], p.ahead[(s.facing[i] + 1) & 3]
    corner = s.at[i] + p.view_forward * forward - p.view_left * right
    for row in range(layer.shape[0]):
        for column in range(layer.shape[1]):
            body = s.bodies[corner - row * forward + column * right]
            layer[row, column] = 0 if body == 1 + i else body


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
