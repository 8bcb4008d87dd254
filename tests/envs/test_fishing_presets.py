"""The presets of the lake as published, and the metrics of a worked episode."""

import numpy as np
import pytest
from altared.envs import fishing_v0, game_module, make, make_batch

from .test_fishing_rules import fish, lake

# Presets --------------------------------------------------------------------------------------------


def test_govsim_as_published():
    env = make("fishing", preset="govsim")
    assert env.action_space("agent_0").contains(np.array([100.0], np.float32))
    env.reset(seed=0)
    earned = 0.0
    for round_ in range(1, 13):
        catch = 10.0 if round_ < 12 else 20.0
        actions = {agent: [catch] for agent in env.agents}
        _, rewards, terminated, truncated, infos = env.step(actions)
        assert len(rewards) == 5
        earned += sum(rewards.values())
        assert all(terminated.values()) == (round_ == 12)
        assert not any(truncated.values())
    assert earned == 650
    episode = infos["agent_0"]["metrics"]
    assert (episode["optimality"], episode["collective_return"], episode["length"]) == (1, 650, 12)
    assert episode["equality"] == 1
    assert "collapse_step" not in episode


def test_govsim_collapses_when_less_than_five_are_left():
    env = make("fishing", preset="govsim")
    env.reset(seed=0)
    _, rewards, terminated, _, infos = env.step({agent: [100.0] for agent in env.agents})
    assert rewards["agent_0"] == 20
    assert all(terminated.values())
    assert infos["agent_0"]["collapsed"] == 1
    assert infos["agent_0"]["metrics"]["collapse_step"] == 1


@pytest.mark.parametrize(
    ("tokens", "together"), [(8.0, 1128.0), (4.5, 1324.0), (0.0, 1000.0), (25.0, -5400.0)]
)
def test_ostrom_pays_as_published(tokens, together):
    # u = 5 (25 - x) + (x / X) (23 X - X**2 / 4)
    env = make("fishing", preset="ostrom")
    env.reset(seed=0)
    _, rewards, terminated, _, _ = env.step({agent: [tokens] for agent in env.agents})
    assert sum(rewards.values()) == pytest.approx(together)
    assert len(rewards) == 8
    assert all(terminated.values())


def test_the_sizes_of_the_logistic_preset():
    c = fishing_v0.configure()
    assert (c.num_agents, c.capacity, c.growth, c.known_end, c.max_cycles) == (5, 100, 0.5, False, 200)
    assert c.effort_cost / (c.price * c.catchability) == pytest.approx(20)


def test_a_preset_gives_way_to_what_is_given():
    c = fishing_v0.configure(preset="govsim", max_cycles=30)
    assert (c.max_cycles, c.growth, c.known_end) == (30, 1, True)
    assert fishing_v0.choices(c.to_dict()) == {"preset": "govsim", "max_cycles": 30}


def test_single_worlds_take_fish_and_batches_levels_unless_told_otherwise():
    assert make("fishing").action_space("agent_0").shape == (1,)
    assert make_batch("fishing").action_space.n == 11
    assert make("fishing", actions="discrete").action_space("agent_0").n == 11
    assert game_module("fishing").env().action_space("agent_0").shape == (1,)
    assert make_batch("fishing", actions="continuous").action_space.high[0] == 10


# Metrics --------------------------------------------------------------------------------------------


def test_the_metrics_of_a_worked_episode():
    batch = lake(growth=0.5, critical_stock=5.0, max_cycles=10, reward="shared")
    fish(batch, 40, 20, 0)  # 40 left, 52 grown
    step = fish(batch, 20, 20, 10)  # 2 left
    numbers = {name: values[0] for name, values in step.episodes.items()}
    assert numbers["agent_return"].tolist() == pytest.approx([60, 40, 10])
    assert numbers["agent_paid"].tolist() == pytest.approx([110, 110, 110])
    assert numbers["collective_return"] == numbers["total_catch"] == pytest.approx(110)
    assert numbers["length"] == numbers["collapse_step"] == 2
    assert numbers["collapsed"] == 1
    assert numbers["mean_stock"] == pytest.approx(27)
    assert numbers["depletion"] == pytest.approx(0.98)
    assert numbers["equality"] == pytest.approx(1 - 2 * (20 + 50 + 30) / (2 * 3 * 110))


def test_optimality_is_undefined_without_a_time_limit_or_gain():
    assert np.isnan(fish(lake(max_cycles=0), 50, 50, 50).episodes["optimality"][0])
    assert np.isnan(fish(lake(price=0.0), 50, 50, 50).episodes["optimality"][0])
