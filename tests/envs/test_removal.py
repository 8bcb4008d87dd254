"""Removal and return."""

import numpy as np
import pytest
from altared.envs import make_batch
from altared.envs.grid import codes

from .worlds import Drawn, art, assert_share

DUEL = "#####\n#0.1#\n#####"


@pytest.mark.parametrize("slots", [1, 2, 5, 101])
def test_a_hit_costs_so_many_action_slots(slots):
    # Hit in step n: absent in observations n .. n+slots-1, back in n+slots, first action in n+slots+1.
    # (The reference's framesTillRespawn F is slots - 1: open 4 -> 5, closed 100 -> 101.)
    world = Drawn(DUEL, facing="EW", removal_steps=slots)
    world.act("zap", "noop")
    for _ in range(slots):
        assert world.place(1) is None
        step = world.act("noop", "turn left")  # ignored
    assert world.place(1) is not None
    assert step.events.returned[0].tolist() == [0, 1]
    facing = world.facings()[1]
    world.act("noop", "turn right")
    assert world.facings()[1] == "NESWN"["NESW".index(facing) + 1]


def test_the_hit_agent_acts_in_the_step_of_the_hit_and_is_gone_after_it():
    world = Drawn("######\n#0.1.#\n######", facing="EW")
    step = world.act("zap", "forward")
    assert step.events.removed[0].tolist() == [0, 1]
    assert world.drawing() == art("######\n#0...#\n######")


def test_while_removed_it_sees_nothing_earns_nothing_does_nothing():
    world = Drawn("#####\n#0,1#\n#####", facing="EW", removal_steps=3, regrowth=(1.0,))
    world.act("zap", "noop")
    for _ in range(2):
        step = world.act("noop", "zap")
        assert (step.observations[0, 1] == codes.UNSEEN).all()
        assert step.rewards[0, 1] == 0
        assert step.events.fired[0, 1] == 0
        assert step.events.hit.sum() == 0
    assert (step.observations[0, 0] != codes.UNSEEN).any()


def test_a_removed_agent_does_not_block_a_cell():
    world = Drawn("####\n#01#\n####", facing="EW")
    world.act("zap", "noop")
    world.act("forward", "noop")
    assert world.drawing() == art("####\n#.0#\n####")


def test_zero_removal_steps_leave_the_target_where_it_is():
    world = Drawn(DUEL, facing="EW", removal_steps=0)
    world.act("zap", "noop")
    assert world.events("hit") == [(0, 1)]
    assert world.events("removed") == []
    assert world.drawing() == art("#####\n#0*1#\n#####")


def test_the_return_cell_is_uniform_over_free_spawn_cells_and_never_a_start_cell():
    # 1 stands on a spawn cell; 0 (one of the first slots) is due: three free P, never Q, facing any of four.
    # 400,000 returns: a cell that is 2 % off is 8.9 standard errors away, a facing 7.3.
    world = Drawn(
        """
        #######
        #Q.Q.Q#
        #P1P.P#
        #######
        """,
        facing=".N",
        on={1: "P"},
        away={0: 1},
        worlds=20_000,
    )
    cells, facings, rounds = np.zeros((7, 7), int), np.zeros(4, int), 20
    for _ in range(rounds):
        world.again()
        step = world.wait()
        assert step.events.returned[:, 0].all()
        p, state = world.batch.game.params, world.batch.state
        np.add.at(cells, (state.at[:, 0] // p.stride - p.edge, state.at[:, 0] % p.stride - p.edge), 1)
        facings += np.bincount(state.facing[:, 0], minlength=4)
    total = 20_000 * rounds
    spots = [(2, 1), (2, 3), (2, 5)]
    assert sum(cells[spot] for spot in spots) == total
    for spot in spots:
        assert_share(cells[spot], total, 1 / 3)
    for facing in range(4):
        assert_share(facings[facing], total, 1 / 4)


def test_with_no_free_spawn_cell_it_waits_until_one_is_free():
    world = Drawn("#####\n#.1.#\n#.Q.#\n#####", facing=".W", on={1: "P"}, away={0: 1})
    for _ in range(10):
        assert world.wait().events.returned.sum() == 0
        assert world.place(0) is None
    step = world.act("noop", "forward")  # 1 leaves the only spawn cell: returns come after moves
    assert step.events.returned[0].tolist() == [1, 0]
    assert world.place(0) == (1, 2)


def test_a_cell_whose_agent_is_hit_in_this_step_is_not_free_yet():
    # 2 hits 1, which stands on the only spawn cell; 0 is due. Removal comes after returns.
    world = Drawn("#######\n#QQ2.1#\n#######", facing=".NE", on={1: "P"}, away={0: 1}, worlds=100)
    step = world.act("noop", "noop", "zap")
    assert step.events.removed[:, 1].all()
    assert not step.events.returned.any()
    step = world.wait()
    assert step.events.returned[:, 0].all()


def test_two_due_for_one_cell_get_it_half_the_time_each():
    world = Drawn("#####\n#2QP#\n##Q##\n#####", facing="..W", away={0: 1, 1: 1}, worlds=10_000)
    first = 0
    for _ in range(10):
        world.again()
        returned = world.wait().events.returned
        assert (returned.sum(1) == 1).all()
        first += int(returned[:, 0].sum())
    assert_share(first, 100_000, 1 / 2)


def test_the_freshly_returned_cannot_be_hit_in_that_step_but_in_the_next():
    # The beam of 1 covers the only spawn cell when 0 returns there.
    world = Drawn("#####\n#1.P#\n##Q##\n#####", facing=".E", away={0: 1}, cooldown=0, worlds=50)
    step = world.act("noop", "zap")
    assert step.events.returned[:, 0].all()
    assert not step.events.hit.any()
    assert world.drawing() == art("#####\n#1*0#\n##.##\n#####")
    step = world.act("noop", "zap")
    assert step.events.hit[:, 1, 0].all()
    assert step.events.removed[:, 0].all()


def test_who_returns_into_a_beam_is_seen_there_also_after_the_beam_went_out():
    world = Drawn("#####\n#1.P#\n##Q##\n#####", facing=".E", away={0: 1}, worlds=50)
    world.act("noop", "zap")
    world.wait()
    for w in range(50):
        facing = int(world.batch.state.facing[w, 0])
        assert world.batch.picture(w)[1, 1:4, 1].tolist() == [codes.OTHER + 1, 0, codes.OTHER + facing]


def test_the_freshly_returned_does_not_shield_those_behind_in_that_step():
    world = Drawn("######\n#1.P2#\n##QQ##\n######", facing=".EN", away={0: 1}, worlds=50)
    step = world.act("noop", "zap", "noop")
    assert step.events.hit[:, 1, 2].all()
    assert step.events.removed[:, 2].all()


def test_returning_takes_no_action_in_that_step():
    world = Drawn("#####\n#P..#\n#####", away={0: 1}, worlds=50, num_agents=1)
    world.act("zap")
    assert not world.batch.events.fired.any()
    assert world.act("zap").events.fired.all()


def test_on_the_bundled_maps_everyone_returns_to_spawn_cells_only():
    for name in ("open", "closed", "partnership"):
        batch = make_batch("commons_harvest", num_worlds=50, map=name, removal_steps=3)
        batch.reset(seed=5)
        spawns, rng, returns = set(batch.game.params.spawn_cells.tolist()), np.random.default_rng(5), 0
        for _ in range(300):
            step = batch.step(rng.integers(0, 8, (50, 7)))
            back = batch.state.at[step.events.returned > 0].tolist()
            returns += len(back)
            assert set(back) <= spawns
        assert returns > 500
