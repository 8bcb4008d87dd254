"""Ray RLlib's PPO as a trainer: one module an agent, worlds in this process or in env runners of Ray.

RLlib samples and learns; the run folder, the log and the checkpoints are those of every trainer (base.py).
In addition, `rllib/` in the run folder holds RLlib's checkpoint, which `--resume` goes on from and nothing
else reads. A run that goes on begins its episodes anew, and is not the run that was never stopped.
"""

import shutil
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import torch
from ray.rllib.utils.metrics import (  # pyright: ignore[reportMissingImports]
    ENV_RUNNER_RESULTS,
    NUM_ENV_STEPS_SAMPLED_LIFETIME,
)

from ....agents import checkpoint
from ....agents.networks import architecture_for
from ....agents.tensors import Tensors
from ...batch import Batch
from ...config import TrainingConfig
from ...run_folder import RunFolder
from ..base import Row, Show, Trainer, fit, require_device
from .algorithm import SHARED, algorithm_config, ray_running
from .components import ENDED, SECONDS

PICKLES = "is Ray's own and holds pickles, which can run code when they are read: resume only what you trust"
REPORT = (
    "policy_loss", "value_loss", "entropy", "approx_kl", "clip_fraction", "grad_norm", "explained_variance",
    "learning_rate", "entropy_coef",
)  # fmt: skip


class RllibTrainer(Trainer):
    """An RLlib algorithm as a trainer: each of its iterations is one update."""

    def __init__(self, config: TrainingConfig, batch: Batch, begun: int = 0) -> None:
        """`begun` updates were made before: worlds and choices are drawn anew from there."""
        super().__init__(config, batch)
        ppo = config.ppo
        self.architecture = architecture_for(batch, ppo.share_parameters, ppo.hidden_size, recurrent=False)
        self.modules = [SHARED] if ppo.share_parameters else [f"agent_{i}" for i in range(batch.num_agents)]
        self.columns = _columns_of(batch)
        self.algorithm = algorithm_config(config, batch, self.architecture, self.modules, begun).build_algo()
        self.result: dict[str, Any] = {}  # of the newest iteration
        self.rollout_share = 0.0  # of its time, what was not spent on learning

    def collect(self) -> None:
        """RLlib collects and learns in one go: see `improve`."""

    def improve(self) -> dict[str, float]:
        begin = time.perf_counter()
        self.result = self.algorithm.train()
        reports = [self.result["learners"][module]["report"] for module in self.modules]
        self.rollout_share = 1 - reports[0][SECONDS] / (time.perf_counter() - begin)
        return {name: float(np.mean([report[name] for report in reports])) for name in REPORT}

    def step(self) -> Row:
        return {**super().step(), "rollout_share": self.rollout_share}

    def take_episodes(self) -> list[dict[str, np.ndarray]]:
        ended = self.result["env_runners"].get(ENDED) or []
        single = isinstance(ended, dict)  # RLlib takes a list of one for that one
        return [self._columns(metrics) for metrics in ([ended] if single else ended)]

    def _columns(self, metrics: dict[str, dict[str, float]]) -> dict[str, np.ndarray]:
        """An episode's metrics by agent, as columns of one row; what agents do not say is undefined."""
        rows: dict[str, Any] = {"world": 0}
        for name, dimensions in self.columns.items():
            values = [metrics[agent].get(name, np.nan) for agent in sorted(metrics, key=_number)]
            rows[name] = values if dimensions == 2 else values[0]
        return {name: np.array([row]) for name, row in rows.items()}

    def weights(self) -> Tensors:
        """The modules' weights, one behind the other along the axis of the learners."""
        weights = self.algorithm.learner_group.get_weights()
        names = [n.removeprefix("networks.") for n in weights[self.modules[0]]]
        return {
            name: torch.cat([torch.as_tensor(weights[m][f"networks.{name}"]) for m in self.modules])
            for name in names
        }

    def training_state(self) -> Tensors:
        """Nothing: the rest is in RLlib's own checkpoint."""
        return {}

    def save(self, folder: RunFolder, log_bytes: int) -> None:
        """RLlib's checkpoint under a new name first; altared's checkpoint then refers to it, in one step."""
        mine = rllib_folder(folder, self.done)
        shutil.rmtree(mine, ignore_errors=True)  # of a save that was broken off
        self.algorithm.save_to_path(str(mine.resolve()))
        super().save(folder, log_bytes)
        for other in mine.parent.iterdir():
            if other != mine:
                shutil.rmtree(other, ignore_errors=True)

    def load_training(self, folder: RunFolder, weights: Tensors, training: Tensors) -> None:
        path = rllib_folder(folder, checkpoint.read_state(folder.last)["update"])
        if not path.is_dir():
            raise FileNotFoundError(f"{path} is missing; without it the run cannot go on")
        print(f"warning: {path} {PICKLES}", file=sys.stderr)
        self.algorithm.restore_from_path(str(path.resolve()))
        steps = self.algorithm.metrics.peek((ENV_RUNNER_RESULTS, NUM_ENV_STEPS_SAMPLED_LIFETIME))
        self.algorithm.learner_group.foreach_learner(lambda learner, **_: learner.go_on_from(steps))

    def close(self) -> None:
        self.algorithm.stop()
        shutil.rmtree(self.algorithm.logdir, ignore_errors=True)  # RLlib makes it and leaves it empty


def train(config: TrainingConfig, batch: Batch, folder: RunFolder, resume: bool, show: Show) -> RllibTrainer:
    """Train to the end of the schedule (see base.fit)."""
    require_device(config.schedule.device, config.schedule.threads)
    if not resume:
        folder.require_new()
    begun = checkpoint.read_state(folder.last)["update"] if resume else 0
    with ray_running(config.cluster):
        trainer = RllibTrainer(config, batch, begun)
        try:
            return fit(trainer, folder, resume, show)
        finally:
            trainer.close()


def rllib_folder(folder: RunFolder, update: int) -> Path:
    """Where RLlib's own checkpoint of an update is."""
    return folder.path / "rllib" / f"{update:07d}"


def _columns_of(batch: Batch) -> dict[str, int]:
    """Names of an episode's metrics in their order, and their dimensions: 2 where every agent has its own."""
    batch.reset(0)
    step = batch.step(np.zeros((batch.num_worlds, batch.num_agents), np.int64))
    return {name: column.ndim for name, column in step.episodes.items() if name != "world"}


def _number(agent: str) -> int:
    return int(agent.removeprefix("agent_"))
