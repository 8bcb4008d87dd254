"""Metrics and reward views against slow recounts from the definitions."""

import json
import math

import numpy as np
import pytest
from altared.envs import make_batch
from altared.envs.engine.rewards import (
    InequityAversion,
    SocialValueOrientation,
    reward_from_dict,
    reward_to_dict,
)

from .play import CROWDED, LIVELY, random_actions
from .slow import Witness

SCALARS = (
    "length",
    "collective_return",
    "efficiency",
    "equality",
    "sustainability",
    "peace",
    "depletion",
    "mean_depletion",
    "dead_patches",
    "first_dead_patch",
    "meals",
    "shots",
    "hits",
    "removals",
    "unrewarded_agents",
)


class SlowTally:
    """The metrics, recounted from what one world reports step by step."""

    def __init__(self, batch):
        self.batch, self.n = batch, batch.num_agents
        self.patch = Witness(batch).patch
        self.history = []

    def add(self, step, world, live, present):
        events = type(step.events)(*(array[world].copy() for array in step.events))
        self.history.append((step.rewards[world].astype(float), events, live, present))

    def metrics(self) -> dict:
        T, n = len(self.history), self.n
        resource = np.array([events.resource for _, events, _, _ in self.history], float)
        live = [live for _, _, live, _ in self.history]
        R = resource.sum(0)
        times = [[t for t in range(1, T + 1) if resource[t - 1, i] > 0] for i in range(n)]
        rewarded = [sum(ts) / len(ts) for ts in times if ts]
        gaps = sum(abs(a - b) for a in R for b in R)
        empty = [[not stock[self.patch == k].any() for k in range(self.patch.max() + 1)] for stock in live]
        dead_at = [
            t + 1 for t in range(1, T) for k in range(len(empty[0])) if empty[t][k] and empty[t - 1][k]
        ]
        return {
            "length": T,
            "collective_return": sum(events.earned.sum() for _, events, _, _ in self.history),
            "efficiency": R.sum() / T,
            "equality": 1 - gaps / (2 * n * R.sum()) if R.sum() > 0 else math.nan,
            "sustainability": sum(rewarded) / len(rewarded) if rewarded else math.nan,
            "unrewarded_agents": n - len(rewarded),
            "peace": sum(present for _, _, _, present in self.history) / T,
            "depletion": 1 - live[-1].mean(),
            "mean_depletion": 1 - np.mean([stock.mean() for stock in live]),
            "dead_patches": sum(a and b for a, b in zip(*empty[-2:], strict=True)) if T > 1 else 0,
            "first_dead_patch": min(dead_at, default=math.nan),
            "meals": sum((events.ate > 0).sum() for _, events, _, _ in self.history),
            "shots": sum(events.fired.sum() for _, events, _, _ in self.history),
            "hits": sum(events.hit.sum() for _, events, _, _ in self.history),
            "removals": sum(events.removed.sum() for _, events, _, _ in self.history),
            "agent_return": sum(events.earned.astype(float) for _, events, _, _ in self.history),
            "agent_paid": sum(rewards for rewards, _, _, _ in self.history),
        }


@pytest.mark.parametrize(
    ("reward", "config"),
    [
        ("own", LIVELY),
        ("own", {"max_cycles": 300, "map": CROWDED, "num_agents": 6}),
        ("own", {"max_cycles": 30, "map": CROWDED, "num_agents": 2, "apple_reward": -1.0}),
        ("own", {"max_cycles": 1, "map": CROWDED, "num_agents": 3}),
        ("shared", {"max_cycles": 25, "map": CROWDED, "num_agents": 3}),
        ("inequity_aversion", {"max_cycles": 25, "map": CROWDED, "num_agents": 3}),
    ],
)
def test_episode_metrics_against_a_slow_recount(reward, config):
    """Every ending of every world: the state before it is read from a twin that does not reset itself."""
    batch = make_batch("commons_harvest", 6, reward=reward, auto_reset=False, **config)
    rng, checked, dead = np.random.default_rng(4), 0, 0
    for seed in range(4):
        batch.reset(seed=seed)
        tallies, going = [SlowTally(batch) for _ in range(6)], np.ones(6, bool)
        while going.any():
            step = batch.step(random_actions(batch, rng))
            assert set(step.episodes) == {"world", "agent_return", "agent_paid", *SCALARS}
            for w in np.flatnonzero(going):
                present = (batch.state.removed_for[w] == 0).sum()
                tallies[w].add(step, w, batch.state.live[w] > 0, present)
            over = (step.terminated | step.truncated) & going
            assert step.episodes["world"].tolist() == np.flatnonzero(over).tolist()
            for row, w in enumerate(step.episodes["world"]):
                if going[w]:
                    for name, value in tallies[w].metrics().items():
                        assert step.episodes[name].dtype == np.float64
                        np.testing.assert_allclose(step.episodes[name][row], value, rtol=1e-6, err_msg=name)
                    checked += 1
                    dead += step.episodes["dead_patches"][row] > 0
            going &= ~over
    assert checked == 24
    if config["max_cycles"] == 300:
        assert dead > 5


