"""Seeds of worlds: one for all of them, or one for each."""

from collections.abc import Sequence
from typing import Any

import numpy as np


def world_seeds(seed: int | Sequence[int] | None, num_worlds: int) -> tuple[list[int], list[int]]:
    """The seed of each world, and the world's number under it.

    One seed: world w is number w under it. W seeds: each world is number 0 under its own, as a single
    world with that seed is. None: a seed from the operating system.
    """
    if seed is None:
        seed = int(np.random.SeedSequence().generate_state(1, np.uint64)[0])
    if not isinstance(seed, (Sequence, np.ndarray)) or isinstance(seed, str):
        return [_checked(seed)] * num_worlds, list(range(num_worlds))
    seeds = [_checked(one) for one in seed]
    if len(seeds) != num_worlds:
        raise ValueError(
            f"seed has {len(seeds)} entries; allowed: one number, or one for each of {num_worlds}"
        )
    return seeds, [0] * num_worlds


def _checked(seed: Any) -> int:
    if not isinstance(seed, (int, np.integer)) or isinstance(seed, bool) or not 0 <= seed < 2**64:
        raise ValueError(f"seed={seed!r} is not allowed: seeds are whole numbers in 0 .. 2**64 - 1")
    return int(seed)
