"""Worlds that end at different times."""

from typing import Any

import numpy as np


def ages(limit: int, worlds: int) -> np.ndarray:
    """int64 (W,): steps that each world of a run is old when it begins, spread evenly over a time limit."""
    return np.arange(worlds) * limit // worlds


def stagger(batch: Any, first: int = 0, worlds: int | None = None) -> np.ndarray:
    """Shorten the first episodes of a game with a time limit, so that worlds end at different times.

    In step with each other, the worlds would all be young in one rollout and all be old in another, and
    the learners would chase the age of the world. That takes a game with `max_cycles` (0: no limit; under a
    contract the limit of play, whose clock it is) and `state.clock` (W, 1) in its snapshot; the worlds of
    any other begin in step, and those of a batch that must be so (`in_step`). The batch has the worlds from
    number `first` on of so many `worlds` of the run, None: all of them. Returns which of these were
    shortened, bool (W,).
    """
    limit = getattr(getattr(batch.game, "base", batch.game), "max_cycles", 0)
    snapshot = batch.snapshot()
    if not limit or "state.clock" not in snapshot or getattr(batch, "in_step", False):
        return np.zeros(batch.num_worlds, np.bool_)
    own = ages(limit, worlds or batch.num_worlds)[first : first + batch.num_worlds]
    if own.any():
        snapshot["state.clock"][:, 0] = own
        batch.restore(snapshot)
    return own > 0
