"""A training run: collect, improve, log, keep; and going on after an interruption as if there were none."""

import time
from collections import deque
from collections.abc import Callable
from dataclasses import asdict
from typing import Any

import numpy as np
import torch

from ..agents import checkpoint
from ..agents.networks import Networks, architecture_for
from .config import TrainingConfig
from .folder import RunFolder
from .interrupt import Stopped, StopRequest
from .log import Log, episode_means
from .ppo import update
from .rollout import Batch, Collector

Row = dict[str, Any]


class Trainer:
    """The learners of one run, with everything that a checkpoint must hold."""

    def __init__(self, config: TrainingConfig, batch: Batch) -> None:
        ppo, schedule = config.ppo, config.schedule
        if schedule.device == "cuda" and not torch.cuda.is_available():
            raise ValueError("device is 'cuda'; torch finds no GPU here, allowed: 'cpu'")
        torch.set_num_threads(schedule.threads)
        streams = [int(s) for s in np.random.SeedSequence(schedule.seed).generate_state(3, np.uint32)]
        torch.manual_seed(streams[0])
        architecture = architecture_for(batch, ppo.sharing, ppo.hidden, ppo.network == "recurrent")
        self.config, self.batch = config, batch
        self.networks = Networks(architecture).to(schedule.device)
        parameters = self.networks.parameters()
        self.optimiser = torch.optim.Adam(parameters, lr=ppo.learning_rate, eps=1e-5, fused=True)
        self.collector = Collector(
            batch, self.networks, ppo.rollout, ppo.reward_scale, schedule.seed, streams[1]
        )
        self.shuffle = torch.Generator().manual_seed(streams[2])
        self.updates = config.updates(batch.num_agents)
        self.done = 0  # updates so far
        self.seconds = 0.0  # of wall time so far, over all sittings
        self.recent: deque[float] = deque(maxlen=batch.num_worlds)  # collective returns, newest last
        self.best = -float("inf")  # highest mean of a full `recent`

    def step(self) -> Row:
        """One update: a rollout, an improvement, and the row for the log."""
        begin = time.perf_counter()
        rollout = self.collector.collect()
        middle = time.perf_counter()
        report = update(
            self.networks, self.optimiser, rollout, self.config.ppo, self.done / self.updates, self.shuffle
        )
        end = time.perf_counter()
        self.done += 1
        self.seconds += end - begin
        episodes = self.collector.take_episodes()
        self.recent.extend(float(r) for part in episodes for r in part["collective_return"])
        agent_steps = self.config.agent_steps_an_update(self.batch.num_agents)
        return {
            "update": self.done,
            "agent_steps": self.done * agent_steps,
            "env_steps": self.done * agent_steps // self.batch.num_agents,
            **episode_means(episodes),
            **report,
            "agent_steps_per_second": agent_steps / (end - begin),
            "env_steps_per_second": agent_steps / self.batch.num_agents / (end - begin),
            "rollout_share": (middle - begin) / (end - begin),
            "seconds": self.seconds,
        }

    def is_best(self) -> bool:
        """Whether the newest episodes, as many as there are worlds, returned more than any before."""
        mean = float(np.mean(self.recent)) if len(self.recent) == self.recent.maxlen else -float("inf")
        better = mean > self.best
        self.best = max(self.best, mean)
        return better

    def save(self, folder: RunFolder, log_bytes: int) -> None:
        """Replace the last checkpoint. Raises OSError and leaves the old one where that fails."""
        training = {f"collector.{n}": t for n, t in self.collector.state().items()}
        training |= {f"adam.{n}": t for n, t in _adam_state(self.networks, self.optimiser).items()}
        training["shuffle"] = self.shuffle.get_state()
        tensors = {"weights": self.networks.state_dict(), "training": training}
        checkpoint.save(folder.last, tensors, {**self._state(), "log_bytes": log_bytes})

    def save_best(self, folder: RunFolder) -> None:
        """Replace the best checkpoint: weights only, to act with and not to go on from."""
        checkpoint.save(folder.best, {"weights": self.networks.state_dict()}, self._state())

    def load(self, folder: RunFolder) -> int:
        """Go on from the last checkpoint; returns the length of the log in bytes at that time.

        Raises ValueError if the checkpoint is of other networks or another device (whose random numbers are
        others), and FileNotFoundError if there is none.
        """
        state = checkpoint.read_state(folder.last)
        if (game := state["config"]["game"]) != self.config.game:
            raise ValueError(f"{folder.path} trains {game}; it cannot go on with {self.config.game}")
        if (device := state["config"]["schedule"]["device"]) != (here := self.config.schedule.device):
            raise ValueError(f"{folder.path} trains on device {device!r}; it cannot go on with {here!r}")
        mine = self._state()["architecture"]
        for name, value in state["architecture"].items():
            if value != mine[name]:
                raise ValueError(f"{folder.last} has networks with {name} {value}; this run has {mine[name]}")
        self.networks.load_state_dict(checkpoint.read_tensors(folder.last, "weights"))
        training = checkpoint.read_tensors(folder.last, "training")
        self.collector.load_state(_part(training, "collector."))
        _load_adam_state(self.networks, self.optimiser, _part(training, "adam."))
        self.shuffle.set_state(training["shuffle"])
        self.done, self.seconds = state["update"], state["seconds"]
        self.recent.extend(state["recent"])
        self.best = -float("inf") if state["best"] is None else state["best"]
        return state["log_bytes"]

    def _state(self) -> dict[str, Any]:
        architecture = asdict(self.networks.architecture)
        return {
            "update": self.done,
            "agent_steps": self.done * self.config.agent_steps_an_update(self.batch.num_agents),
            "seconds": self.seconds,
            "recent": list(self.recent),
            "best": self.best if np.isfinite(self.best) else None,
            "architecture": {**architecture, "view": list(architecture["view"])},
            "config": self.config.to_dict(),
        }


