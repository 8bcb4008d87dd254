"""Scripted agents of a game without a map: which there are, and how they fish."""

import numpy as np
import pytest
from altared.agents.population import load_population, make_scripted
from altared.agents.scripted import Random
from altared.envs import make_batch
from altared.scripts import evaluate
from altared.training.evaluate import play


def lake(worlds=4, **config):
    return make_batch("fishing", worlds, **config)


def population(who, batch):
    return load_population(who, batch.num_agents, batch.observation_space.shape, batch.game)


def test_greed_takes_the_most_and_ruins_the_lake():
    batch = lake()
    columns = play(batch, population("greedy", batch), 4, 0)
    assert columns["length"].tolist() == [3] * 4  # 100, 62.5 and 18.8 fish, of which 50 are asked for
    assert columns["collapsed"].all()


@pytest.mark.parametrize("preset", ["logistic", "govsim"])
def test_restraint_leaves_what_yields_the_most(preset):
    batch = lake(preset=preset)
    columns = play(batch, population("sustainable", batch), 4, 0)
    assert not columns["collapsed"].any()
    assert (columns["optimality"] > 0.9).all()


def test_restraint_in_govsim_is_10_each():
    batch = lake(1, preset="govsim")
    people = population("sustainable", batch)
    people.start(1, 0)
    seen, started = batch.reset(seed=0), np.ones(1, bool)
    for _ in range(11):
        step = batch.step(people.act(seen, started))
        seen, started = step.observations, np.zeros(1, bool)
        assert step.events.caught[0].tolist() == [10] * 5


def test_restraint_asks_for_the_highest_level_at_which_enough_is_left():
    batch = lake(levels=11)  # 50 are to be left; a level is 1 fish each, 5 together
    fisher = make_scripted("sustainable", batch.game)
    stocks = np.array([0, 49, 50, 54.9, 55, 62.5, 99.9, 100], np.float32) / 100
    seen = np.stack([stocks, *np.random.default_rng(0).random((3, 8))], 1).astype(np.float32)
    assert fisher.act(seen, np.zeros(8, bool)).tolist() == [0, 0, 0, 0, 1, 2, 9, 10]


@pytest.mark.parametrize(("levels", "preset"), [(5, "logistic"), (26, "ostrom")])
def test_random_ones_choose_all_levels_and_no_other(levels, preset):
    batch = lake(64, preset=preset, levels=levels)
    people = population("random", batch)
    people.start(64, 0)
    seen = batch.reset(seed=0)
    drawn = np.stack([people.act(seen, np.ones(64, bool)) for _ in range(5)])
    assert set(drawn.ravel().tolist()) == set(range(levels))
    assert make_scripted("random", make_batch("commons_harvest").game) == Random()


def test_different_ones_fish_together():
    batch = lake(2)
    people = population(["greedy", "sustainable", "greedy", "random", "sustainable"], batch)
    people.start(2, 0)
    asked = people.act(batch.reset(seed=0), np.ones(2, bool))
    assert asked[:, [0, 2]].tolist() == [[10, 10]] * 2
    assert asked[:, [1, 4]].tolist() == [[10, 10]] * 2  # an equal share of the 50 fish above 50
    assert asked.dtype == np.int32


def test_who_does_not_fish_is_refused_with_those_who_do():
    batch = lake()
    with pytest.raises(
        ValueError, match=r"enforcer does not play fishing; .* do: random, greedy, sustainable"
    ):
        population("enforcer", batch)
    with pytest.raises(ValueError, match="fishing takes numbers: actions='discrete'"):
        population("random", lake(actions="continuous"))


def test_the_command_compares_them(capsys):
    command = ["fishing", "--populations", "random", "greedy,sustainable*4", "--episodes", "4"]
    assert evaluate.main([*command, "--metrics", "optimality", "collapse_step"]) == 0
    assert "optimality" in capsys.readouterr().out
