"""The bundled maps against the spec (A.1, A.2), custom maps, and maps that cannot be played."""

from collections import Counter

import numpy as np
import pytest
from altared.envs import commons_harvest_v0, make, make_batch
from altared.envs.grid.maps import (
    ALTARED_LEGEND,
    BERRY_LEGEND,
    MapError,
    bundled_maps,
    load_map,
    require_altar,
    require_kinds,
)

from .worlds import neighbour_matrix

BUNDLED = ("open", "closed", "partnership")
WITH_ALTAR = ("altared", "altared_small", "altared_wide", "berries")  # test_altared_maps.py
PLAIN = "######\n#Q aa#\n#PPP #\n######\n"


def cells(rows: dict) -> set:
    """{y: x values} as a set of (y, x)."""
    return {(y, x) for y, xs in rows.items() for x in xs}


BORDER = cells({0: range(24), 17: range(24)} | {y: (0, 23) for y in range(1, 17)})
DIAMONDS = {
    (cy + dy, cx + dx)
    for cx, cy in ((8, 3), (15, 3), (3, 8), (20, 8))
    for dy in range(-2, 3)
    for dx in range(-2, 3)
    if abs(dx) + abs(dy) <= 2
}
NORTHWEST = cells({1: (1, 2, 3), 2: (1, 2), 3: (1,)})
NORTHEAST = cells({1: (20, 21, 22), 2: (21, 22), 3: (22,)})
SPAWNS = cells({14: range(3, 21), 15: range(2, 22), 16: range(1, 23)})
BELOW = {
    9: range(7, 17),
    10: (11, 12),
    11: [*range(10), 11, 12, *range(14, 24)],
    12: (11, 12),
    13: range(3, 21),
}
WALLS = {
    "open": BORDER,
    "closed": BORDER | cells(BELOW | {y: (11, 12) for y in range(1, 9)}),
    "partnership": BORDER | cells(BELOW | {7: (11, 12)}),
}


def as_set(array) -> set:
    return {tuple(cell) for cell in array.tolist()}


def test_these_maps_are_bundled():
    assert bundled_maps() == sorted(BUNDLED + WITH_ALTAR)


@pytest.mark.parametrize(("name", "walls"), [("open", 80), ("closed", 148), ("partnership", 134)])
def test_a_bundled_map_is_the_one_of_the_spec(name, walls):
    world = load_map(name)
    assert (world.height, world.width) == (18, 24)
    assert as_set(np.argwhere(world.walls)) == WALLS[name]
    assert len(WALLS[name]) == walls
    assert as_set(world.sites) == DIAMONDS | NORTHWEST | NORTHEAST
    assert as_set(world.spawns) == SPAWNS
    assert as_set(world.starts) == {(7, 7), (7, 16)}
    assert (len(world.sites), len(world.spawns)) == (64, 60)


@pytest.mark.parametrize("name", BUNDLED)
def test_neighbours_and_patches(name):
    p = commons_harvest_v0.game(map=name).params
    assert Counter(p.near_count.tolist()) == {3: 4, 4: 20, 5: 4, 7: 32, 12: 4}
    assert sorted(p.patch_sites.tolist()) == [6, 6, 13, 13, 13, 13]
    sites = load_map(name).sites
    near = neighbour_matrix(sites)
    assert p.near_count.tolist() == near.sum(1).tolist()
    for site in range(64):
        assert set(p.near[site, : p.near_count[site]]) == set(np.flatnonzero(near[site]))


@pytest.mark.parametrize("name", BUNDLED)
def test_every_apple_can_be_reached(name):
    world = load_map(name)
    reached, frontier = {(16, 1)}, [(16, 1)]
    while frontier:
        y, x = frontier.pop()
        for cell in ((y - 1, x), (y + 1, x), (y, x - 1), (y, x + 1)):
            if not world.walls[cell] and cell not in reached:
                reached.add(cell)
                frontier.append(cell)
    assert as_set(world.sites) <= reached


@pytest.mark.parametrize(
    ("name", "table", "cooldown", "length", "slots"),
    [
        ("open", (0, 0.0025, 0.005, 0.025), 2, 3, 5),
        ("closed", (0, 0.001, 0.005, 0.025), 1, 4, 101),
        ("partnership", (0, 0.001, 0.005, 0.025), 1, 4, 101),
    ],
)
def test_the_numbers_of_the_variants(name, table, cooldown, length, slots):
    config = commons_harvest_v0.configure(map=name)
    assert config.regrowth == table
    assert (config.cooldown, config.beam_length, config.beam_radius) == (cooldown, length, 1)
    assert config.removal_steps == slots  # framesTillRespawn 4 and 100 cost 5 and 101 action slots
    assert (config.num_agents, config.apple_reward, config.max_cycles) == (7, 1.0, 1000)
    assert (config.end_chance, config.growth_radius) == (0.0, 2.0)
    views = (config.view_forward, config.view_backward, config.view_left, config.view_right)
    assert views == (9, 1, 5, 5)


