"""What agents see of a contract, in every kind of view and through both APIs."""

import numpy as np
import pytest
from altared.envs import game_module, make, make_batch
from pettingzoo.test import api_test, parallel_api_test

from .contracted import DEALS, DILEMMA, contracted, dilemma, uncontracted
from .test_determinism import actions_of

KINDS = [
    ("commons_harvest", {"observation": "tiles"}),
    ("commons_harvest", {"observation": "planes"}),
    ("commons_harvest", {"observation": "planes", "dtype": "float32"}),
    ("commons_harvest", {"observation": "planes", "dtype": "float32", "channels_first": True}),
    ("fishing", {"observation": "vector"}),
    ("fishing_in_fish", {"observation": "vector"}),
    ("dilemma", {"observation": "vector"}),
]
TALKED = {"proposer": -1, "settings": {"low": 1.0, "high": 3.0, "signing_payment": 0.5}}


def layers(observations, options) -> np.ndarray:
    """The last five of an observation [W, N, ...] as (W, N, 5), which every cell must have the same."""
    scale = 255 if observations.dtype == np.uint8 else 1
    first = -1 if not options.get("channels_first") else 2
    last = np.moveaxis(observations, first, -1)[..., -5:]
    last = last.reshape(*last.shape[:2], -1, 5)
    assert (last == last[:, :, :1]).all()
    return last[:, :, 0] / scale


@pytest.mark.parametrize(("label", "options"), KINDS)
def test_terms_are_seen_beside_the_world(label, options):
    alone = uncontracted(label, 6, **options)
    batch = contracted(label, 6, options=options, **TALKED)
    twin = contracted(label, 6, options={**options, "auto_reset": False}, **TALKED)
    axis, space = 2 if options.get("channels_first") else -1, batch.observation_space
    cut = alone.observation_space.shape[axis - 2 if axis > 0 else axis]
    views, ended = batch.reset(seed=4), 0
    assert np.array_equal(np.take(views, range(cut), axis), alone.reset(seed=4))
    twin.reset(seed=4)
    over = np.zeros(6, bool)
    for action in actions_of(batch, 45):
        state = batch.state
        said = layers(views, options)
        offered = np.where(state.theta == 0, 0, (state.theta - 1) / 2)
        assert np.allclose(said[..., 0], offered, atol=1 / 510)
        assert (said[..., 1] == state.in_force).all()
        assert (said[..., 2] == (state.stage == 0)).all()
        assert (said[..., 3] == (state.stage == 1)).all()
        assert (said[..., 4] == (np.arange(batch.num_agents) == state.proposer)).all()
        assert all(space.contains(view) for world in views for view in world)
        step, standing = batch.step(action), twin.step(action)
        ending = (step.terminated | step.truncated) & ~over
        final = step.final_observations[ending]
        assert all(space.contains(view) for world in final for view in world)
        assert np.array_equal(final, standing.observations[ending])  # the terms of the episode that ended
        over |= ending
        ended += ending.sum()
        views = step.observations
    assert ended == 6


def test_last_views_show_the_terms_of_the_episode_that_ended():
    batch = dilemma(settings={"high": 2.0}, procedure="negotiated")
    batch.reset(seed=0)
    for action in ([[1, 0]], [[0, 1]], *[[[0, 0]]] * 4):
        step = batch.step(action)
    assert step.terminated.all()
    assert step.final_observations[0, :, -5:].tolist() == [[1, 1, 0, 0, 1], [1, 1, 0, 0, 0]]
    assert step.observations[0, :, -5:].tolist() == [[0, 0, 1, 0, 1], [0, 0, 1, 0, 0]]


@pytest.mark.parametrize(("label", "options"), KINDS)
@pytest.mark.parametrize("procedure", ["negotiated", "random"])
def test_the_pettingzoo_api(label, options, procedure):
    game, name, config = DEALS[label]
    contract = {"name": name, "procedure": procedure, "proposer": -1}
    env = make(game, contract=contract, **{**config, **options})
    parallel_api_test(env, num_cycles=60)
    observations, _ = env.reset(seed=1)
    while env.agents:
        for agent in env.agents:
            assert env.observation_space(agent).contains(observations[agent])
        chosen = {agent: env.action_space(agent).sample() for agent in env.agents}
        observations, _, _, _, infos = env.step(chosen)
        assert {"offer", "proposed", "signed", "transfer"} <= infos["agent_0"].keys()
    assert all(env.observation_space(a).contains(view) for a, view in observations.items())
    assert "agent_transfer" in infos["agent_0"]["metrics"] or "transfer" in infos["agent_0"]["metrics"]


@pytest.mark.filterwarnings("ignore:Observation")
def test_the_turn_based_api():
    api_test(game_module("matrix_games").env(contract="action_fee", **DILEMMA), num_cycles=40)


def test_other_kinds_of_views_are_asked_for_on_the_way():
    batch = contracted("commons_harvest", **TALKED)
    batch.reset(seed=0)
    for action in actions_of(batch, 20):
        tiles = batch.step(action).observations
        planes = batch.observe("planes")
        assert np.array_equal(tiles[..., 0, 0, -5:], planes[..., 0, 0, -5:])


def test_the_picture_says_what_was_agreed():
    batch = dilemma(settings={"high": 2.0})
    batch.reset(seed=0)
    batch.step([[1, 0]])
    assert "agent_0 offers theta 2" in batch.scene(0).events
    assert batch.scene(0).contract == "contract: theta 2 is offered"
    batch.step([[0, 1]])
    assert "the contract is signed" in batch.scene(0).events
    assert batch.scene(0).contract == "contract: theta 2"
    batch.step([[1, 0]])
    assert batch.scene(0).returns.tolist() == [-2.0, 2.0]
    batch = make_batch("matrix_games", contract="action_fee", **DILEMMA)
    batch.reset(seed=0)
    batch.step([[0, 0]])
    assert not any("offers" in event for event in batch.scene(0).events)
