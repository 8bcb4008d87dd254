"""The log of a run: one JSON object a line for each update, and the same numbers for TensorBoard."""

import json
import math
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
from torch.utils.tensorboard.writer import SummaryWriter

NO_METRICS = ("world", "slot_policies")  # columns that say where an episode was, and who acted in it


def episode_means(episodes: Iterable[dict[str, np.ndarray]]) -> dict[str, Any]:
    """The mean of every metric over episodes, from dicts of columns with the episodes as first axis.

    Undefined values (NaN) are left out of the mean and counted as `<metric>_undefined`; a metric that is
    nowhere defined is NaN. Columns with an axis for agents become lists. `episodes` is the number of them.
    """
    parts = list(episodes)
    means: dict[str, Any] = {"episodes": sum(len(part["world"]) for part in parts)}
    for name in parts[0] if parts else ():
        if name in NO_METRICS:
            continue
        column = np.concatenate([part[name] for part in parts]).astype(np.float64)
        known = ~np.isnan(column)
        with np.errstate(invalid="ignore"):
            means[name] = (np.where(known, column, 0.0).sum(0) / known.sum(0)).tolist()
        if not known.all():
            means[f"{name}_undefined"] = int((~known).sum())
    return means


class Log:
    """Append-only: every row is on disk when `write` returns, so that a kill costs at most a torn line."""

    def __init__(self, path: Path, tensorboard: Path, position: int = 0, update: int = 0) -> None:
        """Continue after `position` bytes and `update` updates; later rows, whole or torn, are dropped.

        Raises ValueError if the log is shorter than that, OSError if it cannot be written.
        """
        self.file = open(path, "ab")  # noqa: SIM115 (closed by close)
        if self.file.tell() < position:
            raise ValueError(f"{path} has {self.file.tell()} bytes; the checkpoint knows of {position}")
        self.file.truncate(position)
        self.file.seek(0, os.SEEK_END)
        self.board = SummaryWriter(str(tensorboard), purge_step=update + 1)

    @property
    def position(self) -> int:
        """Bytes written so far: where a resumed run goes on."""
        return self.file.tell()

    def write(self, row: dict[str, Any]) -> None:
        """Append a row; undefined numbers become null."""
        self.file.write((json.dumps(_with_null(row), allow_nan=False) + "\n").encode())
        self.file.flush()
        for name, value in row.items():
            values = value if isinstance(value, list) else [value]
            if any(isinstance(one, list) for one in values):
                continue  # a table is nothing to draw a curve of
            for i, number in enumerate(values):
                tag = f"{name}/{i}" if isinstance(value, list) else name
                self.board.add_scalar(tag, number, row["update"])

    def close(self) -> None:
        self.file.close()
        self.board.close()


def _with_null(value):
    if isinstance(value, dict):
        return {name: _with_null(v) for name, v in value.items()}
    if isinstance(value, list):
        return [_with_null(v) for v in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value


def read_log(path: Path) -> list[dict[str, Any]]:
    """All complete rows of a log; a torn last line is left out."""
    lines = path.read_bytes().split(b"\n")[:-1]
    return [json.loads(line) for line in lines]