def train(
    config: TrainingConfig, batch: Batch, folder: RunFolder, resume: bool, show: Callable[[Row, int], None]
) -> Trainer:
    """Train to the end of the schedule. `show` gets every row of the log and the number of updates.

    Raises Stopped after a signal, with everything saved; OSError when the folder cannot be written to.
    """
    trainer = Trainer(config, batch)
    position = 0
    if resume:
        position = trainer.load(folder)
        folder.reopen(config)
    else:
        folder.create(config)
    log = Log(folder.log, folder.tensorboard, position, trainer.done)
    try:
        with StopRequest() as stop:
            _updates(trainer, folder, log, stop, show)
    finally:
        log.close()
    return trainer


def _updates(trainer: Trainer, folder: RunFolder, log: Log, stop: StopRequest, show) -> None:
    every = trainer.config.schedule.checkpoint_every
    while trainer.done < trainer.updates:
        row = trainer.step()
        log.write(row)
        show(row, trainer.updates)
        if trainer.is_best():
            trainer.save_best(folder)
        if stop.signum or trainer.done % every == 0 or trainer.done == trainer.updates:
            trainer.save(folder, log.position)
        if stop.signum and trainer.done < trainer.updates:
            where = f"update {trainer.done} of {trainer.updates}"
            message = f"stopped after {where}; saved, go on with: altared train --resume {folder.path}"
            raise Stopped(stop.signum, message)


def _adam_state(networks: Networks, optimiser: torch.optim.Optimizer) -> dict[str, torch.Tensor]:
    return {
        f"{key}.{name}": value
        for name, parameter in networks.named_parameters()
        for key, value in optimiser.state[parameter].items()
    }


def _load_adam_state(networks: Networks, optimiser, saved: dict[str, torch.Tensor]) -> None:
    for name, parameter in networks.named_parameters():
        keys = ("step", "exp_avg", "exp_avg_sq")
        optimiser.state[parameter] = {k: saved[f"{k}.{name}"].to(parameter.device) for k in keys}


def _part(named: dict[str, torch.Tensor], prefix: str) -> dict[str, torch.Tensor]:
    return {name.removeprefix(prefix): t for name, t in named.items() if name.startswith(prefix)}
