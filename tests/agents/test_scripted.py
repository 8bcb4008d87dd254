"""Scripted agents on drawn views: `@` the viewer (facing up), `o` another, `a` fruit, `_` a site without."""

import numpy as np
import pytest
from altared.agents.population import load_population
from altared.agents.scripted import SCRIPTED, Greedy, Random, Sustainable
from altared.envs import make_batch
from altared.envs.grid import codes
from altared.envs.grid.harvest import ACTIONS
from altared.training.evaluate import play

NOOP, FORWARD, BACKWARD, LEFT, RIGHT, TURN_LEFT, TURN_RIGHT, ZAP = range(8)
GROUND = {
    "#": codes.WALL,
    ".": codes.FLOOR,
    "@": codes.FLOOR,
    "o": codes.FLOOR,
    "a": codes.SITE + codes.LIVE,
    "c": codes.SITE + 6 + codes.LIVE,
    "_": codes.SITE + codes.EMPTY,
    "^": codes.BLANK_ALTAR,
}
OCCUPANT = {"@": codes.SELF, "o": codes.OTHER + 2}


def view(picture: str, on: str = ".") -> np.ndarray:
    """A drawn view, (rows, columns, 2) uint8; the viewer stands on the ground `on`."""
    lines = picture.split()
    cells = [[(GROUND[on if c == "@" else c], OCCUPANT.get(c, codes.NOBODY)) for c in line] for line in lines]
    return np.array(cells, np.uint8)


def choices(policy, seen: np.ndarray, bodies: int = 400, seed: int = 0) -> set[int]:
    """Every action that bodies with the same view choose in their first step."""
    policy.start(bodies, seed)
    return set(policy.act(np.stack([seen] * bodies), np.ones(bodies, bool)).tolist())


@pytest.mark.parametrize(
    ("picture", "best"),
    [
        ("..a.. ..... ..@.. .....", {FORWARD}),
        ("..... ..... ..@.a .....", {RIGHT}),
        ("..... ..... c.@.. .....", {LEFT}),
        ("..... ..... ..@.. ..a..", {BACKWARD}),
        ("a.... ..... ..@.. ....a", {BACKWARD, RIGHT}),  # the nearer one, by either way
        ("..... ..a.. .#@.. .a#..", {FORWARD}),
        ("..... .###. a.@.. .....", {LEFT}),
        (".a... ###.. ..@.. .....", {RIGHT}),  # round the wall
        (".a... ##o.. ..@.. .....", {RIGHT}),  # bodies are in the way
        (".a... ##^.. ..@.. .....", {RIGHT}),  # and so is the altar
        ("#a# ### #@# ###", {TURN_LEFT, TURN_RIGHT}),  # walled in
    ],
)
def test_greedy_takes_the_shortest_way_in_view(picture, best):
    assert choices(Greedy(), view(picture)) == best


def test_a_fruit_under_another_body_is_not_a_goal():
    seen = view("..... .o... ..@.. ...a.")
    seen[1, 1, 0] = GROUND["a"]
    assert choices(Greedy(), seen) <= {BACKWARD, RIGHT}


def test_greedy_explores_when_nothing_is_in_view():
    seen = view("..... ..... ..@.. .....")
    assert choices(Greedy(), seen) == {FORWARD, TURN_LEFT, TURN_RIGHT}


def test_an_explorer_keeps_turning_the_same_way_until_the_road_is_free():
    greedy, blocked = Greedy(), np.stack([view("..... ..#.. ..@.. .....")] * 100)
    greedy.start(100, seed=3)
    first = greedy.act(blocked, np.ones(100, bool)).copy()
    second = greedy.act(blocked, np.zeros(100, bool)).copy()
    anew = greedy.act(blocked, np.ones(100, bool)).copy()
    assert set(first.tolist()) == {TURN_LEFT, TURN_RIGHT}
    assert (first == second).all()
    assert (first != anew).any()  # a new episode: the memory is gone


