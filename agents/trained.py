"""Trained populations, loaded from a run folder or checkpoint: numpy in, numpy out."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import torch

from ..envs.engine.formats import different_names
from . import checkpoint
from .interface import Interface
from .networks import Architecture, Networks, choose
from .policy_sampling import PolicySampler
from .transfer import architecture_in, require_movable, weights_in


class TrainedPopulation:
    """Everybody in W worlds, each acting with the network that learned in its slot (see agents/policy.py).

    Actions are drawn from the learned distribution with a separate generator, seeded by `start`;
    `greedy=True` takes the likeliest action instead. With `drawn` its policies are drawn for the game's slots
    anew at the start of each episode, as they were when they learned.
    """

    def __init__(
        self, networks: Networks, interface: Interface, greedy: bool = False, drawn: bool = False
    ) -> None:
        self.networks, self.interface, self.greedy, self.drawn = networks.eval(), interface, greedy, drawn
        self.game, self.policies = interface.game, networks.architecture.agents
        self.num_agents = interface.num_agents if drawn else self.policies
        self.generator = torch.Generator()
        self.start(0, 0)

    def start(self, num_worlds: int, seed: int) -> None:
        self.generator.manual_seed(seed)
        self.memory = self.networks.blank_memory(num_worlds)
        sizes = self.policies, self.num_agents, num_worlds
        self.sampler = PolicySampler(*sizes, seed) if self.drawn else None

    @torch.inference_mode()
    def act(self, observations: np.ndarray, started: np.ndarray) -> np.ndarray:
        """observations (W, N, *view), started bool (W,): first view of an episode -> int32 (W, N)."""
        views, first = torch.from_numpy(np.array(observations)), torch.tensor(started)
        if self.sampler:
            if started.any():
                self.sampler.draw(first)
            views = self.sampler.gather(views)
        logits, _, self.memory = self.networks(views.unsqueeze(0), self.memory, first.unsqueeze(0))
        actions = choose(logits[0], None if self.greedy else self.generator)
        return (self.sampler.scatter(actions) if self.sampler else actions).numpy().astype(np.int32)


def load_trained(
    path: str | Path, greedy: bool = False, game: Any = None
) -> "TrainedPopulation | NegotiatingPopulation":
    """The population of a run folder (its last checkpoint) or of a checkpoint's folder.

    A run that learned to negotiate is joined by the players that it kept. Where the `game` that it is to play
    shows other planes or takes other actions than it was trained with, they are matched by name; see
    transfer.py. Raises FileNotFoundError where there is none, ValueError where a file is damaged or of
    another version, or where the networks cannot act in the game.
    """

    folder = checkpoint.find(path)
    state = checkpoint.read_state(folder)
    negotiates = state["config"].get("negotiates")
    if negotiates and game is not None:  # the order of their actions is that of their offers
        Interface.from_dict(state["interface"]).require_same_names(folder, game)
    population = load_networks(folder, greedy, game)
    if not negotiates:
        return population
    return NegotiatingPopulation(population, load_networks(checkpoint.players_of(folder), greedy, game))


def load_networks(folder: Path, greedy: bool = False, game: Any = None) -> TrainedPopulation:
    """The population of one checkpoint's folder; see `load_trained`."""
    state = checkpoint.read_state(folder)
    interface = Interface.from_dict(state["interface"])
    architecture = architecture_from(state["architecture"])
    weights = checkpoint.read_tensors(folder, "weights")
    if game is not None and (
        different_names(interface, game) or architecture_in(architecture, game) != architecture
    ):
        require_movable(folder, interface, game)
        weights = weights_in(weights, interface, architecture.tiles, game, training=False)
        architecture = architecture_in(architecture, game)
        interface = replace(interface, actions=tuple(game.actions), planes=tuple(game.planes))
    networks = Networks(architecture)
    networks.load_state_dict(weights)
    return TrainedPopulation(networks, interface, greedy, state["population_size"] > 0)


def architecture_from(saved: dict) -> Architecture:
    """An architecture from its JSON form."""
    return Architecture(**{name: _as_tuples(value) for name, value in saved.items()})


def _as_tuples(value: Any) -> Any:
    return tuple(map(_as_tuples, value)) if isinstance(value, list | tuple) else value


# Where these flags are among the last numbers an agent sees: envs/contracts/observation.py.
PROPOSED, VOTED = -3, -2


class NegotiatingPopulation:
    """Everybody in W worlds with a negotiated contract (see agents/policy.py)."""

    def __init__(self, speakers: TrainedPopulation, players: TrainedPopulation) -> None:
        self.speakers, self.players = speakers, players
        self.networks, self.game, self.num_agents = players.networks, players.game, players.num_agents
        self.interface = players.interface
        self._spoke = np.zeros(0, np.bool_)

    def start(self, num_worlds: int, seed: int) -> None:
        self.speakers.start(num_worlds, seed)
        self.players.start(num_worlds, seed)
        self._spoke = np.zeros(num_worlds, np.bool_)

    def act(self, observations: np.ndarray, started: np.ndarray) -> np.ndarray:
        """observations (W, N, *view), started bool (W,): first view of an episode -> int32 (W, N)."""
        speaking = is_negotiation(observations)
        playing = self.players.act(observations, started | self._spoke)  # play begins when the talk is over
        self._spoke = speaking
        if not speaking.any():
            return playing
        said = self.speakers.act(observations, started)
        return np.where(speaking[:, None], said, playing)


def is_negotiation(observations: np.ndarray) -> np.ndarray:
    """(W,) bool: a contract is being proposed or voted on, to observations (W, N, *view)."""
    numbers = observations[:, 0].reshape(len(observations), -1)
    half = 127 if observations.dtype == np.uint8 else 0.5
    return (numbers[:, PROPOSED] > half) | (numbers[:, VOTED] > half)
