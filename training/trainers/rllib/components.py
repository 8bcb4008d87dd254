"""The components that RLlib is given: a world, a network, a learner, and a listener for episodes' ends.

They are found by name in every process that Ray starts, on this machine or another.
"""

import time
from typing import Any

import numpy as np
import torch
from ray.rllib.algorithms.ppo.torch.ppo_torch_learner import (  # pyright: ignore[reportMissingImports]
    PPOTorchLearner,
)
from ray.rllib.callbacks.callbacks import RLlibCallback  # pyright: ignore[reportMissingImports]
from ray.rllib.core.columns import Columns  # pyright: ignore[reportMissingImports]
from ray.rllib.core.rl_module.apis import ValueFunctionAPI  # pyright: ignore[reportMissingImports]
from ray.rllib.core.rl_module.torch import TorchRLModule  # pyright: ignore[reportMissingImports]
from ray.rllib.env.multi_agent_env import MultiAgentEnv  # pyright: ignore[reportMissingImports]
from ray.rllib.utils.metrics import (  # pyright: ignore[reportMissingImports]
    NUM_ENV_STEPS_SAMPLED_LIFETIME,
)

from ....agents.networks import Networks, log_softmax
from ....agents.trained import architecture_from
from ....envs import make
from ...stagger import stagger
from ..ippo.ppo import clipped_loss

SECONDS = "learning_seconds"  # under this name learners report how long an update took
ENDED = "ended_episodes"  # under this name runners report what `World` says of an episode


class World(MultiAgentEnv):
    """A world as a PettingZoo environment. Infos are empty but at an episode's end: then its metrics.

    Settings: `game`, `options` of its environment, `reward_scale`, `seed`, and `worlds`, how many there are.
    The first episode is shortened in a game with a time limit, by the world's number, and is not reported
    (see stagger.py).
    """

    def __init__(self, settings: dict[str, Any]) -> None:
        super().__init__()
        self.settings = settings
        self.world = make(settings["game"], **settings["options"])
        self.agents = self.possible_agents = list(self.world.possible_agents)
        self.observation_spaces = {a: self.world.observation_space(a) for a in self.agents}
        self.action_spaces = {a: self.world.action_space(a) for a in self.agents}
        self.number = 0  # among the worlds of the run, whichever process each is in
        self.begun = self.partial = False  # has begun its first episode; is in a shortened one

    def reset(self, *, seed: int | None = None, options: dict[str, Any] | None = None):
        """Begin the next episode. The seed is the world's own: RLlib's repeat from runner to runner."""
        own = np.random.SeedSequence([self.settings["seed"], self.number]).generate_state(1)[0]
        observations, infos = self.world.reset(None if self.begun else int(own))
        self.partial = not self.begun and self._is_shortened()
        self.begun = True
        return observations, infos

    def step(self, action_dict: dict[str, int]):
        """All agents end together, and only that is said: RLlib 2.60 takes an episode whose agents are
        truncated one by one for a terminated one, and would not value what comes after a time limit.
        """
        observations, rewards, terminated, truncated, infos = self.world.step(action_dict)
        scale = self.settings["reward_scale"]
        rewards = {agent: reward * scale for agent, reward in rewards.items()}
        ends, cut = all(terminated.values()), all(truncated.values())
        whole = (ends or cut) and not self.partial
        infos = {agent: {"metrics": info["metrics"]} for agent, info in infos.items()} if whole else {}
        return observations, rewards, {"__all__": ends}, {"__all__": cut}, infos

    def close(self) -> None:
        self.world.close()

    def _is_shortened(self) -> bool:
        """Let the world be as old as its number says; whether that was done."""
        return bool(stagger(self.world.batch, self.number, self.settings["worlds"]).any())


class Listener(RLlibCallback):
    """Numbers the worlds, and reports what they say at an episode's end."""

    def on_environment_created(self, *, env, env_context, **_) -> None:
        first = max(0, env_context.worker_index - 1) * len(env.envs)
        for i, world in enumerate(env.envs):
            world.unwrapped.number = first + i

    def on_episode_end(self, *, episode, metrics_logger, **_) -> None:
        infos = episode.get_infos(-1)
        if metrics := {agent: info["metrics"] for agent, info in infos.items() if info}:
            metrics_logger.log_value(ENDED, metrics, reduce="item_series")


