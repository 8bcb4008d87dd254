"""RLlib's algorithm for a run's settings, and the Ray that it runs on."""

import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import numpy as np
import ray  # pyright: ignore[reportMissingImports]
from ray.rllib.algorithms.ppo import PPOConfig  # pyright: ignore[reportMissingImports]
from ray.rllib.core.rl_module import (  # pyright: ignore[reportMissingImports]
    MultiRLModuleSpec,
    RLModuleSpec,
)

from ....agents.networks import Architecture
from ...batch import Batch
from ...config import PPO, Cluster, TrainingConfig
from .components import AgentLearner, AgentModule, Listener, World
from .settings import falling, minibatch_size

STORE = 200 * 2**20  # bytes of shared memory for what Ray's processes pass to each other
SHARED = "shared"  # the module of all agents where they share weights


@contextmanager
def ray_running(cluster: Cluster) -> Iterator[None]:
    """Ray: the cluster with that address, or a small one here; as it is where it runs already."""
    if ray.is_initialized():
        yield
        return
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
    small = {"num_cpus": max(1, cluster.num_env_runners), "object_store_memory": STORE}
    where = {} if cluster.ray_address else {**small, "include_dashboard": False}
    logging.getLogger("ray.rllib").setLevel(logging.ERROR)  # it warns of what it does itself
    ray.init(address=cluster.ray_address or "local", logging_level="error", log_to_driver=False, **where)
    try:
        yield
    finally:
        ray.shutdown()


def algorithm_config(
    config: TrainingConfig, batch: Batch, architecture: Architecture, modules: list[str], begun: int
) -> PPOConfig:
    """RLlib's settings for a run's. What the run does not name is turned off."""
    ppo, worlds, agents = config.ppo, config.schedule.worlds, batch.num_agents
    runners = config.cluster.num_env_runners
    seeds = np.random.SeedSequence([config.schedule.seed, begun]).generate_state(2) >> 1
    alone = replace(architecture, agents=1, learners=1).to_dict()
    spec = RLModuleSpec(module_class=AgentModule, model_config={"architecture": alone})
    return (
        PPOConfig()
        .environment(
            World, env_config=world_settings(config, batch, int(seeds[0])), disable_env_checking=True
        )
        .env_runners(
            num_env_runners=runners,
            num_envs_per_env_runner=worlds // max(1, runners),
            rollout_fragment_length=ppo.rollout_steps
            * agents,  # agent-steps of a world, as they are counted here
        )
        .multi_agent(
            policies=set(modules),
            policy_mapping_fn=_shared if modules == [SHARED] else _own,
            count_steps_by="agent_steps",
        )
        .rl_module(rl_module_spec=MultiRLModuleSpec(rl_module_specs=dict.fromkeys(modules, spec)))
        .learners(num_learners=0, learner_class=AgentLearner)
        .training(
            **_learning(ppo, config.updates(agents) * ppo.rollout_steps * worlds),
            minibatch_size=minibatch_size(config, agents // len(modules)),
            train_batch_size_per_learner=ppo.rollout_steps * worlds * agents,
        )
        .callbacks(Listener)
        .debugging(seed=int(seeds[1]), log_level="ERROR")
    )


def _learning(ppo: PPO, env_steps: int) -> dict[str, Any]:
    """How the learners learn, over a run of so many steps of the game."""
    return {
        "lr": falling(ppo.learning_rate, ppo.final_learning_rate, env_steps),
        "entropy_coeff": falling(ppo.entropy_coef, ppo.final_entropy_coef, env_steps),
        "gamma": ppo.gamma,
        "lambda_": ppo.gae_lambda,
        "clip_param": ppo.clip_range,
        "vf_clip_param": float("inf"),
        "vf_loss_coeff": ppo.value_coef,
        "use_kl_loss": False,
        "kl_coeff": 0.0,
        "grad_clip": ppo.max_grad_norm,
        "grad_clip_by": "global_norm",
        "num_epochs": ppo.epochs,
        "shuffle_batch_per_epoch": True,
    }


def world_settings(config: TrainingConfig, batch: Any, seed: int) -> dict[str, Any]:
    """The settings of `World`: the run's game as a PettingZoo environment, seen as the batch shows it."""
    options = {"reward": config.payment, "observation": batch.observation, **config.game_settings}
    rest = {"reward_scale": config.ppo.reward_scale, "seed": seed, "worlds": config.schedule.worlds}
    return {"game": config.game, "options": options, **rest}


def _own(agent_id: str, episode: Any, **_) -> str:
    return agent_id


def _shared(agent_id: str, episode: Any, **_) -> str:
    return SHARED
