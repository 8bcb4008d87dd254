"""Networks in other games: weights follow the names of planes and actions."""

import re

import numpy as np
import pytest
import torch
from altared.agents.networks import Networks
from altared.agents.population import load_population
from altared.agents.trained import load_trained
from altared.agents.transfer import FIRST, matched
from altared.envs import make_batch

from .test_residents import run_folder


def tiles_of(game, steps=30, **options):
    """Views (steps, W, N, ...) of a batch in which everybody acts at random."""
    batch, rng = make_batch(game, 3, num_agents=4, **options), np.random.default_rng(0)
    batch.reset(seed=0)
    shape = (3, batch.num_agents)
    return np.stack([batch.step(rng.integers(0, 8, shape)).observations.copy() for _ in range(steps)])


def logits_of(networks, views):
    seen = torch.from_numpy(views)
    with torch.no_grad():
        return networks(seen, networks.blank_memory(3), torch.zeros(views.shape[:2], dtype=torch.bool))[0]


def test_a_layer_that_went_to_another_game_and_back_keeps_its_bits():
    one, other = (make_batch(game).game.planes for game in ("commons_harvest", "poison_berries"))
    assert (len(one), len(other)) == (16, 27)
    weight = torch.randn(2, 5, len(one), 8)
    there = matched(weight, one, other, 2, 0.0)
    assert torch.equal(matched(there, other, one, 2, 0.0), weight)
    assert torch.equal(there[:, :, other.index("beam")], weight[:, :, one.index("beam")])
    assert not there[:, :, other.index("badge a")].any(), "a plane that was not learned weighs nothing"


def test_a_policy_answers_in_another_game_as_in_its_own_where_they_show_the_same(tmp_path):
    run = run_folder(tmp_path)
    at_home, away = (load_trained(run, game=make_batch(game).game).networks
                     for game in ("commons_harvest", "poison_berries"))  # fmt: skip
    assert away.get_parameter(FIRST).shape[2] == 27 != at_home.get_parameter(FIRST).shape[2]
    views = tiles_of("commons_harvest")
    assert torch.equal(logits_of(at_home, views), logits_of(away, views))
    assert torch.isfinite(logits_of(away, tiles_of("poison_berries"))).all()


def test_an_action_that_a_policy_does_not_know_is_never_chosen_in_play(tmp_path):
    batch = make_batch("orchard", 3, num_agents=4)
    population = load_population(run_folder(tmp_path), 4, game=batch.game)
    population.start(3, 0)
    views, started, chosen = batch.reset(seed=0), np.ones(3, bool), set()
    for _ in range(60):
        actions = population.act(views, started)
        chosen |= set(np.unique(actions).tolist())
        views, started = batch.step(actions).observations, np.zeros(3, bool)
    assert len(chosen) > 3
    assert batch.game.actions.index("water") not in chosen


def test_actions_are_matched_by_name_whatever_their_order(tmp_path):
    game = make_batch("commons_harvest", num_agents=4).game
    straight = load_trained(run_folder(tmp_path / "a"), game=game).networks
    turned = load_trained(
        run_folder(tmp_path / "b", known={"actions": game.actions[::-1]}), game=game
    ).networks
    views = tiles_of("commons_harvest", steps=3)
    assert torch.equal(logits_of(straight, views), logits_of(turned, views).flip(-1))


@pytest.mark.parametrize(
    ("known", "said"),
    [
        ({"actions": ("noop", *["dance"] * 7)}, "was trained with actions that no game here has: dance"),
        ({"planes": ("floor", *["lava"] * 15)}, "was trained with planes that no game here has: lava"),
        ({"extra_channels": ("hunger",)}, "other extra_channels than commons_harvest has: only there hunger"),
    ],
)
def test_what_no_game_knows_is_refused(tmp_path, known, said):
    run, game = run_folder(tmp_path, known=known), make_batch("commons_harvest", num_agents=4).game
    with pytest.raises(ValueError, match=re.escape(said)):
        load_population(run, 4, game=game)


def test_codes_of_another_game_are_refused_by_name():
    planes = make_batch("commons_harvest").game.planes
    from altared.agents.tile_embedding import plane_table, sum_active

    tiles = torch.full((1, 1, 1, 2), 40, dtype=torch.uint8)
    with pytest.raises(ValueError, match=r"tiles hold codes of another game: these networks know ground"):
        sum_active(torch.zeros(1, 1, len(planes), 4), tiles, plane_table(planes))


def test_networks_keep_what_they_know_of_a_games_own_codes(tmp_path):
    from altared.agents.networks import architecture_for
    from altared.agents.trained import architecture_from

    architecture = architecture_for(make_batch("orchard", num_agents=4), True, 8, False)
    assert architecture.own_ground == (("soil", "dry"), ("soil",))
    again = architecture_from(architecture.to_dict())
    assert again == architecture
    views = torch.from_numpy(tiles_of("orchard", steps=1))
    networks = Networks(again)
    assert torch.isfinite(
        networks(views, networks.blank_memory(3), torch.ones(1, 3, dtype=torch.bool))[0]
    ).all()