# Custom maps ---------------------------------------------------------------------------------------


def test_a_map_from_a_drawing_and_from_a_file_are_the_same(tmp_path):
    path = tmp_path / "mine.txt"
    path.write_text(PLAIN)
    played = []
    for source in (PLAIN, str(path)):
        batch = make_batch("commons_harvest", map=source, num_agents=3)
        batch.reset(seed=1)
        played.append([batch.step([[1, 2, 3]]).observations.copy() for _ in range(20)])
    assert np.array_equal(*played)


def test_blank_lines_around_a_drawing_and_windows_line_ends_do_not_matter(tmp_path):
    path = tmp_path / "windows.txt"
    path.write_bytes(("\n\n" + PLAIN + "\n").replace("\n", "\r\n").encode())
    for source in ("\n\n" + PLAIN + "\n\n", str(path)):
        world = load_map(source)
        assert (world.walls == load_map(PLAIN).walls).all()
        assert (world.sites == load_map(PLAIN).sites).all()


def test_a_map_may_be_long_and_narrow_or_large():
    for drawing in ("#" * 80 + "\n#P" + "a" * 76 + "P#\n" + "#" * 80, "###\n#P#\n" + "#a#\n" * 70 + "###"):
        env = make("commons_harvest", map=drawing, num_agents=1)
        env.reset(seed=0)
        env.step({"agent_0": 1})


COLOURS = ("red", "blue", "green")
LETTERS = "#######\n#c^ bP#\n#  Pa^#\n#######\n"


@pytest.mark.parametrize("legend", [ALTARED_LEGEND, BERRY_LEGEND])
def test_kinds_and_altars_are_read_from_their_letters(legend):
    world = load_map(LETTERS, legend)
    assert world.sites.tolist() == [[1, 1], [1, 4], [2, 4]]
    assert world.kinds.tolist() == [2, 1, 0]
    assert world.altars.tolist() == [[1, 2], [2, 5]]
    assert world.spawns.tolist() == [[1, 5], [2, 3]]
    assert as_set(np.argwhere(~world.walls)) == cells({1: range(1, 6), 2: range(1, 6)})


def test_a_map_without_altar_has_none():
    assert load_map(PLAIN).altars.shape == (0, 2)


# Maps that cannot be played ------------------------------------------------------------------------

ALLOWED = ["'#' wall", "' ' floor", "'a' apple site", "'P' spawn", "'Q' start-only"]
BAD = {
    "unknown character": ("######\n#QxPa#\n######\n", ["line 2", "column 3", "'x'", *ALLOWED]),
    "another game's altar": ("######\n#Q^Pa#\n######\n", ["line 2", "column 3", "'^'", *ALLOWED]),
    "another kind": ("######\n#QPPa#\n#   b#\n######\n", ["line 3", "column 5", "'b'", *ALLOWED]),
    "tab": ("######\n#QPPa#\n#\t   #\n######\n", ["line 3", "column 2", "'\\t'"]),
    "a line too short": ("######\n#QPPa#\n#####\n", ["line 3", "5 columns", "6"]),
    "a line too long": ("######\n#QPPa# \n######\n", ["line 2", "7 columns", "6"]),
    "open above": ("### ##\n#QPPa#\n######\n", ["line 1", "column 4", "border", "'#'"]),
    "open below": ("######\n#QPPa#\n#P####\n", ["line 3", "column 2", "border", "'#'"]),
    "open on the left": ("######\naQPPa#\n######\n", ["line 2", "column 1", "border", "'#'"]),
    "open on the right": ("######\n#QPPa \n######\n", ["line 2", "column 6", "border", "'#'"]),
    "counted with blank lines before": ("\n\n######\n#QxPa#\n######\n", ["line 4", "column 3"]),
    "no apples": ("######\n#QPP #\n######\n", ["no apples", "'a'"]),
    "empty": ("\n  \n", ["empty"]),
    "too few cells to start on": (
        "######\n#QP a#\n######\n",
        ["num_agents=3", "1 start", "1 spawn", "2 agents"],
    ),
    "nowhere to return to": ("######\n#QQQa#\n######\n", ["no spawn cell", "P"]),
}


