"""The batch as a stable-baselines3 VecEnv and as a Gymnasium VectorEnv."""

import numpy as np
import pytest
from altared.envs import make_batch
from altared.envs.api.sb3 import PairVecEnv
from altared.envs.api.vector import PairVectorEnv
from gymnasium.vector import AutoresetMode

from .test_determinism import actions_of

W, N, LENGTH = 3, 7, 12


def batches(**options):
    """Two batches that play the same."""
    return (make_batch("commons_harvest", W, max_cycles=LENGTH, **options) for _ in range(2))


def actions(t: int) -> np.ndarray:
    return np.random.default_rng(t).integers(0, 8, (W, N))


@pytest.mark.parametrize("end", ["truncated", "terminated"])
def test_pairs_of_sb3_are_the_worlds_agents_in_order(end):
    ending = {"end_chance": 1.0, "end_after": 1, "end_interval": LENGTH - 1} if end == "terminated" else {}
    plain, inner = batches(**ending)
    env = PairVecEnv(inner)
    env.seed(5)
    np.testing.assert_array_equal(env.reset().reshape(W, N, 11, 11, 2), plain.reset(seed=5))
    for t in range(2 * LENGTH):
        step = plain.step(actions(t))
        views, rewards, dones, infos = env.step(actions(t).reshape(-1))
        np.testing.assert_array_equal(views.reshape(W, N, 11, 11, 2), step.observations)
        np.testing.assert_array_equal(rewards.reshape(W, N), step.rewards)
        ended = step.terminated | step.truncated
        np.testing.assert_array_equal(dones.reshape(W, N), np.repeat(ended[:, None], N, 1))
        for w, i in np.argwhere(np.repeat(ended[:, None], N, 1)):
            info = infos[w * N + i]
            np.testing.assert_array_equal(info["terminal_observation"], step.final_observations[w, i])
            assert info["TimeLimit.truncated"] == (end == "truncated")
            row = int(np.flatnonzero(step.episodes["world"] == w)[0])
            assert (
                info["metrics"]["depletion"]
                == step.episodes["depletion"][int(np.flatnonzero(step.episodes["world"] == w)[0])]
            )
            assert info["episode"] == {
                "r": step.episodes["agent_paid"][row, i],
                "l": step.episodes["length"][row],
            }
        assert all(not info for info, done in zip(infos, dones, strict=True) if not done)


def test_sb3_learns_and_predicts():
    from stable_baselines3 import PPO

    planes = {"observation": "planes", "channels_first": True, "dtype": "float32"}
    env = PairVecEnv(make_batch("commons_harvest", 2, max_cycles=8, **planes))
    model = PPO("MlpPolicy", env, n_steps=16, batch_size=112, n_epochs=1, seed=0)
    model.learn(14 * 16 * 2)
    assert model.num_timesteps == 14 * 16 * 2
    assert len(model.ep_info_buffer) > 0  # SB3 found the episodes' returns
    again, _ = model.predict(env.reset(), deterministic=True)
    assert again.shape == (14,)


def test_sb3_env_checks():
    env = PairVecEnv(make_batch("commons_harvest", W))
    assert env.num_envs == W * N
    assert env.get_attr("num_agents") == [N] * (W * N)
    assert env.env_is_wrapped(object) == [False] * (W * N)
    with pytest.raises(AttributeError, match="share one batch"):
        env.set_attr("num_agents", 3)
    with pytest.raises(AttributeError, match="share one batch"):
        env.env_method("reset")
    env.reset()
    assert len(env.get_images()) == W * N


