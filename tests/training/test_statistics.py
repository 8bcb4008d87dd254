"""Statistics with known answers: from tables, from published data, and by counting by hand."""

from itertools import combinations, product

import numpy as np
import pytest
from altared.training.statistics import (
    FEWEST_FOR_A_TEST,
    compare,
    difference_interval,
    holm,
    interquartile_interval,
    mean_interval,
    permutation_test,
    seeds_needed,
)
from scipy import stats


def test_mean_interval_of_three_by_hand():
    # t(2, .975) = 4.3027, s = 1, so the reach is 4.3027 / sqrt(3)
    estimate = mean_interval([1, 2, 3])
    assert estimate == pytest.approx((2, 2 - 2.4842, 2 + 2.4842, 3, 0), abs=1e-3)


def test_undefined_values_are_left_out_and_counted():
    assert mean_interval([1, np.nan, 2, 3, np.nan]) == mean_interval([1, 2, 3])._replace(left_out=2)
    assert interquartile_interval([np.nan, 5.0])[:1] + interquartile_interval([np.nan, 5.0])[3:] == (5, 1, 1)
    difference = difference_interval([1, np.nan, 2], [4, 5])
    assert (difference.value, difference.count, difference.left_out) == (-3, 4, 1)


def test_too_few_values_give_no_interval():
    one, none = mean_interval([7.0]), mean_interval([np.nan])
    assert (one.value, one.count) == (7, 1)
    assert np.isnan([one.low, one.high, none.value, none.low]).all()
    assert np.isnan(difference_interval([1.0], [2.0, 3.0])[1:3]).all()
    assert np.isnan(permutation_test([], [1.0]))


def test_interquartile_mean_drops_a_quarter_at_either_end():
    estimate = interquartile_interval([-1000, 1, 2, 3, 4, 5, 6, 1000])
    assert estimate.value == 3.5
    assert estimate.low < 3.5 < estimate.high
    assert interquartile_interval([0, 0, 1, 2, 3, 10, 90, 90]).value == 4
    assert interquartile_interval([4.0] * 10)[:3] == (4, 4, 4)


def test_bootstrap_interval_of_two_by_counting():
    # Resampled pairs of 0 and 1 have the mean 0, 1/2 and 1 in 1/4, 1/2 and 1/4 of the cases.
    assert interquartile_interval([0, 1], level=0.6)[1:3] == (0, 1)  # the .2 and .8 quantiles
    assert interquartile_interval([0, 1], level=0.4)[1:3] == (0.5, 0.5)  # the .3 and .7 quantiles


def test_bootstrap_repeats_itself_from_its_seed():
    values = np.random.default_rng(0).normal(size=30)
    assert interquartile_interval(values, seed=1) == interquartile_interval(values, seed=1)
    assert interquartile_interval(values, seed=1) != interquartile_interval(values, seed=2)


@pytest.mark.parametrize("interval", [mean_interval, interquartile_interval])
def test_intervals_hold_the_truth_about_as_often_as_they_say(interval):
    rng = np.random.default_rng(1)
    held = sum(e.low <= 3 <= e.high for e in (interval(rng.normal(3, 1, 20)) for _ in range(200)))
    assert 175 <= held <= 199  # .95 of 200, a little less for the percentile bootstrap


def test_difference_interval_is_welch():
    rng = np.random.default_rng(2)
    a, b = rng.normal(1, 1, 12), rng.normal(0, 3, 25)
    low, high = stats.ttest_ind(a, b, equal_var=False).confidence_interval(0.95)
    assert difference_interval(a, b)[1:3] == pytest.approx((low, high))
    assert difference_interval([2.0, 2.0], [1.0, 1.0])[:3] == (1, 1, 1)


def test_permutation_test_is_exact_when_small():
    assert permutation_test([1, 2, 3], [4, 5, 6]) == pytest.approx(2 / 20)  # the least 3 against 3 can give
    a, b = [12.0, 15, 9, 20], [11.0, 8, 7, 14, 6]
    together, observed = np.array(a + b), np.mean(a) - np.mean(b)
    extreme = 0
    for chosen in combinations(range(9), 4):
        rest = [i for i in range(9) if i not in chosen]
        extreme += together[list(chosen)].mean() - together[rest].mean() >= observed - 1e-12
    assert permutation_test(a, b) == pytest.approx(2 * extreme / 126)


def test_permutation_test_rejects_as_often_as_it_says():
    rng = np.random.default_rng(3)
    ps = [permutation_test(rng.normal(size=6), rng.normal(size=6)) for _ in range(200)]
    assert 2 <= sum(p <= 0.05 for p in ps) <= 20


def test_a_paired_test_permutes_signs():
    rng = np.random.default_rng(4)
    base, change = rng.normal(0, 10, 7), rng.normal(0.8, 1, 7)
    signs = np.array(list(product((1, -1), repeat=7)))
    extreme = np.abs((signs * change).mean(1)) >= abs(change.mean()) - 1e-12
    found = compare(base + change, base, paired=True)
    assert found.p == pytest.approx(extreme.mean())
    assert found.difference[:3] == pytest.approx(mean_interval(change)[:3])
    gap = compare([1, 2, np.nan, 4, 5, 6, 7, 8], [0, np.nan, 0, 0, 0, 0, 0, 0], paired=True)
    assert (gap.difference.value, gap.difference.count, gap.difference.left_out) == (31 / 6, 6, 2)
    assert compare([1, 2, 3, 4, 5, np.nan], [0, 0, 0, 0, 0, 0], paired=True).p is None


@pytest.mark.parametrize("paired", [False, True])
def test_as_many_seeds_as_are_said_to_be_needed_find_it_four_times_in_five(paired):
    rng = np.random.default_rng(5)
    a, b = rng.normal(0, 1, 6), rng.normal(0, 1, 6)
    n = seeds_needed(1.0, a, b, paired=paired)
    spread = (a - b).std(ddof=1) if paired else np.sqrt(a.var(ddof=1) + b.var(ddof=1))
    run, noise = rng.normal(0, paired, (2000, n)), rng.normal(0, spread / np.sqrt(2), (2, 2000, n))
    test = stats.ttest_rel if paired else stats.ttest_ind
    found = test(1.0 + run + noise[0], run + noise[1], axis=1).pvalue < 0.05
    assert 0.77 <= found.mean() <= 0.85


def test_seeds_needed_at_its_edges():
    still = [1.0] * 6
    assert seeds_needed(1.0, still, still) == FEWEST_FOR_A_TEST
    assert seeds_needed(1.0, still, still, paired=True, level=0.99) == 8  # 2 / 2**8 is the first below .01
    assert seeds_needed(1e-9, [0.0, 1.0], [0.0, 1.0]) > 10**6 / 2
    with pytest.raises(ValueError, match="difference is 0; allowed: above 0"):
        seeds_needed(0, still, still)


def test_holm_by_hand():
    assert holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.03, 0.06, 0.06, 0.02])
    assert holm([0.9, 0.6]) == [1.0, 1.0]
    assert holm([]) == []


def test_few_seeds_are_an_illustration():
    few = compare([1, 2, 3], [4, 5, 6])
    assert (few.p, few.note) == (None, "illustration, no test")
    enough = compare([1, 2, 3, 4, 5, 6], [7, 8, 9, 10, 11, 12])
    assert enough.p == pytest.approx(2 / 924)
    assert (enough.difference.value, enough.note) == (-6, "")
