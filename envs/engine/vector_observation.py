"""Observations that are a few numbers: `vector`, of the games without a map."""

from typing import Any, NamedTuple

import numpy as np
from gymnasium import spaces


class Outputs(NamedTuple):
    """What a step of such a game hands out beside events."""

    views: np.ndarray  # (W, N, D) float32
    final_views: np.ndarray  # same; the last views of the worlds that ended
    rewards: np.ndarray  # (W, N) float32
    terminated: np.ndarray  # (W,) bool
    truncated: np.ndarray  # (W,) bool
    paused: np.ndarray  # (W,) bool the world is to stand still


def allocate_outputs(num_worlds: int, num_agents: int, numbers: int) -> Outputs:
    """Zeroed arrays; every agent sees so many `numbers`."""
    W, N = num_worlds, num_agents
    return Outputs(
        views=np.zeros((W, N, numbers), np.float32),
        final_views=np.zeros((W, N, numbers), np.float32),
        rewards=np.zeros((W, N), np.float32),
        terminated=np.zeros(W, np.bool_),
        truncated=np.zeros(W, np.bool_),
        paused=np.zeros(W, np.bool_),
    )


class Vector:
    """float32 (D,), as the rules wrote them; see `altared.envs.engine.game.Observer`."""

    def __init__(self, views: np.ndarray, final_views: np.ndarray, low: np.ndarray, high: np.ndarray):
        """views, final_views: (W, N, D) float32, now and of the worlds that ended; low, high: (D,)."""
        self.space: spaces.Box = spaces.Box(np.float32(low), np.float32(high), dtype=np.float32)
        self._views, self._final_views = views, final_views

    def current(self) -> np.ndarray:
        return self._views

    def final(self, ended: np.ndarray) -> np.ndarray:
        return self._final_views


def require_vector(kind: str, options: dict[str, Any]) -> None:
    """Refuse kinds of observation that a game without a map has not, and options that they would take."""
    if kind != "vector":
        raise ValueError(f"observation={kind!r} is unknown; known: vector")
    if options:
        raise ValueError(f"observation='vector' takes no {', '.join(sorted(options))}")
