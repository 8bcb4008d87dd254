"""Sanctions: what they cost, pay and do, and which of several beams counts."""

import numpy as np
import pytest

from .ruled import Berries, Ruled
from .worlds import assert_share

DUEL = "#####\n#0.1#\n#####"
CROSSFIRE = "#######\n#0.2.1#\n#######"
GUILTY_2 = {"records": {2: ("b", 9)}, "guilty": [2]}


def duel(*names, make=Ruled, guilty=True, **config):
    """0 and 1 face each other and act as told; 1 ate b, or is `guilty` of it. The world and the step."""
    world = make(DUEL, "EW", records={1: ("b", 9)}, guilty=[1] * guilty, **config)
    return world, world.act(*names)


def test_a_sanction_of_a_violation_costs_10_pays_20_and_removes_for_25_steps():
    world, step = duel("zap", "noop")
    assert world.parts(step, 0) == (0, -10, 20, 0)
    assert world.parts(step, 1) == (0, 0, 0, 0)
    assert (world.events("sanctioned"), world.events("correct")) == ([(0, 1)], [(0, 1)])
    assert (world.events("struck"), world.events("removed")) == ([1], [1])
    absent = 0
    while world.place(1) is None:
        absent += 1
        step = world.wait()
    assert (absent, step.events.returned[0].tolist()) == (25, [0, 1])


def test_a_sanction_of_an_innocent_costs_10_pays_nothing_and_removes_all_the_same():
    world, step = duel("zap", "noop", guilty=False)
    assert world.parts(step, 0) == (0, -10, 0, 0)
    assert (world.events("sanctioned"), world.events("correct")) == ([(0, 1)], [])
    assert world.events("removed") == [1]


def test_one_who_has_not_eaten_is_innocent():
    world = Ruled(DUEL, "EW", prohibited="abc")
    assert world.parts(world.act("zap", "noop"), 0) == (0, -10, 0, 0)


def test_a_shot_that_reaches_nobody_costs_nothing_or_the_cost_of_a_shot():
    world = Ruled(DUEL, "WW")
    assert world.parts(world.act("zap", "noop"), 0) == (0, 0, 0, 0)
    world = Ruled(DUEL, "WW", shot_cost=1.5)
    assert world.parts(world.act("zap", "noop"), 0) == (0, -1.5, 0, 0)
    world = Ruled(DUEL, "EW", shot_cost=1.5)
    assert world.parts(world.act("zap", "noop"), 0) == (0, -10, 0, 0)


def test_one_that_was_removed_can_be_sanctioned_no_more():
    world, _ = duel("zap", "noop")
    step = world.act("zap", "noop")
    assert (world.events("fired"), world.events("hit")) == ([0], [])
    assert not step.events.sanctioned.any()
    assert world.parts(step, 0) == (0, 0, 0, 0)


def test_several_targets_of_one_shot_are_several_sanctions():
    # 2 ahead and 3 beside it are hit; only 3 is guilty
    world = Ruled("#####\n#23.#\n#0.1#\n#####", "NNNN", records={3: ("b", 9), 2: ("a", 9)}, guilty=[3])
    step = world.act("zap", "noop", "noop", "noop")
    assert world.events("sanctioned") == [(0, 2), (0, 3)]
    assert world.events("correct") == [(0, 3)]
    assert world.parts(step, 0) == (0, -20, 20, 0)


def test_the_shooter_that_is_sanctioned_in_the_same_step_sanctions_all_the_same():
    world = Ruled(DUEL, "EW", records={0: ("b", 3), 1: ("b", 3)}, guilty=[0, 1], target_penalty=3)
    step = world.act("zap", "zap")
    assert world.events("correct") == [(0, 1), (1, 0)]
    assert world.parts(step, 0) == world.parts(step, 1) == (0, -10, 20, -3)
    assert world.events("removed") == [0, 1]


# Ties --------------------------------------------------------------------------------------------


def test_the_first_beam_on_a_target_is_the_sanction_and_later_ones_are_void():
    world = Ruled(CROSSFIRE, "EWN", **GUILTY_2, worlds=200, target_penalty=4, shot_cost=1, max_cycles=1)
    events = (step := world.act("zap", "zap", "noop")).events
    assert events.hit[:, :2, 2].all()
    assert (events.sanctioned.sum((1, 2)) == 1).all()
    assert (events.correct == events.sanctioned).all()
    given = events.sanctioned[:, :2, 2].astype(int)
    assert (events.cost[:, :2] == -10 * given).all(), "a void hit costs nothing, not even the shot"
    assert (events.bonus[:, :2] == 20 * given).all()
    assert (events.penalty[:, 2] == -4).all()
    assert (step.episodes["sanctions"] == 1).all()
    assert (step.episodes["void_hits"] == 1).all()
    assert (step.episodes["hits"] == 2).all()


