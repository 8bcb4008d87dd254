"""Kinds whose appearance is redrawn: views of an episode in other colours, the world itself unchanged."""

from itertools import permutations

import numpy as np
from altared.envs import make_batch
from altared.envs.grid import codes

from .play import random_actions
from .ruled import Berries
from .small import small
from .worlds import assert_share

ALTARED = {"preset": "altared", "condition": "silly_rule", "violation_window": 25}
ROW = "#######\n#0abc1#\n#..^..#\n#######"


def looks_of(world, w) -> tuple:
    """The kinds that the sites a, b, c in front of 0 look like in a world."""
    sites = [codes.site_parts(world.seen(0, forward=f, world=w)[0]) for f in (1, 2, 3)]
    assert {growth for _, growth in sites} == {codes.LIVE}
    return tuple(kind for kind, _ in sites)


def test_any_of_six_colourings_is_drawn_for_an_episode_and_another_for_the_next():
    world = Berries(ROW, "EW", worlds=12_000, max_cycles=1, **ALTARED)
    ahead = world.batch.observe("tiles")[:, 0, 2::-1, 3, 0].astype(int)
    first = (ahead - codes.SITE) // 3
    for naming in permutations(range(3)):
        assert_share(int((first == naming).all(1).sum()), 12_000, 1 / 6, error=0.15)
    world.wait()  # the episode is over: look at the next one, from the same places
    world.stage()
    second = (world.batch.observe("tiles")[:, 0, 2::-1, 3, 0].astype(int) - codes.SITE) // 3
    assert_share(int((first == second).all(1).sum()), 12_000, 1 / 6, error=0.15)


def test_sites_badges_and_the_altar_change_colour_alike():
    world = Berries(ROW, "EW", worlds=60, **ALTARED)
    namings = [looks_of(world, w) for w in range(60)]
    assert set(namings) == set(permutations(range(3)))
    world.act("forward", "forward")  # 0 eats a, 1 eats c
    for w, naming in enumerate(namings):
        assert world.badge(1, forward=2, world=w) == "abc"[naming[0]]
        assert world.badge(0, forward=2, world=w) == "abc"[naming[2]]
        assert world.badge(0, world=w) == "abc"[naming[0]], "one's own"
        altar = world.seen(0, forward=1, right=1, world=w)[0]
        assert altar == codes.ALTAR + (1 << naming[0] | 1 << naming[1])


def test_the_world_keeps_the_kinds_of_its_map():
    world = Berries(ROW, "EW", worlds=60, **ALTARED)
    step = world.act("forward", "forward")
    assert (step.events.ate == [1, 3]).all()
    assert (step.events.violated == [1, 0]).all()
    assert (world.batch.state.badge == [1, 3]).all()
    assert world.batch.game.params.poisonous == 1
    assert {world.rule(w) for w in range(60)} == {world.altar(w) for w in range(60)} == {"ab"}


def test_nothing_but_the_views_depends_on_it():
    batches = [
        make_batch("poison_berries", 4, **{**small("poison_berries"), **ALTARED, "redraw_kinds": redrawn})
        for redrawn in (True, False)
    ]
    one, other = (batch.reset(seed=2).copy() for batch in batches)
    assert (one != other).any()
    rng = np.random.default_rng(2)
    for _ in range(60):
        actions = random_actions(batches[0], rng)
        one, other = (batch.step(actions) for batch in batches)
        for name in one.events._fields:
            assert (getattr(one.events, name) == getattr(other.events, name)).all(), name


def test_without_it_kinds_look_like_themselves():
    world = Berries(ROW, "EW", worlds=60, **ALTARED, redraw_kinds=False)
    assert {looks_of(world, w) for w in range(60)} == {(0, 1, 2)}