class AgentModule(TorchRLModule, ValueFunctionAPI):
    """`agents.networks.Networks` of one learner with one body, under the name `networks`."""

    framework = "torch"

    def setup(self) -> None:
        self.networks = Networks(architecture_from(self.model_config["architecture"]))

    def evaluate(self, views: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """views (B, *view) -> logits (B, actions), values (B,)."""
        started = torch.ones(1, len(views), dtype=torch.bool)
        memory = self.networks.blank_memory(len(views))
        logits, values, _ = self.networks(views[None, :, None], memory, started)
        return logits[0, :, 0], values[0, :, 0]

    def _forward(self, batch: dict[str, Any], **_) -> dict[str, torch.Tensor]:
        return {Columns.ACTION_DIST_INPUTS: self.evaluate(batch[Columns.OBS])[0]}

    def _forward_train(self, batch: dict[str, Any], **_) -> dict[str, torch.Tensor]:
        """The values go along as "embeddings", so that `compute_values` need not compute them again."""
        logits, values = self.evaluate(batch[Columns.OBS])
        return {Columns.ACTION_DIST_INPUTS: logits, Columns.EMBEDDINGS: values}

    def compute_values(self, batch: dict[str, Any], embeddings: Any = None) -> torch.Tensor:
        return self.evaluate(batch[Columns.OBS])[1] if embeddings is None else embeddings


class AgentLearner(PPOTorchLearner):
    """RLlib's PPO, with the Adam of IPPO, and with its columns of the log reported."""

    def configure_optimizers_for_module(self, module_id: str, config: Any = None) -> None:
        parameters = self.get_parameters(self.module[module_id])
        optimiser = torch.optim.Adam(parameters, eps=1e-5)
        self.register_optimizer(
            module_id=module_id, optimizer=optimiser, params=parameters, lr_or_lr_schedule=config.lr
        )

    def before_gradient_based_update(self, *, timesteps) -> None:
        super().before_gradient_based_update(timesteps=timesteps)
        self.began = time.perf_counter()

    def after_gradient_based_update(self, *, timesteps) -> None:
        super().after_gradient_based_update(timesteps=timesteps)
        seconds = time.perf_counter() - self.began
        for module_id, _ in self.module.items():
            self._report(module_id, {SECONDS: seconds})

    def go_on_from(self, steps: int) -> None:
        """Learning rate and entropy bonus as of so many env steps; a checkpoint does not hold the second."""
        super().after_gradient_based_update(timesteps={NUM_ENV_STEPS_SAMPLED_LIFETIME: steps})

    def compute_loss_for_module(self, *, module_id, config, batch, fwd_out):
        loss = super().compute_loss_for_module(
            module_id=module_id, config=config, batch=batch, fwd_out=fwd_out
        )
        with torch.no_grad():
            report = diagnostics(batch, fwd_out, config.clip_param)
        ((_, optimiser),) = self.get_optimizers_for_module(module_id)
        report["learning_rate"] = optimiser.param_groups[0]["lr"]
        report["entropy_coef"] = self.entropy_coeff_schedulers_per_module[module_id].get_current_value()
        self._report(module_id, report)
        return loss

    def postprocess_gradients_for_module(self, *, module_id, config=None, module_gradients_dict):
        norms = [torch.linalg.vector_norm(g) for g in module_gradients_dict.values()]
        self._report(module_id, {"grad_norm": torch.stack(norms).norm()})  # before it is clipped
        return super().postprocess_gradients_for_module(
            module_id=module_id, config=config, module_gradients_dict=module_gradients_dict
        )

    def _report(self, module_id: str, report: dict[str, Any]) -> None:
        """For the mean over an update's minibatches; RLlib's own numbers are of the last one."""
        for name, value in report.items():
            self.metrics.log_value((module_id, "report", name), float(value), reduce="mean")


def diagnostics(batch: dict[str, Any], fwd_out: dict[str, Any], clip: float) -> dict[str, torch.Tensor]:
    """What IPPO reports of a minibatch, over the samples that count."""
    counted = batch[Columns.LOSS_MASK]
    log_probs = log_softmax(fwd_out[Columns.ACTION_DIST_INPUTS])[counted]
    taken = log_probs.gather(-1, batch[Columns.ACTIONS][counted].long().unsqueeze(-1)).squeeze(-1)
    ratio_log = taken - batch[Columns.ACTION_LOGP][counted]
    ratio, target = ratio_log.exp(), batch["value_targets"][counted]
    error = fwd_out[Columns.EMBEDDINGS][counted] - target
    return {
        "policy_loss": clipped_loss(ratio, batch["advantages"][counted], clip).mean(),
        "value_loss": error.square().mean(),
        "entropy": -(log_probs.exp() * log_probs).sum(-1).mean(),
        "approx_kl": (ratio - 1 - ratio_log).mean(),  # Schulman's low-variance estimate
        "clip_fraction": ((ratio - 1).abs() > clip).float().mean(),
        "explained_variance": 1 - error.var(correction=0) / target.var(correction=0),
    }
