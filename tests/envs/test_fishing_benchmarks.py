"""What a lake can yield, against closed forms and against the rules played out."""

from dataclasses import replace

import numpy as np
import pytest
from altared.envs import fishing_v0
from altared.envs.games.fishing import benchmarks, playouts
from altared.envs.games.fishing.benchmarks import nash_catch, optimal_return, social_optimum
from altared.envs.games.fishing.playouts import play_out

LOGISTIC, GOVSIM, OSTROM = (fishing_v0.configure(preset=name) for name in ("logistic", "govsim", "ostrom"))
FREE = {"effort_cost": 0.0, "critical_stock": 0.0}


def collective(config, policy, **options):
    """Mean collective return of a policy."""
    return play_out(config, policy, **options).returns.sum(-1).mean()


# Closed forms ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(("r", "k"), [(0.5, 100.0), (0.2, 100.0), (0.8, 300.0)])
def test_the_largest_sustainable_yield_is_rk_over_4_at_half_the_capacity(r, k):
    config = fishing_v0.configure(growth=r, capacity=k, initial_stock=k / 2)
    assert benchmarks.maximum_sustainable_yield(config) == pytest.approx((r * k / 4, k / 2))
    # no other stock yields more, and played out that one does not change
    left = np.linspace(0, k, 1001)
    assert (r * left * (1 - left / k)).max() == pytest.approx(r * k / 4)
    start = replace(config, initial_stock=k / 2 + r * k / 4, catch_limit=k)
    played = play_out(start, playouts.sustainable)
    assert played.stocks == pytest.approx(np.full_like(played.stocks, k / 2 + r * k / 4))
    assert played.catches.sum(-1) == pytest.approx(np.full((200, 1), r * k / 4))


def test_with_proportional_growth_it_is_what_grows_back_to_the_capacity():
    assert benchmarks.maximum_sustainable_yield(GOVSIM) == (50, 50)
    assert benchmarks.maximum_sustainable_yield(replace(GOVSIM, critical_stock=60.0)) == (40, 60)


@pytest.mark.parametrize(("c", "p", "q"), [(0.2, 1.0, 0.01), (3.0, 2.0, 0.05)])
def test_the_open_access_stock_is_c_over_pq(c, p, q):
    config = fishing_v0.configure(effort_cost=c, price=p, catchability=q)
    stock = benchmarks.open_access_stock(config)
    assert stock == pytest.approx(c / (p * q))
    # there a fish costs its price; below nobody fishes, above everybody does
    assert nash_catch(config, [stock * 0.99, stock * 1.01]).tolist() == [0, stock * 1.01 / 5]
    assert benchmarks.collective_reward(config, np.array([stock]), np.array([5.0])) == pytest.approx(0)


def test_govsim_yields_650_with_10_each_and_20_in_the_last_round():
    assert optimal_return(GOVSIM, np.array([100.0])) == pytest.approx(650)
    played = play_out(GOVSIM, playouts.optimal)
    assert played.returns.sum() == pytest.approx(650)
    assert played.catches[:, 0] == pytest.approx(np.repeat([[10.0]] * 11 + [[20.0]], 5, 1))
    assert played.stocks[:, 0].tolist() == [100] * 12 + [0]


def test_ostrom_8_tokens_each_in_equilibrium_and_36_in_all_at_the_optimum():
    assert nash_catch(OSTROM, 200.0) == pytest.approx(8)
    optimum = social_optimum(OSTROM)
    assert optimum.catches[1, -1] == pytest.approx(36)
    assert optimum.values[1, -1] == pytest.approx(1324)
    assert collective(OSTROM, playouts.myopic) == pytest.approx(1128)
    assert collective(OSTROM, playouts.optimal) == pytest.approx(1324)


def test_in_one_free_step_all_is_taken():
    config = fishing_v0.configure(max_cycles=1, catch_limit=100.0, **FREE)
    assert optimal_return(config, np.array([0.0, 33.0, 100.0])) == pytest.approx([0, 33, 100])


def test_two_free_steps_leave_half_the_capacity_less_nothing():
    # maximise (S - E) + E + r E (1 - E / K): growth is largest at K / 2, whatever S is
    config = fishing_v0.configure(max_cycles=2, catch_limit=100.0, **FREE)
    assert optimal_return(config, np.array([100.0])) == pytest.approx(112.5)
    assert play_out(config, playouts.optimal).stocks[1] == pytest.approx(62.5)


def test_a_long_free_game_leaves_half_the_capacity_until_the_end():
    # 50 at once, rK/4 a step, and the rest at the end
    config = fishing_v0.configure(max_cycles=50, catch_limit=100.0, **FREE)
    assert optimal_return(config, np.array([100.0])) == pytest.approx(50 + 49 * 12.5 + 50, rel=1e-6)
    assert social_optimum(config).catches[25, -1] == pytest.approx(50)


