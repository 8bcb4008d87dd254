"""How fast learning is, all in: our trainer beside stable-baselines3's PPO on the same worlds."""

import time
from collections.abc import Callable

import stable_baselines3
import torch
from stable_baselines3.common.torch_layers import BaseFeaturesExtractor
from torch import nn

from ..envs import make_batch
from ..envs.sb3 import PairVecEnv
from .config import PPO, Schedule, TrainingConfig
from .run import Trainer


class SharedTrunk(BaseFeaturesExtractor):
    """Our feed-forward network as SB3 wants it: two layers on the flat planes, common to actor and critic."""

    def __init__(self, observation_space, hidden: int) -> None:
        super().__init__(observation_space, hidden)
        size = int(observation_space.shape[0] * observation_space.shape[1] * observation_space.shape[2])
        layers = nn.Linear(size, hidden), nn.ReLU(), nn.Linear(hidden, hidden), nn.ReLU()
        self.layers = nn.Sequential(nn.Flatten(), *layers)

    def forward(self, observations: torch.Tensor) -> torch.Tensor:
        return self.layers(observations)


def seconds_an_update(step: Callable[[], object], updates: int) -> float:
    """Mean wall time of one update (rollout and improvement), after one that is not counted."""
    step()
    begin = time.perf_counter()
    for _ in range(updates):
        step()
    return (time.perf_counter() - begin) / updates


def our_speed(game: str, env: dict, ppo: PPO, schedule: Schedule, updates: int) -> float:
    """Agent-steps a second of the trainer of `altared train`."""
    batch = make_batch(game, schedule.worlds, **env)
    config = TrainingConfig(game, batch.game.config.to_dict(), ppo, schedule)
    trainer = Trainer(config, batch)
    seconds = seconds_an_update(trainer.step, updates)
    return config.agent_steps_an_update(batch.num_agents) / seconds


def sb3_speed(game: str, env: dict, ppo: PPO, schedule: Schedule, updates: int) -> float:
    """Agent-steps a second of SB3's PPO: one policy for all, our network, rollouts and minibatches."""
    torch.set_num_threads(schedule.threads)
    batch = make_batch(game, schedule.worlds, "planes", channels_first=True, **env)
    pairs = PairVecEnv(batch)
    samples = ppo.rollout * pairs.num_envs
    model = stable_baselines3.PPO(
        "MlpPolicy", pairs, n_steps=ppo.rollout, batch_size=samples // ppo.minibatches, n_epochs=ppo.epochs,
        learning_rate=ppo.learning_rate, gamma=ppo.discount, gae_lambda=ppo.trace, ent_coef=ppo.entropy,
        clip_range=ppo.clip, vf_coef=ppo.value_weight, max_grad_norm=ppo.gradient_norm, seed=schedule.seed,
        device=schedule.device,
        policy_kwargs={
            "features_extractor_class": SharedTrunk,
            "features_extractor_kwargs": {"hidden": ppo.hidden},
            "net_arch": [],
        },
    )  # fmt: skip
    seconds = seconds_an_update(lambda: model.learn(samples, reset_num_timesteps=False), updates)
    return samples / seconds
