"""One update of many learners: nobody's depends on anybody else's data."""

import numpy as np
import pytest
import torch
from altared.agents.networks import Networks, architecture_for
from altared.training.config import PPO
from altared.training.trainers.ippo.masks import unexplained
from altared.training.trainers.ippo.ppo import clip_each, clipped_loss, normalised, report_of, update
from altared.training.trainers.ippo.rollout import Collector

from .games import Memory

SMALL = PPO(rollout_steps=12, hidden_size=8, epochs=2, minibatches=3, learning_rate=1e-2)


def collected(ppo: PPO, seed: int = 0, rollouts: int = 1):
    """Networks with a fixed start and their latest rollout."""
    torch.manual_seed(seed)
    batch = Memory(num_worlds=6, length=5, actions=2)
    networks = Networks(
        architecture_for(batch, ppo.share_parameters, ppo.hidden_size, ppo.network == "recurrent")
    )
    collector = Collector(batch, networks, ppo.rollout_steps, seed=seed, action_seed=seed)
    torch.nn.init.normal_(networks.actor.weight)  # so that what they see makes a difference
    for _ in range(rollouts - 1):
        collector.collect()
    return networks, collector.collect()


def improved(networks, rollout, ppo: PPO):
    """Parameters after one update."""
    optimiser = torch.optim.Adam(networks.parameters(), fused=True)
    report = report_of([update(networks, optimiser, rollout, ppo, 0.0, torch.Generator().manual_seed(0))])
    assert all(np.isfinite(value) for value in report.values())
    return {name: p.detach().clone() for name, p in networks.named_parameters()}


@pytest.mark.parametrize("network", ["feedforward", "recurrent"])
def test_a_learner_learns_the_same_whatever_happens_to_the_others(network):
    ppo = PPO(**{**vars(SMALL), "network": network})
    plain = improved(*collected(ppo), ppo)
    networks, rollout = collected(ppo)
    for column in (rollout.rewards, rollout.views, rollout.values):
        column[:, :, 1:] = torch.randn_like(column[:, :, 1:]) * 100
    rollout.rewards[:, :, 1:] += 1000
    disturbed = improved(networks, rollout, ppo)
    for name, p in plain.items():
        assert torch.equal(p[0], disturbed[name][0]), name
        assert not torch.equal(p[1], disturbed[name][1]), name


def test_sharing_learns_from_everybody():
    ppo = PPO(**{**vars(SMALL), "share_parameters": True})
    plain = improved(*collected(ppo), ppo)
    networks, rollout = collected(ppo)
    rollout.rewards[:, :, 2] += torch.randn_like(rollout.rewards[:, :, 2])
    assert not torch.equal(plain["critic.weight"], improved(networks, rollout, ppo)["critic.weight"])


@pytest.mark.parametrize("share_parameters", [False, True])
@pytest.mark.parametrize("network", ["feedforward", "recurrent"])
def test_before_the_first_step_every_choice_is_as_likely_as_when_it_was_made(network, share_parameters):
    """So the networks were shown the same views, with the same memories, in the rollout and afterwards."""
    ppo = PPO(
        **{
            **vars(SMALL),
            "network": network,
            "share_parameters": share_parameters,
            "epochs": 1,
            "minibatches": 1,
        }
    )
    networks, rollout = collected(ppo, rollouts=2)  # the second one begins with something to remember
    optimiser = torch.optim.Adam(networks.parameters())
    report = report_of([update(networks, optimiser, rollout, ppo, 0.0, torch.Generator())])
    assert report["approx_kl"] == pytest.approx(0, abs=1e-7)
    assert report["clip_fraction"] == 0


@pytest.mark.parametrize(
    ("ratio", "advantage", "loss", "slope"),
    [
        (1.1, 2.0, -2.2, -2.0),  # inside: the plain policy gradient
        (1.5, 2.0, -2.4, 0.0),  # already likelier than allowed: no further
        (0.5, 2.0, -1.0, -2.0),  # a good action that became unlikely may come back
        (0.5, -2.0, 1.6, 0.0),  # already unlikelier than allowed
        (1.5, -2.0, 3.0, 2.0),  # a bad action that became likely may go
    ],
)
def test_clipped_loss_and_its_slope(ratio, advantage, loss, slope):
    x = torch.tensor(ratio, requires_grad=True)
    value = clipped_loss(x, torch.tensor(advantage), 0.2)
    value.backward()
    assert value.item() == pytest.approx(loss)
    assert x.grad.item() == pytest.approx(slope)


def test_gradients_are_clipped_one_by_one():
    a = torch.zeros(3, 4, requires_grad=True)
    b = torch.zeros(3, 1, 2, requires_grad=True)
    a.grad = torch.tensor([[0.1] * 4, [30.0, 0, 0, 0], [0.0] * 4])
    b.grad = torch.tensor([[[0.0, 0]], [[40.0, 0]], [[0.0, 0]]])
    norms = clip_each([a, b], 1.0)
    torch.testing.assert_close(norms, torch.tensor([0.2, 50.0, 0.0]))
    torch.testing.assert_close(a.grad[0], torch.full((4,), 0.1))
    torch.testing.assert_close(torch.stack([a.grad[1, 0], b.grad[1, 0, 0]]), torch.tensor([0.6, 0.8]))


def test_advantages_are_normalised_for_each_learner():
    x = torch.randn(7, 5, 3) * torch.tensor([1.0, 10, 100]) + torch.tensor([0.0, 5, -5])
    own = normalised(x, 3)
    torch.testing.assert_close(own.mean((0, 1)), torch.zeros(3), atol=1e-5, rtol=0)
    torch.testing.assert_close(own.std((0, 1), correction=0), torch.ones(3))
    torch.testing.assert_close(normalised(x, 1), (x - x.mean()) / x.std(correction=0))


def explained_variance(values, target) -> float:
    report = report_of([{"unexplained": unexplained(values, target)}])
    assert report.keys() == {"explained_variance"}
    return report["explained_variance"]


def test_explained_variance():
    target = torch.randn(50, 4, 2)
    assert explained_variance(target, target) == 1.0
    assert explained_variance(torch.zeros_like(target), target) == pytest.approx(0, abs=1e-6)
    assert np.isnan(explained_variance(target, torch.ones_like(target)))
