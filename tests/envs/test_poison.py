"""Poison berries: when a meal harms, what it scales, and how berries grow."""

import numpy as np
import pytest
from altared.envs import make_batch
from altared.envs.grid import codes

from .play import random_actions
from .ruled import Berries
from .worlds import art, assert_share


def poisoned_steps(meals, steps=40, **config):
    """The steps (from 1) in which 0 counts as poisoned, if it eats poison in the steps `meals` of a walk."""
    row = "#" + "0" + "".join("a" if t in meals else "." for t in range(1, steps + 1)) + "#"
    wall = "#" * len(row)
    world = Berries("\n".join([wall, row, wall]), "E", **config)
    seen = []
    for t in range(1, steps + 1):
        step = world.act("forward")
        assert bool(step.events.ate[0, 0]) == (t in meals)
        if world.batch.state.poison_left[0, 0] > 0:
            seen.append(t)
    return seen


@pytest.mark.parametrize(("delay", "duration"), [(0, 1), (1, 1), (0, 5), (4, 3), (10, 20)])
def test_poisoned_at_t_is_who_ate_it_in_t_minus_delay_minus_duration_to_t_minus_delay(delay, duration):
    poisoned = poisoned_steps({3}, poison_delay=delay, poison_duration=duration)
    assert poisoned == [t for t in range(1, 41) if t - delay - duration <= 3 < t - delay]
    assert len(poisoned) == duration


@pytest.mark.parametrize("meals", [{3, 4}, {3, 6, 9}, {2, 12}, {1, 2, 3, 4, 5}, {5, 8, 25}])
def test_windows_unite(meals):
    poisoned = poisoned_steps(meals, poison_delay=4, poison_duration=5)
    assert poisoned == [t for t in range(1, 41) if any(t - 9 <= meal < t - 4 for meal in meals)]


def test_no_duration_no_harm():
    assert poisoned_steps({1, 2}, poison_delay=2, poison_duration=0) == []


def test_while_poisoned_every_berry_pays_065_of_its_4_and_two_windows_never_multiply():
    # poison in steps 1 and 2, c afterwards: delay 3, duration 4, so poisoned in steps 5 .. 9
    world = Berries("#" * 16 + "\n#0aacccccccccc.#\n" + "#" * 16, "E", poison_delay=3, poison_duration=4)
    paid = [float(world.act("forward").events.resource[0, 0]) for _ in range(12)]
    low = float(np.float32(4 * 0.65))
    assert paid == [4.0] * 4 + [low] * 5 + [4.0] * 3


def test_poison_pays_at_once_like_any_berry_and_the_poisoned_less_for_it_too():
    world = Berries("######\n#0aaa#\n######", "E", poison_delay=0, poison_duration=9)
    paid = [world.parts(world.act("forward"), 0)[0] for _ in range(3)]
    assert paid == [4.0, float(np.float32(4 * 0.65)), float(np.float32(4 * 0.65))]


@pytest.mark.parametrize("kind", "bc")
def test_other_kinds_do_no_harm(kind):
    world = Berries(f"######\n#0{kind}..#\n######", "E", poison_delay=0, poison_duration=9)
    world.act("forward")
    world.wait(5)
    assert not world.batch.state.poison_left.any()


@pytest.mark.parametrize("kind", "abc")
def test_which_kind_is_poisonous_is_a_setting(kind):
    silly = {"silly_kind": "a"} if kind == "b" else {}
    world = Berries(
        "######\n#0abc#\n######", "E", poison_kind=kind, poison_delay=0, poison_duration=1, **silly
    )
    harmed = []
    for letter in "abc.":
        world.act("noop" if letter == "." else "forward")
        harmed.append(bool(world.batch.state.poison_left[0, 0]))
    assert harmed == [False] + [letter == kind for letter in "abc"]


