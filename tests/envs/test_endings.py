"""When an episode ends, and how it says so."""

import numpy as np
import pytest
from altared.envs import make_batch

from .worlds import NEAR_SIGHT, assert_share

ROOM = "#####\n#Q a#\n#####\n"


def lengths(steps, worlds=1, seed=0, **config):
    """(kind, length) of all episodes that ended in so many steps."""
    batch = make_batch("commons_harvest", num_worlds=worlds, map=ROOM, num_agents=1, **NEAR_SIGHT, **config)
    batch.reset(seed=seed)
    still, ended = np.zeros((worlds, 1), int), []
    for _ in range(steps):
        step = batch.step(still)
        assert not (step.terminated & step.truncated).any()
        over = step.terminated | step.truncated
        assert step.episodes["world"].tolist() == np.flatnonzero(over).tolist()
        kinds = np.where(step.terminated, "terminated", "truncated")[over]
        ended += zip(kinds.tolist(), step.episodes["length"].astype(int).tolist(), strict=True)
    return ended


def test_by_default_an_episode_is_truncated_after_1000_steps():
    assert lengths(2500, worlds=2) == [("truncated", 1000)] * 4


@pytest.mark.parametrize("limit", [1, 37])
def test_the_limit_truncates(limit):
    assert lengths(3 * limit, max_cycles=limit) == [("truncated", limit)] * 3


def test_without_a_limit_nothing_ends():
    assert lengths(5001, max_cycles=0) == []


def test_the_first_test_of_the_stochastic_ending_falls_on_1099():
    assert lengths(1200, max_cycles=5000, end_chance=1.0) == [("terminated", 1099)]


def test_tests_fall_on_1099_1199_1299_and_end_15_in_100():
    # in the reference 15.0 % of 200 episodes ended at 1099; 4 standard errors of 4000 worlds are 2.3 %
    ended = [n for _, n in lengths(1350, worlds=4000, seed=1, max_cycles=5000, end_chance=0.15)]
    assert set(ended) == {1099, 1199, 1299}
    at_risk = 4000
    for at in (1099, 1199, 1299):
        assert abs(ended.count(at) / at_risk - 0.15) < 4 * np.sqrt(0.15 * 0.85 / at_risk)
        at_risk -= ended.count(at)


def test_the_stochastic_ending_has_the_configured_chance():
    # a test at every step, 600,000 in all
    worlds, steps = 20_000, 30
    ended = lengths(steps, worlds, seed=2, end_chance=0.15, end_after=0, end_interval=1)
    assert_share(len(ended), worlds * steps, 0.15)


@pytest.mark.parametrize(("after", "interval", "first"), [(0, 1, 1), (0, 5, 4), (10, 5, 14), (20, 1, 20)])
def test_after_and_interval_of_the_tests(after, interval, first):
    # As 1000 and 100 give 1099: the first test falls on after + interval - 1 (but not before the first step).
    assert lengths(first, max_cycles=0, end_chance=1.0, end_after=after, end_interval=interval) == [
        ("terminated", first)
    ]


def test_a_chance_of_zero_ends_nothing_and_5000_is_the_cap():
    assert lengths(5000, max_cycles=5000) == [("truncated", 5000)]


def test_termination_goes_before_the_limit_when_both_fall_on_one_step():
    config = {"end_after": 0, "end_interval": 8, "max_cycles": 7}
    assert lengths(7, end_chance=1.0, **config) == [("terminated", 7)]
    assert lengths(7, end_chance=0.0, **config) == [("truncated", 7)]


def test_the_ending_has_a_random_stream_of_its_own():
    # what happens on the map does not depend on whether endings are drawn
    plain = make_batch("commons_harvest", max_cycles=0)
    ending = make_batch("commons_harvest", max_cycles=0, end_chance=1e-12, end_after=0, end_interval=1)
    plain.reset(seed=3)
    ending.reset(seed=3)
    rng = np.random.default_rng(3)
    for _ in range(200):
        actions = rng.integers(0, 8, (1, 7))
        a, b = plain.step(actions), ending.step(actions)
        assert all(np.array_equal(x, y) for x, y in zip(a.events, b.events, strict=True))
