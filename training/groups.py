"""Arms: what stands in one column of an evaluation, and so what its unit is.

A population alone is measured over episodes, and its numbers hold for that population. An arm
`LABEL=RUN+RUN+...` joins runs that differ in their training seed: each run's means over its episodes are
one value, and the numbers hold for training of that kind.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np

from .evaluate import Columns, metrics
from .statistics import mean_interval

OWN = ("schedule.seed", "schedule.device", "schedule.threads", "schedule.checkpoint_every")  # of each run


class Arm(NamedTuple):
    """One column: its name, the populations that are played for it, and what is counted in it."""

    label: str
    members: tuple[str, ...]
    unit: str  # "episode" (then there is one member) or "run"


def read_arm(word: str) -> Arm:
    """The arm of runs that `LABEL=RUN+RUN+...` names; any other word names a population by itself.

    What stands before the first = is a label unless it has a slash or a comma: `./lr=1` names a folder.
    Raises ValueError for an empty label or run, a run named twice, and several populations in one run.
    """
    label, equals, runs = word.partition("=")
    if not equals or "/" in label or "," in label:
        return Arm(word, (word,), "episode")
    members = tuple(runs.split("+"))
    if not label or "" in members:
        raise ValueError(f"populations: {word!r} lacks a name; an arm is LABEL=RUN+RUN+...")
    for run in members:
        if members.count(run) > 1:
            raise ValueError(f"populations: arm {label} names {run} twice")
        if "," in run:
            raise ValueError(f"populations: arm {label} has {run!r}; an arm joins runs, without commas")
    return Arm(label, members, "run")


def require_one_kind(arm: Arm, configs: Mapping[str, Mapping[str, Any]]) -> None:
    """Raise ValueError where runs of an arm differ in more than OWN, or two share a training seed.

    configs: for each member the configuration it was trained with, as `TrainingConfig.to_dict` has it. Of the
    game's settings all are compared, whether they were chosen or came with a preset.
    """
    settings = {run: _flat(_played(configs[run])) for run in arm.members}
    first = arm.members[0]
    seeds: dict[int, str] = {}
    for run, own in settings.items():
        for name in sorted((own.keys() | settings[first].keys()) - {*OWN}):
            if (here := own.get(name)) != (there := settings[first].get(name)):
                both = f"{name} is {there!r} in {first} and {here!r} in {run}"
                raise ValueError(f"arm {arm.label}: {both}; its runs may differ in their seed alone")
        other = seeds.setdefault(seed := own["schedule.seed"], run)
        if other != run:
            raise ValueError(f"arm {arm.label}: {other} and {run} are both of training seed {seed}")


def _played(config: Mapping[str, Any]) -> dict[str, Any]:
    """The configuration with all of the game's settings in the place of those chosen."""
    rest = {name: part for name, part in config.items() if name != "env_resolved"}
    return {**rest, "env": config["env_resolved"]}


def _flat(config: Mapping[str, Any], prefix: str = "") -> dict[str, Any]:
    """Nested settings by dotted names."""
    flat: dict[str, Any] = {}
    for name, value in config.items():
        nested = isinstance(value, Mapping)
        flat |= _flat(value, f"{prefix}{name}.") if nested else {prefix + name: value}
    return flat


def sample(arm: Arm, played: Mapping[str, Columns]) -> Columns:
    """The arm's values, a unit a row: its episodes, or each run's means (NaN left out) in their order."""
    if arm.unit == "episode":
        return played[arm.members[0]]
    runs = [played[run] for run in arm.members]
    return {
        name: np.array([mean_interval(columns[name]).value for columns in runs]) for name in metrics(runs[0])
    }


def heading(arm: Arm, columns: Columns) -> str:
    """The arm's name with its unit and how many there are: `trained (8 runs)`."""
    count = size(columns)
    return f"{arm.label} ({count} {arm.unit}{'s' if count != 1 else ''})"


def size(columns: Columns) -> int:
    """How many units."""
    return len(next(iter(columns.values())))
