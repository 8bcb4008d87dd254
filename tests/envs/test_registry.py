"""Registered means tested: what must hold for any game, on its small setting.

The rest of it is where the subject is: seeds and batches against single worlds in test_determinism.py;
PettingZoo's tests, spaces, copies of one world and frames in test_pettingzoo.py; the views' codes in
test_legend.py. All of them run over `altared.envs.games()`.
"""

import json
import pickle

import numpy as np
import pettingzoo
import pytest
from altared.envs import game_module, games, make_batch

from .small import SMALL, VIEWS, small
from .test_determinism import actions_of, assert_same, everything, film


def go_on(batch, actions) -> list:
    """Everything after every step."""
    frames = []
    for action in actions:
        step = batch.step(action)
        frames.append(everything(batch, step) | {"episodes": {k: v.copy() for k, v in step.episodes.items()}})
    return frames


def assert_same_episodes(one, two):
    for a, b in zip(one, two, strict=True):
        assert a["episodes"].keys() == b["episodes"].keys()
        assert all(np.array_equal(a["episodes"][k], b["episodes"][k], equal_nan=True) for k in a["episodes"])


def test_every_game_has_a_small_setting_and_one_without_says_so():
    assert SMALL.keys() == set(games())
    with pytest.raises(pytest.fail.Exception, match="add a small config to SMALL"):
        small("a game that nobody wrote")


@pytest.mark.parametrize("game", games())
def test_a_game_is_found_by_its_name(game):
    assert game_module(game).NAME == game == make_batch(game, **small(game)).game.name
    env = pettingzoo.make("parallel", f"altared/{game}-v0", **small(game))
    assert env.unwrapped.game.config == make_batch(game, **small(game)).game.config


@pytest.mark.parametrize("game", games())
def test_a_config_goes_through_json(game):
    config = make_batch(game, **small(game)).game.config
    plain = json.loads(json.dumps(config.to_dict()))
    assert make_batch(game, **plain).game.config == config
    assert game_module(game).configure(**game_module(game).choices(plain)) == config


@pytest.mark.parametrize(("game", "observation"), VIEWS)
def test_views_of_a_batch_lie_in_their_space(game, observation):
    batch = make_batch(game, 3, observation=observation, **small(game))
    space, ended = batch.observation_space, 0
    views = batch.reset(seed=0)
    for action in actions_of(batch, 60):
        assert all(space.contains(view) for world in views for view in world)
        step = batch.step(action)
        views, over = step.observations, step.terminated | step.truncated
        assert all(space.contains(view) for world in step.final_observations[over] for view in world)
        ended += over.sum()
    assert ended > 0


@pytest.mark.parametrize("game", games())
def test_a_snapshot_continues_exactly_also_in_another_batch(game):
    batch, other = (make_batch(game, 3, **small(game)) for _ in range(2))
    actions = actions_of(batch, 60)
    film(batch, actions[:20])
    snapshot = batch.snapshot()
    straight = go_on(batch, actions[20:])
    for again in (batch, other):
        again.restore(snapshot)
        frames = go_on(again, actions[20:])
        assert_same(straight, frames)
        assert_same_episodes(straight, frames)


@pytest.mark.parametrize("game", games())
def test_a_pickled_batch_continues_exactly(game):
    batch = make_batch(game, 3, **small(game))
    actions = actions_of(batch, 60)
    film(batch, actions[:20])
    twin = pickle.loads(pickle.dumps(batch))
    one, two = go_on(batch, actions[20:]), go_on(twin, actions[20:])
    assert_same(one, two)
    assert_same_episodes(one, two)
