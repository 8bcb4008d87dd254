"""Verdicts on claims: supported, refuted, or not resolved and what it would take."""

import math
from collections.abc import Sequence
from typing import Literal, NamedTuple

from ..statistics import FEWEST_FOR_A_TEST, LEVEL, Comparison, compare, defined, holm, seeds_needed
from .findings import Sides
from .plan import Endpoint

Word = Literal["supported", "refuted", "not resolved"]


class Verdict(NamedTuple):
    """What the runs say about one claim."""

    endpoint: Endpoint
    sides: Sides
    comparison: Comparison  # higher - lower
    adjusted: float | None  # p after Holm over the primary endpoints (of a secondary one: as it is)
    word: Word
    why: str


def verdicts(endpoints: Sequence[Endpoint], samples: Sequence[Sides], no_test: str = "") -> list[Verdict]:
    """One for each endpoint, in their order; samples: its two sides, a value a seed (NaN: undefined).

    no_test: why nothing is to be tested, if so.
    """
    compared = [compare(*sides) for sides in samples]
    if no_test:
        compared = [one._replace(p=None, note=no_test) for one in compared]
    tested = [i for i, one in enumerate(compared) if one.p is not None and endpoints[i].primary]
    ps = [p for i in tested if (p := compared[i].p) is not None]
    adjusted: dict[int, float | None] = {i: one.p for i, one in enumerate(compared)}
    adjusted |= dict(zip(tested, holm(ps), strict=True))
    family = {i: len(tested) if endpoints[i].primary else 1 for i in range(len(endpoints))}
    return [
        Verdict(e, s, one, adjusted[i], *judge(e, one, adjusted[i], s, family[i]))
        for i, (e, s, one) in enumerate(zip(endpoints, samples, compared, strict=True))
    ]


def judge(
    endpoint: Endpoint, comparison: Comparison, adjusted: float | None, sides: Sides, family: int
) -> tuple[Word, str]:
    """Supported: significantly higher, by however little. Refuted: significantly lower; or, with nothing
    significant, surely not higher by what matters: the 95 % interval lies below `endpoint.smallest`.

    family: how many endpoints are corrected for together.
    """
    difference = comparison.difference
    if adjusted is None or math.isnan(difference.value):
        return "not resolved", _untested(comparison, sides)
    if adjusted < 1 - LEVEL:
        return ("supported", "") if difference.value > 0 else ("refuted", "it is the other way round")
    if difference.high < endpoint.smallest:
        return "refuted", f"a difference of {endpoint.smallest:g} or more is excluded"
    return "not resolved", _what_it_would_take(endpoint, difference.value, sides, family)


def _untested(comparison: Comparison, sides: Sides) -> str:
    """Why there is no test."""
    units = [sides.higher - sides.lower] if sides.paired else [sides.higher, sides.lower]
    for values in units:
        kept, left_out = defined(values)
        if left_out and len(kept) < FEWEST_FOR_A_TEST <= len(values):
            what = "pairs" if sides.paired else "runs of a condition"
            return f"undefined in {left_out} of {len(values)} {what}"
    return comparison.note


def _what_it_would_take(endpoint: Endpoint, seen: float, sides: Sides, family: int) -> str:
    """Seeds for the difference that was seen, if it is one that matters; else for the smallest that does.

    With Bonferroni's level, which Holm's is at worst.
    """
    size = max(seen, endpoint.smallest)
    which = "the difference seen" if seen >= endpoint.smallest else f"a difference of {endpoint.smallest:g}"
    needed = seeds_needed(size, *sides, level=1 - (1 - LEVEL) / family)
    if needed <= len(sides.higher):
        return f"{needed} seeds a condition find {which} four times in five: repeat it with new ones"
    return f"about {needed} seeds a condition would resolve {which} four times in five"
