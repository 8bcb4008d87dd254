"""Rollouts say what happened: the views acted on, what it paid, and what came after."""

import numpy as np
import pytest
import torch
from altared.agents.networks import Networks, architecture_for
from altared.training.rollout import Collector

from .games import Memory, Wage

T, W, LENGTH = 13, 4, 5


class Recording(Memory):
    """Keeps a copy of everything it handed out."""

    def reset(self, seed=None):
        self.views, self.steps = [super().reset(seed).copy()], []
        return self.views[0]

    def step(self, actions):
        step = super().step(actions)
        self.views.append(step.observations.copy())
        self.steps.append((actions.copy(), step.rewards.copy(), step.final_observations.copy()))
        return step


def networks_for(batch, recurrent: bool) -> Networks:
    torch.manual_seed(0)
    networks = Networks(architecture_for(batch, False, 8, recurrent))
    torch.nn.init.normal_(networks.critic.weight)
    return networks


@pytest.mark.parametrize("recurrent", [False, True])
def test_two_rollouts_hold_what_the_batch_handed_out(recurrent):
    batch = Recording(num_worlds=W, length=LENGTH, actions=2)
    networks = networks_for(batch, recurrent)
    collector = Collector(batch, networks, T, 0.5, 0, 0)
    for part in range(2):
        rollout = collector.collect()
        own = slice(part * T, part * T + T)
        assert np.array_equal(rollout.views.numpy(), np.stack(batch.views[own]))
        assert np.array_equal(rollout.actions.numpy(), np.stack([s[0] for s in batch.steps[own]]))
        assert np.array_equal(rollout.rewards.numpy(), 0.5 * np.stack([s[1] for s in batch.steps[own]]))
        times = np.arange(part * T, part * T + T)
        assert np.array_equal(rollout.ended[:, 0].numpy(), times % LENGTH == LENGTH - 1)
        assert np.array_equal(rollout.started[:, 0].numpy(), times % LENGTH == 0)
    ended = sum(len(e["world"]) for e in collector.take_episodes())
    assert ended == W * (2 * T // LENGTH)
    assert collector.take_episodes() == []


@pytest.mark.parametrize("recurrent", [False, True])
@pytest.mark.parametrize("length", [1, 5])
def test_a_cut_life_is_valued_by_its_last_view_and_memory(recurrent, length):
    """Replays each life step by step: after the cut the critic sees the final view, not the next life's."""
    batch = Recording(num_worlds=W, length=length, actions=2)
    networks = networks_for(batch, recurrent)
    rollout = Collector(batch, networks, T, 1.0, 0, 0).collect()
    fresh = torch.zeros(1, W, dtype=torch.bool)
    for first in range(0, T - length + 1, length):
        memory = networks.blank_memory(W)
        for t in range(first, first + length):
            view = torch.from_numpy(batch.views[t]).unsqueeze(0)
            _, values, memory = networks(view, memory, fresh)
            torch.testing.assert_close(rollout.values[t], values[0])
            if t > first:
                torch.testing.assert_close(rollout.following[t - 1], values[0])
        final = torch.from_numpy(batch.steps[first + length - 1][2]).unsqueeze(0)
        _, values, _ = networks(final, memory, fresh)
        torch.testing.assert_close(rollout.following[first + length - 1], values[0])


def test_nothing_follows_a_termination():
    batch = Wage(num_worlds=W, length=LENGTH)
    rollout = Collector(batch, networks_for(batch, False), T, 1.0, 0, 0).collect()
    assert rollout.ended.sum() == W * (T // LENGTH)
    assert rollout.following[rollout.ended].eq(0).all()
    assert rollout.following[~rollout.ended].ne(0).all()
