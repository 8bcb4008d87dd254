"""Rewards in units of each learner's own deviation of return, against a loop over single numbers."""

import numpy as np
import pytest
import torch
from altared.training.trainers.ippo.reward_scaling import RewardScaling

T, W, N, DISCOUNT = 9, 4, 3, 0.9


def rollout(seed: int, masked: bool):
    generator = torch.Generator().manual_seed(seed)
    rewards = torch.randn(T, W, N, generator=generator) * torch.tensor([1.0, 100.0, 0.01]) + 1
    ended = torch.rand(T, W, generator=generator) < 0.2
    mask = torch.rand(T, W, N, generator=generator) < 0.7 if masked else None
    return rewards, ended, mask


def slow_deviations(rollouts, learner_of) -> np.ndarray:
    """Of every discounted return that counted, by learner."""
    returns = np.zeros((W, N))
    kept = {learner: [] for learner in learner_of}
    for rewards, ended, mask in rollouts:
        for t in range(T):
            for w in range(W):
                for i in range(N):
                    returns[w, i] = returns[w, i] * DISCOUNT + float(rewards[t, w, i])
                    if mask is None or mask[t, w, i]:
                        kept[learner_of[i]].append(returns[w, i])
                    if ended[t, w]:
                        returns[w, i] = 0.0
    return np.array([np.std(kept[learner]) for learner in sorted(kept)])


@pytest.mark.parametrize("masked", [False, True])
@pytest.mark.parametrize("learners", [1, N])
def test_rewards_are_divided_by_the_deviation_of_all_returns_so_far(learners, masked):
    scaling = RewardScaling(learners, W, N, DISCOUNT, torch.device("cpu"))
    rollouts = [rollout(seed, masked) for seed in range(3)]
    for k, (rewards, ended, mask) in enumerate(rollouts):
        scaled = scaling(rewards, ended, mask)
        each = slow_deviations(rollouts[: k + 1], list(range(N)) if learners == N else [0] * N)
        np.testing.assert_allclose(scaling.deviation().numpy(), each, rtol=1e-4)
        np.testing.assert_allclose(scaled.numpy(), rewards.numpy() / each, rtol=1e-4)


def test_one_learners_rewards_do_not_touch_anothers():
    results = []
    for factor in (1.0, 1000.0):
        scaling = RewardScaling(N, W, N, DISCOUNT, torch.device("cpu"))
        rewards, ended, mask = rollout(0, True)
        rewards[..., 1] *= factor
        results.append(scaling(rewards, ended, mask))
    assert torch.equal(results[0][..., [0, 2]], results[1][..., [0, 2]])
    torch.testing.assert_close(results[0][..., 1], results[1][..., 1])


def test_a_learner_that_never_acted_keeps_its_rewards():
    scaling = RewardScaling(N, W, N, DISCOUNT, torch.device("cpu"))
    rewards, ended, _ = rollout(0, False)
    mask = torch.ones(T, W, N, dtype=torch.bool)
    mask[..., 2] = False
    assert torch.equal(scaling(rewards, ended, mask)[..., 2], rewards[..., 2])


def test_it_goes_on_where_it_was_saved():
    one, other = (RewardScaling(N, W, N, DISCOUNT, torch.device("cpu")) for _ in range(2))
    one(*rollout(0, True))
    other.load_state({name: tensor.clone() for name, tensor in one.state().items()})
    assert torch.equal(one(*rollout(1, True)), other(*rollout(1, True)))
