"""What all trainers share: updates, rows of the log, checkpoints, stopping and resuming.

A subclass of `Trainer` says how its learners collect and improve; everything else is here, once.
"""

import sys
import time
from abc import ABC, abstractmethod
from collections import deque
from collections.abc import Callable
from typing import Any, TypeVar

import numpy as np
import torch

from ...agents import checkpoint
from ...agents.interface import Interface, interface_of
from ...agents.networks import Architecture
from ...agents.tensors import Tensors
from ...envs import make_batch
from ..batch import Batch, stepped_on
from ..config import TrainingConfig
from ..log import Log, episode_means
from ..run_folder import RunFolder
from ..signals import Stopped, StopRequest
from ..slots import NO_POLICY

Row = dict[str, Any]
Show = Callable[[Row, int], None]


class Trainer(ABC):
    """The learners of one run, with everything that a checkpoint must hold."""

    architecture: Architecture  # of the networks in the checkpoints

    def __init__(self, config: TrainingConfig, batch: Batch) -> None:
        self.config, self.batch = config, batch
        self.updates = config.updates(batch.num_agents)
        self.done = 0  # updates so far
        self.seconds = 0.0  # of wall time so far, over all sessions
        # collective returns, newest last, of episodes that no resident had a part in
        self.recent: deque[float] = deque(maxlen=batch.num_worlds)
        self.best = -float("inf")  # highest mean of a full `recent`

    @abstractmethod
    def collect(self) -> None:
        """Step every world through one rollout."""

    @abstractmethod
    def improve(self) -> dict[str, float]:
        """Learn from that rollout; returns losses and diagnostics."""

    @abstractmethod
    def take_episodes(self) -> list[dict[str, np.ndarray]]:
        """The metrics of the episodes that ended since the last call."""

    def further_columns(self, episodes: list[dict[str, np.ndarray]]) -> Row:
        """Columns of the log after the losses, where a trainer has any; `episodes` are those just taken."""
        return {}

    @abstractmethod
    def weights(self) -> Tensors:
        """The state of `agents.networks.Networks` of this architecture."""

    @abstractmethod
    def training_state(self) -> Tensors:
        """All that the next update depends on besides the weights."""

    @abstractmethod
    def load_training(self, folder: RunFolder, weights: Tensors, training: Tensors) -> None:
        """The inverse of `weights` and `training_state`."""

    def step(self) -> Row:
        """One update: a rollout, an improvement, and the row for the log."""
        begin = time.perf_counter()
        self.collect()
        middle = time.perf_counter()
        report = self.improve()
        end = time.perf_counter()
        self.done += 1
        self.seconds += end - begin
        episodes = self.take_episodes()
        for part in episodes:
            self.recent.extend(part["collective_return"][_without_residents(part)].tolist())
        agent_steps = self.config.agent_steps_an_update(self.batch.num_agents)
        return {
            "update": self.done,
            "agent_steps": self.done * agent_steps,
            "env_steps": self.done * agent_steps // self.batch.num_agents,
            **episode_means(episodes),
            **report,
            **self.further_columns(episodes),
            "agent_steps_per_second": agent_steps / (end - begin),
            "env_steps_per_second": agent_steps / self.batch.num_agents / (end - begin),
            "rollout_share": (middle - begin) / (end - begin),
            "seconds": self.seconds,
        }

    def is_best(self) -> bool:
        """Whether the newest episodes without residents, one for each world, returned more than any yet."""
        mean = float(np.mean(self.recent)) if len(self.recent) == self.recent.maxlen else -float("inf")
        better = mean > self.best
        self.best = max(self.best, mean)
        return better

    def save(self, folder: RunFolder, log_bytes: int) -> None:
        """Replace the last checkpoint. Raises OSError and leaves the old one where that fails."""
        tensors = {"weights": self.weights(), "training": self.training_state()}
        checkpoint.save(folder.last, tensors, {**self._state(), "log_bytes": log_bytes})

    def save_best(self, folder: RunFolder) -> None:
        """Replace the best checkpoint: weights only, to act with and not to go on from."""
        checkpoint.save(folder.best, {"weights": self.weights()}, self._state())

    def load(self, folder: RunFolder) -> int:
        """Go on from the last checkpoint; returns the length of the log in bytes at that time.

        Raises ValueError if the checkpoint is of other networks, another trainer or another device (whose
        random numbers are others), and FileNotFoundError if there is none.
        """
        state = checkpoint.read_state(folder.last)
        self._require_same(folder, state)
        tensors = (checkpoint.read_tensors(folder.last, group) for group in ("weights", "training"))
        self.load_training(folder, *tensors)
        self.done, self.seconds = state["update"], state["seconds"]
        self.recent.extend(state["recent"])
        self.best = -float("inf") if state["best"] is None else state["best"]
        return state["log_bytes"]

    def _require_same(self, folder: RunFolder, state: dict[str, Any]) -> None:
        if (game := state["config"]["game"]) != self.config.game:
            raise ValueError(f"{folder.path} trains {game}; it cannot go on with {self.config.game}")
        if (trainer := state["config"]["trainer"]) != self.config.trainer:
            raise ValueError(
                f"{folder.path} has trainer {trainer!r}; it cannot go on with {self.config.trainer!r}"
            )
        if (device := state["config"]["schedule"]["device"]) != (here := self.config.schedule.device):
            raise ValueError(f"{folder.path} trains on device {device!r}; it cannot go on with {here!r}")
        Interface.from_dict(state["interface"]).require_same_names(folder.last, self.batch.game)
        mine = self._state()
        for part in ("interface", "architecture"):
            for name, value in state[part].items():
                if value != (here := mine[part][name]):
                    raise ValueError(
                        f"{folder.last} has networks with {name} {value!r}; this run has {here!r}"
                    )

    def _state(self) -> dict[str, Any]:
        return {
            "update": self.done,
            "agent_steps": self.done * self.config.agent_steps_an_update(self.batch.num_agents),
            "seconds": self.seconds,
            "recent": list(self.recent),
            "best": self.best if np.isfinite(self.best) else None,
            "population_size": self.config.ppo.population_size,
            "interface": interface_of(self.batch).to_dict(),
            "architecture": self.architecture.to_dict(),
            "config": self.config.to_dict(),
        }


