"""Pictures of worlds with rules: flames, zones, verdicts, badges, marks, poison, and the panel."""

from dataclasses import replace

import numpy as np
import pytest
from altared.envs.grid import codes
from altared.envs.render.canvas import draw, draw_world
from altared.envs.render.palette import agent_colours, oklab, palette
from altared.envs.render.scene import VERDICTS, Rule, Shot, Stock
from altared.envs.render.sheet import load_sheet
from altared.envs.render.sprites import rgb_table

from .scenes import make_ruled_scene

DRAWN = pytest.mark.parametrize("cell", [8, 32])
KINDS = codes.KIND_NAMES
EVERY_RULE = range(2**codes.KINDS)


def at(picture: np.ndarray, y: int, x: int, cell: int) -> np.ndarray:
    """The pixels of one cell."""
    return picture[y * cell : (y + 1) * cell, x * cell : (x + 1) * cell]


def shows(pixels: np.ndarray, colour: str) -> bool:
    """A colour of the palette occurs, exactly."""
    return bool((pixels == palette()[colour]).all(-1).any())


def towards(pixels: np.ndarray, colour: str) -> float:
    """How far pixels lie from a colour of the palette, on average in OKLab."""
    return float(np.linalg.norm(oklab(pixels) - oklab(np.array(palette()[colour])), axis=-1).mean())


# The altar -----------------------------------------------------------------------------------------


@DRAWN
@pytest.mark.parametrize("prohibited", EVERY_RULE)
def test_flames_have_the_colours_of_what_is_permitted(cell, prohibited):
    altar = at(draw_world(make_ruled_scene(prohibited), cell), 4, 7, cell)
    lit = 0 < prohibited < codes.ALL_KINDS
    burning = [kind for kind in KINDS if shows(altar, kind)]
    assert burning == [kind for k, kind in enumerate(KINDS) if lit and not prohibited >> k & 1]
    assert shows(altar, "fire") == (prohibited == codes.ALL_KINDS)
    assert prohibited or shows(altar, "coal"), "coals lie in the bowl"


@DRAWN
def test_a_blank_altar_is_bare_stone(cell):
    scene = make_ruled_scene(altar=codes.BLANK_ALTAR)
    picture = draw_world(scene, cell)
    altar = at(picture, 4, 7, cell)
    assert shows(altar, "altar")
    assert not any(shows(altar, colour) for colour in (*KINDS, "fire", "coal"))
    assert np.array_equal(picture, draw_world(replace(scene, rule=None), cell)), "it sheds no light"


@DRAWN
@pytest.mark.parametrize(("prohibited", "light"), [(0b110, "a"), (0b101, "b"), (0b011, "c"), (0b111, "fire")])
def test_the_floor_around_an_altar_takes_the_colour_of_its_flame(cell, prohibited, light):
    unlit, lit = (draw_world(make_ruled_scene(rule), cell) for rule in (0, prohibited))
    for y, x in ((4, 6), (4, 8), (3, 7), (5, 7)):
        dark, bright = at(unlit, y, x, cell), at(lit, y, x, cell)
        colours = ("a", "b", "c", "fire")
        gains = [towards(dark, colour) - towards(bright, colour) for colour in colours]
        assert colours[int(np.argmax(gains))] == light
        assert max(gains) > 0.02
    assert np.array_equal(at(unlit, 4, 11, cell), at(lit, 4, 11, cell)), "not far away"


def test_two_flames_light_a_side_each():
    lit, unlit = (draw_world(make_ruled_scene(rule), 32) for rule in (0b010, 0))  # a and c are permitted
    for x, near, far in ((6, "a", "c"), (8, "c", "a")):
        gain = {kind: towards(at(unlit, 4, x, 32), kind) - towards(at(lit, 4, x, 32), kind) for kind in "ac"}
        assert gain[near] > 0.02
        assert gain[near] > gain[far]


def test_every_rule_and_the_blank_altar_look_different():
    pictures = [draw_world(make_ruled_scene(altar=codes.ALTAR + code), 8) for code in range(9)]
    assert len({picture.tobytes() for picture in pictures}) == 9


