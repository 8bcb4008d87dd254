"""Play a recording again, and check that everything comes out as it was recorded."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from ..engine.files import read_arrays, read_header
from ..engine.formats import difference
from ..engine.game import Step
from .recording import recorded
from .registration import batch_of


class ReplayError(RuntimeError):
    """A replay did not do what the recording says."""


def replay(path: str, observation: str | None = None) -> Iterator[tuple[Any, Step]]:
    """Play a recording again: yields (batch, step) for every step.

    Raises ReplayError at the first reward, ending or event that differs from the recorded one, and
    ValueError if the file is no recording, or one of another version of the format.
    """
    arrays = read_arrays(path, "recording")
    header = read_header(path, "recording", arrays)
    batch = batch_of(header, observation)
    if said := difference(header["actions"], batch.game.actions):
        raise ValueError(f"{path} was recorded with other actions than {batch.game.name} has: {said}")
    segments = {int(name.split("/")[0]) for name in arrays if "/" in name}
    for number in sorted(segments):
        batch.restore(_below(arrays, f"{number}/start/"), f"{path}: segment {number}")
        steps = _below(arrays, f"{number}/steps/")
        for t, actions in enumerate(steps.get("actions", ())):
            step = batch.step(actions)
            _compare(
                path, number, t, {name: column[t] for name, column in steps.items()}, recorded(actions, step)
            )
            yield batch, step


def _below(arrays: dict[str, np.ndarray], prefix: str) -> dict[str, np.ndarray]:
    return {name.removeprefix(prefix): array for name, array in arrays.items() if name.startswith(prefix)}


def _compare(
    path: str, segment: int, t: int, recorded: dict[str, np.ndarray], played: dict[str, np.ndarray]
) -> None:
    for name, array in recorded.items():
        if not np.array_equal(array, played[name]):
            raise ReplayError(f"{path}: segment {segment}, step {t + 1}: {name} differs from the recording")
