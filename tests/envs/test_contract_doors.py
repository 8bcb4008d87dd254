"""A game with a contract through the doors of other libraries: one learner among residents, and SB3."""

import numpy as np
from altared.agents import load_residents
from altared.envs import make_batch, make_solo
from altared.envs.sb3 import PairVecEnv
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