T = TypeVar("T", bound=Trainer)


def fit(trainer: T, folder: RunFolder, resume: bool, show: Show) -> T:
    """Train to the end of the schedule. `show` gets every row of the log and the number of updates.

    Raises Stopped after a signal, with everything saved; OSError when the folder cannot be written to.
    """
    position = 0
    if resume:
        position = trainer.load(folder)
        folder.reopen(trainer.config, stepped_on(trainer.batch))
    else:
        folder.create(trainer.config, stepped_on(trainer.batch))
    log = Log(folder.log, folder.tensorboard, position, trainer.done)
    try:
        with StopRequest() as stop:
            _updates(trainer, folder, log, stop, show)
    finally:
        log.close()
    return trainer


def _updates(trainer: Trainer, folder: RunFolder, log: Log, stop: StopRequest, show: Show) -> None:
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


def require_device(device: str, threads: int) -> None:
    """Give torch its threads. Raises ValueError where there is no such device."""
    if device == "cuda" and not torch.cuda.is_available():
        raise ValueError("device is 'cuda'; torch finds no GPU here, allowed: 'cpu'")
    torch.set_num_threads(threads)


def _without_residents(episodes: dict[str, np.ndarray]) -> np.ndarray:
    """bool (E,): in which of them learners had all slots."""
    if "slot_policies" not in episodes:
        return np.ones(len(episodes["collective_return"]), bool)
    return (episodes["slot_policies"] != NO_POLICY).all(1)


def make_training_batch(config: TrainingConfig, options: dict[str, Any]) -> Any:
    """The batch, on the learners' GPU where nothing in the run needs its worlds on the CPU.

    A game refuses a GPU for which it has no rules with ValueError; whatever else goes wrong there is raised.
    """
    named = config.game, config.schedule.worlds
    hosted = config.negotiates or config.curriculum.residents or config.trainer != "ippo"
    if config.schedule.device == "cuda" and not hosted:
        require_device(config.schedule.device, config.schedule.threads)
        try:
            return make_batch(*named, device="cuda", **options)
        except ValueError as error:
            batch = make_batch(*named, **options)  # what is wrong on the CPU too is said here
            print(f"worlds are stepped on the CPU: {error}", file=sys.stderr)
            return batch
    return make_batch(*named, **options)
