"""Random play of batches, and whether two steps are the same."""

import numpy as np

LIVELY = {
    "max_cycles": 60,
    "regrowth": (0.0, 0.05, 0.1, 0.3),
    "end_chance": 0.1,
    "end_after": 10,
    "end_interval": 7,
}
CROWDED = (
    "\n".join(["##########", "#Q aa  aa#", "# aaa   a#", "#  a Q aa#", "#PPPPPPPP#", "##########"]) + "\n"
)


def random_actions(batch, rng):
    return rng.integers(0, 8, (batch.num_worlds, batch.num_agents))


def arrays_of(value) -> list:
    """All arrays in a step, in order."""
    if isinstance(value, dict):
        return [value[name] for name in sorted(value)]
    if isinstance(value, tuple):
        return [array for part in value for array in arrays_of(part)]
    return [value]


def same(one, two) -> bool:
    pairs = zip(arrays_of(one), arrays_of(two), strict=True)
    return all(np.array_equal(a, b, equal_nan=a.dtype.kind == "f") for a, b in pairs)
