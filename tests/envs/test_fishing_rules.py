"""Each rule of the lake by a worked example; its presets are in test_fishing_presets.py."""

import numpy as np
import pytest
from altared.envs import fishing_v0, make_batch
from altared.envs.engine.config import ConfigError

# A lake in which every number is easy to follow: nothing regrows, nothing costs.
PLAIN = {
    "num_agents": 3,
    "actions": "continuous",
    "catch_limit": 50.0,
    "growth": 0.0,
    "critical_stock": 0.0,
    "effort_cost": 0.0,
}


def lake(worlds=1, **changes):
    """A batch of that lake, begun; what has ended stands still."""
    batch = make_batch("fishing", worlds, auto_reset=False, **{**PLAIN, **changes})
    batch.reset(seed=0)
    return batch


def fish(batch, *catches):
    """Everybody asks in world 0."""
    return batch.step(np.array(catches, float).reshape(1, -1, 1))


# The catch ------------------------------------------------------------------------------------------


def test_all_get_what_they_ask_for_while_there_is_enough():
    batch = lake()
    step = fish(batch, 10, 0, 30.5)
    assert step.events.asked[0].tolist() == step.events.caught[0].tolist() == [10, 0, 30.5]
    assert batch.state.stock[0, 0] == 59.5
    assert step.rewards[0].tolist() == [10, 0, 30.5]


def test_more_than_the_stock_is_rationed_in_proportion():
    # 50 + 40 + 10 = 100 asked for, 80 there: everyone gets 4/5 of it
    batch = lake(initial_stock=80.0)
    step = fish(batch, 50, 40, 10)
    assert step.events.caught[0].tolist() == pytest.approx([40, 32, 8])
    assert batch.state.stock[0, 0] == 0
    assert step.terminated[0]


def test_exactly_the_stock_is_not_rationed():
    step = fish(lake(initial_stock=80.0), 50, 20, 10)
    assert step.events.caught[0].tolist() == [50, 20, 10]


def test_a_level_asks_for_its_share_of_the_limit():
    batch = lake(actions="discrete", levels=6)
    step = batch.step(np.array([[0, 1, 5]]))
    assert step.events.asked[0].tolist() == [0, 10, 50]
    assert batch.action_space.n == 6
    assert batch.game.actions == ("0 fish", "10 fish", "20 fish", "30 fish", "40 fish", "50 fish")
    assert batch.game.catches().tolist() == [0, 10, 20, 30, 40, 50]


# Growth ---------------------------------------------------------------------------------------------


def test_what_is_left_grows_logistically():
    # 100 - 60 = 40 are left; 40 + 0.5 * 40 * (1 - 40 / 100) = 52
    batch = lake(growth=0.5)
    step = fish(batch, 20, 20, 20)
    assert batch.state.stock[0, 0] == pytest.approx(52)
    assert step.events.regrown[0, 0] == pytest.approx(12)


@pytest.mark.parametrize(("left", "after"), [(10, 20), (50, 100), (60, 110), (0, 0)])
def test_what_is_left_doubles_up_to_the_capacity(left, after):
    batch = lake(law="proportional", growth=1.0, initial_stock=float(left + 10), capacity=110.0)
    step = fish(batch, 10, 0, 0)
    assert batch.state.stock[0, 0] == after
    assert step.events.regrown[0, 0] == batch.state.stock[0, 0] - left


@pytest.mark.parametrize(("left", "collapses"), [(4.5, True), (5, False), (5.5, False)])
def test_below_the_critical_stock_nothing_regrows_and_the_episode_terminates(left, collapses):
    batch = lake(growth=0.5, critical_stock=5.0)
    step = fish(batch, 50, 45 - left, 5)
    grown = left if collapses else left + 0.5 * left * (1 - left / 100)
    assert batch.state.stock[0, 0] == pytest.approx(grown)
    assert step.events.collapsed[0, 0] == step.terminated[0] == collapses


def test_an_empty_lake_has_collapsed_even_without_a_critical_stock():
    step = fish(lake(growth=0.5), 50, 50, 50)
    assert step.terminated[0]
    assert step.events.collapsed[0, 0]


def test_in_a_known_last_step_there_is_no_collapse():
    batch = lake(growth=0.5, known_end=True, max_cycles=2)
    assert not fish(batch, 1, 1, 1).terminated[0]
    step = fish(batch, 50, 50, 50)
    assert (step.terminated[0], step.truncated[0], step.events.collapsed[0, 0]) == (True, False, 0)
    assert step.episodes["collapsed"][0] == 0
    assert np.isnan(step.episodes["collapse_step"][0])


