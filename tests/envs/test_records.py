"""Records: what a body carries of its last meal, how long, and what beams make of it.

0 eats at (1, 2) and stays there; 1 stands two cells ahead of it and shoots it.
"""

import pytest
from altared.envs import altared_harvest_v0

from .ruled import Berries, Ruled

MEAL = "######\n#0b.1#\n######"
TWO_MEALS = "#######\n#0ba.1#\n#######"


def shot(world):
    """Agent 1 shoots; "correct", "misdirected", or what else."""
    step = world.act("noop", "zap")
    assert world.events("sanctioned") == [(1, 0)]
    return "correct" if step.events.correct[0, 1, 0] else "misdirected"


def after_meal(*names, drawing=MEAL, make=Ruled, **config):
    """A world in which 0 has walked into its meal, and then done as told."""
    world = make(drawing, "EW", **{"removal_steps": 0} | config)
    for name in ("forward", *names):
        world.act(name, "noop")
    return world


@pytest.mark.parametrize("window", [1, 2, 7, 25])
def test_a_meal_in_step_n_is_liable_to_beams_of_n_plus_1_to_n_plus_window(window):
    verdicts = [shot(after_meal(*["noop"] * d, violation_window=window)) for d in range(window + 3)]
    liable = [d + 1 for d, verdict in enumerate(verdicts) if verdict == "correct"]
    assert liable == list(range(1, window + 1))


@pytest.mark.parametrize("window", [1, 2, 7, 25])
def test_the_badge_shows_in_the_observations_before_those_beams(window):
    world = Ruled(MEAL, "EW", violation_window=window)
    shown = []
    for t in range(window + 3):
        world.act("noop" if t else "forward", "noop")
        shown.append(world.badge(1, forward=2))
    assert shown == ["b"] * window + [""] * 3


@pytest.mark.parametrize("kind", "abc")
@pytest.mark.parametrize("prohibited", ["", "b", "ac", "abc"])
def test_the_badge_is_the_kind_and_never_says_whether_it_was_a_violation(kind, prohibited):
    world = after_meal(drawing=MEAL.replace("b", kind), prohibited=prohibited)
    assert world.badge(1, forward=2) == kind
    assert not world.seen(1, forward=2)[1].mark
    assert shot(world) == ("correct" if kind in prohibited else "misdirected")


@pytest.mark.parametrize("condition", altared_harvest_v0.CONDITIONS)
def test_the_badge_is_shown_in_every_condition(condition):
    config = {"yoked_removals": 1e-9, "removal_steps": 25} if condition == "yoked" else {}
    assert after_meal(condition=condition, **config).badge(1, forward=2) == "b"


def test_the_next_meal_overwrites_the_record_and_its_window():
    # b (prohibited) in step 1, a in step 2: from then on innocent, until step 2 + 5
    world = after_meal("forward", drawing=TWO_MEALS, violation_window=5)
    assert world.badge(1, forward=2) == "a"
    assert shot(world) == "misdirected"
    # a in step 1, b in step 2: guilty until step 2 + 5
    row = TWO_MEALS.replace("ba", "ab")
    world = after_meal("forward", *["noop"] * 4, drawing=row, violation_window=5)
    assert world.badge(1, forward=2) == "b"
    assert shot(world) == "correct"
    world = after_meal("forward", *["noop"] * 5, drawing=row, violation_window=5)
    assert shot(world) == "misdirected"


@pytest.mark.parametrize(("before", "after", "verdict"), [("b", "a", "correct"), ("a", "b", "misdirected")])
def test_it_is_judged_by_the_rule_in_force_when_it_ate(before, after, verdict):
    change = {"institution": "schedule", "schedule": (before, after), "schedule_every": 2}
    world = after_meal("noop", amnesty_on_change=False, **change)
    assert (world.rule(), world.badge(1, forward=2)) == (after, "b")
    assert shot(world) == verdict


def test_an_amnesty_clears_records_and_badges_when_the_rule_changes():
    change = {"institution": "schedule", "schedule": ("b", "a"), "schedule_every": 2}
    world = after_meal(**change)
    assert (world.rule(), world.badge(1, forward=2)) == ("b", "b")
    assert world.act("noop", "noop").events.changed[0, 0]
    assert (world.rule(), world.badge(1, forward=2), world.badge(0)) == ("a", "", "")
    assert shot(world) == "misdirected"


def test_a_meal_in_the_very_step_of_the_change_is_forgiven_too():
    world = Ruled(MEAL, "EW", institution="schedule", schedule=("b", "a"), schedule_every=1)
    assert world.act("forward", "noop").events.violated[0, 0]
    assert world.badge(1, forward=2) == ""
    assert shot(world) == "misdirected"


@pytest.mark.parametrize("meal", ["b", "c"])
def test_any_settled_sanction_clears_it(meal):
    world = after_meal(drawing=MEAL.replace("b", meal))
    shot(world)
    assert (world.badge(1, forward=2), world.badge(0)) == ("", "")
    assert shot(world) == "misdirected"


