"""What holds in any lake, whoever fishes it."""

import copy
import os
import pickle
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from altared.envs import fishing_v0, make, make_batch
from altared.envs.recording import replay
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pettingzoo.test import api_test, parallel_api_test

from .fields import any_config
from .small import small
from .test_determinism import digest

CALM = settings(deadline=None, max_examples=60, derandomize=True, suppress_health_check=list(HealthCheck))
IN_FISH = {**small("fishing"), "actions": "continuous"}


def catches_for(batch, steps, seed=0):
    """Requests within the limit; some agents ask for nothing, some for the most."""
    rng = np.random.default_rng(seed)
    shape = (steps, batch.num_worlds, batch.num_agents, 1)
    wild = rng.choice([0.0, 0.5, 1.0], shape)
    shares = np.where(rng.random(shape) < 0.3, wild, rng.random(shape))
    return shares * batch.game.params.catch_limit


@CALM
@given(config=any_config("fishing"), seed=st.integers(0, 2**32))
def test_in_any_lake(config, seed):
    batch = make_batch("fishing", 3, auto_reset=False, **{**config, "actions": "continuous"})
    p = batch.game.params
    space, seen = batch.observation_space, batch.reset(seed=seed)
    for asked in catches_for(batch, 8, seed):
        assert all(space.contains(view) for world in seen for view in world)
        before = batch.state.stock[:, 0].copy()
        over = batch.worlds.ended().copy()
        step = batch.step(asked)
        seen, e, after = step.observations, step.events, batch.state.stock[:, 0]
        assert ((after >= 0) & (after <= p.capacity)).all()
        caught = e.caught.sum(1)
        assert (e.caught >= 0).all()
        assert (e.caught <= e.asked * (1 + 1e-12)).all()
        assert (caught <= before * (1 + 1e-12)).all()
        going = ~over
        wanted = e.asked.sum(1)
        assert np.allclose(caught[going], np.minimum(wanted, before)[going])
        assert np.allclose(after[going], (before - caught + e.regrown[:, 0])[going], atol=1e-9 * p.capacity)
        rationed = going & (wanted > before)
        assert np.allclose(
            e.caught[rationed] * wanted[rationed, None], e.asked[rationed] * before[rationed, None]
        )
        assert np.array_equal(e.earned, e.revenue - e.cost + e.income)
        assert np.array_equal(e.earned.astype(np.float32), step.rewards)
        assert np.allclose(e.revenue, p.price * e.caught)
        assert not e.earned[over].any()
        known = p.known_end and batch.state.clock[:, 0] >= p.max_cycles
        assert np.array_equal(step.terminated[going], (known | (e.collapsed[:, 0] == 1))[going])


@CALM
@given(seed=st.integers(0, 2**32), order=st.permutations(range(4)))
def test_who_asks_does_not_matter(seed, order):
    one, two = (make_batch("fishing", 1, **{**IN_FISH, "observation_noise": 0.0}) for _ in range(2))
    one.reset(seed=seed)
    two.reset(seed=seed)
    for asked in catches_for(one, 10, seed):
        a, b = one.step(asked), two.step(asked[:, order])
        assert a.events.caught[:, order] == pytest.approx(b.events.caught)


def test_levels_are_catches():
    """A level asks for what the same catch in fish asks for."""
    levels, fish = make_batch("fishing", 5, **small("fishing")), make_batch("fishing", 5, **IN_FISH)
    assert np.array_equal(levels.reset(seed=3), fish.reset(seed=3))
    rng = np.random.default_rng(0)
    for _ in range(40):
        level = rng.integers(0, 5, (5, 4))
        a, b = levels.step(level), fish.step(level[..., None] * 2.0)
        assert np.array_equal(a.observations, b.observations)
        assert np.array_equal(a.rewards, b.rewards)


def everything(batch, step):
    arrays = [*step.events, step.rewards, step.terminated, step.truncated, step.observations, *batch.state]
    return [np.array(array) for array in arrays]


def play(batch, asked):
    return [everything(batch, batch.step(one)) for one in asked]


def same(one, two):
    return all(np.array_equal(a, b) for x, y in zip(one, two, strict=True) for a, b in zip(x, y, strict=True))


def test_snapshots_pickles_threads_and_recordings_in_fish(tmp_path):
    batch, threaded = (make_batch("fishing", 8, threads=n, **IN_FISH) for n in (1, 2))
    batch.reset(seed=1)
    threaded.reset(seed=1)
    asked = catches_for(batch, 60)
    first = play(batch, asked[:30])
    assert same(first, play(threaded, asked[:30]))
    twin, snapshot = pickle.loads(pickle.dumps(batch)), batch.snapshot()
    assert np.array_equal(twin.worlds.observer("vector").current(), batch.observe("vector"))
    with batch.record(str(tmp_path / "lake.npz")):
        second = play(batch, asked[30:])
    assert same(second, play(twin, asked[30:]))
    batch.restore(snapshot)
    assert same(second, play(batch, asked[30:]))
    assert sum(1 for _ in replay(str(tmp_path / "lake.npz"))) == 30


def test_a_single_world_is_world_0_of_a_batch_and_can_be_copied():
    env, batch = make("fishing", **IN_FISH), make_batch("fishing", 3, **IN_FISH)
    seen, _ = env.reset(seed=4)
    expected = batch.reset(seed=4)
    asked = catches_for(batch, 5)
    assert np.array_equal(np.stack([*seen.values()]), expected[0])
    twin = copy.deepcopy(env)
    for one in asked:
        actions = dict(zip(env.agents, one[0].astype(np.float32), strict=True))
        seen, rewards, *_ = env.step(actions)
        again, *_ = twin.step(actions)
        step = batch.step(one.astype(np.float32))
        assert [*rewards.values()] == step.rewards[0].tolist()
        for i, agent in enumerate(env.possible_agents):
            assert np.array_equal(seen[agent], step.observations[0, i])
            assert np.array_equal(seen[agent], again[agent])


@pytest.mark.parametrize("preset", fishing_v0.PRESETS)
def test_the_pettingzoo_apis_take_fish(preset):
    parallel_api_test(fishing_v0.parallel_env(preset=preset), num_cycles=50)
    api_test(fishing_v0.env(preset=preset), num_cycles=50)


PLAIN_PYTHON = """
import sys
sys.path.insert(0, {folder!r})
from envs.test_fishing_properties import films
import numba
assert numba.config.DISABLE_JIT
print(*films())
"""


def films():
    """A hash of every array at every step, of three lakes."""
    hashes = []
    for config in (
        IN_FISH,
        {**small("fishing"), "reward": "inequity_aversion"},
        {"preset": "govsim", "actions": "continuous", "growth_noise": 0.3},
    ):
        batch = make_batch("fishing", 3, **config)
        batch.reset(seed=5)
        asked = catches_for(batch, 40)
        if batch.game.config.actions == "discrete":
            asked = (asked[..., 0] / 2).astype(int)
        frames = play(batch, asked)
        hashes += digest([{str(k): array for k, array in enumerate(frame)} for frame in frames])
    return hashes


def test_plain_python_gives_the_same_bytes():
    code = PLAIN_PYTHON.format(folder=str(Path(__file__).parents[1]))
    environment = os.environ | {"NUMBA_DISABLE_JIT": "1"}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=environment)
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == films()
    assert len(set(films())) == 120
