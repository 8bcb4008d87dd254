"""Regrowth and its lag. With chances 0 and 1 every step is exact.

`fresh` apples were eaten in the step before the drawing, the other eaten ones long ago.
"""

import numpy as np
import pytest

from .worlds import Drawn, art, assert_share

QUICK = (0.0, 1.0)


def film(world, *names):
    """The row of the drawing with the agents' actions, step by step."""
    rows = [world.drawing().split("\n")[1]]
    for name in names:
        world.act(name, *["noop"] * (world.batch.num_agents - 1))
        rows.append(world.drawing().split("\n")[1])
    return rows


def test_an_apple_eaten_in_step_n_cannot_regrow_in_the_next_but_in_the_one_after():
    world = Drawn("######\n#0aa.#\n######", facing="E", regrowth=QUICK)
    assert film(world, "forward", "backward", "noop") == [
        "#0aa.#",
        "#.0a.#",  # n: eaten
        "#0,a.#",  # n + 1: no chance
        "#0aa.#",  # n + 2: first chance
    ]


def test_growth_uses_the_count_of_two_steps_before_when_it_falls():
    # The right apple's last neighbour is eaten in step 1. It still sprouts in 2: at the end of 0 it had one.
    # So a patch that is emptied in step n can sprout in n + 1 ...
    world = Drawn("#####\n#0a,#\n#####", facing="E", fresh=[(1, 3)], regrowth=QUICK)
    assert film(world, "forward", "backward", "noop", "noop") == [
        "#0a,#",
        "#.0,#",
        "#0,a#",
        "#0,a#",  # the left one, eaten in 1, was labelled in 2 with the count at the end of 1: none
        "#0aa#",  # and again in 3, with the count at the end of 2: one
    ]


def test_an_emptied_patch_is_dead_from_the_second_step_on():
    # ... but not later: nothing sprouts, ever.
    world = Drawn("######\n#0a,,#\n######", facing="E", fresh=[(1, 3)], regrowth=(0.0, 0.0, 1.0))
    world.act("forward")
    for _ in range(50):
        assert not world.wait().events.sprouted.any()


def test_growth_uses_the_count_of_two_steps_before_when_it_rises():
    # The middle one sprouts in step 2, so the left one counts it at the end of 2 and sprouts in 4.
    world = Drawn("#######\n#,.,.a#\n#.0...#\n#######", facing="N", fresh=[(1, 3)], regrowth=QUICK)
    assert film(world, *["noop"] * 4) == ["#,.,.a#", "#,.,.a#", "#,.a.a#", "#,.a.a#", "#a.a.a#"]


def test_sprouts_of_one_step_do_not_see_each_other():
    # Both have one live neighbour and sprout in step 2. Seeing the other it would count two: no chance.
    world = Drawn("#####\n#,,a#\n#0..#\n#####", facing="N", fresh=[(1, 1), (1, 2)], regrowth=(0.0, 1.0, 0.0))
    assert film(world, "noop", "noop") == ["#,,a#", "#,,a#", "#aaa#"]


@pytest.mark.parametrize("table", [(0.0, 1.0), (0.0, 0.0025, 0.005, 0.025)])
def test_without_live_neighbours_nothing_ever_regrows(table):
    world = Drawn("########\n#,,,..a#\n#,,...0#\n########", facing="N", regrowth=table, worlds=200)
    for _ in range(50):
        assert not world.wait().events.sprouted.any()


def test_a_chance_without_neighbours_can_be_configured():
    world = Drawn("#####\n#,.a#\n#.0.#\n#####", facing="N", regrowth=(1.0,), growth_radius=1.0)
    assert film(world, "noop") == ["#,.a#", "#a.a#"]


DISC = [(dy, dx) for dy in range(-3, 4) for dx in range(-3, 4) if (dy, dx) != (0, 0)]


@pytest.mark.parametrize("radius", [1.0, 2.0, 3.0])
def test_a_neighbour_counts_within_the_euclidean_radius(radius):
    # One live apple at each place of a 7 x 7 square in turn; with radius 2 twelve of them count.
    counted = set()
    for dy, dx in DISC:
        grid = [list("#########")] + [list("#.......#") for _ in range(7)] + [list("#########")]
        grid[4][4], grid[4 + dy][4 + dx] = ",", "a"
        grid[1 if (dy, dx) != (-3, -3) else 7][1] = "0"
        world = Drawn(
            "\n".join("".join(row) for row in grid), facing="N", regrowth=QUICK, growth_radius=radius
        )
        if world.wait().events.sprouted.any():
            counted.add((dy, dx))
    assert counted == {(dy, dx) for dy, dx in DISC if dy * dy + dx * dx <= radius * radius}
    assert len(counted) == {1.0: 4, 2.0: 12, 3.0: 28}[radius]


@pytest.mark.parametrize("table_length", [2, 3, 4, 6])
@pytest.mark.parametrize("neighbours", [1, 2, 3, 4, 7, 12])
def test_the_last_chance_serves_all_larger_counts(neighbours, table_length):
    # The centre of a diamond with so many of its twelve neighbours live; only the table's last entry is 1.
    rows = ["..,..", ".,,,.", ",,,,,", ".,,,.", "..,.."]
    places = [(y, x) for y in range(5) for x in range(5) if rows[y][x] == "," and (y, x) != (2, 2)]
    grid = [list(row) for row in rows]
    for y, x in places[::-1][:neighbours]:
        grid[y][x] = "a"
    drawing = "\n".join(["########", *("#" + "".join(row) + ".#" for row in grid), "#.....0#", "########"])
    table = (0.0,) * (table_length - 1) + (1.0,)
    world = Drawn(drawing, facing="N", regrowth=table)
    world.wait()
    assert ((3, 3) in world.events("sprouted")) == (neighbours >= table_length - 1)


def test_removed_and_passing_agents_do_not_matter_to_growth():
    world = Drawn("#####\n#0,a#\n#####", facing="E", on={}, regrowth=QUICK, away={1: 2})
    world.act("noop", "noop")
    assert world.drawing() == art("#####\n#0aa#\n#####")


def test_apples_regrow_independently_of_each_other():
    # Two sites with one live neighbour each and chance 1/2: none, either, both in 1/4 of the worlds each.
    world = Drawn("########\n#,a..a,#\n#..0...#\n########", facing="N", regrowth=(0.0, 0.5), worlds=10_000)
    seen = world.outcomes_of("noop", rounds=30)
    assert len(seen) == 4
    for count in seen.values():
        assert_share(count, 300_000, 1 / 4)


def test_a_dead_patch_stays_dead_beside_a_living_one():
    # two patches, farther than 2 apart
    world = Drawn("#########\n#,,...aa#\n#,...0.a#\n#########", facing="N", regrowth=QUICK, worlds=20)
    live = [world.wait().events.sprouted.copy() for _ in range(50)]
    assert not np.any(live)
