"""What an agent sees: its window turned so that it faces up, and others relative to itself."""

import numpy as np
import pytest
from altared.envs import make_batch
from altared.envs.grid import codes

from .test_beam import turned
from .worlds import HEADINGS, Drawn, art

ROOM = """
    ########
    #..a,..#
    #.1....#
    #...2..#
    #..0...#
    #.3..4.#
    ########
"""
# 3 rows ahead, 1 behind, 2 columns left, 3 right of agent 0; o is itself
SEEN = """
    ..a,..
    .1....
    ...2..
    ..o...
    .3..4.
"""


def drawn(view) -> str:
    """A view as a drawing; agents other than oneself are anonymous: x."""
    chars = {codes.OUTSIDE: "?", codes.WALL: "#", codes.FLOOR: ".", codes.SITE + codes.LIVE: "a"}
    return "\n".join(
        "".join(
            {"self": "o", "other": "x", "beam": "*"}.get(
                codes.occupant_parts(int(occupant)).name, chars.get(int(ground), ",")
            )
            for ground, occupant in row
        )
        for row in view
    )


@pytest.mark.parametrize("heading", range(4), ids="NESW")
def test_the_window_turns_with_the_viewer(heading):
    sight = {"view_forward": 3, "view_backward": 1, "view_left": 2, "view_right": 3}
    facing = "".join(HEADINGS[(heading + turn) % 4] for turn in range(5))  # 1 .. 3: a quarter turn more each
    world = Drawn(turned(ROOM, heading), facing=facing, **sight)
    view = world.wait().observations[0, 0]
    assert drawn(view) == art(SEEN.translate(str.maketrans("1234", "xxxx")))
    faces = {
        name: codes.occupant_parts(int(view[row, column, 1])).facing
        for name, (row, column) in {"1": (1, 1), "2": (2, 3), "3": (4, 1), "4": (4, 4)}.items()
    }
    assert faces == {"1": 1, "2": 2, "3": 3, "4": 0}
    assert codes.RELATIVE_HEADINGS == ("the same way", "to my right", "towards me", "to my left")


def test_the_default_window_is_11_by_11_with_the_viewer_in_row_9_column_5():
    batch = make_batch("commons_harvest", 20)
    for view in batch.reset(seed=0).reshape(-1, 11, 11, 2):
        own = np.argwhere(view[..., 1] >= codes.SELF)
        assert own.tolist() == [[9, 5]]


def test_beyond_the_map_is_outside_and_walls_do_not_hide_what_is_behind_them():
    world = Drawn("######\n#0#a.#\n######", facing="E", view_forward=5, view_left=2, view_right=1)
    assert drawn(world.wait().observations[0, 0]) == art("????\n?###\n?#.#\n?#a#\n?###\n?#o#\n?###")


def test_ground_shows_whether_it_can_grow():
    # an eaten apple is grass (empty) while an apple lives within two cells, and bare earth (barren) when not
    world = Drawn("#########\n#,.a..,0#\n#########", facing="W", view_forward=6, regrowth=(0.0, 1e-9))
    column = world.wait().observations[0, 0, :6, 1, 0][::-1]
    growth = [codes.site_parts(int(code)) for code in column]
    assert growth == [(0, codes.BARREN), None, None, (0, codes.LIVE), None, (0, codes.EMPTY)]


def test_a_removed_agent_sees_nothing_not_even_itself():
    world = Drawn("#####\n#0.1#\n#####", facing="EW")
    views = world.act("zap", "noop").observations[0]
    assert (views[1] == 0).all()
    assert codes.UNSEEN == codes.NOBODY == 0
    assert (views[0] != 0).any()
