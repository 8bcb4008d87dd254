"""The institution of preset `feasible` pays, before anybody learns; the slides' numbers do not pass."""

import numpy as np
import pytest
from altared.envs import make_batch
from altared.training.feasibility import CASTS, Cast, enriched, judge, populate
from search_feasible import PLAYED, slacks

EPISODES, SEED = 12, 77  # other worlds than those that the preset was searched on


@pytest.fixture(scope="module")
def feasible():
    batch = make_batch("altared_harvest", EPISODES, preset="feasible")
    return populate(batch, EPISODES, SEED, PLAYED), batch.game.config


def test_every_condition_holds_for_feasible_with_a_margin(feasible):
    found = slacks(*feasible)
    least = {
        "return": 0.6,
        "depletion": 0.2,
        "dwell": 0.2,
        "permitted": 0.2,
        "violating among enforcer": 0.3,
        "violating among patroller": 0.5,
        "hunting among greedy": 0.0,
        "hunting among compliant": 0.5,
    }
    assert found.keys() == least.keys()
    assert {name: slack for name, slack in found.items() if slack <= least[name]} == {}


def test_the_verdicts_say_the_same(feasible):
    played, config = feasible
    verdicts = judge(played, config)
    assert {verdict.condition[0] for verdict in verdicts} == set("123456")
    certain = [v for v in verdicts if v.condition[0] != "3"]  # few sanctions: wide intervals in 12 episodes
    assert [v.condition for v in certain if not v.holds] == []
    hunting = [v for v in verdicts if v.condition[0] == "3"]
    assert all(v.value.value > 0 for v in hunting)


def test_under_the_slides_numbers_hunting_badges_pays_and_the_rule_is_short_lived():
    batch = make_batch("altared_harvest", 4, preset="source")
    played = populate(batch, 4, SEED, PLAYED)
    found = slacks(played, batch.game.config)
    assert found["hunting among greedy"] < 0
    assert found["dwell"] < 0


def test_a_cast_fills_the_slots():
    assert Cast("enforcer").slots(3) == ["enforcer"] * 3
    assert Cast("enforcer", "greedy").slots(3) == ["greedy", "enforcer", "enforcer"]
    assert len({cast.name for cast in CASTS}) == len(CASTS)


def test_what_an_agent_keeps_is_meals_less_penalties():
    columns = {
        "agent_resource": np.array([[5.0, 1.0, 3.0]]),
        "agent_penalties": np.array([[-4.0, 0.0, -1.0]]),
        "agent_sanction_payoff": np.array([[np.nan, 1.0, 2.0]]),
        "agent_return": np.array([[9.0, 8.0, 7.0]]),
    }
    kept = enriched(columns)
    assert kept["odd_payoff"].tolist() == [1.0]
    assert kept["others_payoff"].tolist() == [1.5]
    assert kept["payoff"] == pytest.approx([4 / 3])
    assert kept["odd_return"].tolist() == [9.0]


def a_world_of(**changes):
    """Made-up columns under which every condition holds, with some changed: cast -> column -> value."""
    usual = {
        "corrected_return": 10.0,
        "depletion": 1.0,
        "odd_payoff": 1.0,
        "odd_sanction_payoff": -1.0,
        "median_dwell": 100.0,
        "open_share": 1.0,
        "share_of_a": 0.5,
    }
    good = {"corrected_return": 20.0, "depletion": 0.5}
    rows = {cast.name: dict(usual) for cast in CASTS}
    rows["enforcer"] |= good
    for insiders in ("enforcer", "patroller"):
        rows[f"1 compliant among {insiders}"]["odd_payoff"] = 2.0
    for name, column in changes.items():
        rows[name.replace("__", " ")] |= column
    rng = np.random.default_rng(0)
    return {
        name: {key: value + rng.normal(0, 1e-3, 8) * (key != "open_share") for key, value in row.items()}
        for name, row in rows.items()
    }


@pytest.mark.parametrize(
    ("changed", "condition"),
    [
        ({"enforcer": {"corrected_return": 9.0}}, "1"),
        ({"violate_and_police": {"corrected_return": 30.0}}, "1"),
        ({"greedy": {"depletion": 0.4}}, "1"),
        ({"1__greedy__among__enforcer": {"odd_payoff": 3.0}}, "2"),
        ({"1__greedy__among__patroller": {"odd_payoff": 3.0}}, "2"),
        ({"1__badge_hunter__among__greedy": {"odd_sanction_payoff": 0.5}}, "3"),
        ({"1__badge_hunter__among__compliant": {"odd_sanction_payoff": 0.5}}, "3"),
        ({"compliant": {"median_dwell": 70.0}}, "4"),
        ({"enforcer": {"median_dwell": 70.0}}, "4"),
        ({"compliant": {"open_share": 0.7}}, "6"),
    ],
)
def test_each_condition_fails_by_itself(changed, condition):
    config = make_batch("altared_harvest", preset="feasible").game.config
    assert all(verdict.holds for verdict in judge(a_world_of(), config))
    failed = {v.condition[0] for v in judge(a_world_of(**changed), config) if not v.holds}
    assert failed == {condition}


def test_a_rule_that_never_occurs_fails_the_fifth_condition():
    world = a_world_of()
    for columns in world.values():
        columns["share_of_a"] = np.zeros(8)
    failed = [v.condition[0] for v in judge(world, make_batch("altared_harvest").game.config) if not v.holds]
    assert "5" in failed
