"""Scripted agents under a rule, in whole episodes of Altared Harvest: they read it, keep it, enforce it."""

import numpy as np
import pytest
from altared.agents.population import load_population
from altared.agents.scripted import SCRIPTED
from altared.envs import make_batch
from altared.training.evaluate import play

WORLDS = 6
CITIZENS = ("compliant", "enforcer", "patroller", "badge_hunter", "violate_and_police", "vigilante")


def lived(population, **config):
    """Means over an episode of every world, on the preset `feasible`."""
    batch = make_batch("altared_harvest", WORLDS, preset="feasible", max_cycles=400, **config)
    columns = play(batch, load_population(population, batch.num_agents), WORLDS, 3)
    defined = {name: column[~np.isnan(column)] for name, column in columns.items()}
    return {name: float(column.mean()) for name, column in defined.items() if column.size}


@pytest.fixture(scope="module")
def found():
    return {name: lived(name) for name in ("greedy", "random", *CITIZENS)}


def test_compliers_keep_the_rule_and_never_fire(found):
    assert found["compliant"]["compliance"] > 0.88
    assert found["compliant"]["shots"] == 0
    assert found["greedy"]["compliance"] < 0.8


def test_enforcers_sanction_the_guilty_alone(found):
    among = lived(["greedy"] * 3 + ["enforcer"] * 4)
    assert among["correct_sanctions"] > 0.5
    assert among["precision"] > among["base_rate"] + 0.3
    assert found["enforcer"]["misdirected_sanctions"] < 4


def test_badge_hunters_shoot_the_innocent_too():
    among = lived(["badge_hunter"] * 3 + ["compliant"] * 4)
    assert among["precision"] < 0.5
    assert among["misdirected_sanctions"] > 1


def test_restraint_leaves_the_commons_alive(found):
    for name in ("compliant", "enforcer", "patroller"):
        assert found[name]["corrected_return"] > 1.5 * found["greedy"]["corrected_return"]
        assert found[name]["depletion"] < 0.9


def test_they_who_violate_and_police_do_both(found):
    assert found["violate_and_police"]["correct_sanctions"] > 0.5
    assert found["violate_and_police"]["depletion"] == pytest.approx(1.0, abs=0.05)


def test_vigilantes_do_not_consult(found):
    hidden = lived("vigilante", condition="hidden")
    assert hidden["compliance"] == pytest.approx(found["vigilante"]["compliance"], abs=1e-9)
    assert hidden["sanctions"] == pytest.approx(found["vigilante"]["sanctions"], abs=1e-9)


def test_without_a_display_nobody_can_comply(found):
    hidden = lived("compliant", condition="hidden")
    assert hidden["compliance"] < found["compliant"]["compliance"] - 0.1


@pytest.mark.parametrize("name", SCRIPTED)
def test_an_agent_acts_the_same_again(name):
    acted = []
    for _ in range(2):
        batch = make_batch("altared_harvest", 2, map="altared_small", num_agents=4)
        population = load_population(name, 4)
        population.start(2, 5)
        observations, started, actions = batch.reset(seed=5), np.ones(2, bool), []
        for _ in range(40):
            action = np.array(population.act(observations, started))
            step = batch.step(action)
            observations, started = step.observations, step.terminated | step.truncated
            actions.append(action)
        acted.append(np.array(actions))
    assert np.array_equal(*acted)
    assert acted[0].min() >= 0
    assert acted[0].max() <= 7


@pytest.mark.parametrize("name", SCRIPTED)
def test_every_agent_plays_where_there_is_no_altar_and_where_bodies_are_marked(name):
    for game in ("commons_harvest", "poison_berries"):
        batch = make_batch(game, 1, max_cycles=30)
        columns = play(batch, load_population(name, batch.num_agents), 1, 0)
        assert columns["length"].tolist() == [30.0]
