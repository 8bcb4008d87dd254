"""What was measured: a value a seed for every condition and metric, and learning curves."""

import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from ...envs.engine.files import read_json
from ..log import read_log
from ..run_folder import RunFolder
from .jobs import measured, run_of
from .plan import BEGINNING, Condition, Endpoint, Experiment

Rows = list[dict[str, Any]]


def values(folder: Path, condition: Condition, metric: str, seeds: Sequence[int]) -> np.ndarray:
    """(seeds,) the metric's mean over the episodes that measured each seed; NaN where it is undefined.

    Raises ValueError for a metric that the game does not have.
    """
    return np.array([_value(folder / measured(condition, seed), metric) for seed in seeds])


def has(folder: Path, condition: Condition, metric: str, seed: int) -> bool:
    """Whether a condition's game has the metric."""
    return metric in _metrics(folder / measured(condition, seed))


def _value(path: Path, metric: str) -> float:
    said = _metrics(path)
    if metric not in said:
        raise ValueError(f"{path} has no metric {metric!r}; known: {', '.join(said)}")
    value = said[metric]["mean"]["value"]
    return np.nan if value is None else value


def _metrics(path: Path) -> dict[str, Any]:
    (population,) = read_json(path, "evaluation")["populations"].values()
    return population["metrics"]


def logs(folder: Path, condition: Condition, seeds: Sequence[int]) -> list[Rows]:
    """The log of each seed's run."""
    return [read_log(RunFolder(folder / run_of(condition, seed)).log) for seed in seeds]


def over_training(log: Rows, metric: str, share: float = 1.0) -> float:
    """The mean of a metric over the first `share` of a log's updates, those in which it is defined.

    NaN where there are none. Every update weighs the same, however many episodes ended in it: it stands for
    as many steps.
    """
    points = [value for _, value in curve(log[: math.ceil(share * len(log))], metric)]
    return float(np.mean(points)) if points else np.nan


def curve(log: Rows, metric: str) -> list[tuple[int, float]]:
    """Agent-steps and value of every update in which a metric is defined."""
    return [(row["agent_steps"], row[metric]) for row in log if row.get(metric) is not None]


def thinned(log: Rows, metrics: Sequence[str], most: int = 100) -> Rows:
    """At most so many rows of a log, each the means over as many updates: agent_steps of the last of them.

    A mean leaves out updates in which a metric is undefined, as it does where the metric is not in the log.
    """
    parts = np.array_split(np.arange(len(log)), min(most, len(log))) if log else []
    return [
        {"agent_steps": log[part[-1]]["agent_steps"]}
        | {metric: over_training([log[i] for i in part], metric) for metric in metrics}
        for part in parts
    ]


class Sides(NamedTuple):
    """The values that a claim is judged by, one a seed."""

    higher: np.ndarray  # (seeds,) float64, of the condition that is to be higher
    lower: np.ndarray
    paired: bool = False  # both sides of a seed stand on the same run


def sides(folder: Path, endpoint: Endpoint, experiment: Experiment, seeds: Sequence[int]) -> Sides:
    """The two sides of a claim."""
    higher, lower = experiment.condition(endpoint.higher), experiment.condition(endpoint.lower)
    paired = experiment.players_in(higher) == experiment.players_in(lower)
    return Sides(_side(folder, endpoint, higher, seeds), _side(folder, endpoint, lower, seeds), paired)


def _side(folder: Path, endpoint: Endpoint, condition: Condition, seeds: Sequence[int]) -> np.ndarray:
    if endpoint.over == "end":
        return values(folder, condition, endpoint.metric, seeds)
    share = BEGINNING if endpoint.over == "beginning" else 1.0
    return np.array([over_training(log, endpoint.metric, share) for log in logs(folder, condition, seeds)])
