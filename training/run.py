"""Our own trainer: PPO for all learners at once; a stopped run goes on as if it had never been stopped."""

import numpy as np
import torch

from ..agents.networks import Networks, architecture_for
from .config import TrainingConfig
from .course import Course, Show, Tensors, go_through, require_device
from .folder import RunFolder
from .ppo import update
from .rollout import Batch, Collector, Rollout


class Trainer(Course):
    """The learners of one run: stacked networks, one optimiser, one collector."""

    def __init__(self, config: TrainingConfig, batch: Batch) -> None:
        super().__init__(config, batch)
        ppo, schedule = config.ppo, config.schedule
        require_device(schedule.device, schedule.threads)
        streams = [int(s) for s in np.random.SeedSequence(schedule.seed).generate_state(3, np.uint32)]
        torch.manual_seed(streams[0])
        self.architecture = architecture_for(batch, ppo.sharing, ppo.hidden, ppo.network == "recurrent")
        self.networks = Networks(self.architecture).to(schedule.device)
        parameters = self.networks.parameters()
        self.optimiser = torch.optim.Adam(parameters, lr=ppo.learning_rate, eps=1e-5, fused=True)
        self.collector = Collector(
            batch, self.networks, ppo.rollout, ppo.reward_scale, schedule.seed, streams[1]
        )
        self.shuffle = torch.Generator().manual_seed(streams[2])
        self.rollout: Rollout | None = None  # the newest

    def collect(self) -> None:
        self.rollout = self.collector.collect()

    def improve(self) -> dict[str, float]:
        assert self.rollout is not None, "nothing was collected"
        progress = self.done / self.updates
        return update(self.networks, self.optimiser, self.rollout, self.config.ppo, progress, self.shuffle)

    def take_episodes(self) -> list[dict[str, np.ndarray]]:
        return self.collector.take_episodes()

    def weights(self) -> Tensors:
        return self.networks.state_dict()

    def training_state(self) -> Tensors:
        training = {f"collector.{n}": t for n, t in self.collector.state().items()}
        training |= {f"adam.{n}": t for n, t in _adam_state(self.networks, self.optimiser).items()}
        return {**training, "shuffle": self.shuffle.get_state()}

    def load_training(self, folder: RunFolder, weights: Tensors, training: Tensors) -> None:
        self.networks.load_state_dict(weights)
        self.collector.load_state(part_of(training, "collector."))
        _load_adam_state(self.networks, self.optimiser, part_of(training, "adam."))
        self.shuffle.set_state(training["shuffle"])


def train(config: TrainingConfig, batch: Batch, folder: RunFolder, resume: bool, show: Show) -> Trainer:
    """Train to the end of the schedule (see course.go_through)."""
    return go_through(Trainer(config, batch), folder, resume, show)


def _adam_state(networks: Networks, optimiser: torch.optim.Optimizer) -> Tensors:
    return {
        f"{key}.{name}": value
        for name, parameter in networks.named_parameters()
        for key, value in optimiser.state[parameter].items()
    }


def _load_adam_state(networks: Networks, optimiser, saved: Tensors) -> None:
    for name, parameter in networks.named_parameters():
        keys = ("step", "exp_avg", "exp_avg_sq")
        optimiser.state[parameter] = {k: saved[f"{k}.{name}"].to(parameter.device) for k in keys}


def part_of(named: Tensors, prefix: str) -> Tensors:
    """The tensors whose names begin with a prefix, under the rest of their names."""
    return {name.removeprefix(prefix): t for name, t in named.items() if name.startswith(prefix)}
