"""Who lives in a world: populations put together from policies, and made from names and run folders."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from .policy import Policy, Population
from .scripted import SCRIPTED
from .scripted.registry import scripted_names, scripted_of


class Slots:
    """A population of one policy a slot; equal policies (`==`) are stepped together.

    A group's seed depends on the population's seed and on the group's first slot alone, so a policy
    draws the same numbers whoever lives in the other slots.
    """

    def __init__(self, policies: Sequence[Policy]):
        """policies: (N,) one for each slot, in the order of the agents."""
        self.num_agents = len(policies)
        self._groups: list[tuple[Policy, list[int]]] = []
        for slot, policy in enumerate(policies):
            for known, slots in self._groups:
                if known == policy:
                    slots.append(slot)
                    break
            else:
                self._groups.append((policy, [slot]))

    def start(self, num_worlds: int, seed: int) -> None:
        """Forget everything and prepare for `num_worlds` worlds."""
        for policy, slots in self._groups:
            own = np.random.SeedSequence([seed, slots[0]]).generate_state(1, np.uint64)[0]
            policy.start(num_worlds * len(slots), int(own))

    def act(self, observations: np.ndarray, started: np.ndarray) -> np.ndarray:
        """(W, N, rows, columns, 2) uint8 views and (W,) bool to (W, N) int32 actions."""
        actions = np.empty(observations.shape[:2], np.int32)
        for policy, slots in self._groups:
            views = observations if len(slots) == self.num_agents else observations[:, slots]
            bodies = views.reshape(-1, *views.shape[2:])
            actions[:, slots] = policy.act(bodies, np.repeat(started, len(slots))).reshape(-1, len(slots))
        return actions


class Mixed:
    """Populations side by side: each sees every world whole, and acts for its own slots alone."""

    def __init__(self, parts: Sequence[tuple[Population, list[int]]]):
        """parts: a population of N agents and the slots it acts for; together, each slot once."""
        self._parts = list(parts)

    def start(self, num_worlds: int, seed: int) -> None:
        """Start every part with the same seed."""
        for population, _ in self._parts:
            population.start(num_worlds, seed)

    def act(self, observations: np.ndarray, started: np.ndarray) -> np.ndarray:
        """(W, N, rows, columns, 2) uint8 views and (W,) bool to (W, N) int32 actions."""
        actions = np.empty(observations.shape[:2], np.int32)
        for population, slots in self._parts:
            actions[:, slots] = population.act(observations, started)[:, slots]
        return actions


Spec = str | Path


def load_population(
    spec: Spec | Sequence[Spec], num_agents: int, view: tuple[int, ...] | None = None, game: Any = None
) -> Population:
    """Make a population of `num_agents` from a scripted name, a run folder, or a list with one for each slot.

    In a list, a run folder acts for a slot with the network it trained for that slot. `game`: the one that
    they are to play; by default scripted agents play one with a map.
    Raises ValueError for an unknown name, a wrong number of specs, a run of another number of agents, a run
    that cannot act in the game (see transfer.py), or (where `view`, the shape of one agent's observation, is
    given) a run of other views.
    """
    if isinstance(spec, str | Path):
        return _load_one(spec, num_agents, view, game)
    if len(spec) != num_agents:
        raise ValueError(f"{len(spec)} populations were named for {num_agents} slots: name 1 or {num_agents}")
    slots = {one: [i for i, other in enumerate(spec) if other == one] for one in spec}
    return Mixed([(_load_one(one, num_agents, view, game), where) for one, where in slots.items()])


def is_scripted(spec: Spec) -> bool:
    """Whether `spec` names a scripted agent."""
    return str(spec) in scripted_names()


def make_scripted(name: str, game: Any = None) -> Policy:
    """The scripted agent of that name, for a game (`Game`), by default one with a map.

    Raises ValueError, naming those that do, if it does not play the game.
    """
    if game is None:
        if name not in SCRIPTED:
            raise ValueError(f"{name} plays a game of its own: give the game as well")
        return SCRIPTED[name]()
    players = scripted_of(game)
    if name not in players:
        raise ValueError(f"{name} does not play {game.name}; of the scripted agents do: {', '.join(players)}")
    return players[name](game)


def require_known(spec: Spec) -> None:
    """Raise ValueError, naming what is known, if `spec` is neither a scripted agent nor a folder."""
    if not is_scripted(spec) and not (spec and Path(spec).is_dir()):
        known = ", ".join(scripted_names())
        raise ValueError(f"no population {str(spec)!r}: neither a scripted agent ({known}) nor a run folder")


def _load_one(spec: Spec, num_agents: int, view: tuple[int, ...] | None, game: Any) -> Population:
    require_known(spec)
    if is_scripted(spec):
        return Slots([make_scripted(str(spec), game) for _ in range(num_agents)])
    from .trained import load_trained  # here, so that scripted agents need no torch

    population = load_trained(Path(spec), game=game)
    if population.num_agents != num_agents:
        raise ValueError(f"{spec} was trained with {population.num_agents} agents, the game has {num_agents}")
    if view not in (None, trained := population.networks.architecture.view):
        raise ValueError(f"{spec} was trained on views of shape {trained}, the game has {view}")
    return population
