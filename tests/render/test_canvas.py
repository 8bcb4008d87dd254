"""The picture of a world with its panel."""

import os
import subprocess
import sys
from dataclasses import replace

import numpy as np
import pygame
import pytest
from altared.envs.grid import codes
from altared.envs.render.canvas import draw, draw_world
from altared.envs.render.layout import lay_out
from altared.envs.render.palette import agent_colours, palette
from altared.envs.render.panel import draw_panel
from altared.envs.render.scene import Scene, Stock, remember
from altared.envs.render.sprites import rgb_table

from .scenes import make_scene


@pytest.mark.parametrize("cell", [8, 16, 32, 40])
@pytest.mark.parametrize("agents", [1, 7, 62])
def test_frame_holds_the_world_and_a_panel(cell, agents):
    scene = make_scene(agents, 18, 24)
    frame = draw(scene, cell)
    assert frame.dtype == np.uint8
    assert frame.shape[0] % 2 == frame.shape[1] % 2 == 0
    world = draw_world(scene, cell)
    assert world.shape == (18 * cell, 24 * cell, 3)
    top = (frame.shape[0] - world.shape[0]) // 2
    assert np.array_equal(frame[top : top + world.shape[0], : world.shape[1]], world)
    panel = frame[:, world.shape[1] :]
    assert (panel == palette()["panel"]).all(-1).mean() > 0.4  # the background of what is written
    assert (panel == palette()["panel"]).all(-1)[:, -4:].all()  # nothing runs over the right edge
    assert (panel == palette()["panel"]).all(-1)[-4:].all()  # nor over the foot


@pytest.mark.parametrize("agents", [1, 9])
def test_a_small_map_gets_a_panel_that_can_be_read(agents):
    frame = draw(make_scene(agents, 5, 5), 32)
    assert frame.shape[0] >= 240
    assert frame.shape[1] >= 160 + 170


def test_frames_of_an_episode_have_one_size():
    scene = make_scene(7, removed=3)
    later = replace(
        scene,
        step=1000,
        returns=np.array([-3.5, 1234.5, 0, 0, 9, 1e4, 2]),
        removed=np.full(7, 100),
        events=tuple(f"agent_{i} zapped agent_{6 - i} and something more that is long" for i in range(7)),
    )
    assert draw(scene).shape == draw(later).shape == draw(replace(scene, events=())).shape


def test_a_cell_shows_the_tile_of_its_codes():
    scene = make_scene(1)
    tiles = scene.tiles.copy()
    tiles[4, 5] = codes.FLOOR, codes.BEAM
    picture = draw_world(replace(scene, tiles=tiles), 8)
    for y, x in ((0, 0), (1, 1), (1, 2), (1, 3), (4, 5), (4, 6)):
        ground, occupant = tiles[y, x]
        expected = rgb_table(8)[ground, occupant]
        assert np.array_equal(picture[8 * y : 8 * y + 8, 8 * x : 8 * x + 8], expected)


@pytest.mark.parametrize("cell", [8, 32])
def test_an_agent_stands_in_its_colour_and_a_removed_one_is_gone(cell):
    scene = make_scene(3, removed=1)
    picture = draw_world(scene, cell)
    for agent, colour in enumerate(agent_colours(3)):
        there = np.argwhere((picture == colour).all(-1)) // cell
        expected = set() if agent == 1 else {tuple(np.argwhere(scene.agents == agent)[0])}
        assert {tuple(cell) for cell in there} == expected


def test_focus_frames_one_agent():
    scene = make_scene(3)
    changed = (draw_world(scene, 32, focus=2) != draw_world(scene, 32)).any(-1)
    y, x = np.argwhere(scene.agents == 2)[0]
    outside = changed.copy()
    outside[32 * y : 32 * y + 32, 32 * x : 32 * x + 32] = False
    assert changed.any()
    assert not outside.any()


@pytest.mark.parametrize(
    "change",
    [
        {"step": 13},
        {"title": "Fishing"},
        {"stocks": (Stock("apples", 4, 9),)},
        {"returns": np.array([0.0, 1, 3])},
        {"removed": np.array([0, 7, 0])},
        {"events": ("agent_1 ate",)},
    ],
)
def test_the_panel_shows(change):
    scene = make_scene(3)
    assert not np.array_equal(draw(scene), draw(replace(scene, **change)))


def test_notes_are_written_at_the_foot():
    scene = make_scene(3, 18, 24)
    bare, noted = draw(scene), draw(scene, notes=("arrows: move", "space: fire"))
    assert noted.shape == bare.shape
    rows = np.argwhere((bare != noted).any((1, 2)))
    assert bare.shape[0] - 70 < rows.min() < rows.max() < bare.shape[0] - 10


def test_endless_and_empty_games_have_pictures():
    scene = make_scene(1)
    nothing = replace(scene, max_cycles=0, stocks=(Stock("apples", 0, 0),), events=(), returns=np.zeros(1))
    assert draw(nothing).shape == draw(replace(nothing, returns=np.full(1, -5.0))).shape


def test_remember_dates_events_and_keeps_the_last():
    scene = make_scene(3)
    scene = remember(scene, ("11  agent_0 ate",), keep=2)
    assert scene.events == ("12  agent_1 ate", "12  agent_0 zapped agent_2")
    assert remember(scene, (), keep=0).events == ()


def test_importing_the_environments_leaves_pygame_alone():
    code = "import sys, altared.envs, altared.envs.render.scene; sys.exit('pygame' in sys.modules)"
    assert (
        subprocess.run([sys.executable, "-c", code], env=os.environ, timeout=120, check=False).returncode == 0
    )


# Games without a map -----------------------------------------------------------------------------


def pond(**changes) -> Scene:
    """What every game's scene holds, and nothing more."""
    plain = {"title": "Pond", "step": 3, "max_cycles": 10, "returns": np.array([1.0, 2.5]), "events": ()}
    return Scene(**plain | changes)


def test_a_scene_that_nothing_draws_is_refused():
    with pytest.raises(TypeError, match="nothing draws a Scene; known: GridScene"):
        draw(pond())


def panel_of(scene: Scene) -> np.ndarray:
    layout = lay_out(len(scene.returns), len(scene.stocks), 0, 400, counts=len(scene.counts))
    pixels = pygame.image.tobytes(draw_panel(scene, layout), "RGB")
    return np.frombuffer(pixels, np.uint8).reshape(layout.height, layout.width, 3)


def test_the_panel_shows_any_scene_with_discs_for_agents():
    panel = panel_of(pond())
    for colour in agent_colours(2):
        rows, columns = np.nonzero((panel == colour).all(-1))
        assert rows.size > 30
        assert columns.min() < 30, "left of the name"


def test_a_stock_has_its_colour_and_numbers_with_one_decimal():
    fish = Stock("fish", 12.34, 50.0, colour="agent_sky")
    panel = panel_of(pond(stocks=(fish,)))
    assert (panel == palette()["agent_sky"]).all(-1).sum() > (panel == palette()["a"]).all(-1).sum() == 0
    assert np.array_equal(panel, panel_of(pond(stocks=(fish._replace(live=12.3, sites=50),))))
    assert not np.array_equal(panel, panel_of(pond(stocks=(fish._replace(live=12.4),))))
