"""The solver: accepts what nobody but the proposer loses by, by critics whose opinion is set by hand."""

import numpy as np
import pytest
import torch
from altared.agents.networks import Networks, architecture_for
from altared.envs import make_batch
from altared.training.solver import solve, worth

THETAS = [1.0, 2.0, 3.0]


def env_of(players=3, **terms):
    payoffs = np.zeros((2,) * players + (players,)).tolist()
    return {"payoffs": payoffs, "rounds": 1, "contract": {"name": "action_fee", **terms}}


def critics(env, slopes, levels=None):
    """Networks whose critic i says level + slope * theta, and `bias` where no contract is in force."""
    batch = make_batch("matrix_games", 1, **env)
    networks = Networks(architecture_for(batch, False, 2, False))
    place = batch.observation_space.shape[0] - 5  # of theta, as a share of `high`
    for parameter in networks.parameters():
        torch.nn.init.zeros_(parameter)
    with torch.no_grad():
        networks.first.weight[:, place, 0] = 1.0
        networks.first.weight[:, place + 1, 1] = 1.0  # in force
        networks.second.weight[:] = torch.eye(2)
        networks.critic.weight[:, 0, 0] = torch.tensor(slopes) * 3.0  # high
        networks.critic.weight[:, 1, 0] = torch.tensor(levels or [0.0] * len(slopes))
        networks.critic.bias[:] = 1.0
    return networks


def test_the_critics_are_asked_about_the_first_view_under_theta():
    env = env_of()
    networks = critics(env, [1.0, -2.0, 0.5])
    assert worth(networks, "matrix_games", env, 2.0, 4, 0) == pytest.approx([3.0, -3.0, 2.0])
    assert worth(networks, "matrix_games", env, 0.0, 4, 0) == pytest.approx([1.0, 1.0, 1.0])


def test_the_best_for_the_proposer_that_nobody_loses_by():
    env = env_of()
    solution = solve(critics(env, [1.0, 0.5, 0.0]), "matrix_games", env, np.array(THETAS))
    assert solution.thetas.tolist() == [0.0, *THETAS]
    assert solution.accepted.tolist() == [True] * 4
    assert solution.best == 3.0
    lost = solve(critics(env, [1.0, 0.5, -0.1]), "matrix_games", env, np.array(THETAS))
    assert lost.accepted.tolist() == [True, False, False, False]
    assert lost.best == 0.0  # none


def test_the_proposer_is_who_the_terms_say_and_may_offer_what_it_loses_by_for_all():
    env = env_of(proposer=2)
    networks = critics(env, [1.0, 0.5, -0.1])
    assert solve(networks, "matrix_games", env, np.array(THETAS)).accepted.all()
    assert solve(networks, "matrix_games", env, np.array(THETAS)).best == 0.0
    assert solve(networks, "matrix_games", env, np.array(THETAS), objective="welfare").best == 3.0


def test_a_majority_of_the_others_is_enough_where_the_terms_say_so():
    slopes = [1.0, 0.5, 0.5, -1.0]
    for acceptance, best in (("unanimous", 0.0), ("majority", 3.0)):
        env = env_of(4, acceptance=acceptance)
        assert solve(critics(env, slopes), "matrix_games", env, np.array(THETAS)).best == best
    env = env_of(3, acceptance="majority")
    assert solve(critics(env, [1.0, 0.5, -1.0]), "matrix_games", env, np.array(THETAS)).best == 0.0  # half


def test_a_signing_payment_is_counted():
    env = env_of(settings={"signing_payment": 1.0})
    solution = solve(critics(env, [0.4, -0.2, 0.1]), "matrix_games", env, np.array(THETAS))
    # agent 1 loses 0.2 theta and is paid 0.5; the proposer gains 0.4 theta and pays 1
    assert solution.values[1] == pytest.approx([1 + 0.4 - 1, 1 - 0.2 + 0.5, 1 + 0.1 + 0.5])
    assert solution.accepted.tolist() == [True, True, True, False]
    assert solution.best == 0.0
    richer = solve(critics(env, [0.7, -0.2, 0.1]), "matrix_games", env, np.array(THETAS))
    assert richer.best == 2.0


def test_rewards_that_were_scaled_are_scaled_back():
    env = env_of()
    solution = solve(critics(env, [1.0, 0.5, 0.0]), "matrix_games", env, np.array([1.0]), reward_scale=0.5)
    assert solution.values.tolist() == [[2.0, 2.0, 2.0], [4.0, 3.0, 2.0]]


def test_what_cannot_be_solved_is_refused():
    env = env_of()
    networks = critics(env, [1.0, 0.5, 0.0])
    with pytest.raises(ValueError, match="objective='greed' is unknown; known: proposer, welfare"):
        solve(networks, "matrix_games", env, np.array(THETAS), objective="greed")
    with pytest.raises(ValueError, match=r"theta=9.0 .* a number in 0.0 .. 3.0"):
        solve(networks, "matrix_games", env, np.array([9.0]))
    with pytest.raises(ValueError, match="contract=None"):
        solve(networks, "matrix_games", {"rounds": 1}, np.array(THETAS))
