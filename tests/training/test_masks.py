"""What is masked counts nowhere: every mean is that of the samples left, learner by learner."""

import math

import pytest
import torch
from altared.agents.networks import Networks, architecture_for
from altared.training.config import PPO
from altared.training.trainers.ippo.masks import (
    learning,
    mean_of_each,
    normalised,
    step_of,
    tally,
    unexplained,
)
from altared.training.trainers.ippo.ppo import report_of, update
from altared.training.trainers.ippo.rollout import Collector

from .games import Memory

SMALL = PPO(rollout_steps=12, hidden_size=8, epochs=2, minibatches=3, learning_rate=1e-2)


def collected(network: str = "feedforward", sharing: bool = False):
    torch.manual_seed(0)
    batch = Memory(num_worlds=6, length=5, actions=2)
    networks = Networks(architecture_for(batch, sharing, 8, network == "recurrent"))
    collector = Collector(batch, networks, 12, seed=0, action_seed=0)
    torch.nn.init.normal_(networks.actor.weight)
    return networks, collector.collect()


def improved(networks, rollout, ppo: PPO = SMALL, updates: int = 1):
    optimiser = torch.optim.Adam(networks.parameters(), fused=True)
    generator = torch.Generator().manual_seed(0)
    for _ in range(updates):
        report = report_of([update(networks, optimiser, rollout, ppo, 0.0, generator)])
    return {name: p.detach().clone() for name, p in networks.named_parameters()}, report


@pytest.mark.parametrize("network", ["feedforward", "recurrent"])
@pytest.mark.parametrize("sharing", [False, True])
def test_where_all_acted_a_mask_changes_nothing(network, sharing):
    ppo = PPO(**{**vars(SMALL), "network": network, "share_parameters": sharing})
    networks, rollout = collected(network, sharing)
    plain, report = improved(networks, rollout, ppo)
    networks, rollout = collected(network, sharing)
    everybody = torch.ones_like(rollout.rewards, dtype=torch.bool)
    masked, same = improved(networks, rollout._replace(mask=everybody), ppo)
    for name, p in plain.items():
        torch.testing.assert_close(masked[name], p, rtol=1e-3, atol=1e-5)
    assert same == pytest.approx(report, rel=1e-3, abs=1e-5)


@pytest.mark.parametrize("network", ["feedforward", "recurrent"])
def test_what_is_masked_teaches_nothing(network):
    """Rewards that only masked steps see, and what was done there, make no difference."""
    # with gae_lambda above 0 a later reward would change the advantages of earlier steps
    ppo = PPO(**{**vars(SMALL), "network": network, "gae_lambda": 0.0})
    results = []
    for noise in (0.0, 100.0):
        networks, rollout = collected(network)
        mask = torch.rand(rollout.rewards.shape, generator=torch.Generator().manual_seed(1)) < 0.6
        rollout.rewards.add_(noise * ~mask)
        rollout.actions[~mask] = int(noise > 0)
        results.append(improved(networks, rollout._replace(mask=mask), ppo))
    for name, p in results[0][0].items():
        assert torch.equal(p, results[1][0][name]), name
    assert results[0][1] == pytest.approx(results[1][1], nan_ok=True)


def test_a_learner_that_sat_out_stays_as_it_is_even_with_momentum():
    networks, rollout = collected()
    optimiser = torch.optim.Adam(networks.parameters(), fused=True)
    update(networks, optimiser, rollout, SMALL, 0.0, torch.Generator())  # learner 1 gets a momentum
    before = {name: p.detach().clone() for name, p in networks.named_parameters()}
    momentum = {name: optimiser.state[p]["exp_avg"].clone() for name, p in networks.named_parameters()}
    mask = torch.ones_like(rollout.rewards, dtype=torch.bool)
    mask[..., 1] = False
    update(networks, optimiser, rollout._replace(mask=mask), SMALL, 0.0, torch.Generator())
    for name, p in networks.named_parameters():
        assert p.grad[1].eq(0).all(), name
        assert torch.equal(p[1], before[name][1]), name
        assert torch.equal(optimiser.state[p]["exp_avg"][1], momentum[name][1]), name
        assert not torch.equal(p[0], before[name][0]), name


def test_means_against_a_slow_loop():
    generator = torch.Generator().manual_seed(0)
    x = torch.randn(5, 4, 3, generator=generator)
    mask = torch.rand(5, 4, 3, generator=generator) < 0.5
    mask[..., 2] = False
    means, normal = mean_of_each(x, 3, mask), normalised(x, 3, mask)
    for learner in range(2):
        own = x[..., learner][mask[..., learner]]
        torch.testing.assert_close(means[learner], own.mean())
        expected = (own - own.mean()) / own.std(correction=0)
        torch.testing.assert_close(normal[..., learner][mask[..., learner]], expected)
    assert means[2] == 0
    assert normal[..., 2].eq(0).all()
    torch.testing.assert_close(tally(x, mask), torch.stack([x[mask].sum(), mask.sum()]))
    torch.testing.assert_close(tally(x), torch.tensor([float(x.sum()), x.numel()]))
    torch.testing.assert_close(mean_of_each(x, 1, mask), x[mask].mean().view(1))
    assert learning(3, mask).tolist() == [True, True, False]
    assert learning(3, None) is None


def test_explained_variance_of_what_counts():
    generator = torch.Generator().manual_seed(0)
    values, target = (torch.randn(50, 4, 2, generator=generator) for _ in range(2))
    mask = torch.rand(50, 4, 2, generator=generator) < 0.5
    slow = [[(y - z * v)[m].var(correction=0) for y, v, m in columns(target, values, mask)] for z in (0, 1)]
    torch.testing.assert_close(unexplained(values, target, mask), torch.stack([sum(slow[1]), sum(slow[0])]))
    nothing = report_of([{"unexplained": unexplained(values, target, torch.zeros_like(mask))}])
    assert math.isnan(nothing["explained_variance"])


def columns(*tensors):
    return [[t[..., agent] for t in tensors] for agent in range(tensors[0].shape[-1])]


def test_a_step_for_all_is_the_optimisers_own():
    for who in (None, torch.ones(3, dtype=torch.bool)):
        one, other = (torch.nn.Parameter(torch.arange(6.0).view(3, 2)) for _ in range(2))
        mine, plain = (torch.optim.Adam([p], lr=0.1) for p in (one, other))
        one.grad, other.grad = torch.ones(3, 2), torch.ones(3, 2)
        step_of(mine, who)
        plain.step()
        assert torch.equal(one, other)
