"""The generated legend says everything that a view can hold."""

from collections import Counter

import numpy as np
import pytest
from altared.envs import make_batch
from altared.envs.grid import codes

from .small import GRID, small


def rows(layer: str, legend: str | None = None) -> list[tuple[int, str]]:
    """Number and meaning of every row of a legend (that of the codes of all games) on one layer."""
    lines = (legend or codes.legend()).splitlines()
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    return [(int(code), meaning) for kind, code, meaning in cells[2:] if kind == layer]


def test_the_legend_is_a_table_of_three_layers():
    head, rule, *body = codes.legend().splitlines()
    assert head.count("|") == rule.count("|") == 4
    assert Counter(line.split("|")[1].strip() for line in body) == {
        "ground": codes.GROUND_CODES,
        "occupant": codes.OCCUPANT_CODES,
        "plane": len(codes.PLANES),
    }


@pytest.mark.parametrize(
    ("layer", "table"), [("ground", codes.GROUND_PLANES), ("occupant", codes.OCCUPANT_PLANES)]
)
def test_every_code_is_named_once_and_unlike_any_other(layer, table):
    named = rows(layer)
    assert [code for code, _ in named] == list(range(len(table)))
    assert len({meaning for _, meaning in named}) == len(named)
    for code, meaning in named:
        planes = [codes.PLANES[i] for i in np.flatnonzero(table[code])]
        assert sorted(meaning.split(", ")) == sorted(planes or ["nobody"]), "as the planes have it"


def test_every_plane_is_named_once_and_some_code_sets_it():
    assert rows("plane") == list(enumerate(codes.PLANES))
    assert len(set(codes.PLANES)) == len(codes.PLANES)
    assert (codes.GROUND_PLANES.any(0) | codes.OCCUPANT_PLANES.any(0)).all()


def test_the_named_codes_mean_what_their_names_say():
    ground, occupant = dict(rows("ground")), dict(rows("occupant"))
    named = {codes.UNSEEN: "unseen", codes.OUTSIDE: "outside", codes.WALL: "wall", codes.FLOOR: "floor"}
    assert {code: ground[code] for code in named} == named
    assert ground[codes.SITE + codes.BARREN] == "site of kind a, barren"
    assert ground[codes.SITE + 3 * 2 + codes.LIVE] == "site of kind c, live"
    assert ground[codes.ALTAR] == "altar"
    assert ground[codes.ALTAR + 0b101] == "altar, altar prohibits a, altar prohibits c"
    assert ground[codes.BLANK_ALTAR] == "altar, blank altar"
    assert (occupant[codes.NOBODY], occupant[codes.BEAM]) == ("nobody", "beam")
    assert occupant[codes.OTHER] == "other, faces the same way"
    assert occupant[codes.OTHER + 2 + 4 * (1 + codes.BADGES)] == "other, faces towards me, badge a, mark"
    assert (occupant[codes.SELF], occupant[codes.SELF + 1]) == ("self", "self, ready to fire")


@pytest.mark.parametrize("game", GRID)
def test_all_that_is_seen_in_an_episode_is_in_the_legend(game):
    batch = make_batch(game, 4, observation="tiles", **small(game))
    views, rng, seen = batch.reset(seed=0), np.random.default_rng(0), [set(), set()]
    for _ in range(30):
        for layer in (0, 1):
            seen[layer] |= set(np.unique(views[..., layer]).tolist())
        shape = (4, batch.num_agents)
        views = batch.step(rng.integers(0, batch.action_space.n, shape)).observations
    for layer, name in enumerate(("ground", "occupant")):
        assert seen[layer] <= {code for code, _ in rows(name, batch.game.codebook.legend())}
        assert len(seen[layer]) > 4, "the episode must show something"
