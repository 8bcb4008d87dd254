"""Random: every action equally likely, whatever is in view."""

from dataclasses import dataclass

import numpy as np

from ...envs.grid.harvest import ACTIONS


@dataclass
class Random:
    """Uniform over all actions, firing included."""

    actions: int = len(ACTIONS)

    def start(self, bodies: int, seed: int) -> None:
        """Draw from a separate stream, begun by `seed`."""
        self._random = np.random.default_rng(seed)

    def act(self, observations: np.ndarray, started: np.ndarray) -> np.ndarray:
        """One uniform action a body, (B,) int32; `observations` are not used."""
        return self._random.integers(0, self.actions, len(observations), dtype=np.int32)
