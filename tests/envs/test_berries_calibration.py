"""Poison berries as it ships: uniform-random agents land where the source's figure begins."""

import pytest
from calibrate_berries import TARGETS, play_random

WANTED = {  # Köster et al. 2022, figure 4 at 2e6 steps: what is digitised, and the hits inferred from it
    ("important_rule", "fraction_poisoned"): 0.52,
    ("important_rule", "violations"): 49,
    ("silly_rule", "violations"): 99,
    ("important_rule", "fraction_marked"): 0.61,
    ("silly_rule", "fraction_marked"): 0.66,
    ("no_rule", "corrected_return"): 3704,
    ("silly_rule", "hits"): 29.5,
}


@pytest.fixture(scope="module")
def played():
    return play_random(episodes=128, seed=77)


@pytest.mark.parametrize("target", TARGETS, ids=lambda t: f"{t.metric}, {t.condition}")
def test_random_agents_come_within_a_fifth_of_each_target(played, target):
    wanted = WANTED[target.condition, target.metric]
    low, high = target.measured(played).low / wanted, target.measured(played).high / wanted
    assert 0.8 <= low <= high <= 1.2, "the whole interval, so that chance cannot pass"


def test_no_target_is_left_out():
    assert {(target.condition, target.metric): target.value for target in TARGETS} == WANTED


def test_episodes_are_those_of_the_source(played):
    for columns in played.values():
        assert columns["agent_return"].shape == (128, 8)
        assert (columns["length"] == 1000).all()
        assert (columns["removals"] == 0).all()


def test_the_rules_change_what_beams_pay_and_nothing_else_that_random_agents_do(played):
    free, important, silly = (played[c] for c in ("no_rule", "important_rule", "silly_rule"))
    for name in ("meals_a", "meals_b", "meals_c", "fraction_poisoned", "corrected_return", "hits"):
        assert (free[name] == important[name]).all()
        assert (free[name] == silly[name]).all()
    assert (free["violations"] == 0).all()
    assert (important["violations"] == free["meals_a"]).all()
    assert (silly["violations"] == free["meals_a"] + free["meals_b"]).all()
