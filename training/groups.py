"""Groups: what one column of an evaluation is measured over, a population's episodes or several runs.

A population alone is measured over episodes, and its numbers hold for that population. A group
`LABEL=RUN+RUN+...` joins runs that differ in their training seed: each run's means over its episodes are
one value, and the numbers hold for training of that kind.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np

from .evaluate import Columns, metrics
from .statistics import mean_interval

OWN = ("schedule.seed", "schedule.device", "schedule.threads", "schedule.checkpoint_every")  # of each run


class Group(NamedTuple):
    """One column: its name, the populations that are played for it, and what is counted in it."""

    label: str
    members: tuple[str, ...]
    unit: str  # "episode" (then there is one member) or "run"


def read_group(word: str) -> Group:
    """The group of runs that `LABEL=RUN+RUN+...` names; any other word names a population by itself.

    What stands before the first = is a label unless it has a slash or a comma: `./lr=1` names a folder.
    Raises ValueError for an empty label or run, a run named twice, and several populations in one run.
    """
    label, equals, runs = word.partition("=")
    if not equals or "/" in label or "," in label:
        return Group(word, (word,), "episode")
    members = tuple(runs.split("+"))
    if not label or "" in members:
        raise ValueError(f"populations: {word!r} lacks a name; a group is LABEL=RUN+RUN+...")
    for run in members:
        if members.count(run) > 1:
            raise ValueError(f"populations: group {label} names {run} twice")
        if "," in run:
            raise ValueError(f"populations: group {label} has {run!r}; a group joins runs, without commas")
    return Group(label, members, "run")


def require_one_kind(group: Group, configs: Mapping[str, Mapping[str, Any]]) -> None:
    """Raise ValueError where runs of a group differ in more than OWN, or two share a training seed.

    configs: for each member the configuration it was trained with, as `TrainingConfig.to_dict` has it. Of the
    game's settings all are compared, whether they were chosen or came with a preset.
    """
    settings = {run: _flat(_played(configs[run])) for run in group.members}
    first = group.members[0]
    seeds: dict[int, str] = {}
    for run, own in settings.items():
        for name in sorted((own.keys() | settings[first].keys()) - {*OWN}):
            if (here := own.get(name)) != (there := settings[first].get(name)):
                both = f"{name} is {there!r} in {first} and {here!r} in {run}"
                raise ValueError(f"group {group.label}: {both}; its runs may differ in their seed alone")
        other = seeds.setdefault(seed := own["schedule.seed"], run)
        if other != run:
            raise ValueError(f"group {group.label}: {other} and {run} are both of training seed {seed}")


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


def sample(group: Group, played: Mapping[str, Columns]) -> Columns:
    """The group's values, a unit a row: its episodes, or each run's means (NaN left out) in their order."""
    if group.unit == "episode":
        return played[group.members[0]]
    runs = [played[run] for run in group.members]
    return {
        name: np.array([mean_interval(columns[name]).value for columns in runs]) for name in metrics(runs[0])
    }


def heading(group: Group, columns: Columns) -> str:
    """The group's name with its unit and how many there are: `trained (8 runs)`."""
    count = size(columns)
    return f"{group.label} ({count} {group.unit}{'s' if count != 1 else ''})"


def size(columns: Columns) -> int:
    """How many units."""
    return len(next(iter(columns.values())))
