"""A scripted agent in a game with codes of its own, which it does not know."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from ...envs.grid.codes import FLOOR, GROUND_CODES, NOBODY, OCCUPANT_CODES, WALL
from ..policy import Policy


@dataclass
class SharedCodes:
    """A policy that is shown the codes of all games alone.

    Ground of the game's own looks like floor to it, or like a wall where nobody can stand; what else the game
    puts on a cell, like nobody.
    """

    policy: Policy
    solid: tuple[int, ...]
    """Ground codes where neither body nor beam can be."""

    def start(self, bodies: int, seed: int) -> None:
        """As the policy's."""
        self._grounds, self._occupants = np.arange(256, dtype=np.uint8), np.arange(256, dtype=np.uint8)
        self._grounds[GROUND_CODES:], self._occupants[OCCUPANT_CODES:] = FLOOR, NOBODY
        self._grounds[[code for code in self.solid if code >= GROUND_CODES]] = WALL
        self.policy.start(bodies, seed)

    def act(self, observations: np.ndarray, started: np.ndarray) -> np.ndarray:
        """One action a body, (B,) int32, from (B, rows, columns, 2) uint8 `tiles` views."""
        seen = self._grounds[observations[..., 0]], self._occupants[observations[..., 1]]
        return self.policy.act(np.stack(seen, -1), started)


def with_shared_codes(policy: Policy, codebook: Any) -> Policy:
    """The policy, as it can be shown a game with this codebook."""
    own = codebook.ground or codebook.occupants
    return SharedCodes(policy, codebook.solid) if own else policy
