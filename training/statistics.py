"""Means, intervals and tests over seeds or episodes.

NaN means "undefined here" (a metric without a denominator): such values are left out, and counted.
Nothing is made up from too few: an interval of fewer than two values is NaN.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats

LEVEL = 0.95  # coverage of an interval
RESAMPLES = 10_000  # of a bootstrap or of a permutation test that is not exact
FEWEST_FOR_A_TEST = 6  # seeds a condition: 3 against 3 cannot go below p = 0.10


class Estimate(NamedTuple):
    """A number with its interval, from `count` values; `left_out` more were undefined."""

    value: float
    low: float
    high: float
    count: int
    left_out: int


class Comparison(NamedTuple):
    """How far apart two samples are. `p` is None where there are too few values for a test."""

    difference: Estimate  # of the means, first minus second
    p: float | None
    note: str  # "" or why there is no test


def defined(values: ArrayLike) -> tuple[np.ndarray, int]:
    """The values that are not NaN, flat float64, and the number of those that are."""
    values = np.asarray(values, np.float64).ravel()
    kept = values[~np.isnan(values)]
    return kept, len(values) - len(kept)


def mean_interval(values: ArrayLike, level: float = LEVEL) -> Estimate:
    """Mean with Student's t interval."""
    kept, left_out = defined(values)
    n = len(kept)
    if n == 0:
        return Estimate(np.nan, np.nan, np.nan, 0, left_out)
    mean = float(kept.mean())
    if n == 1:
        return Estimate(mean, np.nan, np.nan, 1, left_out)
    reach = _quantile(level, n - 1) * kept.std(ddof=1) / np.sqrt(n)
    return Estimate(mean, mean - reach, mean + reach, n, left_out)


def interquartile_interval(values: ArrayLike, level: float = LEVEL, seed: int = 0) -> Estimate:
    """Interquartile mean (a quarter of the values cut off at either end) with a bootstrap interval.

    Percentile bootstrap as in Agarwal et al. 2021 (arXiv 2108.13264); the same `seed`, the same interval.
    """
    kept, left_out = defined(values)
    n = len(kept)
    if n < 2:
        return Estimate(float(kept[0]) if n else np.nan, np.nan, np.nan, n, left_out)
    random = np.random.default_rng(seed)
    again = kept[random.integers(0, n, (RESAMPLES, n))]
    tail = (1 - level) / 2
    low, high = np.quantile(stats.trim_mean(again, 0.25, axis=1), [tail, 1 - tail])
    return Estimate(float(stats.trim_mean(kept, 0.25)), float(low), float(high), n, left_out)


def difference_interval(first: ArrayLike, second: ArrayLike, level: float = LEVEL) -> Estimate:
    """Difference of the means, first minus second, with Welch's interval; `count` is of both together."""
    a, a_left_out = defined(first)
    b, b_left_out = defined(second)
    n, left_out = len(a) + len(b), a_left_out + b_left_out
    if min(len(a), len(b)) == 0:
        return Estimate(np.nan, np.nan, np.nan, n, left_out)
    difference = float(a.mean() - b.mean())
    if min(len(a), len(b)) == 1:
        return Estimate(difference, np.nan, np.nan, n, left_out)
    reach = _welch_reach(a, b, level)
    return Estimate(difference, difference - reach, difference + reach, n, left_out)


def permutation_test(first: ArrayLike, second: ArrayLike, paired: bool = False, seed: int = 0) -> float:
    """Two-sided p of the difference of the means under relabelling; exact up to RESAMPLES relabellings.

    paired: values of the same place belong together, and only within a pair are labels exchanged.
    """
    a, b = pairs(first, second) if paired else (defined(first)[0], defined(second)[0])
    if min(len(a), len(b)) == 0:
        return np.nan
    result = stats.permutation_test(
        (a, b),
        lambda x, y, axis: x.mean(axis=axis) - y.mean(axis=axis),
        permutation_type="samples" if paired else "independent",
        vectorized=True,
        n_resamples=RESAMPLES,
        batch=1000,
        rng=np.random.default_rng(seed),
    )
    return float(result.pvalue)