def test_beams_resolve_in_random_order():
    # of two shooters each is first half of the time ...
    world, firsts, trials = Ruled(CROSSFIRE, "EWN", **GUILTY_2, worlds=30_000), 0, 0
    for _ in range(3):
        world.again()
        firsts += int(world.act("zap", "zap", "noop").events.sanctioned[:, 0, 2].sum())
        trials += 30_000
    assert_share(firsts, trials, 1 / 2)


def test_of_three_beams_each_is_first_a_third_of_the_time_whatever_its_number():
    world = Ruled("#######\n#0.3.1#\n#..2..#\n#######", "EWNN", worlds=30_000)
    first = world.act("zap", "zap", "zap", "noop").events.sanctioned[:, :3, 3]
    assert (first.sum(1) == 1).all()
    for shooter in range(3):
        assert_share(int(first[:, shooter].sum()), 30_000, 1 / 3, error=0.05)


def test_one_that_is_too_late_for_one_target_may_be_first_at_another():
    # 0 reaches 2 alone; 0 and 1 reach 3
    world = Ruled("#######\n#02...#\n#.3..1#\n#######", "EWNN", worlds=500)
    events = world.act("zap", "zap", "noop", "noop").events
    assert events.hit[:, 0, 2:].all()
    assert events.hit[:, 1, 3].all()
    assert events.sanctioned[:, 0, 2].all()
    assert (events.sanctioned[:, 0, 3] + events.sanctioned[:, 1, 3] == 1).all()
    assert set(events.cost[:, 0].tolist()) == {-20.0, -10.0}


def test_where_each_beam_is_a_sanction_all_cost_and_all_pay():
    world = Ruled(CROSSFIRE, "EWN", **GUILTY_2, ties="each", target_penalty=4, max_cycles=1)
    step = world.act("zap", "zap", "noop")
    assert world.events("sanctioned") == world.events("correct") == [(0, 2), (1, 2)]
    assert world.parts(step, 0) == world.parts(step, 1) == (0, -10, 20, 0)
    assert world.parts(step, 2) == (0, 0, 0, -8)
    assert (step.episodes["sanctions"][0], step.episodes["void_hits"][0]) == (2, 0)
    assert step.episodes["removals"][0] == 1


# Effects -----------------------------------------------------------------------------------------


def test_the_bonus_can_be_a_fine_that_the_violator_pays_to_its_sanctioner():
    world, step = duel("zap", "noop", bonus_source="target")
    assert world.parts(step, 0) == (0, -10, 20, 0)
    assert world.parts(step, 1) == (0, 0, 0, -20)
    assert step.events.bonus.sum() + step.events.penalty.sum() == 0
    world, step = duel("zap", "noop", bonus_source="target", guilty=False, target_penalty=1)
    assert world.parts(step, 1) == (0, 0, 0, -1)
    world = Ruled(CROSSFIRE, "EWN", **GUILTY_2, ties="each", bonus_source="target")
    step = world.act("zap", "zap", "noop")
    assert step.events.bonus.sum() == 40 == -step.events.penalty[0, 2]


@pytest.mark.parametrize("guilty", [True, False])
def test_the_target_loses_its_penalty_guilty_or_not(guilty):
    world, step = duel("zap", "noop", guilty=guilty, target_penalty=5)
    assert world.parts(step, 1) == (0, 0, 0, -5)


def test_a_fine_leaves_its_target_where_it_is():
    world, step = duel("zap", "noop", sanction="fine", target_penalty=5)
    assert world.parts(step, 1) == (0, 0, 0, -5)
    assert world.events("removed") == []
    assert world.place(1) == (1, 3)


def test_the_beam_of_the_silly_rule_costs_20_pays_35_and_costs_its_target_35():
    world, step = duel("zap", "noop", make=Berries)
    assert world.parts(step, 0) == (0, -20, 35, 0)
    assert world.parts(step, 1) == (0, 0, 0, -35)
    assert world.place(1) == (1, 3), "and does not remove"
    world, step = duel("zap", "noop", make=Berries, guilty=False)
    assert world.parts(step, 0) == (0, -20, 0, 0)
    assert world.parts(step, 1) == (0, 0, 0, -35)


