"""Short hashes of arrays that come step by step."""

import hashlib
import json
from typing import Any

import numpy as np

BYTES = 5  # of a hash
DIGITS = 9  # of metrics, and of numbers in infos: sums in another order may differ after these


class Digests:
    """A running hash for each name: over dtype, shape and bytes of all that was added under it."""

    def __init__(self, rounded: bool = False):
        """rounded: float64 arrays count as float32, where last bits depend on the mathematics library."""
        self._rounded, self._running = rounded, {}

    def add(self, name: str, array: Any) -> None:
        """One more array under a name."""
        array = np.asarray(array)
        if self._rounded and array.dtype == np.float64:
            array = array.astype(np.float32)
        running = self._of(name)
        if array.dtype.kind == "f":
            array = array + 0  # no negative zeros
        running.update(f"{array.dtype.str}{array.shape}".encode())
        running.update(np.ascontiguousarray(array))

    def add_plain(self, name: str, value: Any) -> None:
        """One more piece of plain data under a name."""
        self._of(name).update(json.dumps(plain(value), sort_keys=True).encode())

    def result(self) -> dict[str, str]:
        """The hashes by name, sorted."""
        return {name: running.hexdigest() for name, running in sorted(self._running.items())}

    def _of(self, name: str) -> Any:
        if name not in self._running:
            self._running[name] = hashlib.blake2b(digest_size=BYTES)
        return self._running[name]


def plain(value: Any) -> Any:
    """`value` as JSON has it, floats with few enough digits to be the same everywhere."""
    if isinstance(value, dict):
        return {str(name): plain(one) for name, one in value.items()}
    if isinstance(value, list | tuple | np.ndarray):
        return [plain(one) for one in value]
    if isinstance(value, np.generic):
        value = value.item()
    return f"{value + 0.0:.{DIGITS}g}" if isinstance(value, float) else value