def test_a_cap_truncates():
    batch = lake(max_cycles=2)
    assert not fish(batch, 1, 1, 1).truncated[0]
    step = fish(batch, 1, 1, 1)
    assert (step.terminated[0], step.truncated[0]) == (False, True)


def test_a_collapse_at_the_cap_terminates():
    step = fish(lake(max_cycles=1), 50, 50, 50)
    assert (step.terminated[0], step.truncated[0]) == (True, False)


def test_shocks_are_uniform_around_what_grew_and_stop_at_the_capacity():
    batch = lake(2000, growth=0.5, growth_noise=0.2)
    batch.step(np.full((2000, 3, 1), 20.0))
    stocks = batch.state.stock[:, 0]  # 52 +- 20 %
    assert (stocks >= 41.6).all()
    assert (stocks <= 62.4).all()
    assert stocks.mean() == pytest.approx(52, abs=4 * 10.4 / np.sqrt(3 * 2000))
    assert stocks.std() == pytest.approx(10.4 / np.sqrt(3), rel=0.05)
    batch.reset(seed=0)
    batch.step(np.zeros((2000, 3, 1)))
    assert batch.state.stock.max() == 100


def test_the_first_stock_is_uniform_around_the_initial_one():
    batch = lake(2000, initial_stock=50.0, initial_spread=30.0)
    starts = batch.state.stock[:, 0]
    assert 20 <= starts.min() < 21
    assert 79 < starts.max() <= 80
    assert starts.mean() == pytest.approx(50, abs=4 * 30 / np.sqrt(3 * 2000))


# Reward ---------------------------------------------------------------------------------------------


def test_effort_costs_more_the_thinner_the_stock_is_before_the_catch():
    # a fish from 100 takes 1 / (0.01 * 100) = 1 unit of effort at 0.2, one from 50 takes 2
    batch = lake(effort_cost=0.2, catchability=0.01)
    step = fish(batch, 50, 0, 0)
    assert step.events.cost[0].tolist() == pytest.approx([10, 0, 0])
    step = fish(batch, 10, 5, 0)
    assert step.events.cost[0].tolist() == pytest.approx([4, 2, 0])
    assert step.rewards[0].tolist() == pytest.approx([6, 3, 0])


def test_price_unit_cost_crowding_and_income_add_up():
    # in all 30 fish: each costs 2 + 0.1 * 30 = 5, sells for 7, and 11 are earned beside
    step = fish(lake(price=7.0, unit_cost=2.0, crowding=0.1, income=11.0), 10, 20, 0)
    assert step.events.revenue[0].tolist() == pytest.approx([70, 140, 0])
    assert step.events.cost[0].tolist() == pytest.approx([50, 100, 0])
    assert step.events.income[0].tolist() == [11, 11, 11]
    assert step.rewards[0].tolist() == pytest.approx([31, 51, 11])


def test_a_rationed_agent_pays_for_what_it_got():
    step = fish(lake(initial_stock=50.0, unit_cost=0.5), 50, 50, 0)
    assert step.events.cost[0].tolist() == pytest.approx([12.5, 12.5, 0])


def test_reward_views_work():
    own, shared = lake(), lake(reward="shared")
    assert fish(own, 1, 2, 3).rewards[0].tolist() == [1, 2, 3]
    assert fish(shared, 1, 2, 3).rewards[0].tolist() == [6, 6, 6]
    averse = fish(lake(reward="inequity_aversion"), 1, 2, 3)
    # envy 5, guilt 0.05: agent 0 is 1 and 2 behind, agent 2 is 2 and 1 ahead
    assert averse.rewards[0].tolist() == pytest.approx(
        [1 - 5 * 3 / 2, 2 - 5 / 2 - 0.05 / 2, 3 - 0.05 * 3 / 2]
    )


# What is seen ---------------------------------------------------------------------------------------


def test_the_view_number_by_number():
    batch = lake(known_end=True, max_cycles=4, growth=0.5)
    assert batch.reset(seed=0)[0].tolist() == [[1, 0, 0, 0]] * 3
    seen = fish(batch, 10, 0, 50).observations[0]
    assert seen.dtype == np.float32
    assert seen == pytest.approx(np.array([[0.52, c / 50, 0.6, 0.25] for c in (10, 0, 50)], np.float32))
    assert batch.picture() == pytest.approx(np.array([0.52, 0.25, 0.2, 0, 1], np.float32))
    assert batch.state_space.contains(batch.picture())
    assert batch.reset()[0].tolist() == [[1, 0, 0, 0]] * 3  # the next episode knows nothing of it


