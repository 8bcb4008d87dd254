"""What agents see of a contract: five numbers in 0 .. 1, in addition to what they see of the world."""

from typing import Any

import numpy as np
from gymnasium import spaces

from ..engine.compiling import driver
from ..engine.game import Observer
from .rules import TermParams
from .state import PROPOSING, VOTING

SEEN = (
    "theta, as a share of the way from low to high",  # of the contract that is offered or in force
    "a contract is in force",
    "a contract is being proposed",
    "an offer is being voted on",
    "the agent itself proposes",
)


class Seen:
    """The five numbers of all agents, now and when the worlds last ended."""

    def __init__(self, agreement: Any, terms: TermParams):
        self._agreement, self._terms = agreement, terms
        shape = (*agreement.asked.shape, len(SEEN))
        self.now, self.last = np.zeros(shape, np.float32), np.zeros(shape, np.float32)
        self.version = 0  # grows when `now` changes

    def update(self) -> None:
        """Read the agreement again."""
        agreement, terms = self._agreement, self._terms
        share = np.clip((agreement.theta - terms.low) / (terms.high - terms.low), 0.0, 1.0)
        common = (share, agreement.in_force, agreement.stage == PROPOSING, agreement.stage == VOTING)
        for column, value in enumerate(common):
            self.now[..., column] = value
        self.now[..., -1] = agreement.proposer == np.arange(agreement.asked.shape[1])
        self.version += 1

    def keep(self, ended: np.ndarray) -> None:
        """Worlds `ended` (W,) bool: what is seen now is the last of their episodes."""
        self.last[ended] = self.now[ended]


class SeenTerms:
    """An observation of the game with the terms appended; see `altared.envs.engine.game.Observer`.

    Vectors become longer by five numbers. Tiles and planes get five layers more, the same in every cell: as
    bytes 0 .. 255 where they are uint8, as 0 .. 1 where they are float32.
    """

    def __init__(self, kind: str, base: Observer, seen: Seen, channels_first: bool):
        if kind == "rgb":
            raise ValueError("observation='rgb' cannot show a contract; allowed: tiles, planes")
        self._base, self._seen, self._shown = base, seen, -1
        shape, dtype = base.space.shape, np.dtype(base.space.dtype)
        self._axis = 0 if channels_first else len(shape) - 1
        self._scale = 255.0 if dtype == np.uint8 else 1.0
        added = list(shape)
        added[self._axis] = len(SEEN)
        low, high = np.zeros(added), np.full(added, self._scale)
        self.space: spaces.Box = spaces.Box(
            np.concatenate([base.space.low, low], self._axis).astype(dtype),
            np.concatenate([base.space.high, high], self._axis).astype(dtype),
            dtype=dtype.type,
        )
        size = (*seen.now.shape[:2], *self.space.shape)
        self._current, self._final = np.zeros(size, dtype), np.zeros(size, dtype)

    def current(self) -> np.ndarray:
        self._put(self._base.current(), self._current)
        if self._shown != self._seen.version:  # terms change seldom
            self._shown = self._seen.version
            self._add(self._seen.now, self._current)
        return self._current

    def final(self, ended: np.ndarray) -> np.ndarray:
        self._put(self._base.final(ended), self._final)
        self._add(self._seen.last, self._final)
        return self._final

    def _put(self, views: np.ndarray, out: np.ndarray) -> None:
        runs = views.shape[2 + self._axis :]  # what lies together in memory
        length, longer = int(np.prod(runs)), int(np.prod(out.shape[2 + self._axis :]))
        put_runs(views.reshape(-1, length), out.reshape(-1, longer))

    def _add(self, seen: np.ndarray, out: np.ndarray) -> None:
        numbers = np.rint(seen * self._scale) if self._scale > 1 else seen
        layers = [1] * len(self.space.shape)
        layers[self._axis] = len(SEEN)
        place = (slice(None),) * (2 + self._axis) + (slice(-len(SEEN), None),)
        out[place] = numbers.reshape(*seen.shape[:2], *layers)


@driver
def put_runs(views, out):
    """Views (M, K) into the first K of each row of out (M, L)."""
    for row in range(views.shape[0]):
        for k in range(views.shape[1]):
            out[row, k] = views[row, k]
