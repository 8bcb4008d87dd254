"""One learner among residents by stable-baselines3's PPO: an example to copy from and change.

`altared.envs.make_solo` makes the environment; all else here is stable-baselines3 as anybody uses it.
"""

from collections.abc import Callable

import numpy as np
import torch
from stable_baselines3 import PPO
from stable_baselines3.common.callbacks import BaseCallback
from stable_baselines3.common.env_util import make_vec_env

from ..envs import SoloEnv

PLANES = {"observation": "planes", "channels_first": True, "dtype": "float32"}  # what SB3 reads rightly
ROLLOUT = 128  # steps of each world between two updates


class Tell(BaseCallback):
    """Tells how many steps are done, after every step of the worlds."""

    def __init__(self, tell: Callable[[int], None]) -> None:
        super().__init__()
        self.tell = tell

    def _on_step(self) -> bool:
        self.tell(self.num_timesteps)
        return True


def new_learner(make_env: Callable[[], SoloEnv], worlds: int, seed: int) -> PPO:
    """A learner that has learned nothing, with `worlds` worlds to learn in, each with its own residents."""
    torch.set_num_threads(1)  # networks this small are slower on more
    envs = make_vec_env(make_env, n_envs=worlds, seed=seed)
    return PPO("MlpPolicy", envs, n_steps=ROLLOUT, batch_size=ROLLOUT * worlds // 4, seed=seed, device="cpu")


def learn(learner: PPO, steps: int, tell: Callable[[int], None] = lambda _: None) -> None:
    """Learn for `steps` steps of the newcomer, in whole rollouts; `tell` hears how many are done."""
    learner.learn(steps, callback=Tell(tell))


def mean_returns(learner: PPO, env: SoloEnv, episodes: int, seed: int) -> tuple[float, float]:
    """What the newcomer and what a resident takes in an episode, on average; NaN for a world without any."""
    own, others = [], []
    residents = len(env.world.possible_agents) - 1
    observation, _ = env.reset(seed=seed)
    while len(own) < episodes:
        action, _ = learner.predict(observation)
        observation, _, terminated, truncated, info = env.step(action)
        if terminated or truncated:
            metrics = info["metrics"]
            own.append(metrics["agent_return"])
            others.append((metrics["collective_return"] - own[-1]) / residents if residents else np.nan)
            observation, _ = env.reset()
    return float(np.mean(own)), float(np.mean(others))
