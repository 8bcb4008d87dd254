"""Playing populations on fixed seeds, and what the episodes say about them.

Where the rows of columns are episodes, the numbers hold for these populations on this game and say nothing
about another training run of the same kind; for that, see groups.py, where a row is a run.
"""

from collections.abc import Callable, Mapping, Sequence
from itertools import combinations
from typing import Any, NamedTuple

import numpy as np

from ..agents.policy import Population
from .statistics import Comparison, Estimate, compare, holm, interquartile_interval, mean_interval

Columns = dict[str, np.ndarray]  # metric -> (E,) or (E, N), an episode a row; in a sample of runs, a run


class Contrast(NamedTuple):
    """Two populations compared on one metric; `adjusted` is p after Holm over all contrasts drawn."""

    first: str
    second: str
    metric: str
    comparison: Comparison
    adjusted: float | None


def play(
    batch: Any,
    population: Population,
    episodes: int,
    seed: int,
    tick: Callable[[int, int], None] = lambda steps, counted: None,
) -> Columns:
    """Play exactly `episodes` episodes; every world gives its first ones, in equal shares.

    Were the first to end counted, whichever world they come from, short episodes would be favoured.
    Two populations that are given the same `seed` begin in the same worlds. `tick` is given the number of
    steps taken and of episodes counted after every step. Returns the columns of `Step.episodes` and the
    column "episode" (its number within its world), sorted by world, then episode.
    """
    worlds = np.arange(batch.num_worlds)
    share = episodes // batch.num_worlds + (worlds < episodes % batch.num_worlds)
    counted = np.zeros(batch.num_worlds, np.int64)
    observations, started = batch.reset(seed=seed), np.ones(batch.num_worlds, bool)
    population.start(batch.num_worlds, seed)
    parts: list[Columns] = []
    steps = 0
    while (counted < share).any():
        step = batch.step(population.act(observations, started))
        observations, started = step.observations, step.terminated | step.truncated
        ended = step.episodes["world"]
        wanted = counted[ended] < share[ended]
        if wanted.any():
            rows = {"episode": counted[ended], **step.episodes}
            parts.append({name: np.array(column[wanted]) for name, column in rows.items()})
        counted[ended] += 1
        steps += 1
        tick(steps, int(np.minimum(counted, share).sum()))
    return _in_order(parts)


def limit_threads(threads: int) -> None:
    """Let learned networks use so many threads of the CPU."""
    import torch  # here, so that measuring scripted agents does not load it

    torch.set_num_threads(threads)


def _in_order(parts: list[Columns]) -> Columns:
    columns = {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
    order = np.lexsort((columns["episode"], columns["world"]))
    return {name: column[order] for name, column in columns.items()}


def metrics(columns: Columns) -> list[str]:
    """The names of the metrics of a whole episode: neither its address nor a number for each agent."""
    return [name for name, column in columns.items() if name not in ("world", "episode") and column.ndim == 1]


def summary(columns: Columns) -> dict[str, dict[str, Estimate]]:
    """For each metric the mean (t interval) and the interquartile mean (bootstrap), over rows."""
    return {
        name: {
            "mean": mean_interval(columns[name]),
            "interquartile_mean": interquartile_interval(columns[name]),
        }
        for name in metrics(columns)
    }


def contrasts(played: Mapping[str, Columns], endpoints: Sequence[str]) -> list[Contrast]:
    """Every pair of populations on every endpoint, in the order given, Holm-adjusted together.

    Raises ValueError for an endpoint that is no metric of the game.
    """
    known = metrics(next(iter(played.values())))
    for endpoint in endpoints:
        if endpoint not in known:
            raise ValueError(f"endpoints: no metric {endpoint!r}; known: {', '.join(known)}")
    pairs = [(a, b, metric) for metric in endpoints for a, b in combinations(played, 2)]
    compared = [compare(played[a][metric], played[b][metric]) for a, b, metric in pairs]
    ps = iter(holm([one.p for one in compared if one.p is not None]))
    return [
        Contrast(*pair, one, None if one.p is None else next(ps))
        for pair, one in zip(pairs, compared, strict=True)
    ]


def rows(columns: Columns) -> list[dict[str, Any]]:
    """One plain dict a row, as JSON has it: lists for agents, None for what is undefined."""
    count = len(next(iter(columns.values())))
    return [{name: plain(column[i].tolist()) for name, column in columns.items()} for i in range(count)]


def plain(value: Any) -> Any:
    """`value` with named tuples as dicts and NaN as None, ready for strict JSON."""
    if named := getattr(value, "_asdict", None):
        return plain(named())
    if isinstance(value, dict):
        return {name: plain(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [plain(one) for one in value]
    return None if isinstance(value, float) and np.isnan(value) else value
