"""The picture of a lake."""

from dataclasses import replace

import numpy as np
import pytest
from altared.envs import make_batch
from altared.envs.render.canvas import draw
from altared.envs.render.lake import draw_lake
from altared.envs.render.palette import agent_colours, palette
from altared.envs.render.scene import LakeScene, Stock


def make_lake(agents=5, stock=62.5, step=9, collapsed=False) -> LakeScene:
    """A lake that was fished down from its capacity, a tenth of the limit for each further boat."""
    past = np.linspace(100, stock, step + 1)
    return LakeScene(
        title="Fishing",
        step=step,
        max_cycles=200,
        stocks=(Stock("fish", stock, 100.0, colour="b"),),
        returns=np.arange(agents, dtype=float),
        events=("agent_0 caught 5 of 10",),
        stock=stock,
        capacity=100.0,
        critical=5.0,
        target=50.0,
        past=past,
        left=past[1:] - 4,
        asked=np.linspace(0, 10, agents),
        caught=np.linspace(0, 8, agents),
        catch_limit=10.0,
        collapsed=collapsed,
    )


def count(picture, colour) -> int:
    """Pixels of a colour; scaling rounds."""
    return int((np.abs(picture - np.array(palette()[colour])) <= 2).all(-1).sum())


@pytest.mark.parametrize("cell", [1, 8, 16, 32, 48])
@pytest.mark.parametrize("agents", [1, 5, 60])
def test_it_is_drawn_at_any_size_for_any_number_of_boats(cell, agents):
    for step in (0, 9, 200):
        scene = make_lake(agents, step=step)
        assert draw_lake(scene, cell).shape == (18 * cell, 20 * cell, 3)
        frame = draw(scene, cell, focus=agents - 1)
        assert frame.dtype == np.uint8
        assert frame.shape[0] % 2 == frame.shape[1] % 2 == 0


def test_frames_of_an_episode_have_one_size():
    sizes = {draw(make_lake(stock=stock, step=step)).shape for stock, step in ((100, 0), (62, 9), (0, 300))}
    assert len(sizes) == 1


def test_the_shoal_is_as_large_as_the_stock():
    seen = [count(draw_lake(make_lake(stock=stock, step=0))[:350], "fish") for stock in (0, 10, 50, 100)]
    assert seen[0] == 0
    assert seen == sorted(seen)
    assert seen[2] == pytest.approx(5 * seen[1], rel=0.4)
    assert seen[3] == pytest.approx(2 * seen[2], rel=0.2)


def test_every_boat_has_its_colour_and_nets_are_as_deep_as_catches():
    picture = draw_lake(make_lake(stock=0.0, step=0))
    lake, water = picture[:350], 107
    colours = [np.array(colour) for colour in agent_colours(5)]
    for agent, colour in enumerate(colours):
        hull = lake[:, 128 * agent : 128 * (agent + 1)]
        assert (hull == colour).all(-1).sum() > 500
        assert all((hull != other).any(-1).all() for other in colours if other is not colour)
    nets = [
        np.abs(lake[water + 15 : 320, 128 * agent + 64] - colours[agent] * 0.55).sum(-1) for agent in range(5)
    ]
    deep = [int((net < 60).sum()) for net in nets]
    assert deep[0] == 0
    assert deep[2] < deep[4]


def test_a_collapsed_lake_is_murky_and_a_boat_in_focus_framed():
    plain, dead = (draw_lake(make_lake(collapsed=collapsed)) for collapsed in (False, True))
    blue = [int(picture[320, 10, 2]) - int(picture[320, 10, 0]) for picture in (plain, dead)]
    assert blue[0] > 2 * blue[1]
    framed = draw_lake(make_lake(), focus=2)
    changed = (framed != draw_lake(make_lake())).any(-1)
    assert changed.any()
    assert not changed[:, :240].any()
    assert not changed[:, 400:].any()


def test_the_curve_shows_the_stock_and_what_catches_left():
    scene = make_lake(stock=20.0)
    curve = draw_lake(scene)[357:]
    for colour in ("sea", "catch"):
        assert count(curve, colour) > 100
    untouched = draw_lake(replace(scene, left=scene.past[1:]))[357:]
    assert count(untouched, "catch") < count(curve, "catch")
    assert count(draw_lake(make_lake(step=0))[357:], "sea") == 0
    unmarked = draw_lake(replace(scene, target=0.0, critical=0.0))[357:]
    green, none = (
        (p[..., 1] > p[..., [0, 2]].max(-1) + 20).sum() for p in (curve.astype(int), unmarked.astype(int))
    )
    assert green > 200
    assert none == 0


@pytest.mark.parametrize("steps", [0, 3, 300])
def test_a_scene_tells_what_happened(steps):
    batch = make_batch("fishing", 2, max_cycles=400, auto_reset=False, growth_noise=0.2, actions="continuous")
    batch.reset(seed=0)
    stocks, left = [100.0], []
    for _ in range(steps):
        step = batch.step(np.full((2, 5, 1), 1.0))
        stocks.append(batch.state.stock[1, 0])
        left.append(stocks[-1] - step.events.regrown[1, 0])
    scene = batch.scene(1)
    assert isinstance(scene, LakeScene)
    assert (scene.step, scene.stock, scene.target, scene.critical) == (steps, stocks[-1], 50, 5)
    assert scene.past == pytest.approx(stocks[-256:], rel=1e-6)
    assert scene.left == pytest.approx(left[-255:] if steps else [], rel=1e-6)
    assert scene.caught.tolist() == scene.asked.tolist() == [1.0 * (steps > 0)] * 5
    assert scene.events == tuple(f"agent_{i} caught 1" for i in range(5)) * (steps > 0)


def test_rationing_and_collapse_are_told():
    batch = make_batch("fishing", preset="govsim", auto_reset=False)
    batch.reset(seed=0)
    batch.step(np.array([[10, 10, 0, 0, 0]]))
    scene = batch.scene()
    assert scene.events == ("agent_0 caught 50 of 100", "agent_1 caught 50 of 100", "the lake collapsed")
    assert scene.collapsed
    assert scene.asked.tolist() == [100, 100, 0, 0, 0]
    assert scene.caught.tolist() == [50, 50, 0, 0, 0]
