"""The altared preset of poison berries: views in redrawn colours are the plain ones, with kinds renamed."""

from itertools import permutations

import numpy as np
import pytest
from altared.envs import make_batch
from altared.envs.grid import codes

REDRAWN = {"preset": "altared", "condition": "important_rule", "max_cycles": 60}


def ground_in(code, colours):
    """A ground code with kinds in other colours, by the codebook's words."""
    if site := codes.site_parts(code):
        return codes.SITE + 3 * colours[site[0]] + site[1]
    if codes.ALTAR <= code < codes.BLANK_ALTAR:
        return codes.ALTAR + sum(1 << c for k, c in enumerate(colours) if code - codes.ALTAR >> k & 1)
    return code


def occupant_in(code, colours):
    """An occupant code with its badge in another colour, by the codebook's words."""
    who = codes.occupant_parts(code)
    colour = 1 + colours[who.badge - 1] if who.badge else 0
    return code + (colour - who.badge) * {"other": 4, "self": 2}.get(who.name, 0)


def recoloured(tiles, colours):
    """(..., 2) uint8 views in other colours."""
    grounds = np.array([ground_in(code, colours) for code in range(codes.GROUND_CODES)])
    occupants = np.array([occupant_in(code, colours) for code in range(codes.OCCUPANT_CODES)])
    return np.stack([grounds[tiles[..., 0]], occupants[tiles[..., 1]]], -1)


def play(steps=150, **config):
    """Batches with and without redrawn colours, side by side under the same random actions."""
    pair = [
        make_batch("poison_berries", 12, **{**REDRAWN, "redraw_kinds": r, **config}) for r in (True, False)
    ]
    random = np.random.default_rng(3)
    views = [batch.reset(seed=5) for batch in pair]
    for _ in range(steps):
        yield pair, *views
        actions = random.integers(0, 8, (12, 8))
        steps_made = [batch.step(actions) for batch in pair]
        views = [step.observations for step in steps_made]
        for name in ("ate", "violated", "earned", "sanctioned"):
            np.testing.assert_array_equal(*(getattr(step.events, name) for step in steps_made))


@pytest.mark.parametrize(
    "config", [{}, {"cue": "mark"}, {"display": "announced"}, {"condition": "silly_rule"}]
)
def test_views_are_the_plain_games_with_kinds_renamed_and_nothing_else_differs(config):
    orders, badges, marks = set(), set(), set()
    for (batch, _), views, plain in play(**config):
        for w in range(12):
            seen = [p for p in permutations(range(3)) if (recoloured(plain[w], p) == views[w]).all()]
            assert len(seen) == 1
            orders.add((int(batch.state.episode[w, 0]), seen[0]))
        who = [codes.occupant_parts(code) for code in np.unique(views[..., 1])]
        badges |= {one.badge for one in who}
        marks |= {one.mark for one in who}
    assert len({order for _, order in orders}) == 6
    assert len({episode for episode, _ in orders}) == 3
    assert badges == ({0} if config.get("cue") == "mark" else {0, 1, 2, 3})
    assert marks == ({False, True} if config.get("cue") == "mark" else {False})


def test_colours_stay_for_an_episode_and_last_views_have_its_colours():
    batch, plain = (
        make_batch("poison_berries", 12, **{**REDRAWN, "redraw_kinds": redraw}) for redraw in (True, False)
    )
    for one in (batch, plain):
        one.reset(seed=5)
    colours = batch.state.permutation.copy()
    assert len(np.unique(colours)) > 3
    for _ in range(59):
        batch.step(np.ones((12, 8), int)), plain.step(np.ones((12, 8), int))
        np.testing.assert_array_equal(batch.state.permutation, colours)
    last, plainly = batch.step(np.ones((12, 8), int)), plain.step(np.ones((12, 8), int))
    assert last.truncated.all()
    assert (batch.state.permutation != colours).any()
    for w in range(12):
        order = list(permutations(range(3)))[colours[w, 0]]
        views = recoloured(plainly.final_observations[w], order)
        np.testing.assert_array_equal(last.final_observations[w], views)


def test_the_altar_never_prohibits_the_common_berry_whatever_its_colour():
    batch = make_batch("poison_berries", 24, **REDRAWN)
    told = set()
    for views, world in zip(batch.reset(seed=2).reshape(24, -1, 2), range(24), strict=True):
        grounds = views[:, 0].tolist()
        common = np.bincount(
            [site[0] for g in grounds if (site := codes.site_parts(g))], minlength=3
        ).argmax()
        shown = {g - codes.ALTAR for g in grounds if codes.ALTAR <= g < codes.BLANK_ALTAR}
        for prohibited in shown:
            assert prohibited in (1, 2, 4)
            assert not prohibited >> common & 1
            told.add(prohibited)
        assert batch.state.prohibited[world, 0] == 1, "the state keeps the kinds of the map"
    assert told == {1, 2, 4}


@pytest.mark.parametrize("observation", ["tiles", "planes", "rgb"])
@pytest.mark.parametrize("preset", ["koster2022", "altared"])
def test_a_policy_of_altared_harvest_fits(preset, observation):
    here = make_batch("poison_berries", preset=preset, observation=observation)
    there = make_batch("altared_harvest", observation=observation)
    assert here.observation_space == there.observation_space
    assert here.action_space == there.action_space