def test_tallies_begin_anew_with_every_episode():
    batch, first = make_batch("commons_harvest", 2, max_cycles=50), []
    batch.reset(seed=1)
    for t in range(1, 151):
        step = batch.step(np.full((2, 7), 7))
        assert len(step.episodes["world"]) == (2 if t % 50 == 0 else 0)
        first += step.episodes["shots"].tolist()
    assert max(first) <= 7 * 17  # 50 steps at one shot in three
    assert step.episodes["length"].tolist() == [50, 50]


def slow_shared(earned):
    return np.repeat(earned.sum(-1, keepdims=True), earned.shape[-1], -1)


def slow_orientation(earned, angle, weight):
    """McKee et al. 2020, section 2.2: r_i - w |theta_i - theta(R)|, theta(R) = atan(mean of others / r_i)."""
    paid = earned.copy()
    for t, w, i in np.ndindex(earned.shape):
        others = np.delete(earned[t, w], i)
        if earned[t, w].any():
            own_angle = math.atan2(others.mean(), earned[t, w, i])
            if earned[t, w, i] != 0 or others.mean() != 0:
                paid[t, w, i] -= weight * abs(math.radians(angle) - own_angle)
    return paid


def slow_aversion(earned, envy, guilt, smoothing, started):
    """Hughes et al. 2018, equations 3 and 4; smoothing begins anew with an episode."""
    paid, n = earned.copy(), earned.shape[-1]
    for w in range(earned.shape[1]):
        e = np.zeros(n)
        for t in range(len(earned)):
            if started[t, w]:
                e = np.zeros(n)
            e = smoothing * e + earned[t, w]
            for i in range(n):
                paid[t, w, i] -= envy / (n - 1) * sum(max(e[j] - e[i], 0) for j in range(n))
                paid[t, w, i] -= guilt / (n - 1) * sum(max(e[i] - e[j], 0) for j in range(n))
    return paid


@pytest.mark.parametrize(
    ("view", "slow"),
    [
        ("own", lambda earned, started: earned),
        ("shared", lambda earned, started: slow_shared(earned)),
        ("social_value_orientation", lambda earned, started: slow_orientation(earned, 45, 0.2)),
        (SocialValueOrientation(75, 1.5), lambda earned, started: slow_orientation(earned, 75, 1.5)),
        ("inequity_aversion", lambda earned, started: slow_aversion(earned, 5, 0.05, 0.99 * 0.975, started)),
        (
            InequityAversion(0.5, 2.0, 0.9),
            lambda earned, started: slow_aversion(earned, 0.5, 2, 0.9, started),
        ),
    ],
)
def test_reward_views_against_their_formulas(view, slow):
    config = {"map": CROWDED, "num_agents": 4, "regrowth": (0.0, 0.2, 0.4, 0.8), "apple_reward": 1.5}
    batch = make_batch("commons_harvest", 3, reward=view, max_cycles=40, **config)
    batch.reset(seed=8)
    rng, earned, paid = np.random.default_rng(8), [], []
    for _ in range(120):
        step = batch.step(random_actions(batch, rng))
        earned.append(step.events.resource.astype(float))
        paid.append(step.rewards.copy())
    started = np.zeros((120, 3), bool)
    started[::40] = True
    assert np.count_nonzero(earned) > 100
    np.testing.assert_allclose(paid, slow(np.array(earned), started), rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("view", ["shared", "social_value_orientation", "inequity_aversion"])
def test_reward_views_with_a_single_agent(view):
    batch = make_batch(
        "commons_harvest", 1, reward=view, num_agents=1, map="#####\n#Qaa#\n#####\n", max_cycles=50
    )
    batch.reset(seed=0)
    rewards = [batch.step([[action]]).rewards[0, 0] for action in [1, 2, 3, 4] * 10]
    assert np.isfinite(rewards).all()
    assert max(rewards) > 0


def test_views_go_through_plain_data_and_bad_constants_are_refused():
    for view in (SocialValueOrientation(10.0, 0.1), InequityAversion(1.0, 2.0, 0.5)):
        assert reward_from_dict(json.loads(json.dumps(reward_to_dict(view)))) == view
    for make, field in (
        (lambda: SocialValueOrientation(weight=-1.0), "weight"),
        (lambda: SocialValueOrientation(angle=math.nan), "angle"),
        (lambda: InequityAversion(envy=-0.1), "envy"),
        (lambda: InequityAversion(guilt=math.inf), "guilt"),
        (lambda: InequityAversion(smoothing=1.01), "smoothing"),
    ):
        with pytest.raises(ValueError, match=f"{field}="):
            make()
    with pytest.raises(TypeError, match="not a reward view"):
        make_batch("commons_harvest", reward=3)


def test_the_collective_return_does_not_depend_on_who_is_paid():
    returns, paid = {}, {}
    for reward in ("own", "shared", "inequity_aversion"):
        batch = make_batch("commons_harvest", 4, max_cycles=60, reward=reward)
        batch.reset(seed=0)
        rng = np.random.default_rng(0)
        for _ in range(60):
            step = batch.step(rng.integers(0, 8, (4, 7)))
        returns[reward], paid[reward] = step.episodes["collective_return"], step.episodes["agent_paid"]
    assert returns["own"].sum() > 0
    assert np.array_equal(returns["own"], returns["shared"])
    assert np.array_equal(returns["own"], returns["inequity_aversion"])
    assert np.array_equal(paid["shared"], np.repeat(returns["own"][:, None], 7, 1))
