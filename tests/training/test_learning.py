"""The trainer's sanity suite: tiny games with known answers, all of them in a minute."""

import numpy as np
import pytest
import torch
from altared.envs import make_batch
from altared.training.config import PPO, Schedule, TrainingConfig
from altared.training.trainers.ippo.trainer import IPPO

from .games import Bandit, Memory, Salary, Wage


def trained(batch, updates: int, **ppo) -> IPPO:
    """A trainer after some updates with a fast, constant learning rate."""
    usual = dict(
        hidden_size=16,
        learning_rate=1e-2,
        final_learning_rate=1e-2,
        entropy_coef=0.0,
        final_entropy_coef=0.0,
        epochs=4,
    )
    settings = PPO(**{**usual, **ppo})
    steps = updates * settings.rollout_steps * batch.num_worlds * batch.num_agents
    schedule = Schedule(steps=steps, worlds=batch.num_worlds)
    trainer = IPPO(TrainingConfig(batch.game.name, batch.game.config.to_dict(), settings, schedule), batch)
    for _ in range(updates):
        trainer.row = trainer.step()
    return trainer


@pytest.mark.parametrize("share_parameters", [False, True])
def test_bandit_everyone_finds_their_own_arm(share_parameters):
    """Alone each learns another action; shared weights cannot distinguish agents with equal views."""
    row = trained(
        Bandit(num_worlds=16), 15, rollout_steps=16, gamma=0.0, share_parameters=share_parameters
    ).row
    returns = np.array(row["agent_return"]) / 4  # paid 1 in each of 4 steps at best
    if share_parameters:
        assert returns.sum() == pytest.approx(1, abs=0.3)  # whatever it does is right for one of three
    else:
        assert (returns > 0.9).all()


@pytest.mark.parametrize("network", ["feedforward", "recurrent"])
def test_memory_task_needs_memory(network):
    row = trained(Memory(num_worlds=32, length=5, actions=2), 40, rollout_steps=20, network=network).row
    returns = np.array(row["agent_return"])
    if network == "recurrent":
        assert (returns > 0.95).all()
    else:
        assert (np.abs(returns - 0.5) < 0.2).all()  # a guess


def test_truncation_is_bootstrapped():
    """1 a step for ever is worth 1 / (1 - 0.8) = 5, though every episode is cut after 5 steps."""
    trainer = trained(Salary(num_worlds=8, length=5), 60, rollout_steps=10, gamma=0.8, network="feedforward")
    values = trainer.collector.collect().values
    assert values.mean() == pytest.approx(5, rel=0.03)


def test_termination_is_not_bootstrapped():
    """A life that ends after 5 steps is worth 1 + 0.8 + ... with as many terms as steps are left."""
    trainer = trained(Wage(num_worlds=8, length=5), 100, rollout_steps=10, gamma=0.8, network="feedforward")
    values = trainer.collector.collect().values[:5].mean((1, 2))
    left = torch.arange(5, 0, -1)
    torch.testing.assert_close(values, (1 - 0.8**left) / 0.2, atol=0.4, rtol=0)


@pytest.mark.parametrize(("contract", "cooperation"), [(None, 0.0), ("action_fee", 1.0)])
def test_the_dilemma_goes_to_its_equilibrium_and_a_contract_moves_it(contract, cooperation):
    """One shot: to defect is the only equilibrium; with a fee of 3 on defection to cooperate is."""
    terms = contract and {"name": contract, "procedure": "fixed", "theta": 3.0}
    batch = make_batch("matrix_games", num_worlds=32, rounds=1, contract=terms)
    row = trained(batch, 40, rollout_steps=16, network="feedforward").row
    assert row["cooperation"] == pytest.approx(cooperation, abs=0.05)
