"""Recordings: what was played, in a file that plays again exactly."""

from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Any

import numpy as np

from ..engine.files import as_bytes, write_arrays
from ..engine.game import Step


class Recorder:
    """Collects segments (a snapshot, then actions and events step by step) and writes them at the end.

    The file is a NumPy archive without pickles, written under a temporary name and renamed at `close`.
    Until then all is kept in memory, some 250 bytes a step and world with seven agents.
    """

    def __init__(self, path: str, header: dict[str, Any], on_close: Callable[[], None]):
        """`header`: of what batch it is, see docs/formats.md."""
        self.path = Path(path)
        if not self.path.parent.is_dir():
            raise FileNotFoundError(f"cannot record to {path}: {self.path.parent} is not a folder")
        if self.path.is_dir():
            raise IsADirectoryError(f"cannot record to {path}: it is a folder")
        self.closed = False
        self._on_close = on_close
        self._header = header
        self._segments: list[tuple[dict[str, np.ndarray], dict[str, list[np.ndarray]]]] = []

    def begin(self, snapshot: dict[str, np.ndarray]) -> None:
        """A new segment, after a reset or restore."""
        self._segments.append((snapshot, {}))

    def add(self, actions: np.ndarray, step: Step) -> None:
        """One step."""
        columns = self._segments[-1][1]
        for name, array in recorded(actions, step).items():
            columns.setdefault(name, []).append(np.array(array))

    def close(self) -> None:
        """Write the file; does nothing the second time."""
        if self.closed:
            return
        arrays = {"header": as_bytes(self._header)}
        for number, (snapshot, columns) in enumerate(self._segments):
            arrays |= {f"{number}/start/{name}": array for name, array in snapshot.items()}
            arrays |= {f"{number}/steps/{name}": np.stack(column) for name, column in columns.items()}
        write_arrays(self.path, arrays)
        self.closed = True
        self._on_close()

    def __enter__(self) -> "Recorder":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ):
        self.close()


def recorded(actions: np.ndarray, step: Step) -> dict[str, np.ndarray]:
    return {
        "actions": actions,
        "rewards": step.rewards,
        "terminated": step.terminated,
        "truncated": step.truncated,
        **{f"events.{name}": array for name, array in step.events._asdict().items()},
    }
