"""Verdicts on claims: supported, refuted, or not resolved and what it would take."""

import math
from collections.abc import Sequence
from typing import Literal, NamedTuple

import numpy as np

from ..statistics import LEVEL, Comparison, compare, defined, holm, seeds_needed
from .findings import Sides
from .plan import Endpoint

Word = Literal["supported", "refuted", "not resolved"]


class Verdict(NamedTuple):
    """What the runs say about one claim."""

    endpoint: Endpoint
    higher: np.ndarray  # (seeds,) float64, the condition that was to be higher
    lower: np.ndarray
    comparison: Comparison  # higher - lower
    adjusted: float | None  # p after Holm over the primary endpoints (of a secondary one: as it is)
    word: Word
    why: str


def verdicts(endpoints: Sequence[Endpoint], samples: Sequence[Sides]) -> list[Verdict]:
    """One for each endpoint, in their order; samples: its two sides, a value a seed (NaN: undefined)."""
    compared = [compare(higher, lower) for higher, lower in samples]
    tested = [i for i, one in enumerate(compared) if one.p is not None and endpoints[i].primary]
    ps = [p for i in tested if (p := compared[i].p) is not None]
    adjusted: dict[int, float | None] = {i: one.p for i, one in enumerate(compared)}
    adjusted |= dict(zip(tested, holm(ps), strict=True))
    return [
        Verdict(e, *s, one, adjusted[i], *judge(e, one, adjusted[i], *s))
        for i, (e, s, one) in enumerate(zip(endpoints, samples, compared, strict=True))
    ]


def judge(
    endpoint: Endpoint, comparison: Comparison, adjusted: float | None, higher: np.ndarray, lower: np.ndarray
) -> tuple[Word, str]:
    """Supported: significantly higher. Refuted: significantly lower, or surely not higher by what matters.

    The second way asks that the whole interval of the difference lies below `endpoint.smallest`.
    """
    difference = comparison.difference
    if math.isnan(difference.value):
        return "not resolved", "undefined in all runs of a condition"
    if adjusted is None:
        return "not resolved", comparison.note
    significant = adjusted < 1 - LEVEL
    if significant and difference.value > 0:
        return "supported", ""
    if significant:
        return "refuted", "it is the other way round"
    if difference.high < endpoint.smallest:
        return "refuted", f"a difference of {endpoint.smallest:g} or more is excluded"
    return "not resolved", _what_it_would_take(endpoint, difference.value, higher, lower)


def _what_it_would_take(endpoint: Endpoint, seen: float, higher: np.ndarray, lower: np.ndarray) -> str:
    """Seeds for the difference that was seen, if it is one that matters; else for the smallest that does."""
    size = max(seen, endpoint.smallest)
    which = "the difference seen" if seen >= endpoint.smallest else f"a difference of {endpoint.smallest:g}"
    needed = seeds_needed(size, defined(higher)[0], defined(lower)[0])
    return f"about {needed} seeds an arm would resolve {which} four times in five"
