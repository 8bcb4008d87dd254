"""The sprite sheets: drawn again they are the same, and every pair of codes has a separate tile."""

import itertools

import draw_sprites
import numpy as np
import pytest
from altared.envs.grid import codes
from altared.envs.render.palette import agent_colours, oklab, palette
from altared.envs.render.sheet import load_sheet, over
from altared.envs.render.sprites import body, rgb_table

DRAWN = pytest.mark.parametrize("size", [8, 32])


def same_tile(one: np.ndarray, other: np.ndarray) -> bool:
    return np.array_equal(one, other)


def groups_of_equal(tiles: np.ndarray) -> list[list[int]]:
    """Indices of tiles that look the same, more than one together."""
    seen: dict[bytes, list[int]] = {}
    for i, tile in enumerate(tiles):
        seen.setdefault(tile.tobytes(), []).append(i)
    return [group for group in seen.values() if len(group) > 1]


@DRAWN
def test_sheet_is_what_the_script_draws(size):
    sheet, drawn = load_sheet(size), draw_sprites.draw_sprites(size)
    assert list(sheet.images) == list(drawn)
    for name, image in drawn.items():
        assert same_tile(sheet[name], image), (
            f"{name} at {size} pixels: run scripts/maintenance/draw_sprites.py"
        )


def test_script_writes_the_files(tmp_path):
    assert draw_sprites.main([str(tmp_path)]) == 0
    assert {p.name for p in tmp_path.iterdir()} == {"sheet_8.png", "sheet_32.png", "index.json"}


@DRAWN
def test_every_pair_of_codes_has_a_tile_of_its_own(size):
    table = rgb_table(size)
    assert table.shape == (codes.GROUND_CODES, codes.OCCUPANT_CODES, size, size, 3)
    assert table.dtype == np.uint8
    assert groups_of_equal(table[:, codes.NOBODY]) == []
    for ground in range(codes.GROUND_CODES):
        assert groups_of_equal(table[ground]) == [], f"on ground {ground}"


@DRAWN
@pytest.mark.parametrize("kind", range(codes.KINDS))
def test_live_empty_and_barren_differ_at_a_glance(size, kind):
    site = rgb_table(size)[codes.SITE + 3 * kind : codes.SITE + 3 * kind + 3, codes.NOBODY]
    for one, other in itertools.combinations(site.astype(float), 2):
        changed = (np.abs(one - other).max(-1) > 40).mean()
        assert changed > 0.2, "more than a fifth of the pixels is plainly different"


# What dichromats see, on linear RGB: Machado, Oliveira and Fernandes 2009, severity 1.
DICHROMATS = {
    "no red cones": [[0.1523, 1.0526, -0.2049], [0.1145, 0.7863, 0.0992], [-0.0039, -0.0481, 1.0520]],
    "no green cones": [[0.3673, 0.8606, -0.2280], [0.2801, 0.6725, 0.0474], [-0.0118, 0.0429, 0.9689]],
}


@DRAWN
@pytest.mark.parametrize("cones", DICHROMATS)
@pytest.mark.parametrize("kind", range(codes.KINDS))
def test_fruit_on_grass_and_barren_earth_stand_out_for_the_colour_blind(size, cones, kind):
    site = rgb_table(size)[codes.SITE + 3 * kind : codes.SITE + 3 * kind + 3, codes.NOBODY] / 255
    linear = np.clip(site**2.2 @ np.array(DICHROMATS[cones]).T, 0, 1)
    live, empty, barren = oklab(255 * linear ** (1 / 2.2))
    fruit = (rgb_table(size)[codes.SITE + 3 * kind, 0] != rgb_table(size)[codes.SITE + 3 * kind + 1, 0]).any(
        -1
    )
    assert np.linalg.norm(live - empty, axis=-1)[fruit].mean() > 0.12
    assert np.linalg.norm(barren - empty, axis=-1).mean() > 0.12


@DRAWN
@pytest.mark.parametrize("first", [codes.OTHER, codes.OTHER + 4 * 5])
def test_the_four_facings_differ_and_are_turns_of_each_other(size, first):
    bodies = [body(size, palette()["other"], first + facing)[..., 3] for facing in range(4)]
    for turns, outline in enumerate(bodies):
        plain = codes.occupant_parts(first).mark is False
        if plain:
            assert same_tile(outline, np.rot90(bodies[0], -turns))
    tiles = rgb_table(size)[codes.FLOOR, first : first + 4].astype(float)
    for one, other in itertools.combinations(tiles, 2):
        assert (np.abs(one - other).max(-1) > 60).mean() > 0.08


@DRAWN
def test_a_body_that_faces_up_has_its_eyes_in_the_upper_half(size):
    eyes = np.argwhere((rgb_table(size)[codes.FLOOR, codes.OTHER] > 250).all(-1))
    assert len(eyes)
    assert eyes[:, 0].max() < size / 2


@DRAWN
def test_oneself_is_blue_and_others_are_not(size):
    table = rgb_table(size)[codes.FLOOR]
    is_self = (table == palette()["self"]).all(-1).any((1, 2))
    assert palette()["self"] == (50, 100, 200)
    assert is_self[codes.SELF :].all()
    assert not is_self[: codes.SELF].any()


def test_unseen_is_black_and_outside_nearly():
    table = rgb_table(8)[:, codes.NOBODY]
    assert not table[codes.UNSEEN].any()
    assert 0 < table[codes.OUTSIDE].max() < 32


@pytest.mark.parametrize("size", [1, 5, 13, 16, 24, 48, 64])
def test_other_sizes_are_resampled(size):
    sheet = load_sheet(size)
    assert {image.shape for image in sheet.images.values()} == {(size, size, 4)}
    if size == 64:
        assert same_tile(sheet["wall"], load_sheet(32)["wall"].repeat(2, 0).repeat(2, 1))
    mean, drawn = sheet["wall"].mean((0, 1)), load_sheet(32 if size >= 12 else 8)["wall"].mean((0, 1))
    assert np.allclose(mean, drawn, atol=1)


def test_a_size_below_one_is_refused():
    with pytest.raises(ValueError, match="sprite size 0: must be at least 1"):
        load_sheet(0)


def test_tables_are_shared_and_cannot_be_spoilt():
    assert rgb_table(8) is rgb_table(8)
    with pytest.raises(ValueError, match="read-only"):
        rgb_table(8)[0] = 1


def test_over_a_half_covered_pixel():
    below = np.array([[[100, 0, 200]]], np.uint8)
    above = np.array([[[200, 100, 0, 51]]], np.uint8)  # a fifth
    assert over(below, above).tolist() == [[[120, 20, 160]]]
    clear = np.array([[[9, 9, 9, 0]]], np.uint8)
    assert over(clear, above).tolist() == [[[200, 100, 0, 51]]]


@pytest.mark.parametrize(("count", "apart"), [(8, 0.09), (62, 0.05)])
def test_agent_colours_can_be_told_apart(count, apart):
    lab = oklab(np.array(agent_colours(count)))
    off = np.linalg.norm(lab[:, None] - lab, axis=-1) + np.eye(count)
    assert len(lab) == count
    assert off.min() > apart


def test_an_agent_keeps_its_colour_whatever_the_company():
    assert agent_colours(62)[:7] == agent_colours(7)
