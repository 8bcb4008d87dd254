"""The bundled maps with an altar: who can see it from where, who can walk where, and what grows where."""

from itertools import combinations

import numpy as np
import pytest
from altared.envs.grid.maps import ALTARED_LEGEND, BERRY_LEGEND, load_map

AHEAD, BEHIND, ASIDE = 9, 1, 5  # what an agent sees, as in Commons Harvest
GROWTH_RADIUS = 2.0
HIDDEN = ("altared", "altared_wide")  # the altar is out of sight of patches and spawn cells
ALTARED = (*HIDDEN, "altared_small")
PATCH_SITES = {"altared": 13, "altared_wide": 37, "altared_small": 13}
SIZES = {"altared": (23, 31), "altared_wide": (27, 35), "altared_small": (15, 19), "berries": (25, 33)}


def read(name: str):
    return load_map(name, BERRY_LEGEND if name == "berries" else ALTARED_LEGEND)


def as_set(array) -> set:
    return {tuple(cell) for cell in array.tolist()}


def window(y: int, x: int) -> set:
    """The cells that somebody at (y, x) sees under one facing or another; walls hide nothing."""
    cells = set()
    for forward in range(-BEHIND, AHEAD + 1):
        for right in range(-ASIDE, ASIDE + 1):
            for up, along in ((-forward, right), (right, forward), (forward, -right), (-right, -forward)):
                cells.add((y + up, x + along))
    return cells


def in_sight(world) -> set:
    """The cells from which an altar can be seen."""
    altars = as_set(world.altars)
    return {cell for cell in as_set(np.argwhere(~world.walls)) if window(*cell) & altars}


def around(cell: tuple) -> list:
    y, x = cell
    return [(y - 1, x), (y + 1, x), (y, x - 1), (y, x + 1)]


def walk(world, start: set, avoided: set) -> dict:
    """Steps from `start` to every cell that can be walked to without walls, altars and `avoided` cells."""
    open_cells = as_set(np.argwhere(~world.walls)) - as_set(world.altars) - avoided
    steps, frontier = dict.fromkeys(start, 0), list(start)
    for cell in frontier:
        for other in around(cell):
            if other in open_cells and other not in steps:
                steps[other] = steps[cell] + 1
                frontier.append(other)
    return steps


def patches(world) -> list:
    """(kind, sites) of each patch: sites of a kind linked by hops of at most the growth radius."""
    found = []
    for kind in range(3):
        left = as_set(world.sites[world.kinds == kind])
        while left:
            patch, frontier = set(), [left.pop()]
            while frontier:
                cell = frontier.pop()
                patch.add(cell)
                near = {other for other in left if np.hypot(*np.subtract(cell, other)) <= GROWTH_RADIUS}
                left -= near
                frontier += near
            found.append((kind, patch))
    return found


# Altar and sight -----------------------------------------------------------------------------------


def test_a_window_is_what_the_spec_says_of_sight():
    for dy in range(-12, 13):
        for dx in range(-12, 13):
            near, far = sorted((abs(dy), abs(dx)))
            assert ((dy, dx) in window(0, 0)) == (far <= AHEAD and near <= ASIDE)


