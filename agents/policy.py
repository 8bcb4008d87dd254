"""What it means to act: the two protocols every agent, scripted or learned, follows."""

from typing import Protocol

import numpy as np


class Policy(Protocol):
    """Acts for B bodies at once, each from its own view and nothing else."""

    def start(self, bodies: int, seed: int) -> None:
        """Forget everything and prepare for `bodies` bodies; the same seed gives the same actions."""
        ...

    def act(self, observations: np.ndarray, started: np.ndarray) -> np.ndarray:
        """One action a body.

        observations: (B, *view), as the game shows them: uint8 `tiles` on a map, float32 `vector` elsewhere.
        started: (B,) bool, true where the view is the first of an episode (memory is dropped there).
        Returns (B,) int32.
        """
        ...


class Population(Protocol):
    """Acts for everybody in W worlds."""

    def start(self, num_worlds: int, seed: int) -> None:
        """Forget everything and prepare for `num_worlds` worlds; the same seed gives the same actions."""
        ...

    def act(self, observations: np.ndarray, started: np.ndarray) -> np.ndarray:
        """One action for each agent: (W, N, *view) and (W,) bool to (W, N) int32."""
        ...
