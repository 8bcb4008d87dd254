"""Independent PPO by stable-baselines3: one of its models for each agent, all over one stepping loop.

SB3's `learn` steps one environment, so N models cannot each call it on the same worlds. Here the
parts of `learn` are called in its order for all models at once: `policy`, `rollout_buffer.add`,
`compute_returns_and_advantage`, `train`. Settings mean the same as in IPPO, and so do the
columns of the log, but for two: `approx_kl` is of the last epoch alone, and `grad_norm`, which SB3 keeps to
itself, is undefined.

A run that goes on reads SB3's own files, `sb3/UPDATE/agent_I.zip` in the run folder, and the checkpoint
with the worlds and the random numbers (numpy's and torch's global ones, which SB3 draws from): on the same
machine it is the run that was never stopped, bit for bit. Nothing else reads more than the checkpoint.
"""

import io
import shutil
import sys
from pathlib import Path

import numpy as np
import torch
from stable_baselines3.common.utils import set_random_seed

from ....agents import checkpoint
from ....agents.networks import architecture_for
from ....agents.tensors import Tensors, part_of
from ....envs.engine.files import write_atomically
from ...batch import Batch
from ...config import TrainingConfig
from ...run_folder import RunFolder
from ..base import Show, Trainer, fit, require_device
from ..ippo.ppo import between
from .models import Model, NeverStepped, new_model, stacked
from .rollout import ModelsCollector

PICKLES = "holds stable-baselines3's own files, which are pickles: resume only runs you trust"
REPORT = {  # column of our log: what SB3 calls it, and its sign
    "policy_loss": ("train/policy_gradient_loss", 1),
    "value_loss": ("train/value_loss", 1),
    "entropy": ("train/entropy_loss", -1),
    "approx_kl": ("train/approx_kl", 1),
    "clip_fraction": ("train/clip_fraction", 1),
    "explained_variance": ("train/explained_variance", 1),
    "learning_rate": ("train/learning_rate", 1),
}


class IndependentModels(Trainer):
    """A run of N models."""

    def __init__(self, config: TrainingConfig, batch: Batch) -> None:
        super().__init__(config, batch)
        ppo, schedule = config.ppo, config.schedule
        require_device(schedule.device, schedule.threads)
        self.architecture = architecture_for(
            batch, share_parameters=False, hidden_size=ppo.hidden_size, recurrent=False
        )
        seed = int(np.random.SeedSequence(schedule.seed).generate_state(1, np.uint32)[0])
        set_random_seed(seed, using_cuda=schedule.device == "cuda")
        worlds = NeverStepped(batch.num_worlds, batch.observation_space, batch.action_space)
        self.models = [
            new_model(worlds, self.architecture, ppo, schedule.device) for _ in range(batch.num_agents)
        ]
        self.collector = ModelsCollector(batch, self.models, ppo.reward_scale, schedule.seed)

    def collect(self) -> None:
        self.collector.collect()

    def improve(self) -> dict[str, float]:
        ppo, progress = self.config.ppo, self.done / self.updates
        entropy_coef = between(ppo.entropy_coef, ppo.final_entropy_coef, progress)
        for model in self.models:
            model._update_current_progress_remaining(self.done, self.updates)
            model.ent_coef = entropy_coef
            model.train()
        said = [model.logger.name_to_value for model in self.models]
        report = {
            ours: sign * float(np.mean([s[theirs] for s in said])) for ours, (theirs, sign) in REPORT.items()
        }
        return {**report, "grad_norm": float("nan"), "entropy_coef": entropy_coef}

    def take_episodes(self) -> list[dict[str, np.ndarray]]:
        return self.collector.episodes.take()

    def weights(self) -> Tensors:
        return stacked(self.models)

    def training_state(self) -> Tensors:
        collector = {f"collector.{n}": t for n, t in self.collector.state().items()}
        return collector | {f"random.{n}": t for n, t in random_state(self.config.schedule.device).items()}

    def save(self, folder: RunFolder, log_bytes: int) -> None:
        """As any trainer; SB3's files come first, and count once the checkpoint names their update."""
        here = native(folder, self.done)
        here.mkdir(parents=True, exist_ok=True)
        for i, model in enumerate(self.models):
            file = io.BytesIO()
            model.save(file)
            write_atomically(here / f"agent_{i}.zip", file.getvalue())
        super().save(folder, log_bytes)
        for other in here.parent.iterdir():
            if other != here:
                shutil.rmtree(other)

    def load_training(self, folder: RunFolder, weights: Tensors, training: Tensors) -> None:
        update = checkpoint.read_state(folder.last)["update"]
        here = native(folder, update)
        print(f"warning: {here} {PICKLES}", file=sys.stderr)
        for i, model in enumerate(self.models):
            model.set_parameters(str(here / f"agent_{i}.zip"), device=self.config.schedule.device)
            set_counts(model, update)
        if any(not torch.equal(mine.cpu(), weights[name]) for name, mine in stacked(self.models).items()):
            raise ValueError(f"{here} does not belong to {folder.last}: their weights differ")
        self.collector.load_state(part_of(training, "collector."))
        set_random_state(part_of(training, "random."))


def train(
    config: TrainingConfig, batch: Batch, folder: RunFolder, resume: bool, show: Show
) -> IndependentModels:
    """Train to the end of the schedule (see base.fit)."""
    return fit(IndependentModels(config, batch), folder, resume, show)


def set_counts(model: Model, update: int) -> None:
    """Set a model's counts after so many updates, which its parameters do not hold."""
    model.num_timesteps = update * model.n_steps * model.n_envs
    model._n_updates = update * model.n_epochs  # SB3 counts epochs


def native(folder: RunFolder, update: int) -> Path:
    """Where SB3's own files of an update lie."""
    return folder.path / "sb3" / f"{update:07d}"


def random_state(device: str) -> Tensors:
    """The states of the global generators that SB3 draws from: actions by torch, minibatches by numpy."""
    _, key, position, *_ = np.random.get_state()
    state = {"torch": torch.get_rng_state(), "numpy": torch.tensor([*map(int, key), int(position)])}
    return state | ({"cuda": torch.cuda.get_rng_state()} if device == "cuda" else {})


def set_random_state(state: Tensors) -> None:
    """The inverse of `random_state`."""
    *key, position = state["numpy"].tolist()
    np.random.set_state(("MT19937", np.array(key, np.uint32), int(position), 0, 0.0))
    torch.set_rng_state(state["torch"])
    if "cuda" in state:
        torch.cuda.set_rng_state(state["cuda"])
