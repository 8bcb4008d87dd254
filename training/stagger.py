"""Worlds that end at different times."""

from typing import Any

import numpy as np


def stagger(batch: Any) -> np.ndarray:
    """Shorten the first episodes of a game with a time limit, so that worlds end at different times.

    In step with each other, the worlds would all be young in one rollout and all be old in another, and
    the learners would chase the age of the world. That takes a game with `max_cycles` (0: no limit) in its
    config and `state.clock` (W, 1) in its snapshot; the worlds of any other begin in step, and those of a
    batch that must be so (`in_step`). Returns which worlds were shortened, bool (W,).
    """
    limit = batch.game.config.to_dict().get("max_cycles", 0)
    snapshot = batch.snapshot()
    if not limit or "state.clock" not in snapshot or getattr(batch, "in_step", False):
        return np.zeros(batch.num_worlds, np.bool_)
    ages = np.arange(batch.num_worlds) * limit // batch.num_worlds
    snapshot["state.clock"][:, 0] = ages
    batch.restore(snapshot)
    return ages > 0
