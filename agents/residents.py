"""Residents for `altared.envs.make_solo`: a policy for every slot but the learner's."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from .policy import Policy
from .population import Spec, is_scripted, make_scripted
from .scripted.registry import scripted_names

if TYPE_CHECKING:  # scripted residents need no torch
    from .trained import TrainedPopulation


class TrainedResident:
    """The network of one slot of a trained population, as a policy.

    Of a population that was drawn for the slots of each episode, slot i gets policy i: none was made for it.
    It says what it was made for: `view`, the shape of the observations that it reads, the number of
    `actions`, the names of both in `interface`, and its `slot`, None where all slots share one network.
    """

    def __init__(self, population: "TrainedPopulation", slot: int) -> None:
        """Raises ValueError if the population has no network for the slot."""
        architecture = population.networks.architecture
        shared = architecture.learners == 1
        if not shared and slot >= architecture.agents:
            had = architecture.agents
            raise ValueError(f"it was trained with {had} agents and has no network for agent_{slot}")
        self.view, self.actions = architecture.view, architecture.actions
        self.interface, self.slot = population.interface, None if shared else slot
        self._alone = _alone(population, 0 if shared else slot)

    def start(self, bodies: int, seed: int) -> None:
        """Forget everything and prepare for `bodies` bodies."""
        self._alone.start(bodies, seed)

    def act(self, observations: np.ndarray, started: np.ndarray) -> np.ndarray:
        """One action a body, (B,) int32, from (B, *view) uint8 observations and (B,) bool."""
        return self._alone.act(observations[:, None], started)[:, 0]


def _alone(population: "TrainedPopulation", learner: int) -> "TrainedPopulation":
    """One learner as a population of one agent: every parameter has the learner as first axis."""
    from .networks import Networks
    from .trained import TrainedPopulation

    networks = Networks(replace(population.networks.architecture, agents=1, learners=1))
    weights = population.networks.state_dict()
    networks.load_state_dict({name: weight[learner : learner + 1] for name, weight in weights.items()})
    return TrainedPopulation(networks, population.interface, population.greedy)


def load_residents(specs: Sequence[Spec], focal: str = "agent_0", game: Any = None) -> list[Policy]:
    """Residents for the learner `focal`, from scripted names and run folders: one for each other slot.

    specs: in the order of the agents, as in `["sustainable"] * 5 + ["runs/first"]`. A run folder acts for a
    slot with the network that it trained for that slot, by its last checkpoint; the run may have had another
    number of agents. Equal names give one policy with several bodies where all act by the same rules.
    game: the one that they are to play (`make_batch(...).game`); by default scripted agents play one with a
    map, and whether a run's actions and planes are those of the game is checked where it is used.
    Raises ValueError naming the spec that is unknown or has no network for its slot; FileNotFoundError or
    ValueError naming a run's file that is missing or damaged.
    """
    slots = _slots_beside(focal, specs)
    runs = _load_runs(specs, game)
    made: dict[tuple[str, int | None], Policy] = {}
    residents = []
    for i, (spec, slot) in enumerate(zip(map(str, specs), slots, strict=True)):
        try:
            resident = TrainedResident(runs[spec], slot) if spec in runs else make_scripted(spec, game)
        except ValueError as error:
            raise ValueError(f"specs[{i}]={spec!r}: {error}") from error
        residents.append(made.setdefault((spec, getattr(resident, "slot", None)), resident))
    return residents


def _slots_beside(focal: str, specs: Sequence[Spec]) -> list[int]:
    """The slots of the residents, in order."""
    if isinstance(specs, str | Path):
        raise ValueError(f"specs={specs!r} is one name; allowed: a list with one for each resident")
    agents = [f"agent_{slot}" for slot in range(len(specs) + 1)]
    if focal not in agents:
        raise ValueError(f"focal={focal!r} is unknown; known with {len(specs)} specs: {', '.join(agents)}")
    return [slot for slot, agent in enumerate(agents) if agent != focal]


def _load_runs(specs: Sequence[Spec], game: Any) -> "dict[str, TrainedPopulation]":
    """The populations of the run folders among `specs`, by name."""
    folders = {str(spec): i for i, spec in enumerate(specs) if not is_scripted(spec)}
    for folder, i in folders.items():
        if not Path(folder).is_dir():
            known = ", ".join(scripted_names())
            raise ValueError(
                f"specs[{i}]={folder!r} is unknown; allowed: a scripted agent ({known}) or a run folder"
            )
    if not folders:
        return {}
    from .trained import TrainedPopulation, load_trained

    runs = {folder: load_trained(folder, game=game) for folder in folders}
    for folder, run in runs.items():
        if not isinstance(run, TrainedPopulation):
            where = f"specs[{folders[folder]}]={folder!r}"
            raise ValueError(
                f"{where} negotiates for a whole population; allowed: a run that learned to play"
            )
    return {folder: run for folder, run in runs.items() if isinstance(run, TrainedPopulation)}
