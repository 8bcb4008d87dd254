"""Coordinate steps: a small search that anyone can follow, for a few numbers that must fit a few targets."""

import math
from collections.abc import Callable
from typing import Generic, NamedTuple, Protocol, Self, TypeVar

FIRST_FACTOR, LAST_FACTOR = 2.0, 1.04


class Setting(Protocol):
    """Numbers that are searched: hashable, and equal where they are the same."""

    @property
    def levers(self) -> int:
        """How many numbers there are."""
        ...

    def moved(self, lever: int, factor: float) -> Self:
        """A setting with one number multiplied by about `factor`."""
        ...


S = TypeVar("S", bound=Setting)


class Trial(NamedTuple, Generic[S]):
    """One evaluation of a search."""

    setting: S
    misfit: float
    better: bool  # than all before it


def search(misfit: Callable[[S], float], start: S) -> list[Trial[S]]:
    """Each number up by a factor, else down, if that is better; the factor's root once no step is.

    Stops when the factor is below LAST_FACTOR. No setting is tried twice; trials are in order.
    """
    at, factor, tried = start, FIRST_FACTOR, {start}
    trials = [Trial(start, misfit(start), better=True)]
    best = trials[0].misfit
    while factor > LAST_FACTOR:
        before = best
        for lever in range(start.levers):
            for step in (factor, 1 / factor):
                setting = at.moved(lever, step)
                if setting in tried:
                    continue
                tried.add(setting)
                value = misfit(setting)
                trials.append(Trial(setting, value, better=value < best))
                if value < best:
                    at, best = setting, value
                    break
        factor = factor if best < before else math.sqrt(factor)
    return trials


def found(trials: list[Trial[S]]) -> S:
    """The best setting of a search."""
    return [trial.setting for trial in trials if trial.better][-1]
