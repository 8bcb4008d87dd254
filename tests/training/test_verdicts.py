"""Verdicts on claims, from samples with known answers."""

import math

import numpy as np
import pytest
from altared.training.experiments.findings import Sides
from altared.training.experiments.plan import Endpoint
from altared.training.experiments.verdicts import verdicts


def endpoint(smallest=1.0, primary=True, metric="m"):
    return Endpoint("more here than there", metric, "here", "there", smallest, primary=primary)


def test_six_far_apart_seeds_support_a_claim():
    (one,) = verdicts([endpoint()], [Sides(np.arange(6) + 10.0, np.arange(6.0))])
    assert one.word == "supported"
    assert one.comparison.difference.value == 10
    assert one.adjusted == pytest.approx(2 / math.comb(12, 6))  # exact: only the two extreme relabellings


def test_the_other_way_round_refutes_it():
    (one,) = verdicts([endpoint()], [Sides(np.arange(6.0), np.arange(6) + 10.0)])
    assert (one.word, one.why) == ("refuted", "it is the other way round")


def test_an_interval_below_what_matters_refutes_it():
    sample = np.array([0.0, 0.1, 0.2, 0.3, 0.4, 0.5])
    (one,) = verdicts([endpoint(smallest=1.0)], [Sides(sample, sample)])
    assert one.word == "refuted"
    assert "1 or more is excluded" in one.why


def test_a_wide_interval_resolves_nothing_and_says_how_many_seeds_would():
    here, there = np.array([0, 10, 20, 30, 40, 50.0]), np.array([5, 15, 25, 35, 45, 30.0])
    (one,) = verdicts([endpoint(smallest=5.0)], [Sides(here, there)])
    assert one.word == "not resolved"
    deviation = math.sqrt((here.var(ddof=1) + there.var(ddof=1)) / 2)
    normal = 2 * ((1.96 + 0.8416) * deviation / 5) ** 2  # the textbook's approximation
    assert int(one.why.split()[1]) == pytest.approx(normal, rel=0.05)


def test_pairs_that_are_not_whole_are_counted():
    here, there = np.arange(7) + 10.0, np.arange(7.0)
    here[0] = there[1] = np.nan
    (one,) = verdicts([endpoint()], [Sides(here, there, paired=True)])
    assert (one.word, one.why) == ("not resolved", "undefined in 2 of 7 pairs")


def test_five_seeds_are_an_illustration():
    (one,) = verdicts([endpoint()], [Sides(np.arange(5) + 100.0, np.arange(5.0))])
    assert (one.word, one.why, one.adjusted) == ("not resolved", "illustration, no test", None)


def test_what_is_nowhere_defined_is_not_resolved():
    (one,) = verdicts([endpoint()], [Sides(np.full(6, np.nan), np.arange(6.0))])
    assert (one.word, one.why) == ("not resolved", "undefined in 6 of 6 runs of a condition")


def test_a_small_but_sure_difference_supports_a_claim():
    (one,) = verdicts([endpoint(smallest=5.0)], [Sides(np.arange(6) / 10 + 1, np.arange(6) / 10)])
    assert one.word == "supported"


def test_runs_in_which_a_metric_is_undefined_are_named():
    here = np.array([1.0, 2, 3, 4, 5, np.nan])
    (one,) = verdicts([endpoint()], [Sides(here, np.arange(6.0))])
    assert (one.word, one.why) == ("not resolved", "undefined in 1 of 6 runs of a condition")


def test_nothing_is_tested_in_a_try_out():
    (one,) = verdicts([endpoint()], [Sides(np.arange(6) + 10.0, np.arange(6.0))], "try-out, no test")
    assert (one.word, one.why, one.adjusted) == ("not resolved", "try-out, no test", None)


def test_more_endpoints_take_more_seeds():
    sides = Sides(np.array([0, 10, 20, 30, 40, 50.0]), np.array([5, 15, 25, 35, 45, 30.0]))
    alone = verdicts([endpoint(smallest=5.0)], [sides])[0].why
    together = verdicts([endpoint(smallest=5.0)] * 4, [sides] * 4)[0].why
    assert int(alone.split()[1]) < int(together.split()[1])


def test_only_primary_endpoints_are_corrected_together():
    apart = Sides(np.arange(6) + 10.0, np.arange(6.0))
    alone = verdicts([endpoint(primary=False)], [apart])[0].adjusted
    first, second, third = verdicts([endpoint(), endpoint(), endpoint(primary=False)], [apart] * 3)
    assert first.adjusted == second.adjusted == pytest.approx(2 * alone)
    assert third.adjusted == alone


def test_two_measurements_of_the_same_runs_are_compared_run_by_run():
    runs = np.array([0.0, 10, 20, 30, 40, 50])
    more = runs + np.array([1.0, 2, 1, 2, 1, 2])
    (apart,) = verdicts([endpoint()], [Sides(more, runs)])
    (paired,) = verdicts([endpoint()], [Sides(more, runs, paired=True)])
    assert (apart.word, paired.word) == ("not resolved", "supported")
    assert paired.adjusted == pytest.approx(2 / 2**6)  # exact: all signs as they are, or all turned
    assert paired.comparison.difference.count == 6
    assert paired.comparison.difference.high - 1.5 < 0.6


def test_seeds_that_would_be_enough_are_no_promise_for_those_that_were_not():
    (one,) = verdicts([endpoint(smallest=3.8)], [Sides(np.arange(6) + 1.7, np.arange(6.0))])
    assert one.word == "not resolved"
    assert (
        one.why == "6 seeds a condition find a difference of 3.8 four times in five: repeat it with new ones"
    )
