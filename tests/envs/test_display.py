"""The altar and what it shows, under every display, and visits to it."""

from collections import Counter, defaultdict

import numpy as np
import pytest
from altared.envs import make_batch
from altared.envs.grid import codes

from .play import random_actions
from .ruled import Ruled, rules_of
from .small import small
from .worlds import art, assert_share

ROOM = """
    #######
    #..^..#
    #.0...#
    #.....#
    #######
"""
EVERY_SET = ["", "a", "b", "ab", "c", "ac", "bc", "abc"]
MOVING = {"institution": "schedule", "schedule": ("ab", "bc", "ac"), "schedule_every": 3}


def altars(batch) -> Counter:
    """What the altars of all worlds show."""
    return Counter(batch.state.displayed[:, 0].tolist())


# Codes -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("prohibited", EVERY_SET)
def test_the_altar_shows_the_set_of_prohibited_kinds(prohibited):
    code = 13 + sum(1 << "abc".index(kind) for kind in prohibited)
    world = Ruled(ROOM, "N", prohibited=prohibited)
    assert world.batch.picture()[1, 3, 0] == code
    assert world.seen(0, forward=1, right=1)[0] == code
    assert [world.seen(0, *where)[0] for where in ((1, 0), (0, 0))] == [codes.FLOOR] * 2
    world.wait()
    assert world.seen(0, forward=1, right=1)[0] == code


def test_its_planes_are_the_same_in_every_foraging_game():
    planes = dict(zip(EVERY_SET, codes.GROUND_PLANES[codes.ALTAR : codes.BLANK_ALTAR], strict=True))
    for prohibited, row in planes.items():
        named = {codes.PLANES[i] for i in np.flatnonzero(row)}
        assert named == {"altar", *(f"altar prohibits {kind}" for kind in prohibited)}


@pytest.mark.parametrize("prohibited", EVERY_SET)
@pytest.mark.parametrize("condition", ["hidden", "vanilla"])
def test_a_hidden_rule_leaves_the_altar_blank(prohibited, condition):
    world = Ruled(ROOM, "N", condition=condition, prohibited=prohibited)
    assert world.altar() == "blank"
    world.wait(3)
    assert world.altar() == "blank"
    assert world.seen(0, forward=1, right=1)[0] == codes.BLANK_ALTAR


def test_the_altar_stops_moves_and_beams():
    world = Ruled("#######\n#0^.1.#\n#######", "EW", beam_length=5, beam_radius=0)
    world.act("forward", "noop")
    assert world.place(0) == (1, 1)
    world.act("zap", "zap")
    assert world.drawing() == art("#######\n#0^*1.#\n#######")
    assert world.events("hit") == []
    side = Ruled(ROOM, "N")
    side.act("zap")
    assert side.drawing() == art("#######\n#**^..#\n#*0*..#\n#.....#\n#######")


# Displays ----------------------------------------------------------------------------------------


def test_announced_the_rule_is_under_everyones_own_feet():
    world = Ruled("######\n#0a1.#\n#..^.#\n######", "EW", condition="announced", prohibited="bc")
    for _ in range(2):
        for agent in (0, 1):
            assert world.seen(agent)[0] == codes.ALTAR + 6
            assert world.seen(agent)[1].name == "self"
        assert world.seen(0, forward=2)[0] == codes.FLOOR, "not under others'"
        assert world.altar() == "bc"
        world.act("noop", "turn left")
    world.act("forward", "noop")
    assert world.seen(0)[0] == codes.ALTAR + 6, "also on a site"


def test_those_who_were_removed_see_nothing_not_even_what_is_announced():
    world = Ruled("######\n#0.1.#\n######", "EW", condition="announced")
    step = world.act("zap", "noop")
    assert (step.observations[0, 1] == codes.UNSEEN).all()
    assert (step.observations[0, 0] != codes.UNSEEN).any()


def test_a_random_display_is_any_value_of_the_rule_in_every_step():
    world = Ruled(ROOM, "N", condition="random", institution="stock", worlds=30_000)
    before, values = None, [codes.ALTAR + bits for bits in (3, 5, 6, 7)]
    for _ in range(2):
        world.wait()
        shown = world.batch.state.displayed[:, 0].copy()
        assert set(shown.tolist()) == set(values)
        for value in values:
            assert_share(int((shown == value).sum()), 30_000, 1 / 4, error=0.1)
        if before is not None:
            assert_share(int((shown == before).sum()), 30_000, 1 / 4, error=0.1)
        before = shown


