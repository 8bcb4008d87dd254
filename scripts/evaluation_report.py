"""What an evaluation found, ready for JSON."""

from collections.abc import Mapping, Sequence
from typing import Any

from altared.training.evaluate import Columns, Contrast, plain, rows, summary
from altared.training.groups import Group, sample, size

INTERVAL = "mean ± half a 95 % t interval over the units that a column names: its episodes or its runs"


def of_group(
    group: Group, states: Mapping[str, Mapping[str, Any]], played: Mapping[str, Columns], episode_rows: bool
) -> dict[str, Any]:
    """Estimates over the units of one population or group, then the units one by one.

    states: of a group of runs, the JSON of each run's checkpoint.
    """
    columns = sample(group, played)
    found = {"unit": group.unit, "count": size(columns), "metrics": plain(summary(columns))}
    episodes = {name: {"episodes": rows(played[name])} if episode_rows else {} for name in group.members}
    if group.unit == "episode":
        return found | episodes[group.members[0]]
    runs = [
        {"run": run, "agent_steps": states[run]["agent_steps"], "means": means, **episodes[run]}
        for run, means in zip(group.members, rows(columns), strict=True)
    ]
    return found | {"runs": runs}


def of_pairs(drawn: Sequence[Contrast]) -> list[dict[str, Any]]:
    """Every comparison of two populations or groups."""
    return plain([one._asdict() for one in drawn])