@pytest.mark.parametrize("case", BAD)
def test_a_bad_map_is_refused_with_line_column_and_what_is_allowed(case):
    drawing, said = BAD[case]
    with pytest.raises(MapError) as refusal:
        make_batch("commons_harvest", map=drawing, num_agents=3)
    for words in said:
        assert words in str(refusal.value)


@pytest.mark.parametrize("case", BAD)
def test_a_bad_file_is_refused_alike_and_named(case, tmp_path):
    drawing, said = BAD[case]
    path = tmp_path / "island.txt"
    path.write_text(drawing)
    with pytest.raises(MapError, match=r"island\.txt") as refusal:
        make_batch("commons_harvest", map=str(path), num_agents=3)
    assert all(words in str(refusal.value) for words in said)


def test_63_agents_are_one_too_many_for_the_bundled_maps():
    with pytest.raises(MapError, match=r"num_agents=63.*at most 62"):
        make_batch("commons_harvest", num_agents=63)


def test_the_first_slots_alone_use_the_start_cells():
    # one agent starts on Q; without spawn cells one agent is fine, and so are several that nothing removes
    make_batch("commons_harvest", map="#####\n#Q a#\n#####\n", num_agents=1)
    make_batch("commons_harvest", map="#####\n#QQa#\n#####\n", num_agents=2, removal_steps=0)


def test_a_file_that_is_missing_or_no_text_is_refused(tmp_path):
    with pytest.raises(MapError, match=r"nowhere\.txt.*open"):
        make_batch("commons_harvest", map=str(tmp_path / "nowhere.txt"))
    binary = tmp_path / "picture.txt"
    binary.write_bytes(b"\xff\xfe\x00#")
    with pytest.raises(MapError, match="not a text file"):
        make_batch("commons_harvest", map=str(binary))


@pytest.mark.parametrize(
    ("drawing", "place"),
    [
        ("##^####\n#abcPP#\n#######", "line 1, column 3"),
        ("#######\n#abcPP#\n#####^#", "line 3, column 6"),
    ],
)
def test_an_altar_on_the_border_is_refused(drawing, place):
    with pytest.raises(MapError, match=rf"{place}: open border \('\^'\)"):
        load_map(drawing, ALTARED_LEGEND)


@pytest.mark.parametrize(
    ("legend", "named"),
    [
        (
            ALTARED_LEGEND,
            [f"{k!r} apple site of zone {k} ({c})" for k, c in zip("abc", COLOURS, strict=True)],
        ),
        (BERRY_LEGEND, [f"{kind!r} berry site of kind {kind}" for kind in "abc"]),
    ],
)
def test_each_game_says_what_its_maps_may_hold(legend, named):
    with pytest.raises(MapError, match="line 2, column 3: unknown 'd'") as refusal:
        load_map("######\n#QdPa#\n######\n", legend)
    for words in (*named, "'^' altar", "'#' wall", "' ' floor", "'P' spawn", "'Q' start-only"):
        assert words in str(refusal.value)
    with pytest.raises(MapError, match=r"at least one site \('a', 'b', 'c'\)"):
        load_map("######\n#Q^PP#\n######\n", legend)


def test_a_map_on_which_nothing_can_display_the_rule_is_refused(tmp_path):
    require_altar(load_map(LETTERS, ALTARED_LEGEND))
    path = tmp_path / "island.txt"
    path.write_text(LETTERS.replace("^", " "))
    with pytest.raises(MapError, match=r"'island\.txt': no altar \(\^\).*at least one cell '\^' is needed"):
        require_altar(load_map(str(path), ALTARED_LEGEND))


@pytest.mark.parametrize(
    ("named", "missing", "listed"), [("b", "b", "b"), ("abc", "b", "a, b, c"), ("cbb", "b", "b, c")]
)
def test_a_map_that_lacks_a_kind_of_the_rule_is_refused(named, missing, listed):
    world = load_map(LETTERS.replace("b", " "), ALTARED_LEGEND)
    with pytest.raises(MapError) as refusal:
        require_kinds(world, named)
    assert str(refusal.value) == (
        f"map 'drawing': no site of kind {missing}, and the rule or the poison names {listed}; "
        "allowed with this map: a, c"
    )


@pytest.mark.parametrize("named", ["", "a", "ca", "aab", "abc"])
def test_a_map_that_grows_what_the_rule_names_is_fine(named):
    require_kinds(load_map(LETTERS, ALTARED_LEGEND), named)