def test_permuted_colours_mean_the_same_throughout_an_episode_and_are_redrawn_for_the_next():
    world = Ruled(ROOM, "N", condition="permuted", worlds=2000, max_cycles=9, **MOVING)
    for _ in range(2):
        meanings = [defaultdict(set) for _ in range(2000)]
        for _ in range(9):
            state = world.batch.state
            for w, (true, shown) in enumerate(
                zip(state.prohibited[:, 0], state.displayed[:, 0], strict=True)
            ):
                meanings[w][int(true)].add(int(shown) - codes.ALTAR)
            world.wait()
        assert all(len(shown) == 1 for meaning in meanings for shown in meaning.values())
        seen = Counter(tuple(min(meaning[true]) for true in (3, 5, 6)) for meaning in meanings)
        assert {tuple(sorted(naming)) for naming in seen} == {(3, 5, 6)}
        assert len(seen) == 6
        assert min(seen.values()) > 250


@pytest.mark.parametrize("prohibited", ["", "abc"])
def test_permuted_all_and_nothing_stay_what_they_are(prohibited):
    world = Ruled(ROOM, "N", condition="permuted", prohibited=prohibited, worlds=50)
    assert altars(world.batch) == {codes.ALTAR + codes.bits_of(prohibited): 50}


def test_a_placebo_is_drawn_apart_by_the_same_law_and_changes_when_the_true_rule_does():
    world = Ruled(ROOM, "N", condition="placebo", institution="stock", worlds=30_000)
    assert world.batch.state.coming.shape == (30_000, 1)
    true, shown = rules_of(world.batch), altars(world.batch)
    assert shown.keys() == {codes.ALTAR + codes.bits_of(value) for value in true}
    agree = world.batch.state.displayed - codes.ALTAR == world.batch.state.prohibited
    assert_share(int(agree.sum()), 30_000, 1 / 3, error=0.05)


def test_a_placebo_stands_still_while_the_rule_does():
    batch = make_batch("altared_harvest", 30, condition="placebo", **small("altared_harvest"))
    batch.reset(seed=0)
    rng, moved = np.random.default_rng(0), 0
    before = batch.state.displayed.copy()
    for _ in range(200):
        step = batch.step(random_actions(batch, rng))
        kept = (step.events.changed[:, 0] == 0) & ~step.terminated & ~step.truncated
        assert (batch.state.displayed[kept] == before[kept]).all()
        moved += int((batch.state.displayed != before)[step.events.changed[:, 0] > 0].sum())
        before = batch.state.displayed.copy()
    assert moved > 10


# Visits ------------------------------------------------------------------------------------------

NARROW = {"view_left": 0, "view_right": 0}
LANE = "##########\n#0......^#\n##########"


def test_a_visit_is_an_entry_of_the_altar_into_view_10_steps_after_the_start():
    # sight is 3 cells ahead: turning left and right again brings the altar out of view and back
    world = Ruled("######\n#0.^.#\n######", "E", **NARROW)
    visits = [
        t for t in range(1, 31) if world.act(("turn left", "turn right")[t % 2 == 0]).events.visited[0, 0]
    ]
    assert visits == list(range(10, 31, 2))


def test_staying_in_view_is_one_visit_and_being_there_from_the_start_is_none():
    world = Ruled("######\n#0.^.#\n######", "E")
    assert not any(world.wait().events.visited[0, 0] for _ in range(40))
    world = Ruled(LANE, "E")
    walk = ["noop"] * 12 + ["forward"] * 4 + ["noop"] * 5
    assert [t for t, name in enumerate(walk, 1) if world.act(name).events.visited[0, 0]] == [16]


def test_coming_early_is_no_visit():
    world = Ruled(LANE, "E")
    assert not any(world.act(name).events.visited[0, 0] for name in ["forward"] * 5 + ["noop"] * 20)


def test_a_visit_comes_at_least_10_steps_after_a_return():
    # 1 returns in step 3, in this world facing north, and turns to the altar south of it
    room = "#######\n#0.1.P#\n#.....#\n#....^#\n#######"
    world = Ruled(room, "EN", removal_steps=2, worlds=30, **NARROW)
    world.act("zap", "noop")
    world.wait(2)
    assert world.events("returned") == [1]
    w = int(np.flatnonzero(world.batch.state.facing[:, 1] == 0)[0])
    snapshot, visited = world.batch.snapshot(), []
    for waits in range(12):
        world.batch.restore(snapshot)
        for name in ["noop"] * waits + ["turn right"] * 2:
            step = world.act("noop", name)
        visited += [waits + 2] * int(step.events.visited[w, 1])
    assert visited == [10, 11, 12, 13]


def test_a_blank_altar_is_visited_too():
    world = Ruled("######\n#0.^.#\n######", "W", condition="hidden", max_cycles=14, **NARROW)
    world.wait(11)
    assert world.act("turn left").events.visited[0, 0] == 0
    assert world.act("turn left").events.visited[0, 0] == 1
    assert world.wait().episodes["visits"].tolist() == [1]
