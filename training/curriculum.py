"""Residents that have some slots at the start of a run and leave bit by bit.

For every episode each slot of each world is drawn anew: with the chance `share`, which the trainer lowers,
one of the residents has it, each as likely as the others. A run folder among them acts for a slot with the
network that it trained for that slot; one that trained a population draws its policies anew.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np

from ..agents.policy import Population
from ..agents.policy_state import restore, state_of
from ..agents.population import load_population
from ..agents.tensors import Tensors

NO_RESIDENT = -1  # in the place of a resident's number: a learner has the slot


class ResidentSchedule:
    """Which residents act where, with which chance; an implementation of `slots.Residents`."""

    def __init__(self, populations: Sequence[Population], num_agents: int, share: float) -> None:
        """populations: one for each resident, of `num_agents` agents, in which only some slots are heeded."""
        self.populations, self.num_agents, self.share = list(populations), num_agents, share
        self.who = np.zeros((0, num_agents), np.int64)  # (W, N) number of the resident, or NO_RESIDENT

    def start(self, worlds: int, seed: int) -> None:
        """Prepare for so many worlds; the first call of `act` draws who has which slot."""
        own, *seeds = np.random.SeedSequence([seed, 1]).spawn(1 + len(self.populations))
        self.random = np.random.default_rng(own)
        self.who = np.full((worlds, self.num_agents), NO_RESIDENT)
        for population, words in zip(self.populations, seeds, strict=True):
            population.start(worlds, int(words.generate_state(1, np.uint32)[0]))

    def act(self, observations: np.ndarray, started: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """(W, N, *view) and bool (W,): first view of an episode, to actions and residents' slots, (W, N).

        A resident is asked only while it has a slot somewhere; what it forgot to see elsewhere does not
        matter, since all forget at the start of an episode, and that is when slots are reassigned.
        """
        self._draw(started)
        actions = np.zeros(self.who.shape, np.int64)
        for number, population in enumerate(self.populations):
            mine = self.who == number
            if mine.any():
                actions[mine] = population.act(observations, started)[mine]
        return actions, self.who != NO_RESIDENT

    def _draw(self, started: np.ndarray) -> None:
        """Draw for the episodes that begin, in the order of the worlds."""
        shape = int(started.sum()), self.num_agents
        if shape[0]:
            taken = self.random.random(shape) < self.share
            number = self.random.integers(0, len(self.populations), shape)
            self.who[started] = np.where(taken, number, NO_RESIDENT)

    def state(self) -> Tensors:
        """All that its next actions depend on."""
        return state_of(self)

    def load_state(self, state: Tensors) -> None:
        """The inverse of `state`, after `start` with the same worlds."""
        restore(self, state)


def resident_schedule(names: Sequence[str], share: float, batch: Any) -> ResidentSchedule | None:
    """The residents of these names for a batch, None without any.

    Raises ValueError naming a resident that is unknown or does not play the game.
    """
    if not names:
        return None
    view, num_agents = batch.observation_space.shape, batch.num_agents
    populations = [_population(name, batch.game, view, num_agents) for name in names]
    return ResidentSchedule(populations, num_agents, share)


def _population(name: str, game: Any, view: tuple[int, ...], num_agents: int) -> Population:
    try:
        return load_population(name, num_agents, view, game)
    except ValueError as error:
        raise ValueError(f"residents: {error}") from error