def test_removed_bodies_do_nothing():
    blank = np.zeros((11, 11, 2), np.uint8)
    assert choices(Greedy(), blank) == choices(Sustainable(), blank) == {NOOP}


CROSS = "..... ..... ..a.. .aaa. ..a.. ..... ..@.. ....."  # each fruit has four others within distance 2
RING = "..... ..... ..a.. .a_a. ..a.. ..... ..@.. ....."  # each has three


EXPLORES = {FORWARD, TURN_LEFT, TURN_RIGHT}


def test_sustainable_eats_only_with_enough_live_neighbours():
    four = Sustainable(spare=4)
    assert choices(four, view(CROSS)) == {FORWARD}
    assert choices(four, view(RING)) == EXPLORES
    assert choices(Sustainable(spare=3), view(RING)) == {FORWARD}
    assert choices(Sustainable(spare=4, reach=2), view(CROSS)) == EXPLORES  # only the centre has four so near


def test_around_means_a_disc():
    # Each fruit on the left is two cells from the other, and a knight's move from the one on the right.
    seen = view("..... .a... ...a. .a... ..@..")
    assert choices(Sustainable(spare=1), seen) == {FORWARD, LEFT}
    assert choices(Sustainable(spare=2), seen) == EXPLORES
    assert choices(Sustainable(spare=2, reach=5), seen) == {FORWARD, LEFT}


def test_sustainable_walks_round_the_fruit_it_must_not_eat():
    # The pair ahead is to be spared; the cross behind it may be eaten.
    seen = "...a... ..aaa.. ...a... ....... ....... ..aa... ...@... ......."
    assert choices(Sustainable(spare=4), view(seen)) == {RIGHT}
    assert choices(Greedy(), view(seen)) == {FORWARD}
    walled_by_fruit = view("..... .aaa. .a@a. .aaa.")
    assert choices(Sustainable(spare=8), walled_by_fruit) == {TURN_LEFT, TURN_RIGHT}


def test_sustainable_leaves_the_sites_when_there_is_nothing_to_eat():
    seen = view("..... ..a_. ._@_. .____", on="_")
    assert choices(Sustainable(spare=4), seen) == {LEFT, RIGHT}


def test_every_scripted_agent_repeats_itself_from_its_seed():
    rng = np.random.default_rng(5)
    seen = np.zeros((64, 11, 11, 2), np.uint8)
    seen[..., 0] = rng.choice([codes.FLOOR, codes.WALL, codes.SITE], (64, 11, 11), p=[0.9, 0.08, 0.02])
    seen[:, 9, 5, 1] = codes.SELF
    for make in SCRIPTED.values():
        runs = []
        for seed in (1, 1, 2):
            policy = make()
            policy.start(64, seed)
            runs.append([policy.act(seen, np.zeros(64, bool)).copy() for _ in range(20)])
        assert np.array_equal(runs[0], runs[1])
        assert not np.array_equal(runs[0], runs[2])


def test_random_uses_every_action_alike():
    random = Random()
    random.start(80_000, seed=0)
    counts = np.bincount(random.act(np.zeros((80_000, 1, 1, 2), np.uint8), np.zeros(80_000, bool)))
    assert len(counts) == len(ACTIONS)
    assert abs(counts - 10_000).max() < 5 * np.sqrt(10_000)


def test_greed_ruins_the_commons_and_restraint_feeds_everybody():
    """On the real game, 1000 steps, 7 agents; the margins are an order above the sampling error."""
    batch = make_batch("commons_harvest", num_worlds=4)
    played = {}
    for name in SCRIPTED:
        columns = play(batch, load_population(name, batch.num_agents), episodes=4, seed=0)
        played[name] = {metric: column.mean() for metric, column in columns.items()}
    assert played["greedy"]["depletion"] == 1
    assert played["greedy"]["collective_return"] < 100 < played["random"]["collective_return"]
    assert played["sustainable"]["collective_return"] > 500
    assert played["sustainable"]["dead_patches"] == played["sustainable"]["shots"] == 0
