"""Beams: what they cover, what stops them, whom they reach and when they may be fired."""

import numpy as np
import pytest
from altared.envs.grid import codes

from .worlds import Drawn, art

OPEN = """
    #######
    #..*..#
    #.***.#
    #.***.#
    #.*0*.#
    #.....#
    #######
"""
LONG = """
    #######
    #..*..#
    #.***.#
    #.***.#
    #.***.#
    #.*0*.#
    #.....#
    #######
"""
BROAD = """
    #########
    #...*...#
    #..***..#
    #.*****.#
    #.*****.#
    #.**0**.#
    #.......#
    #########
"""
NARROW = """
    #####
    #...#
    #.*.#
    #.*.#
    #.0.#
    #####
"""
STUB = """
    #######
    #.....#
    #..*..#
    #.*0*.#
    #.....#
    #######
"""


def turned(drawing: str, quarter_turns: int) -> str:
    """A drawing seen after so many clockwise quarter turns of the world."""
    grid = np.array([list(row) for row in art(drawing).split("\n")])
    return "\n".join("".join(row) for row in np.rot90(grid, -quarter_turns))


@pytest.mark.parametrize("heading", range(4), ids="NESW")
@pytest.mark.parametrize(
    ("after", "length", "radius"),
    [(OPEN, 3, 1), (LONG, 4, 1), (BROAD, 4, 2), (NARROW, 2, 0), (STUB, 1, 1), (STUB, 1, 3)],
)
def test_what_a_beam_covers(after, length, radius, heading):
    after = turned(after, heading)
    world = Drawn(after.replace("*", "."), facing="NESW"[heading], beam_length=length, beam_radius=radius)
    world.act("zap")
    assert world.drawing() == after


BLOCKED = {
    "a wall in the middle leaves the sides": (
        3,
        1,
        """
        #######
        #.....#
        #.*#*.#
        #.***.#
        #.*0*.#
        #######
        """,
    ),
    "a wall beside the shooter stops that side": (
        3,
        1,
        """
        #######
        #..*..#
        #..**.#
        #..**.#
        #.#0*.#
        #######
        """,
    ),
    "a wall farther along a side stops it there": (
        3,
        1,
        """
        #######
        #..*..#
        #..**.#
        #.#**.#
        #.*0*.#
        #######
        """,
    ),
    "the border": (
        4,
        2,
        """
        ####
        #**#
        #0*#
        #..#
        ####
        """,
    ),
    "a wall on the first cell of a side hides the columns beyond it": (
        4,
        2,
        """
        #########
        #...*...#
        #...**..#
        #...***.#
        #...***.#
        #..#0**.#
        #########
        """,
    ),
    "a wall later in a side column does not hide the columns beyond it": (
        4,
        2,
        """
        #########
        #...*...#
        #...**..#
        #.*.***.#
        #.*#***.#
        #.**0**.#
        #########
        """,
    ),
    "a wall on the first cell of an outer column stops that column alone": (
        4,
        2,
        """
        #########
        #...*...#
        #..***..#
        #..****.#
        #..****.#
        #.#*0**.#
        #########
        """,
    ),
}


@pytest.mark.parametrize("heading", range(4), ids="NESW")
@pytest.mark.parametrize("case", BLOCKED)
def test_walls_stop_a_beam(case, heading):
    length, radius, after = BLOCKED[case]
    after = turned(after, heading)
    world = Drawn(after.replace("*", "."), facing="NESW"[heading], beam_length=length, beam_radius=radius)
    world.act("zap")
    assert world.drawing() == after


def test_apples_eaten_or_not_do_not_stop_a_beam_and_stay():
    world = Drawn("######\n#0a,.#\n######", facing="E", regrowth=(0.0,))
    world.act("zap")
    assert world.drawing() == art("######\n#0***#\n######")
    world.wait()
    assert world.drawing() == art("######\n#0a,.#\n######")


def test_a_beam_shines_for_exactly_one_observation():
    world = Drawn(OPEN.replace("*", "."), facing="N", view_forward=9, view_left=5, view_right=5)
    before = world.drawing()
    lit = [(world.act("zap").observations[0, 0, ..., 1] == codes.BEAM).sum(), world.drawing()]
    assert lit == [9, art(OPEN)]
    dark = [(world.wait().observations[0, 0, ..., 1] == codes.BEAM).sum(), world.drawing()]
    assert dark == [0, before]


def test_a_beam_that_is_walked_into_shows_the_body_and_goes_out():
    # 1 enters the cell where the beam shone in the step before
    world = Drawn("######\n#0...#\n##1###\n######", facing="EN", beam_length=2, removal_steps=0)
    world.act("zap", "noop")
    assert world.drawing() == art("######\n#0**.#\n##1###\n######")
    world.act("noop", "forward")
    assert world.drawing() == art("######\n#01..#\n##.###\n######")
    world.act("noop", "backward")
    assert world.drawing() == art("######\n#0...#\n##1###\n######")


@pytest.mark.parametrize("heading", range(4), ids="NESW")
def test_whom_a_beam_reaches(heading):
    # Hit: 1 ahead, 2 beside, 3 at the far end of the left side. Not: 4 behind, 5 out of reach, 6 beyond 1.
    world = Drawn(
        turned("#######\n#.56..#\n#.31..#\n#.....#\n#..02.#\n#..4..#\n#######", heading),
        facing="NESW"[heading] + "N" * 6,
    )
    world.act("zap", *["noop"] * 6)
    assert world.events("hit") == [(0, 1), (0, 2), (0, 3)]
    assert world.events("removed") == [1, 2, 3]
    assert world.drawing() == turned("#######\n#.56..#\n#.....#\n#.**..#\n#.*0..#\n#..4..#\n#######", heading)


