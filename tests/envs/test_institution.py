"""Institutions: which kinds are prohibited, from when on, and who decides.

Those that depend on stocks are in test_stocks.py.
"""

import numpy as np
import pytest
from altared.envs import make_batch
from altared.envs.grid import codes

from .play import random_actions
from .ruled import Ruled, rules_of, stocks
from .small import small
from .worlds import assert_share

MANY = 30_000


# When a rule holds -------------------------------------------------------------------------------


def test_the_altar_in_observation_n_is_the_rule_for_the_meals_of_step_n_plus_1():
    world = Ruled("##########\n#0bbbbbb.#\n##########", "E", institution="schedule", schedule=("b", "a"),
                  schedule_every=2)  # fmt: skip
    shown, violated = [], []
    for _ in range(6):
        shown.append(world.altar())
        violated.append(bool(world.act("forward").events.violated[0, 0]))
    assert shown == ["b", "b", "a", "a", "b", "b"]
    assert violated == [kind == "b" for kind in shown]


def test_the_institution_moves_last_so_the_meal_that_closes_a_zone_is_no_violation():
    row = "#############\n#0aaa,,,,,,,#\n#bbbbb......#\n#############"
    world = Ruled(row, "E", now="bc", institution="stock")
    step = world.act("forward")
    assert (step.events.ate[0, 0], step.events.violated[0, 0]) == (1, 0)
    assert step.events.changed[0, 0]
    assert "a" in world.rule() == world.altar()
    step = world.act("forward")
    assert (step.events.ate[0, 0], step.events.violated[0, 0]) == (1, 1)


def test_notice_shows_a_rule_so_many_steps_before_it_holds():
    schedule = {"institution": "schedule", "schedule": ("b", "a", "c"), "schedule_every": 5}
    world, altars, rules, changes = Ruled("####\n#0.#\n####", "N", notice=2, **schedule), [], [], []
    for t in range(12):
        altars.append(world.altar())
        rules.append(world.rule())
        if world.wait().events.changed[0, 0]:
            changes.append(t + 1)
    assert "".join(altars) == "bbbbbaaaaacc"
    assert "".join(rules) == "bbbbbbbaaaaa"
    assert changes == [7, 12]


# Schedules, votes and the rest -------------------------------------------------------------------


def test_a_schedule_goes_round():
    world = Ruled(
        "####\n#0.#\n####", "N", institution="schedule", schedule=("", "ab", "abc"), schedule_every=3
    )
    rules = []
    for _ in range(12):
        rules.append(world.rule())
        world.wait()
    assert rules == [""] * 3 + ["ab"] * 3 + ["abc"] * 3 + [""] * 3


VOTERS = """
    ########
    #012.3.#
    #.^4...#
    #5..6..#
    ########
"""  # 3 and 6 are not beside the altar


@pytest.mark.parametrize(
    ("ate", "rule"),
    [
        ({0: "c", 1: "c", 2: "b"}, "ab"),
        ({0: "b", 4: "b", 5: "a"}, "ac"),
        ({5: "c"}, "ab"),
        ({0: "c", 1: "b"}, "bc"),
        ({0: "c", 1: "c", 2: "b", 4: "b"}, "bc"),
        ({3: "c", 6: "c"}, "bc"),
        ({0: "b", 3: "c", 6: "c"}, "ac"),
        ({}, "bc"),
    ],
    ids=[
        "two to one",
        "two to one again",
        "one",
        "a tie",
        "a tie of pairs",
        "from afar",
        "one beside",
        "none",
    ],
)
def test_a_vote_permits_the_kind_that_most_agents_beside_the_altar_last_ate(ate, rule):
    records = {agent: (kind, 9) for agent, kind in ate.items()}
    world = Ruled(VOTERS, "N" * 7, now="bc", records=records, institution="vote", vote_every=1)
    assert world.wait().events.changed[0, 0] == (rule != "bc")
    assert world.rule() == world.altar() == rule


def test_votes_are_cast_every_so_many_steps_and_by_those_on_the_map_and_by_expired_records_too():
    config = {"institution": "vote", "vote_every": 4, "now": "bc"}
    world = Ruled(VOTERS, "N" * 7, records={0: ("c", 1)}, **config)
    rules = []
    for _ in range(4):
        world.wait()
        rules.append(world.rule())
    assert rules == ["bc", "bc", "bc", "ab"]
    away = Ruled("#####\n#0^.#\n#####", "NN", away={1: 9}, **config)
    snapshot = away.batch.snapshot()
    snapshot["state.last_kind"][:, 1] = 3
    away.batch.restore(snapshot)
    away.wait(4)
    assert away.rule() == "bc"


@pytest.mark.parametrize("prohibited", ["", "a", "ac", "abc"])
def test_a_fixed_rule_stays(prohibited):
    world = Ruled(stocks(a=0, b=0), "N", prohibited=prohibited, max_cycles=50)
    for _ in range(120):
        assert world.rule() == world.altar() == prohibited
        assert not world.wait().events.changed.any()


def test_a_rule_drawn_for_each_episode_stays_for_it_and_is_any():
    world = Ruled(stocks(a=0), "N", institution="episode", worlds=MANY, max_cycles=3)
    seen = rules_of(world.batch)
    assert seen.keys() == {"bc", "ac", "ab"}
    assert_share(seen["bc"], MANY, 1 / 3, error=0.05)
    before = world.batch.state.prohibited.copy()
    world.wait(2)
    assert (world.batch.state.prohibited == before).all()
    world.wait()
    again = world.batch.state.prohibited == before
    assert_share(int(again.sum()), MANY, 1 / 3, error=0.05)


def test_without_an_institution_nothing_is_prohibited():
    world = Ruled("######\n#0abc#\n######", "E", institution="none")
    for _ in range(3):
        assert not world.act("forward").events.violated.any()
    assert world.rule() == ""


@pytest.mark.parametrize(
    ("config", "values"),
    [
        ({"close": 0.95, "open": 0.95}, {"bc", "ac", "ab", "abc"}),
        ({"rule": "one_prohibited"}, {"a", "b", "c"}),
        ({"institution": "episode"}, {"bc", "ac", "ab"}),
        ({"institution": "schedule", "schedule": ("", "a", "bc"), "schedule_every": 5}, {"", "a", "bc"}),
        ({"institution": "vote", "vote_every": 3}, {"bc", "ac", "ab"}),
    ],
)
def test_every_value_of_the_rule_occurs_in_random_play_and_no_other(config, values):
    batch = make_batch(
        "altared_harvest", 40, **small("altared_harvest") | {"end_chance": 0.0, "max_cycles": 80} | config
    )
    batch.reset(seed=0)
    rng, seen, shown = np.random.default_rng(0), set(rules_of(batch)), set()
    for _ in range(80):
        batch.step(random_actions(batch, rng))
        seen |= set(rules_of(batch))
        shown |= set(batch.state.displayed[:, 0].tolist())
    assert seen == values
    assert shown == {codes.ALTAR + codes.bits_of(value) for value in values}