def test_graduated_sanctions_warn_then_fine_then_fine_and_remove():
    # 1 walks over four prohibited apples and is sanctioned after each; then once more, innocent
    world = Ruled("########\n#0bbb1.#\n#......#\n########", "EW", sanction="graduated", target_penalty=5,
                  removal_steps=3, beam_length=5)  # fmt: skip
    story = []
    for _ in range(3):
        world.act("noop", "forward")
        step = world.act("zap", "noop")
        story.append((world.parts(step, 1)[3], world.events("correct"), world.events("removed")))
    assert story == [(0, [(0, 1)], []), (-5, [(0, 1)], []), (-5, [(0, 1)], [1])]


def test_a_graduated_sanction_of_an_innocent_is_a_warning_and_no_offence():
    world = Ruled(DUEL, "EW", sanction="graduated", target_penalty=5, removal_steps=3)
    for _ in range(4):
        step = world.act("zap", "noop")
        assert world.parts(step, 0) == (0, -10, 0, 0)
        assert world.parts(step, 1) == (0, 0, 0, 0)
        assert world.events("removed") == []


def test_latency_counts_the_steps_from_the_violation_to_its_sanction():
    for waited in (0, 1, 6):
        world = Ruled("######\n#0.b1#\n######", "EW")
        world.act("noop", "forward")
        if waited:
            world.wait(waited)
        assert world.act("zap", "noop").events.latency[0].tolist() == [0, 1 + waited]
    world = Ruled("######\n#0.a1#\n######", "EW")
    world.act("noop", "forward")
    assert world.act("zap", "noop").events.latency[0].tolist() == [0, 0], "of no violation there is none"


# Yoked -------------------------------------------------------------------------------------------

YOKED = {"condition": "yoked", "removal_steps": 3}


def test_yoked_removals_come_at_their_rate_to_anyone_and_are_no_sanctions():
    world = Ruled("#######\n#0.1.2#\n#######", "NNN", worlds=30_000, yoked_removals=0.5, **YOKED)
    removed, worlds = np.zeros(3, int), 0
    for _ in range(3):
        world.again()
        events = world.wait().events
        removed += events.removed.astype(int).sum(0)
        worlds += int((events.removed.sum(1) > 0).sum())
        assert events.removed.sum(1).max() == 1
        assert not any(getattr(events, name).any() for name in ("struck", "sanctioned", "penalty", "cost"))
    assert_share(worlds, 90_000, 1 / 2)
    for count in removed:
        assert_share(count, worlds, 1 / 3, error=0.05)


def test_yoked_removals_take_those_on_the_map_and_clear_their_records():
    world = Ruled(
        "#####\n#0.1#\n#####", "EW", away={2: 2}, records={0: ("b", 9)}, yoked_removals=1.0, **YOKED
    )
    gone = set(world.wait().events.removed[0].nonzero()[0].tolist())
    assert gone <= {0, 1}
    gone |= set(world.wait().events.removed[0].nonzero()[0].tolist())
    assert gone == {0, 1}
    assert not world.batch.state.record_left.any()
    world = Ruled(DUEL, "EW", away={0: 9, 1: 9}, yoked_removals=1.0, **YOKED)
    assert not world.wait().events.removed.any(), "nobody is left"


def test_no_yoke_no_removals():
    world = Ruled(DUEL, "EW", worlds=1000)
    assert not world.wait(20).events.removed.any()
    assert (world.batch.state.removed_for == 0).all()


ACROSS_THE_VIEW = "#" * 12 + "\n#0........1#\n" + "#" * 12  # nine cells from 0 to 1


@pytest.mark.parametrize("guilty", [True, False])
def test_in_preset_learnable_who_is_seen_can_be_fined_and_the_innocent_lose_nothing(guilty):
    record = {"records": {1: ("b", 9)}, "guilty": [1] * guilty}
    world = Ruled(ACROSS_THE_VIEW, "EW", preset="learnable", **record)
    step = world.act("zap", "noop")
    assert world.parts(step, 0) == (0, -3, 15 * guilty, 0)
    assert world.parts(step, 1) == (0, 0, 0, -15 * guilty)
    assert world.events("removed") == []
    assert world.place(1) is not None