@pytest.mark.parametrize("name", SIZES)
def test_one_altar_stands_in_the_middle(name):
    world = read(name)
    height, width = SIZES[name]
    assert (world.height, world.width) == (height, width)
    assert as_set(world.altars) == {(height // 2, width // 2)}
    assert not world.walls[tuple(world.altars[0])], "it is no wall, though as solid"


@pytest.mark.parametrize("name", HIDDEN)
def test_the_altar_is_seen_from_no_site_and_no_spawn_cell_whatever_the_facing(name):
    world = read(name)
    sight = in_sight(world)
    assert not sight & as_set(world.sites)
    assert not sight & (as_set(world.spawns) | as_set(world.starts))


@pytest.mark.parametrize(("name", "most"), [("altared", 5), ("altared_wide", 8)])
def test_yet_the_altar_is_in_sight_a_few_steps_from_every_site(name, most):
    world = read(name)
    steps = walk(world, in_sight(world) - as_set(world.altars), set())
    assert max(steps[site] for site in as_set(world.sites)) <= most


@pytest.mark.parametrize("name", HIDDEN)
def test_who_changes_zones_crosses_cells_from_which_the_altar_can_be_seen(name):
    world = read(name)
    for kind in range(3):
        zone = as_set(world.sites[world.kinds == kind])
        others = as_set(world.sites) - zone
        assert others & walk(world, zone, set()).keys()
        assert not others & walk(world, zone, in_sight(world)).keys()


def test_the_small_map_relaxes_sight_alone():
    world = read("altared_small")
    sight = in_sight(world)
    assert as_set(world.spawns) <= sight
    assert len(as_set(world.sites) & sight) == 66, "of 78"


# Walking -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ALTARED)
def test_from_every_spawn_cell_paths_without_apples_lead_to_the_altar_and_to_every_patch(name):
    world = read(name)
    sites, beside_altar = as_set(world.sites), set(around(tuple(world.altars[0])))
    for spawn in as_set(world.spawns):
        reached = walk(world, {spawn}, sites).keys()
        assert in_sight(world) & reached
        assert beside_altar & reached
        for _, patch in patches(world):
            assert any(cell in reached for site in patch for cell in around(site))


@pytest.mark.parametrize("name", SIZES)
def test_every_cell_can_be_walked_to(name):
    world = read(name)
    reached = walk(world, {tuple(world.spawns[0])}, set()).keys()
    assert reached == as_set(np.argwhere(~world.walls)) - as_set(world.altars)


@pytest.mark.parametrize(
    ("name", "agents"), [("altared", 7), ("altared_wide", 7), ("altared_small", 4), ("berries", 8)]
)
def test_there_is_room_to_start_and_to_return(name, agents):
    assert len(read(name).spawns) >= 3 * agents


@pytest.mark.parametrize("name", ALTARED)
def test_nobody_returns_within_two_steps_of_an_apple(name):
    world = read(name)
    steps = walk(world, as_set(world.spawns), set())
    assert min(steps[site] for site in as_set(world.sites)) == 3


@pytest.mark.parametrize("name", ALTARED)
def test_the_zones_are_about_equally_far_from_where_agents_return(name):
    world = read(name)
    means = []
    for kind in range(3):
        steps = walk(world, as_set(world.sites[world.kinds == kind]), set())
        means.append(np.mean([steps[spawn] for spawn in as_set(world.spawns)]))
    assert max(means) - min(means) < 2


# Zones and patches ---------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ALTARED)
def test_three_zones_of_two_equal_patches_lie_above_beside_and_below_the_altar(name):
    world = read(name)
    found = patches(world)
    assert [len(sites) for _, sites in found] == [PATCH_SITES[name]] * 6
    places = []
    for kind, sites in found:
        dy, dx = np.mean(list(sites), axis=0) - world.altars[0]
        places.append((kind, round(np.sign(dy)), round(np.sign(dx))))
    assert sorted(places) == [(0, -1, -1), (0, -1, 1), (1, 0, -1), (1, 0, 1), (2, 1, -1), (2, 1, 1)]


@pytest.mark.parametrize(("name", "least"), [("altared", 4), ("altared_wide", 3.5), ("altared_small", 3)])
def test_patches_lie_too_far_apart_to_seed_each_other(name, least):
    assert least > GROWTH_RADIUS
    for (_, one), (_, other) in combinations(patches(read(name)), 2):
        assert min(np.hypot(*np.subtract(a, b)) for a in one for b in other) >= least


@pytest.mark.parametrize("name", ALTARED)
def test_left_mirrors_right_and_red_mirrors_green(name):
    world = read(name)
    drawing = np.where(world.walls, "#", " ")
    drawing[tuple(world.altars.T)], drawing[tuple(world.spawns.T)] = "^", "P"
    for kind, letter in enumerate("abc"):
        drawing[tuple(world.sites[world.kinds == kind].T)] = letter
    assert (drawing == drawing[:, ::-1]).all()
    swapped = np.select([drawing == "a", drawing == "c"], ["c", "a"], drawing)
    assert (swapped == drawing[::-1]).all()


# Poison berries ------------------------------------------------------------------------------------


def test_the_berry_field_has_few_of_two_kinds_and_many_of_the_third():
    assert np.bincount(read("berries").kinds).tolist() == [40, 40, 590]


def test_every_kind_of_berry_grows_near_every_cell():
    world = read("berries")
    for kind in range(3):
        steps = walk(world, as_set(world.sites[world.kinds == kind]), set())
        assert max(steps.values()) <= (5 if kind < 2 else 2)


def test_no_two_rare_berries_touch():
    world = read("berries")
    rare = world.sites[world.kinds < 2]
    for one, other in combinations(rare.tolist(), 2):
        assert np.abs(np.subtract(one, other)).sum() >= 4
