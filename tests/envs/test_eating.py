"""Eating."""

import pytest

from .worlds import Drawn, art, assert_share

BARREN = (0.0,)  # nothing regrows
QUICK = (0.0, 1.0)  # whatever has a live neighbour regrows at its first chance


def test_entering_a_live_apple_pays_at_once_and_the_apple_is_gone():
    world = Drawn("#####\n#0a.#\n#####", facing="E", regrowth=BARREN)
    step = world.act("forward")
    assert step.rewards.tolist() == [[1.0]]
    assert world.events("ate") == [0]
    assert world.wait().rewards.tolist() == [[0.0]]
    world.act("forward")
    assert world.drawing() == art("#####\n#.,0#\n#####")


def test_an_eaten_apple_pays_nobody():
    world = Drawn("#####\n#0,.#\n#####", facing="E", regrowth=BARREN)
    assert world.act("forward").rewards.tolist() == [[0.0]]


@pytest.mark.parametrize("reward", [2.5, -3.0])
def test_the_reward_of_a_meal_is_a_number_of_the_config(reward):
    world = Drawn("#####\n#0a.#\n#####", facing="E", apple_reward=reward)
    assert world.act("forward").rewards.tolist() == [[reward]]


def test_eating_though_zapped_in_the_same_step():
    world = Drawn("######\n#0.a1#\n######", facing="EW", regrowth=BARREN, worlds=100)
    step = world.act("zap", "forward")
    assert (step.rewards == [0, 1]).all()
    assert step.events.removed[:, 1].all()
    assert world.outcomes() == {art("######\n#0*,.#\n######"): 100}


def test_a_bystander_gets_nothing():
    # 1 and 2 stand by, and 1 even pushes towards the apple that 0 is eating
    world = Drawn("#####\n#0a1#\n##2##\n#####", facing="EWN", regrowth=BARREN, worlds=500)
    step = world.act("forward", "forward", "noop")
    assert (step.rewards.sum(1) == 1).all()
    assert (step.rewards[:, 2] == 0).all()
    assert (step.rewards == step.events.ate).all()


def test_a_contested_apple_feeds_either_half_the_time():
    world = Drawn("#####\n#0a1#\n#####", facing="EW", regrowth=BARREN, worlds=10_000)
    first = 0
    for _ in range(10):
        world.again()
        rewards = world.act("forward", "forward").rewards
        assert (rewards.sum(1) == 1).all()
        first += int(rewards[:, 0].sum())
    assert_share(first, 100_000, 1 / 2)


def test_a_blocked_agent_does_not_eat():
    world = Drawn("#####\n#01a#\n#####", facing="EN")
    assert world.act("forward", "noop").rewards.tolist() == [[0, 0]]


def test_an_apple_that_regrows_underfoot_is_eaten_at_once_and_waits_again():
    # eaten in step 1, it may sprout in 3, 5, 7 (see test_regrowth): each time it pays in the same step
    world = Drawn("#####\n#0aa#\n#####", facing="E", regrowth=QUICK)
    pay = [world.act("forward" if t == 0 else "turn left").rewards[0, 0] for t in range(7)]
    assert pay == [1, 0, 1, 0, 1, 0, 1]
    assert world.events("sprouted") == [(1, 2)]
    assert world.batch.state.live_total[0, 0] == 1


def test_it_is_eaten_underfoot_though_zapped_in_that_step():
    world = Drawn("######\n#1.0a#\n######", facing="EE", on={0: ","}, regrowth=QUICK, worlds=50)
    step = world.act("noop", "zap")
    assert step.events.sprouted.any(1).all()
    assert (step.rewards == [1, 0]).all()
    assert step.events.removed[:, 0].all()
    assert world.outcomes() == {art("######\n#1*,a#\n######"): 50}


def test_the_newcomer_eats_what_sprouts_under_it_in_the_step_of_its_arrival():
    world = Drawn("######\n#0,a.#\n######", facing="E", regrowth=QUICK)
    assert world.act("forward").rewards.tolist() == [[1.0]]
    assert world.events("sprouted") == [(1, 2)]


def test_the_one_who_left_does_not():
    world = Drawn("######\n#.0a.#\n######", facing="W", on={0: ","}, regrowth=QUICK)
    assert world.act("forward").rewards.tolist() == [[0.0]]
    assert world.drawing() == art("######\n#0aa.#\n######")


def test_the_removed_earn_nothing_where_they_stood():
    # 0 is hit on an eaten apple; later it regrows there and stays
    world = Drawn("######\n#1.0a#\n######", facing="EE", on={0: ","}, fresh=[(1, 3)], regrowth=QUICK)
    world.act("noop", "zap")
    step = world.wait()
    assert world.events("sprouted") == [(1, 3)]
    assert step.rewards.tolist() == [[0, 0]]
    assert world.drawing() == art("######\n#1.aa#\n######")