def test_removal_and_respawn_clear_it():
    world = Ruled("########\n#0b.1.P#\n########", "EW", removal_steps=3)
    world.act("forward", "noop")
    assert shot(world) == "correct"
    assert world.place(0) is None
    while world.place(0) is None:
        world.wait()
    assert world.badge(0) == ""
    assert world.batch.state.record_left[0, 0] == 0


def test_a_beam_judges_the_record_before_the_meals_of_its_step():
    # 0 walks onto a prohibited apple while 1 shoots it: innocent now, guilty in the next step
    world = Ruled(MEAL, "EW", removal_steps=0)
    step = world.act("forward", "zap")
    assert (step.events.violated[0, 0], step.events.sanctioned[0, 1, 0], step.events.correct.sum()) == (
        1,
        1,
        0,
    )
    assert world.badge(1, forward=2) == "b"
    assert shot(world) == "correct"
    # and the guilty one is guilty, although it eats what is permitted
    world = Ruled(MEAL.replace("b", "a"), "EW", records={0: ("b", 9)}, guilty=[0], removal_steps=0)
    assert world.act("forward", "zap").events.correct[0, 1, 0]
    assert world.badge(1, forward=2) == "a"


def test_a_meal_in_the_step_of_its_removal_is_a_meal_without_a_record():
    world = Ruled(MEAL, "EW", removal_steps=2)
    step = world.act("forward", "zap")
    assert (step.events.ate[0, 0], step.events.violated[0, 0], step.events.removed[0, 0]) == (2, 1, 1)
    world.wait(2)
    assert world.badge(0) == ""


@pytest.mark.parametrize("permitted", [True, False])
def test_a_meal_by_regrowth_underfoot_is_a_meal(permitted):
    # the fruit under 0 was eaten long ago, and grows again at once
    world = Ruled("####\n#0a#\n####", "N", on={0: ";"}, regrowth=(1.0,), prohibited="" if permitted else "b")
    step = world.act("noop")
    assert (step.events.ate[0, 0], step.events.violated[0, 0]) == (2, not permitted)
    assert world.badge(0) == "b"


def test_a_window_of_0_lasts_until_the_sanction():
    world = after_meal(*["noop"] * 300, violation_window=0)
    assert world.badge(1, forward=2) == "b"
    assert shot(world) == "correct"
    assert world.badge(1, forward=2) == ""


def test_ones_own_record_and_readiness_are_seen_in_ones_own_cell():
    world = Ruled("######\n#0b..#\n######", "E", cooldown=2, violation_window=2)
    seen = [world.seen(0)[1]]
    for name in ("forward", "zap", "noop", "noop", "noop"):
        world.act(name)
        seen.append(world.seen(0)[1])
    assert [who.name for who in seen] == ["self"] * 6
    assert [who.badge for who in seen] == [0, 2, 2, 0, 0, 0]
    assert [who.ready for who in seen] == [True, True, False, False, True, True]


def test_a_new_episode_begins_without_records():
    world = after_meal(violation_window=0, max_cycles=2)
    assert world.badge(0) == "b"
    world.wait()
    assert not world.batch.state.appearance.any()
    assert not world.batch.state.record_left.any()
    assert world.badge(0) == ""


# Marks -------------------------------------------------------------------------------------------

BERRY = MEAL.replace("b", "a")


def test_a_taboo_berry_marks_at_once_in_the_eyes_of_others_and_not_in_ones_own():
    world = after_meal(drawing=BERRY, make=Berries)
    assert world.seen(1, forward=2)[1].mark
    assert not world.seen(0)[1].mark
    assert (world.badge(1, forward=2), world.badge(0)) == ("", "")
    assert after_meal(drawing=BERRY, make=Berries, see_own_mark=True).seen(0)[1].mark


@pytest.mark.parametrize(
    ("condition", "marking"), [("no_rule", ""), ("important_rule", "a"), ("silly_rule", "ab")]
)
@pytest.mark.parametrize("kind", "abc")
def test_what_marks(condition, marking, kind):
    world = after_meal(drawing=MEAL.replace("b", kind), make=Berries, condition=condition)
    assert world.seen(1, forward=2)[1].mark == (kind in marking)
    assert shot(world) == ("correct" if kind in marking else "misdirected")


def test_a_mark_stays_until_it_is_punished_whatever_is_eaten():
    row = "##########\n#0accac.1#\n##########"
    world = after_meal(*["forward"] * 4, *["noop"] * 300, drawing=row, make=Berries)
    assert world.seen(1, forward=2)[1].mark
    assert shot(world) == "correct"
    assert not world.seen(1, forward=2)[1].mark
    assert shot(world) == "misdirected"


def test_a_mark_with_a_window_goes_out():
    world = after_meal(drawing=BERRY, make=Berries, violation_window=2)
    marks = [world.seen(1, forward=2)[1].mark]
    for _ in range(3):
        world.wait()
        marks.append(world.seen(1, forward=2)[1].mark)
    assert marks == [True, True, False, False]
