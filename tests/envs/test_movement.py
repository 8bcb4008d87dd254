"""Movement: one after another in random order, into cells without wall or body."""

import pytest

from .worlds import ACTIONS, Drawn, art, assert_share


def test_the_actions_and_their_order():
    assert Drawn("#####\n#0..#\n#####", facing="N").batch.game.actions == ACTIONS


@pytest.mark.parametrize(
    ("action", "facing", "after"),
    [
        ("noop", "N", (2, 2)),
        *zip(["forward"] * 4, "NESW", [(1, 2), (2, 3), (3, 2), (2, 1)], strict=True),
        *zip(["backward"] * 4, "NESW", [(3, 2), (2, 1), (1, 2), (2, 3)], strict=True),
        *zip(["step left"] * 4, "NESW", [(2, 1), (1, 2), (2, 3), (3, 2)], strict=True),
        *zip(["step right"] * 4, "NESW", [(2, 3), (3, 2), (2, 1), (1, 2)], strict=True),
        *[(turn, facing, (2, 2)) for turn in ("turn left", "turn right", "zap") for facing in "NESW"],
    ],
)
def test_steps_are_relative_to_facing_and_keep_it(action, facing, after):
    world = Drawn("#####\n#...#\n#.0.#\n#...#\n#####", facing=facing)
    world.act(action)
    assert world.place(0) == after
    if not action.startswith("turn"):
        assert world.facings() == facing


@pytest.mark.parametrize(
    ("turn", "facings"), [("turn left", "NWSEN"), ("turn right", "NESWN")], ids=["left", "right"]
)
def test_turns_are_quarter_turns_and_always_succeed(turn, facings):
    # Walled in and hemmed in by two others, it turns all the same.
    world = Drawn("#####\n#102#\n#####", facing="NEW")
    for facing in facings[1:]:
        world.act(turn, "noop", "forward")
        assert world.facings()[0] == facing
        assert world.drawing() == art("#####\n#102#\n#####")


@pytest.mark.parametrize(
    ("action", "facing"), [("forward", "N"), ("backward", "E"), ("step left", "N"), ("step right", "E")]
)
def test_a_wall_blocks_and_the_blocked_agent_stays(action, facing):
    world = Drawn("#####\n##0.#\n#####", facing=facing)
    step = world.act(action)
    assert world.drawing() == art("#####\n##0.#\n#####")
    assert step.rewards[0, 0] == 0  # no penalty


@pytest.mark.parametrize("order_seed", range(5))
def test_a_standing_body_blocks_and_is_not_pushed(order_seed):
    world = Drawn("######\n#01..#\n######", facing="EN", seed=order_seed, worlds=50)
    world.act("forward", "noop")
    assert world.outcomes() == {art("######\n#01..#\n######"): 50}


def test_a_contested_cell_goes_to_either_half_the_time():
    # #0.1#  both step into the middle: one of them gets there, each in half of the worlds
    world = Drawn("#####\n#0.1#\n#####", facing="EW", worlds=10_000)
    left, right = art("#####\n#.01#\n#####"), art("#####\n#01.#\n#####")
    seen = world.outcomes_of("forward", "forward", rounds=10)
    assert seen.keys() == {left, right}
    assert_share(seen[left], 100_000, 1 / 2)


def test_of_three_wanting_one_cell_each_gets_it_a_third_of_the_time():
    world = Drawn("#####\n#0.1#\n##2##\n#####", facing="EWN", worlds=10_000)
    seen = world.outcomes_of("forward", "forward", "forward", rounds=20)
    winners = [
        art("#####\n#.01#\n##2##\n#####"),
        art("#####\n#01.#\n##2##\n#####"),
        art("#####\n#021#\n##.##\n#####"),
    ]
    assert seen.keys() == set(winners)
    for winner in winners:
        assert_share(seen[winner], 200_000, 1 / 3)


def test_following_into_a_vacated_cell_succeeds_half_the_time():
    # #.01#  agent 1 follows agent 0 to the west: only if 0 was drawn first (reference: 650 of 1348)
    world = Drawn("#####\n#.01#\n#####", facing="WW", worlds=10_000)
    both, first_only = art("#####\n#01.#\n#####"), art("#####\n#0.1#\n#####")
    seen = world.outcomes_of("forward", "forward", rounds=10)
    assert seen.keys() == {both, first_only}
    assert_share(seen[both], 100_000, 1 / 2)


def test_a_column_of_three_moves_whole_once_in_six():
    # every order of three is equally likely, and only 0, 1, 2 lets all of them move
    world = Drawn("######\n#.012#\n######", facing="WWW", worlds=10_000)
    seen = world.outcomes_of("forward", "forward", "forward", rounds=50)
    assert_share(seen[art("######\n#012.#\n######")], 500_000, 1 / 6)
    assert_share(seen[art("######\n#01.2#\n######")], 500_000, 1 / 3)  # orders 0 2 1 and 2 0 1
    assert_share(seen[art("######\n#0.12#\n######")], 500_000, 1 / 2)  # 1 was drawn before 0


def test_swaps_are_impossible():
    world = Drawn("####\n#01#\n####", facing="EW", worlds=2000)
    assert world.outcomes_of("forward", "forward") == {art("####\n#01#\n####"): 2000}


def test_a_ring_cannot_turn_when_it_is_full():
    world = Drawn("####\n#01#\n#32#\n####", facing="ESWN", worlds=2000)
    assert world.outcomes_of(*["forward"] * 4) == {art("####\n#01#\n#32#\n####"): 2000}


def test_turning_and_moving_do_not_mix():
    world = Drawn("#####\n#0..#\n#####", facing="E")
    world.act("turn left")
    assert (world.place(0), world.facings()) == ((1, 1), "N")