def test_pairs_of_gymnasium_are_the_worlds_agents_in_order():
    plain, inner = batches()
    envs = PairVectorEnv(inner)
    assert envs.metadata["autoreset_mode"] == AutoresetMode.SAME_STEP
    views, infos = envs.reset(seed=5)
    assert views in envs.observation_space
    assert infos == {}
    np.testing.assert_array_equal(views.reshape(W, N, 11, 11, 2), plain.reset(seed=5))
    for t in range(2 * LENGTH):
        step = plain.step(actions(t))
        views, rewards, terminated, truncated, infos = envs.step(actions(t).reshape(-1))
        assert views in envs.observation_space
        np.testing.assert_array_equal(views.reshape(W, N, 11, 11, 2), step.observations)
        np.testing.assert_array_equal(rewards.reshape(W, N), step.rewards)
        np.testing.assert_array_equal(terminated.reshape(W, N), np.repeat(step.terminated[:, None], N, 1))
        np.testing.assert_array_equal(truncated.reshape(W, N), np.repeat(step.truncated[:, None], N, 1))
        if step.truncated.any():
            last = np.stack(infos["final_obs"]).reshape(W, N, 11, 11, 2)
            np.testing.assert_array_equal(last, step.final_observations)
            metrics = infos["metrics"]
            np.testing.assert_array_equal(metrics["agent_paid"].reshape(W, N), step.episodes["agent_paid"])
            depletion = np.repeat(step.episodes["depletion"], N)
            np.testing.assert_array_equal(metrics["depletion"], depletion)
            assert infos["_metrics"].all()
            assert infos["_final_obs"].all()
        else:
            assert infos == {}


@pytest.mark.parametrize("adapter", [PairVecEnv, PairVectorEnv])
def test_a_batch_that_does_not_reset_itself_is_refused(adapter):
    with pytest.raises(ValueError, match="auto_reset=False"):
        adapter(make_batch("commons_harvest", W, auto_reset=False))


def test_gymnasiums_own_statistics_fit():
    from gymnasium.wrappers.vector import RecordEpisodeStatistics

    envs = RecordEpisodeStatistics(PairVectorEnv(make_batch("commons_harvest", W, max_cycles=LENGTH)))
    envs.reset(seed=0)
    for t in range(LENGTH):
        *_, infos = envs.step(actions(t).reshape(-1))
    assert (infos["episode"]["l"] == LENGTH).all()
    np.testing.assert_allclose(infos["episode"]["r"], infos["metrics"]["agent_paid"])
    with pytest.raises(ValueError, match=r"shape \(3,\); allowed: \(21,\)"):
        envs.step(np.zeros(3, int))


@pytest.mark.parametrize(
    ("game", "options"),
    [("matrix_games", {"rounds": 4}), ("fishing", {"max_cycles": 4, "actions": "continuous"})],
)
def test_games_without_a_map_are_pairs_too(game, options):
    plain, inner, other = (make_batch(game, W, **options) for _ in range(3))
    stable, gym = PairVecEnv(inner), PairVectorEnv(other)
    pairs = W * plain.num_agents
    stable.seed(5)
    views = plain.reset(seed=5)
    assert np.array_equal(stable.reset().reshape(views.shape), views)
    assert np.array_equal(gym.reset(seed=5)[0].reshape(views.shape), views)
    for taken in actions_of(plain, 9):
        step, flat = plain.step(taken), taken.reshape(pairs, *taken.shape[2:])
        over = np.repeat(step.terminated | step.truncated, plain.num_agents)
        for seen, rewards, ended in (stable.step(flat)[:3], gym.step(flat)[:3]):
            assert np.array_equal(seen.reshape(views.shape), step.observations)
            assert np.array_equal(rewards.reshape(W, -1), step.rewards)
            assert seen.dtype == np.float32
            assert (ended <= over).all(), "a time limit is truncation to Gymnasium"
    with pytest.raises(ValueError, match="actions have shape"):
        gym.step(flat[1:])


def test_sb3_learns_a_matrix_game():
    from stable_baselines3 import PPO

    env = PairVecEnv(make_batch("matrix_games", 8, rounds=4))
    model = PPO("MlpPolicy", env, n_steps=16, batch_size=64, n_epochs=1, seed=0)
    model.learn(16 * 16)
    assert len(model.ep_info_buffer) > 0