def test_the_payoffs_of_the_beam_are_never_scaled():
    world = Berries("######\n#0a.1#\n######", "EW", records={1: ("a", 9)}, guilty=[1], poison_delay=0)
    world.act("forward", "noop")
    step = world.act("zap", "zap")
    assert world.batch.state.poison_left[0, 0] > 0
    assert world.parts(step, 0) == (0, -20, 35, -35)


def test_the_harm_goes_on_while_one_is_removed():
    world = Berries("######\n#0a.1#\n######", "EW", removal_steps=5, sanction="removal", poison_delay=2,
                    poison_duration=6)  # fmt: skip
    world.act("forward", "noop")
    world.act("noop", "zap")
    left = []
    for _ in range(8):
        left.append(int(world.batch.state.poison_left[0, 0]))
        world.wait()
    assert left == [0, 0, 6, 5, 4, 3, 2, 1]


def test_a_new_episode_begins_in_health():
    world = Berries("######\n#0a..#\n######", "E", poison_delay=3, poison_duration=9, max_cycles=2)
    world.act("forward")
    for _ in range(12):
        world.wait()
        assert not world.batch.state.poison_left.any()


# Growth ------------------------------------------------------------------------------------------


def test_berries_grow_by_themselves_whatever_lives_around():
    # with chance 1 for b alone: it is back two steps after its meal, without a neighbour
    world = Berries("#######\n#0a;.:#\n#######", "N", regrowth=(0.0, 1.0, 0.0))
    assert world.drawing() == art("#######\n#0a;.:#\n#######")
    world.wait()
    assert world.drawing() == art("#######\n#0ab.:#\n#######")
    assert not world.wait(30).events.sprouted.any()
    grounds = {codes.site_parts(int(code)) for code in world.batch.picture()[1, :, 0]} - {None}
    assert grounds == {(0, codes.LIVE), (1, codes.LIVE), (2, codes.BARREN)}


def test_each_kind_has_its_own_chance():
    chances = (0.1, 0.2, 0.5)
    world = Berries("######\n#0,;:#\n######", "N", regrowth=chances, worlds=30_000)
    sprouted = np.zeros(3, int)
    for _ in range(3):
        world.again()
        sprouted += world.wait().events.sprouted.astype(int).sum(0)
    for count, chance in zip(sprouted, chances, strict=True):
        assert_share(int(count), 90_000, chance, error=0.07)


def test_a_site_without_fruit_where_it_can_grow_is_grass():
    world = Berries("######\n#0,;:#\n######", "N", regrowth=(0.0, 0.1, 1e-6))
    grounds = [codes.site_parts(int(code)) for code in world.batch.picture()[1, 2:5, 0]]
    assert grounds == [(0, codes.BARREN), (1, codes.EMPTY), (2, codes.EMPTY)]


# The presets -------------------------------------------------------------------------------------


def test_conditions_share_their_physics():
    """The beam exists in all three; only what marks differs."""
    batches = [
        make_batch("poison_berries", 2, condition=condition, max_cycles=0)
        for condition in ("no_rule", "important_rule", "silly_rule")
    ]
    rng, violations = np.random.default_rng(3), np.zeros(3, int)
    for batch in batches:
        batch.reset(seed=1)
    for _ in range(120):
        actions = random_actions(batches[0], rng)
        for number, batch in enumerate(batches):
            step = batch.step(actions)
            violations[number] += int(step.events.violated.sum())
            for name in ("ate", "fired", "hit", "sanctioned", "resource", "cost", "penalty"):
                assert (getattr(step.events, name) == getattr(batches[0].events, name)).all(), name
    assert 0 == violations[0] < violations[1] < violations[2]


def test_the_altared_version_shows_the_taboo_and_badges_in_place_of_marks():
    world = Berries("######\n#0a.1#\n#..^.#\n######", "EW", preset="altared", redraw_kinds=False,
                    condition="silly_rule")  # fmt: skip
    assert world.altar() == world.rule() == "ab"
    world.act("forward", "noop")
    assert world.badge(1, forward=2) == "a"
    assert not world.seen(1, forward=2)[1].mark
    assert world.batch.state.record_left[0, 0] == 25
