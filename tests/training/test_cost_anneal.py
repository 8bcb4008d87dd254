"""What sanctions cost their givers comes in bit by bit for the learners; game and log stay as they are."""

import numpy as np
import pytest
import torch
from altared.agents.networks import Networks, architecture_for
from altared.envs import make_batch
from altared.training.config import PPO, Curriculum, Schedule, TrainingConfig
from altared.training.log import read_log
from altared.training.run_folder import RunFolder
from altared.training.trainers.ippo.rollout import Collector
from altared.training.trainers.ippo.trainer import IPPO, train

NORMS = {"num_agents": 3, "max_cycles": 20, "map": "altared_small"}


class Watched:
    """A batch that keeps what it handed out."""

    def __init__(self, batch) -> None:
        self.batch, self.kept = batch, []

    def __getattr__(self, name):
        return getattr(self.batch, name)

    def step(self, actions):
        step = self.batch.step(actions)
        self.kept.append((step.rewards.copy(), step.events.cost.copy()))
        return step


@pytest.mark.parametrize("weight", [0.0, 0.25, 1.0])
def test_learners_are_paid_without_a_part_of_the_cost(weight):
    torch.manual_seed(0)
    batch = Watched(make_batch("altared_harvest", 4, **NORMS))
    networks = Networks(architecture_for(batch, False, 8, False))
    collector = Collector(batch, networks, 50, reward_scale=0.5, seed=0, action_seed=0)
    collector.cost_weight = weight
    paid = collector.collect().rewards.numpy()
    rewards, costs = (np.stack(column) for column in zip(*batch.kept, strict=True))
    assert (costs < 0).any()
    np.testing.assert_allclose(paid, 0.5 * (rewards - (1 - weight) * costs), atol=1e-5)


def config_for(updates: int, **settings) -> TrainingConfig:
    schedule = Schedule(steps=updates * 4 * 2 * 3, worlds=2)
    return TrainingConfig("altared_harvest", NORMS, PPO(hidden_size=4, rollout_steps=4), schedule, **settings)


def test_the_weight_rises_to_one_and_is_logged(tmp_path):
    config = config_for(8, curriculum=Curriculum(cost_anneal=0.5))
    train(
        config,
        make_batch("altared_harvest", 2, **NORMS),
        RunFolder(tmp_path),
        False,
        lambda row, updates: None,
    )
    weights = [row["cost_weight"] for row in read_log(tmp_path / "log.jsonl")]
    np.testing.assert_allclose(weights, [0, 0.25, 0.5, 0.75, 1, 1, 1, 1])


def test_games_without_costs_are_refused():
    config = TrainingConfig("matrix_games", {}, curriculum=Curriculum(cost_anneal=0.5))
    with pytest.raises(
        ValueError, match=r"cost_anneal is 0.5; allowed: 0, since matrix_games has no reward part"
    ):
        IPPO(config, make_batch("matrix_games", 2))


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"reward": "shared"}, "reward='shared' .* must be 'own' with cost_anneal 0.5"),
        ({"trainer": "sb3"}, "cost_anneal=0.5 .* must be 0.0 with trainer 'sb3'"),
        ({"negotiates": True}, "cost_anneal=0.5 .* must be 0.0 with negotiates=True"),
    ],
)
def test_what_it_cannot_be_had_with_is_named(settings, message):
    with pytest.raises(ValueError, match=message):
        config_for(2, curriculum=Curriculum(cost_anneal=0.5), **settings)
    config_for(2, **({} if "trainer" in settings else settings))
