"""Learners in groups: side by side, in any number of threads, they learn what they would learn anyhow."""

import threading

import pytest
import torch
from altared.agents.networks import Networks, architecture_for
from altared.training.config import PPO, Schedule, TrainingConfig
from altared.training.run_folder import RunFolder
from altared.training.trainers.ippo import learner_groups as learners
from altared.training.trainers.ippo.learner_groups import Learners
from altared.training.trainers.ippo.ppo import report_of, update
from altared.training.trainers.ippo.rollout import Collector
from altared.training.trainers.ippo.trainer import IPPO, train

from .games import Memory
from .test_run import rows_without_times

N, W, T, UPDATES = 7, 4, 9, 3


def game() -> Memory:
    return Memory(num_worlds=W, num_agents=N, length=5, actions=3)


def config_for(threads: int, updates: int = UPDATES, **ppo) -> TrainingConfig:
    usual = PPO(**{"rollout_steps": T, "hidden_size": 13, "minibatches": 3, "learning_rate": 1e-2, **ppo})
    schedule = Schedule(steps=updates * T * W * N, worlds=W, threads=threads)
    return TrainingConfig("memory", game().game.config.to_dict(), usual, schedule)


def collected(ppo: PPO):
    torch.manual_seed(0)
    networks = Networks(
        architecture_for(game(), ppo.share_parameters, ppo.hidden_size, ppo.network == "recurrent")
    )
    torch.nn.init.normal_(networks.actor.weight)
    return networks, Collector(game(), networks, T, seed=0, action_seed=0).collect()


@pytest.mark.parametrize(
    "ppo",
    [
        {},
        {"network": "recurrent"},
        {"share_parameters": True},
        {"population_size": 9},
        {"normalise_rewards": True},
    ],
)
def test_threads_make_no_difference(tmp_path, ppo):
    """Weights, everything to go on from, and the log."""
    trainers = []
    for threads in (1, 2, 5):
        folder = RunFolder(tmp_path / str(threads))
        trainers.append(train(config_for(threads, **ppo), game(), folder, False, lambda row, updates: None))
    first = trainers[0].weights() | trainers[0].training_state()
    for trainer in trainers[1:]:
        other = trainer.weights() | trainer.training_state()
        assert first.keys() == other.keys()
        for name, tensor in first.items():
            assert torch.equal(tensor, other[name]), name
    rows = [rows_without_times(tmp_path / threads) for threads in "125"]
    assert rows[0] == rows[1] == rows[2]


def test_a_run_goes_on_in_another_number_of_threads(tmp_path):
    def go(name: str, config: TrainingConfig, resume: bool = False) -> IPPO:
        return train(config, game(), RunFolder(tmp_path / name), resume, lambda row, updates: None)

    fixed = {"final_learning_rate": 1e-2, "final_entropy_coef": 0.02}
    straight = go("a", config_for(1, 4, **fixed))
    go("b", config_for(2, 2, **fixed))
    resumed = go("b", config_for(3, 4, **fixed), resume=True)
    for one, other in zip(straight.networks.parameters(), resumed.networks.parameters(), strict=True):
        assert torch.equal(one, other)
    assert rows_without_times(tmp_path / "a") == rows_without_times(tmp_path / "b")


@pytest.mark.parametrize(("threads", "meet"), [(1, False), (2, True)])
def test_two_threads_improve_two_groups_at_a_time(monkeypatch, threads, meet):
    """Each group waits, while it learns, for another one that learns as well."""
    networks, rollout = collected(config_for(1).ppo)
    together, met = threading.Barrier(2), []

    def meeting(*args):
        try:
            together.wait(timeout=10 if meet else 0.2)
            met.append(True)
        except threading.BrokenBarrierError:
            met.append(False)
        return update(*args)

    monkeypatch.setattr(learners, "update", meeting)
    Learners(networks, config_for(1).ppo, 0, threads).improve(rollout, 0.0)
    assert met == [meet, meet]


@pytest.mark.parametrize("ppo", [{}, {"network": "recurrent"}, {"share_parameters": True}])
def test_groups_learn_what_all_would_in_one(ppo):
    """But for rounding: the weights, and what is told of them."""
    settings = config_for(1, **ppo).ppo
    networks, rollout = collected(settings)
    report = Learners(networks, settings, 3, 2).improve(rollout, 0.0)
    whole, same = collected(settings)
    optimiser = torch.optim.Adam(whole.parameters(), eps=1e-5)
    order = torch.Generator().manual_seed(3)
    expected = report_of([update(whole, optimiser, same, settings, 0.0, order)])
    for (name, p), q in zip(networks.named_parameters(), whole.parameters(), strict=True):
        torch.testing.assert_close(p, q, rtol=1e-3, atol=1e-5, msg=name)
    assert {name: report[name] for name in expected} == pytest.approx(expected, rel=1e-3, abs=1e-5)
    assert report["learning_rate"] == settings.learning_rate
