"""Training speed, end to end: IPPO and stable-baselines3's PPO on the same worlds."""

import time
from collections.abc import Callable
from typing import Any

import torch

from ..agents.networks import architecture_for
from ..envs import make_batch
from ..envs.api.sb3 import PairVecEnv
from .config import PPO, Schedule, TrainerName, TrainingConfig
from .trainers.base import Trainer, make_training_batch
from .trainers.ippo.trainer import IPPO
from .trainers.sb3.models import new_model
from .trainers.sb3.trainer import IndependentModels


def seconds_an_update(step: Callable[[], object], updates: int) -> float:
    """Mean wall time of one update (rollout and improvement), after one that is not counted."""
    step()
    begin = time.perf_counter()
    for _ in range(updates):
        step()
    return (time.perf_counter() - begin) / updates


TRAINERS: dict[str, Callable[[TrainingConfig, Any], Trainer]] = {"ippo": IPPO, "sb3": IndependentModels}


def new_trainer(name: TrainerName, game: str, env: dict, ppo: PPO, schedule: Schedule) -> Trainer:
    """A run of a trainer that has not begun, and writes no files."""
    config = TrainingConfig(game, env, ppo, schedule, trainer=name)
    batch = make_training_batch(config, env)
    return TRAINERS[name](config.resolved(batch.game.config.to_dict()), batch)


def speed_of(trainer: Trainer, updates: int) -> float:
    """Agent-steps a second of a run, all in, as `altared train` makes them."""
    agent_steps = trainer.config.agent_steps_an_update(trainer.batch.num_agents)
    return agent_steps / seconds_an_update(trainer.step, updates)


def our_speed(game: str, env: dict, ppo: PPO, schedule: Schedule, updates: int) -> float:
    """Agent-steps a second of IPPO."""
    return speed_of(new_trainer("ippo", game, env, ppo, schedule), updates)


def sb3_speed(game: str, env: dict, ppo: PPO, schedule: Schedule, updates: int) -> float:
    """Agent-steps a second of independent SB3: one model an agent, our network, rollouts and minibatches."""
    return speed_of(new_trainer("sb3", game, env, ppo, schedule), updates)


def sb3_planes_speed(game: str, env: dict, ppo: PPO, schedule: Schedule, updates: int) -> float:
    """The same on planes, with a plain linear first layer: without our layer that reads tiles."""
    return sb3_speed(game, env | as_planes(game, env), ppo, schedule, updates)


def as_planes(game: str, env: dict) -> dict:
    """Options for the planes that SB3 reads, none in a game that is seen otherwise."""
    seen = make_batch(game, 1, **env).observation_space.shape
    planes = {"observation": "planes", "channels_first": True}
    return planes if "observation" not in env and len(seen or ()) == 3 else {}


def sb3_shared_speed(game: str, env: dict, ppo: PPO, schedule: Schedule, updates: int) -> float:
    """Agent-steps a second of SB3 as it is mostly used: `learn` with one model for all agents, on planes."""
    torch.set_num_threads(schedule.threads)
    batch = make_batch(game, schedule.worlds, **env | as_planes(game, env))
    architecture = architecture_for(
        batch, share_parameters=True, hidden_size=ppo.hidden_size, recurrent=False
    )
    model = new_model(PairVecEnv(batch), architecture, ppo, schedule.device)
    samples = ppo.rollout_steps * batch.num_worlds * batch.num_agents
    return samples / seconds_an_update(lambda: model.learn(samples, reset_num_timesteps=False), updates)


class Stopwatch:
    """Seconds spent in some methods of some objects, by the names they were given."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}

    def watch(self, owner: Any, method: str, name: str) -> None:
        """Add up the time of every call of `owner.method` from now on."""
        real = getattr(owner, method)
        self.seconds[name] = 0.0

        def timed(*args, **kwargs):
            begin = time.perf_counter()
            try:
                return real(*args, **kwargs)
            finally:
                self.seconds[name] += time.perf_counter() - begin

        setattr(owner, method, timed)


def where_time_goes(game: str, env: dict, ppo: PPO, schedule: Schedule, updates: int) -> dict[str, float]:
    """Shares of the time of IPPO, adding up to 1; on a GPU they say who waits, not who works."""
    trainer = new_trainer("ippo", game, env, ppo, schedule)
    assert isinstance(trainer, IPPO)
    trainer.step()  # not counted
    watch = Stopwatch()
    watch.watch(trainer, "collect", "rollout")
    watch.watch(trainer, "improve", "update")
    watch.watch(trainer.batch, "step", "worlds")
    watch.watch(trainer.collector, "_look", "networks")
    for _ in range(updates):
        trainer.step()
    spent = watch.seconds
    parts = {
        "rollout: worlds": spent["worlds"],
        "rollout: networks": spent["networks"],
        "rollout: the rest": spent["rollout"] - spent["worlds"] - spent["networks"],
        "update": spent["update"],
    }
    return {name: seconds / sum(parts.values()) for name, seconds in parts.items()}