def test_green_is_neither_yellow_fire_nor_grass():
    lab = {name: oklab(np.array(palette()[name])) for name in ("c", "fire", "grass", "agent_teal", "a", "b")}
    green = lab.pop("c")
    assert green[1] < -0.1, "towards green, away from red"
    assert all(np.linalg.norm(green - other) > 0.12 for other in lab.values())


# Zones, beams, bodies ----------------------------------------------------------------------------


@DRAWN
def test_the_floor_of_a_zone_is_tinted_and_nothing_else(cell):
    scene = make_ruled_scene()
    tinted, plain = draw_world(scene, cell), draw_world(replace(scene, zones=None), cell)
    for kind, name in enumerate(KINDS):
        assert np.array_equal(at(tinted, 1, 1 + 4 * kind, cell), at(plain, 1, 1 + 4 * kind, cell)), "the site"
        floor, bare = (at(picture, 1, 2 + 4 * kind, cell) for picture in (tinted, plain))
        closer = [towards(bare, f"zone_{other}") - towards(floor, f"zone_{other}") for other in KINDS]
        assert KINDS[int(np.argmax(closer))] == name
        assert max(closer) > 0.03
    changed = (tinted != plain).any(-1)
    assert changed.reshape(9, cell, 15, cell).any((1, 3)).sum() == codes.KINDS


@DRAWN
def test_beams_have_the_colours_of_their_verdicts(cell):
    scene = make_ruled_scene()
    picture = draw_world(scene, cell)
    for (y, x), colour in (((6, 1), "correct"), ((6, 3), "misdirected"), ((6, 5), "beam"), ((5, 5), "beam")):
        far = {name: towards(at(picture, y, x, cell), name) for name in (*VERDICTS, "beam")}
        assert min(far, key=far.__getitem__) == colour
    neutral = draw_world(replace(scene, shots=()), cell)
    assert np.array_equal(at(neutral, 6, 1, cell), rgb_table(cell)[codes.FLOOR, codes.BEAM])
    assert np.array_equal(at(neutral, 6, 5, cell), at(picture, 6, 5, cell)), "a miss looks like any beam"


@DRAWN
def test_a_spark_shows_where_a_beam_struck(cell):
    scene = make_ruled_scene()
    picture, without = draw_world(scene, cell), draw_world(replace(scene, shots=()), cell)
    for x, verdict in ((1, "correct"), (3, "misdirected")):
        assert shows(at(picture, 5, x, cell), verdict)
        assert not shows(at(without, 5, x, cell), verdict)


@pytest.mark.parametrize("order", [1, -1])
def test_where_beams_cross_the_sanction_shows(order):
    scene = make_ruled_scene()
    shots = (
        Shot("correct", ((6, 1),), ((5, 1),)),
        Shot("", ((6, 1),), ()),
        Shot("void", ((6, 1),), ((5, 1),)),
    )
    crossing = draw_world(replace(scene, shots=shots[::order]), 32)
    alone = draw_world(replace(scene, shots=shots[:1]), 32)
    assert np.array_equal(at(crossing, 6, 1, 32), at(alone, 6, 1, 32))
    assert shows(at(crossing, 5, 1, 32), "correct")


def test_a_beam_behind_a_body_is_hidden():
    scene = make_ruled_scene()
    shots = (Shot("correct", ((7, 1),), ()),)
    assert np.array_equal(
        at(draw_world(replace(scene, shots=shots), 32), 7, 1, 32),
        at(draw_world(replace(scene, shots=()), 32), 7, 1, 32),
    )


@DRAWN
def test_badges_and_marks_are_seen_on_bodies(cell):
    picture = draw_world(make_ruled_scene(), cell)
    looks = [
        (shows(tile, "mark"), [kind for kind in KINDS if shows(tile, kind)])
        for tile in (at(picture, 7, 1 + 2 * agent, cell) for agent in range(7))
    ]
    badges = [[], ["a"], ["b"], ["c"], [], ["b"], []]
    assert looks == list(zip([False] * 4 + [True] * 2 + [False], badges, strict=True))