def test_a_body_on_the_first_cell_of_a_side_is_hit_and_hides_the_columns_beyond_it():
    world = Drawn("#######\n#.....#\n#210..#\n#######", facing="NNN", beam_radius=2, beam_length=3)
    world.act("zap", "noop", "noop")
    assert world.events("hit") == [(0, 1)]


def test_a_body_later_in_a_side_column_does_not_hide_the_columns_beyond_it():
    world = Drawn("#######\n#21...#\n#..0..#\n#######", facing="NNN", beam_radius=2, beam_length=3)
    world.act("zap", "noop", "noop")
    assert world.events("hit") == [(0, 1), (0, 2)]


def test_a_wall_shields():
    world = Drawn("#######\n#.0#1.#\n#######", facing="EN")
    world.act("zap", "noop")
    assert world.events("fired") == [0]
    assert world.events("hit") == []


def test_a_removed_agent_neither_stops_nor_meets_a_beam():
    world = Drawn("#####\n#0.2#\n#####", facing="ENN", away={1: 3})
    world.act("zap", "noop", "noop")
    assert world.events("hit") == [(0, 2)]


def test_beams_see_the_positions_after_all_moves():
    # 1 steps into the line of fire, or out of it, whatever the order of the two.
    world = Drawn("######\n#0...#\n###1##\n######", facing="EN", beam_radius=0, worlds=300)
    assert world.act("zap", "forward").events.hit[:, 0, 1].all()
    world = Drawn("######\n#0.1.#\n###.##\n######", facing="ES", beam_radius=0, worlds=300)
    assert not world.act("zap", "forward").events.hit.any()


def test_the_shooter_that_is_hit_fires_all_the_same():
    world = Drawn("#####\n#0.1#\n#####", facing="EW", worlds=300)
    step = world.act("zap", "zap")
    assert step.events.fired.all()
    assert step.events.hit[:, 0, 1].all()
    assert step.events.hit[:, 1, 0].all()
    assert step.events.removed.all()  # mutual removal
    assert world.outcomes() == {art("#####\n#.*.#\n#####"): 300}


def test_a_chain_of_shots_reaches_everyone():
    # 0 hits 1, and 1 hits 2, in any order of the two
    world = Drawn("######\n#0..1#\n#....#\n#...2#\n######", facing="ESW", worlds=300, beam_length=4)
    step = world.act("zap", "zap", "noop")
    assert (step.events.hit[:, 0, 1] & step.events.hit[:, 1, 2]).all()
    assert (step.events.removed == [0, 1, 1]).all()


def test_several_shooters_hit_one_target_and_remove_it_once():
    world = Drawn("#######\n#0.2.1#\n#######", facing="EWN", max_cycles=1)
    step = world.act("zap", "zap", "noop")
    assert world.events("hit") == [(0, 2), (1, 2)]
    assert world.events("removed") == [2]
    assert (step.episodes["hits"][0], step.episodes["removals"][0]) == (2, 1)


@pytest.mark.parametrize("cooldown", [0, 1, 2, 5])
def test_shots_are_cooldown_plus_one_steps_apart(cooldown):
    world = Drawn("#####\n#0..#\n#####", facing="E", cooldown=cooldown)
    fired = [int(world.act("zap").events.fired[0, 0]) for _ in range(13)]
    assert fired == [1 if t % (cooldown + 1) == 0 else 0 for t in range(13)]


def test_cooling_goes_on_whatever_the_agent_does():
    world = Drawn("#####\n#0..#\n#####", facing="E", cooldown=2)
    names = ["zap", "turn left", "noop", "zap"]
    assert [int(world.act(name).events.fired[0, 0]) for name in names] == [1, 0, 0, 1]


def test_the_agent_sees_when_it_is_ready():
    # cooldown 2: after a shot the reference's READY_TO_SHOOT reads 0, .5, 1
    world = Drawn("#####\n#0..#\n#####", facing="E", cooldown=2)
    ready = []
    for name in ["noop", "zap", "noop", "noop", "zap"]:
        own = codes.occupant_parts(world.act(name).observations[0, 0, 1, 1, 1])
        assert own.name == "self"
        ready.append(own.ready)
    assert ready == [True, False, False, True, False]


def test_cooling_stands_still_while_removed_and_is_not_reset_on_return():
    # 0 and 1 shoot each other in step 1 and are away for steps 2 .. 6. Cooling (4) passes in 7 .. 10 only.
    world = Drawn("#####\n#0.1#\n#####", facing="EW", cooldown=4, removal_steps=5)
    assert world.act("zap", "zap").events.fired.all()
    fired = [world.act("zap", "zap").events.fired[0].tolist() for _ in range(10)]
    assert fired == [[0, 0]] * 9 + [[1, 1]]


def test_a_target_still_cools_in_the_step_in_which_it_is_hit():
    # The timer of 1 (3) runs in step 1 (hit) and stands still in 2 and 3; 4 and 5 end it; 6 fires.
    world = Drawn("#####\n#0.1#\n#####", facing="EW", cooling={1: 3}, removal_steps=2)
    fired = [int(world.act("zap" if t == 0 else "noop", "zap").events.fired[0, 1]) for t in range(6)]
    assert fired == [0, 0, 0, 0, 0, 1]


def test_a_target_is_not_paid_and_not_fined_and_neither_is_the_shooter():
    world = Drawn("#####\n#0.1#\n#####", facing="EW")
    assert world.act("zap", "noop").rewards.tolist() == [[0, 0]]
