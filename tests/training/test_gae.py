"""The advantages against a slow loop that follows each life to its end, and against hand-made cases."""

import numpy as np
import pytest
import torch
from altared.training.trainers.ippo.gae import advantages, following_values


def slow_advantage(t, w, i, rewards, values, last, terminated, truncated, final, discount, trace):
    """Sum over k of (discount * trace)^k times the surprise of step t + k, up to the end of the episode."""
    total, weight = 0.0, 1.0
    for k in range(t, len(rewards)):
        if terminated[k, w]:
            after = 0.0
        elif truncated[k, w]:
            after = final[k, w, i]
        else:
            after = last[w, i] if k == len(rewards) - 1 else values[k + 1, w, i]
        total += weight * (rewards[k, w, i] + discount * after - values[k, w, i])
        if terminated[k, w] or truncated[k, w]:
            break
        weight *= discount * trace
    return total


@pytest.mark.parametrize(("discount", "trace"), [(0.9, 0.8), (1.0, 1.0), (0.99, 0.0)])
def test_agrees_with_the_slow_loop(discount, trace):
    rng = np.random.default_rng(1)
    T, W, N = 23, 5, 3
    rewards, values, final = rng.normal(size=(3, T, W, N))
    last = rng.normal(size=(W, N))
    terminated, truncated = rng.random((2, T, W)) < 0.15
    terminated[-1, 0], truncated[-1, 0] = True, False
    terminated[-1, 1], truncated[-1, 1] = False, True
    tensors = [torch.from_numpy(a) for a in (values, last, terminated, truncated, final)]
    following = following_values(*tensors)
    ended = torch.from_numpy(terminated | truncated)
    fast = advantages(torch.from_numpy(rewards), tensors[0], following, ended, discount, trace)
    slow = np.empty((T, W, N))
    for index in np.ndindex(T, W, N):
        slow[index] = slow_advantage(
            *index, rewards, values, last, terminated, truncated, final, discount, trace
        )
    np.testing.assert_allclose(fast.numpy(), slow, rtol=1e-12, atol=1e-12)


def test_an_end_by_both_is_a_termination():
    yes = torch.ones(1, 1, dtype=torch.bool)
    following = following_values(torch.zeros(1, 1, 1), torch.ones(1, 1), yes, yes, torch.full((1, 1, 1), 7.0))
    assert following.item() == 0.0