def test_three_steps_against_all_whole_catches():
    config = fishing_v0.configure(max_cycles=3, catch_limit=100.0, critical_stock=7.0)

    def after(left):
        return np.where(left >= 7, left + 0.5 * left * (1 - left / 100), -1.0)

    def pay(stock, catch):
        allowed = (catch <= stock) & (stock > 0)
        return np.where(
            allowed, catch * (1 - 0.2 / (0.01 * np.maximum(stock, 1e-9))), np.where(catch > 0, -1e9, 0)
        )

    h1, h2 = np.meshgrid(np.arange(101.0), np.arange(101.0), indexing="ij")
    second = after(100 - h1)
    third = np.where(second >= 0, after(second - h2), -1)
    last = np.maximum(third - 20, 0)  # all of it, where it pays at that stock
    best = (pay(100.0, h1) + pay(second, h2) + np.where(third > 0, last, 0)).max()
    assert optimal_return(config, np.array([100.0])) == pytest.approx(best, rel=2e-3)
    assert optimal_return(config, np.array([100.0])) >= best - 0.02


def test_with_shocks_a_constant_is_left():
    # Reed 1979: with a constant cost of a fish, the optimal escapement does not depend on the stock
    config = fishing_v0.configure(max_cycles=60, catch_limit=100.0, growth_noise=0.2, **FREE)
    optimum = social_optimum(config)
    above = optimum.stocks >= 60
    left = (optimum.stocks - optimum.catches[30])[above]
    assert left == pytest.approx(np.full(left.size, left[0]), abs=0.41)
    expected = optimal_return(config, np.array([100.0]))
    played = play_out(config, playouts.optimal, worlds=4000).returns.sum(-1)
    assert played.mean() == pytest.approx(expected[0], abs=4 * played.std() / np.sqrt(4000) + 0.5)
    assert expected < optimal_return(replace(config, growth_noise=0.0), np.array([100.0]))


# Against the rules ----------------------------------------------------------------------------------


@pytest.mark.parametrize("config", [LOGISTIC, GOVSIM, OSTROM], ids=lambda c: c.preset)
def test_the_optimum_is_reached_by_its_policy_and_by_no_other(config):
    best = optimal_return(config, np.array([config.initial_stock]))[0]
    assert collective(config, playouts.optimal) == pytest.approx(best, rel=2e-3)
    for policy in (playouts.greedy, playouts.myopic, playouts.sustainable):
        assert collective(config, policy) <= best * 1.001


def test_the_optimum_where_the_agents_cannot_take_all_they_would():
    config = fishing_v0.configure(catch_limit=0.03, max_cycles=20)  # less than a step of the grid
    best = optimal_return(config, np.array([100.0]))[0]
    assert collective(config, playouts.greedy) == pytest.approx(best, rel=1e-3)


def test_no_catch_of_ones_own_pays_better_in_one_step_than_the_equilibrium():
    for config in (
        LOGISTIC,
        GOVSIM,
        OSTROM,
        replace(LOGISTIC, crowding=0.05),
        replace(OSTROM, unit_cost=12.0),
    ):
        for stock in np.linspace(1, config.capacity, 12):
            others = float(benchmarks.nash_request(config, stock))
            own = np.linspace(0, config.catch_limit, 401)
            total = own + others * (config.num_agents - 1)
            scale = np.minimum(1, stock / np.maximum(total, 1e-12))
            gained = (
                np.array(
                    [
                        benchmarks.collective_reward(config, np.array(stock), np.array(t))
                        - config.num_agents * config.income
                        for t in total * scale
                    ]
                )
                * own
                / np.maximum(total, 1e-12)
            )
            at = others + others * (config.num_agents - 1)
            here = benchmarks.collective_reward(config, np.array(stock), np.array(min(at, stock)))
            here = (here - config.num_agents * config.income) * (others / at if at else 0)
            assert gained.max() <= here + 1e-9 + 1e-3 * abs(here)


def test_agents_who_think_of_no_other_step_ruin_the_logistic_lake():
    optimal, myopic, greedy = (
        collective(LOGISTIC, policy) for policy in (playouts.optimal, playouts.myopic, playouts.greedy)
    )
    assert greedy <= myopic < 0.2 * optimal
    assert np.isnan(play_out(LOGISTIC, playouts.myopic, worlds=2).stocks[-1]).sum() == 0
    assert len(play_out(LOGISTIC, playouts.myopic).catches) < 20


def test_played_out_episodes_end_where_they_end():
    config = replace(LOGISTIC, growth_noise=0.3, max_cycles=30)
    played = play_out(config, playouts.myopic, worlds=20)
    ended = np.isnan(played.stocks).sum(0)
    assert len(set(ended.tolist())) > 1
    assert np.array_equal(np.isnan(played.stocks[1:]), np.isnan(played.catches).all(-1))
    assert played.returns == pytest.approx(np.nansum(played.rewards, 0))


def test_what_cannot_be_computed_is_refused_or_undefined():
    endless, long = (replace(LOGISTIC, max_cycles=n) for n in (0, benchmarks.LONGEST + 1))
    for config in (endless, long):
        with pytest.raises(ValueError, match=f"max_cycles={config.max_cycles} .* takes 1 .. 2000 steps"):
            social_optimum(config)
        assert np.isnan(optimal_return(config, np.array([100.0]))).all()
    with pytest.raises(ValueError, match="max_cycles=0"):
        play_out(endless, playouts.greedy)
    assert np.isnan(benchmarks.open_access_stock(replace(LOGISTIC, price=0.0)))
