"""A game with a contract through the APIs of other libraries: one learner among residents, and SB3."""

import numpy as np
import pytest
from altared.agents import load_residents
from altared.envs import make, make_batch, make_solo
from altared.envs.api.sb3 import PairVecEnv
from gymnasium.utils.env_checker import check_env

GAME = {"num_agents": 3, "max_cycles": 20, "contract": "low_density_harvest"}
ACCEPT = 7  # the upper half of the actions accepts; as a proposal it is the largest theta


def solo(**options):
    residents = load_residents(["random"] * 2)
    return make_solo("commons_harvest", residents, focal="agent_0", **{**GAME, **options})


def test_one_learner_proposes_votes_and_plays():
    contract = {"name": "low_density_harvest", "acceptance": "majority"}
    env, signed = solo(contract=contract), []
    for seed in range(8):
        env.reset(seed=seed)
        steps, over = 0, False
        while not over:
            _, _, terminated, truncated, info = env.step(ACCEPT if steps < 2 else 0)
            steps, over = steps + 1, terminated or truncated
        assert steps == 20 + 2  # a proposal and a vote come first
        signed.append(info["metrics"]["contracted"])
        assert info["metrics"].get("theta") == (10 if signed[-1] else None)  # undefined without one
    assert 0 < np.mean(signed) <= 1  # it needs one of two voters that toss a coin


def steps_to_the_end(env):
    env.reset(seed=0)
    steps = 0
    while env.agents:
        env.step({agent: 0 for agent in env.agents})
        steps += 1
    return steps


@pytest.mark.parametrize(("procedure", "before_play"), [("negotiated", 2), ("random", 0), ("fixed", 0)])
def test_pettingzoos_max_cycles_counts_the_negotiation(procedure, before_play):
    contract = {"name": "low_density_harvest", "procedure": procedure}
    env = make("commons_harvest", **{**GAME, "contract": contract})
    assert steps_to_the_end(env) == env.max_cycles == GAME["max_cycles"] + before_play
    assert env.game.config.max_cycles == GAME["max_cycles"]  # play lasts as long as without a contract


@pytest.mark.parametrize("contract", [None, "action_fee"])
def test_max_cycles_is_the_most_that_an_episode_can_last(contract):
    before_play = 2 if contract else 0
    env = make("matrix_games", rounds=4, contract=contract)
    assert steps_to_the_end(env) == env.max_cycles == 4 + before_play
    assert make("matrix_games", rounds=9, max_cycles=5, contract=contract).max_cycles == 5 + before_play
    assert make("matrix_games", max_cycles=0, contract=contract).max_cycles == 0  # no limit


def test_it_is_an_environment_of_gymnasium():
    check_env(solo(), skip_render_check=True)


def test_stable_baselines3_sees_the_terms_and_whole_episodes():
    planes = {"observation": "planes", "channels_first": True, "dtype": "float32"}
    with_terms = PairVecEnv(make_batch("commons_harvest", num_worlds=2, **planes, **GAME))
    without = PairVecEnv(make_batch("commons_harvest", num_worlds=2, **planes, **{**GAME, "contract": None}))
    assert with_terms.observation_space.shape[0] == without.observation_space.shape[0] + 5
    with_terms.reset()
    for step in range(22):
        _, _, done, infos = with_terms.step(np.full(with_terms.num_envs, ACCEPT))
        assert done.all() == done.any() == (step == 21)
    assert infos[0]["metrics"]["contracted"] == 1