def pairs(first: ArrayLike, second: ArrayLike) -> tuple[np.ndarray, np.ndarray]:
    """The values of both samples, flat float64, at the places at which both are defined."""
    a, b = (np.asarray(one, np.float64).ravel() for one in (first, second))
    both = ~np.isnan(a) & ~np.isnan(b)
    return a[both], b[both]


def compare(first: ArrayLike, second: ArrayLike, paired: bool = False, seed: int = 0) -> Comparison:
    """Difference of two samples with an interval, and a test where there are enough values for one.

    paired: values of the same place belong together (n of both); the interval is Student's, of the
    differences within pairs.
    """
    if paired:
        a, b = pairs(first, second)
        left_out = np.size(first) - len(a)
        difference, fewest = mean_interval(a - b)._replace(left_out=left_out), len(a)
    else:
        difference = difference_interval(first, second)
        fewest = min(len(defined(first)[0]), len(defined(second)[0]))
    if fewest < FEWEST_FOR_A_TEST:
        return Comparison(difference, None, "illustration, no test")
    return Comparison(difference, permutation_test(first, second, paired, seed), "")


def seeds_needed(
    difference: float,
    first: ArrayLike,
    second: ArrayLike,
    paired: bool = False,
    power: float = 0.8,
    level: float = LEVEL,
) -> int:
    """Values a group with which a two-sided t test at 1 - `level` finds a `difference` with chance `power`.

    Takes the deviation from both samples, pooled with equal weight; paired: of the differences within pairs.
    At least FEWEST_FOR_A_TEST, and as many pairs as a permutation test takes to reach the level at all.
    Raises ValueError for a difference that is not above 0.
    """
    if not difference > 0:
        raise ValueError(f"difference is {difference}; allowed: above 0")
    if paired:
        spread = float(np.subtract(*pairs(first, second)).std(ddof=1))
    else:
        spread = float(np.sqrt(sum(np.var(defined(one)[0], ddof=1) for one in (first, second))))
    n = FEWEST_FOR_A_TEST
    while paired and 2.0 ** (1 - n) > 1 - level:
        n += 1
    while n < 10**6 and _power(difference, spread / np.sqrt(n), (n - 1) * (2 - paired), level) < power:
        n = n + 1 if n < 1000 else n * 2
    return n


def _power(difference: float, error: float, freedom: int, level: float) -> float:
    """Chance that a two-sided t test finds a true difference; error: the standard error of what is seen."""
    if error == 0:
        return 1.0
    bound, away = _quantile(level, freedom), difference / error
    return float(stats.nct.sf(bound, freedom, away) + stats.nct.cdf(-bound, freedom, away))


def holm(p_values: Sequence[float]) -> list[float]:
    """Holm's step-down adjustment: each adjusted p may be read against the level as if it were alone."""
    order = np.argsort(p_values)
    adjusted = np.empty(len(p_values))
    worst = 0.0
    for rank, index in enumerate(order):
        worst = max(worst, min(1.0, (len(p_values) - rank) * p_values[index]))
        adjusted[index] = worst
    return adjusted.tolist()


def _quantile(level: float, freedom: float) -> float:
    return float(stats.t.ppf((1 + level) / 2, freedom))


def _welch_reach(a: np.ndarray, b: np.ndarray, level: float) -> float:
    """Half width of Welch's interval; 0 where neither sample varies."""
    u, v = a.var(ddof=1) / len(a), b.var(ddof=1) / len(b)
    if u + v == 0:
        return 0.0
    freedom = (u + v) ** 2 / (u**2 / (len(a) - 1) + v**2 / (len(b) - 1))
    return float(_quantile(level, freedom) * np.sqrt(u + v))
