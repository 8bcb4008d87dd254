"""Trained populations, loaded from a run folder or checkpoint: numpy in, numpy out."""

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import torch

from . import checkpoint
from .networks import Architecture, Networks, choose

if TYPE_CHECKING:
    from .negotiators import NegotiatingPopulation


class TrainedPopulation:
    """Everybody in W worlds, each acting with the network that learned in its slot (see agents/policy.py).

    Actions are drawn from the learned distribution with a generator of its own, seeded by `start`;
    `greedy=True` takes the likeliest action instead.
    """

    def __init__(self, networks: Networks, game: str, greedy: bool = False) -> None:
        self.networks, self.game, self.greedy = networks.eval(), game, greedy
        self.num_agents = networks.architecture.agents
        self.generator = torch.Generator()
        self.memory = networks.blank_memory(0)

    def start(self, num_worlds: int, seed: int) -> None:
        self.generator.manual_seed(seed)
        self.memory = self.networks.blank_memory(num_worlds)

    @torch.inference_mode()
    def act(self, observations: np.ndarray, started: np.ndarray) -> np.ndarray:
        """observations (W, N, *view), started bool (W,): first view of an episode -> int32 (W, N)."""
        views = torch.from_numpy(np.array(observations)).unsqueeze(0)
        logits, _, self.memory = self.networks(views, self.memory, torch.tensor(started).unsqueeze(0))
        return choose(logits[0], None if self.greedy else self.generator).numpy().astype(np.int32)


def load_trained(path: str | Path, greedy: bool = False) -> "TrainedPopulation | NegotiatingPopulation":
    """The population of a run folder (its last checkpoint) or of a checkpoint's folder.

    A run that learned to negotiate is joined by the players that it kept. Raises FileNotFoundError where
    there is none, ValueError where a file is damaged.
    """
    from .negotiators import NegotiatingPopulation

    folder = checkpoint.find(path)
    population = load_networks(folder, greedy)
    if not checkpoint.read_state(folder)["config"].get("negotiates"):
        return population
    return NegotiatingPopulation(population, load_networks(checkpoint.players_of(folder), greedy))


def load_networks(folder: Path, greedy: bool = False) -> TrainedPopulation:
    """The population of one checkpoint's folder."""
    state = checkpoint.read_state(folder)
    networks = Networks(architecture_from(state["architecture"]))
    networks.load_state_dict(checkpoint.read_tensors(folder, "weights"))
    return TrainedPopulation(networks, state["config"]["game"], greedy)


def architecture_from(saved: dict) -> Architecture:
    """An architecture from its JSON form."""
    return Architecture(**{**saved, "view": tuple(saved["view"])})