def test_the_time_is_seen_only_where_the_end_is_known():
    assert fish(lake(), 1, 1, 1).observations[0, :, 3].tolist() == [0, 0, 0]


def test_each_agent_reads_the_stock_with_an_error_of_its_own_and_within_the_gauge():
    batch = lake(500, initial_stock=90.0, observation_noise=0.2)
    readings = batch.reset(seed=0)[..., 0]
    assert (readings[:, 0] != readings[:, 1]).any()
    assert readings.max() == 1  # 90 * 1.2 is off the gauge
    assert readings.min() == pytest.approx(0.72, abs=0.01)
    assert readings[readings < 1].std() > 0.05
    assert (batch.state.stock == 90).all()


# Holding, refusing ----------------------------------------------------------------------------------


def test_a_held_world_stands_still():
    batch = lake(2, growth=0.5)
    batch.step(np.full((2, 3, 1), 10.0))
    before = batch.snapshot()
    batch.worlds.write(batch.worlds.paused, [True, False])
    step = batch.step(np.full((2, 3, 1), 10.0))
    after = batch.snapshot()
    for name, array in before.items():
        if name.startswith(("state", "tally")) and "seed" not in name and "episode" not in name:
            assert np.array_equal(array[0], after[name][0]), name
    assert step.rewards[0].tolist() == [0, 0, 0]
    assert not step.events.caught[0].any()
    assert step.rewards[1].tolist() == [10, 10, 10]


@pytest.mark.parametrize("wrong", [np.nan, -0.5, 50.5, np.inf, -np.inf])
def test_a_catch_that_is_none_is_refused_naming_agent_and_value(wrong):
    batch = lake(2)
    before = batch.snapshot()
    actions = np.zeros((2, 3, 1))
    actions[1, 2, 0] = wrong
    with pytest.raises(ValueError, match=f"action {wrong} of agent_2 in world 1 .* numbers in 0 .. 50"):
        batch.step(actions)
    assert all(np.array_equal(array, before[name]) for name, array in batch.snapshot().items())


def test_a_level_that_is_none_is_refused():
    batch = lake(actions="discrete")
    with pytest.raises(ValueError, match=r"action 11 of agent_1 in world 0 .* 0 \.\. 10"):
        batch.step(np.array([[0, 11, 0]]))
    with pytest.raises(ValueError, match="integers"):
        batch.step(np.array([[0, 0.5, 0]]))


def test_all_that_lies_in_the_action_space_may_be_asked_for():
    batch = lake(catch_limit=0.1)  # float32 of 0.1 is more than 0.1
    assert float(batch.action_space.high[0]) > 0.1
    fish(batch, *[float(batch.action_space.high[0])] * 3)


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"price": -1.0}, "price=-1.0 .* number in 0"),
        ({"growth": -0.1}, "growth=-0.1 "),
        ({"capacity": 0.0}, "capacity=0.0 "),
        ({"initial_stock": -5.0}, "initial_stock=-5.0 "),
        ({"critical_stock": 101.0}, "critical_stock=101.0 .* at most the capacity, 100"),
        ({"initial_stock": 200.0}, "initial_stock=200.0 .* at most the capacity, 100"),
        ({"initial_stock": 90.0, "initial_spread": 20.0}, "initial_spread=20.0 .* at most 10"),
        ({"known_end": True, "max_cycles": 0}, "known_end=True .* False without a time limit"),
        ({"preset": "cod"}, "preset='cod' .* one of logistic, govsim, ostrom"),
        ({"actions": "box"}, "actions='box' .* discrete, continuous"),
    ],
)
def test_what_makes_no_sense_is_refused(fields, message):
    with pytest.raises(ConfigError, match=message):
        fishing_v0.configure(**fields)


def test_other_devices_and_views_are_refused():
    with pytest.raises(ValueError, match="device='cuda' is not allowed: fishing runs on device='cpu' alone"):
        make_batch("fishing", device="cuda")
    with pytest.raises(ValueError, match="observation='tiles' is unknown; known: vector"):
        make_batch("fishing", observation="tiles")
