"""Populations: who acts for which slot, from which numbers, and what is refused."""

import re

import numpy as np
import pytest
from altared.agents.population import Mixed, Slots, load_population
from altared.agents.scripted import Greedy, Random, Sustainable


class Sees:
    """Acts with what it sees: the number in its view, plus ten on an episode's first view."""

    def start(self, bodies, seed):
        self.bodies, self.seed = bodies, seed

    def act(self, observations, started):
        assert len(observations) == len(started) == self.bodies
        return observations[:, 0, 0, 0].astype(np.int32) + 10 * started


def numbered(worlds: int, agents: int) -> np.ndarray:
    """Views that carry their own index, world by world: (W, N, 1, 1, 2) uint8."""
    views = np.zeros((worlds, agents, 1, 1, 2), np.uint8)
    views[..., 0, 0, 0] = np.arange(worlds * agents).reshape(worlds, agents)
    return views


def test_every_slot_gets_its_own_views_and_starts():
    a, b = Sees(), Sees()
    slots = Slots([a, b, a])
    slots.start(2, seed=0)
    assert (a.bodies, b.bodies) == (4, 2)
    actions = slots.act(numbered(2, 3), np.array([False, True]))
    assert actions.tolist() == [[0, 1, 2], [13, 14, 15]]
    assert actions.dtype == np.int32


def test_equal_policies_are_stepped_together():
    policies = [Greedy(), Greedy(), Sustainable(), Sustainable(spare=5)]
    assert policies[0] == policies[1]
    assert len({id(group[0]) for group in Slots(policies)._groups}) == 3


def test_a_slot_draws_the_same_numbers_whoever_lives_beside_it():
    views, started = numbered(3, 2), np.zeros(3, bool)
    beside_greedy, beside_sustainable = Slots([Random(), Greedy()]), Slots([Random(), Sustainable()])
    for population in (beside_greedy, beside_sustainable):
        population.start(3, seed=4)
    assert all(
        np.array_equal(beside_greedy.act(views, started)[:, 0], beside_sustainable.act(views, started)[:, 0])
        for _ in range(20)
    )


def test_mixed_populations_act_for_their_own_slots():
    class Tens:
        def __init__(self, ten):
            self.ten = ten

        def start(self, num_worlds, seed):
            pass

        def act(self, observations, started):
            return self.ten + observations[..., 0, 0, 0].astype(np.int32)

    mixed = Mixed([(Tens(30), [0, 2]), (Tens(50), [1])])
    mixed.start(2, seed=0)
    assert mixed.act(numbered(2, 3), np.zeros(2, bool)).tolist() == [[30, 51, 32], [33, 54, 35]]


@pytest.mark.parametrize("spec", ["random", "greedy", "sustainable", ["greedy", "random", "greedy"]])
def test_populations_by_name(spec):
    population = load_population(spec, num_agents=3)
    population.start(2, seed=0)
    assert population.act(numbered(2, 3), np.ones(2, bool)).shape == (2, 3)


@pytest.mark.parametrize(
    ("spec", "message"),
    [
        ("greddy", "no population 'greddy': neither a scripted agent (random, greedy, sustainable"),
        (["greedy", "greedy"], "2 populations were named for 3 slots: name 1 or 3"),
        (["greedy", "greedy", "nobody"], "no population 'nobody'"),
    ],
)
def test_what_is_refused_is_named(spec, message):
    with pytest.raises(ValueError, match=re.escape(message)):
        load_population(spec, num_agents=3)