@DRAWN
def test_poison_shows_on_the_body_and_in_the_panel(cell):
    scene = make_ruled_scene()
    sick = replace(scene, poisoned=np.arange(7) == 2)
    changed = (draw_world(scene, cell) != draw_world(sick, cell)).any(-1)
    assert at(changed, 7, 5, cell).any()
    assert at(changed, 7, 5, cell).sum() == changed.sum()
    panels = [draw(one, cell)[:, 15 * cell :] for one in (scene, sick)]
    assert not np.array_equal(*panels)


# The panel ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "change",
    [
        {"rule": Rule("no harvest", codes.ALTAR + 6, "the altar shows it")},
        {"rule": Rule("only red is permitted", codes.ALTAR + 5, "the altar shows it")},
        {"rule": Rule("only red is permitted", codes.ALTAR + 6, "the altar is blank")},
        {"rule": Rule("only red is permitted", None, "there is no altar")},
        {"counts": (("correct", 4), ("misdirected", 1), ("violations", 7))},
        {"counts": (("correct", 3), ("misdirected", 2), ("violations", 7))},
        {"counts": (("correct", 3), ("misdirected", 1), ("violations", 8))},
        {
            "stocks": tuple(
                Stock(f"{name} apples", 1, 1, k) for k, name in enumerate(("red", "blue", "green"))
            )
        },
        {"returns": -np.arange(7.0)},
    ],
)
def test_the_panel_shows(change):
    scene = make_ruled_scene()
    one, other = (draw(each)[:, 15 * 32 :] for each in (scene, replace(scene, **change)))
    assert one.shape == other.shape, "frames of an episode fit together"
    assert not np.array_equal(one, other)


def test_fruit_that_is_prohibited_is_struck_out_in_the_panel():
    scene = make_ruled_scene()
    one, other = (draw(replace(scene, stocks=(Stock("", 1, 1, 2, barred),))) for barred in (False, True))
    assert (one != other).any(-1).sum() > 50


def test_a_loss_is_an_outline_in_the_panel():
    scene = make_ruled_scene()
    filled = []
    for returns in (np.full(7, 5.0), np.full(7, -5.0)):
        panel = draw(replace(scene, returns=returns), 64)[:, 15 * 64 :]
        filled.append((panel == agent_colours(7)[1]).all(-1).sum())
    assert 0 < filled[1] < 0.75 * filled[0]


@pytest.mark.parametrize("prohibited", EVERY_RULE)
def test_the_panel_repeats_the_altar_as_it_stands_in_the_world(prohibited):
    scene = replace(make_ruled_scene(prohibited), stocks=())
    panel = draw(scene)[:, 15 * 32 :]
    for kind in KINDS:
        expected = 0 < prohibited < codes.ALL_KINDS and not prohibited >> KINDS.index(kind) & 1
        without_bodies = panel[: panel.shape[0] // 3]
        hue = oklab(without_bodies) - oklab(np.array(palette()[kind]))
        assert bool((np.linalg.norm(hue, axis=-1) < 0.03).any()) == expected


def test_bodies_in_the_panel_wear_what_they_wear_in_the_world():
    scene = make_ruled_scene()
    tiles = scene.tiles.copy()
    tiles[7, 1, 1] += 4 * codes.BADGES  # agent 0 is marked
    one, other = (draw(each)[:, 15 * 32 :] for each in (scene, replace(scene, tiles=tiles)))
    assert not np.array_equal(one, other)
    tiles[7, 1, 1] = codes.OTHER + 2  # and turns around unmarked
    assert np.array_equal(one, draw(replace(scene, tiles=tiles))[:, 15 * 32 :])


@pytest.mark.parametrize("agents", [2, 7])
def test_a_long_sentence_stays_on_the_panel(agents):
    scene = make_ruled_scene()
    long = "a sentence " * 30
    frame = draw(replace(scene, rule=Rule(long, codes.ALTAR, long), events=(long,)), 32)
    assert (frame[:, -8:] == palette()["panel"]).all()


@pytest.mark.parametrize("size", [8, 16, 32, 40])
def test_every_verdict_has_a_beam_and_a_spark_of_its_own(size):
    sheet = load_sheet(size)
    for part in ("beam", "spark"):
        tiles = {sheet[f"{part}_{verdict}"].tobytes() for verdict in VERDICTS}
        assert len(tiles) == len(VERDICTS)
