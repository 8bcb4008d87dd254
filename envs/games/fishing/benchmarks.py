"""What a lake can yield: the social optimum and the stage game's equilibrium, computed, not trained."""

from functools import lru_cache
from typing import NamedTuple

import numpy as np

from .config import FishingConfig

POINTS = 501  # of the grid of stocks, besides special ones
LONGEST = 2000  # steps for which the optimum is computed
NODES = 9  # of the quadrature over shocks


class Optimum(NamedTuple):
    """The most that all agents together can expect, and the catch that gets it.

    By dynamic programming, backwards from the last step, over a grid of stocks with linear interpolation
    between. What is left after the catch lies on the grid too, so a catch is exact to `capacity / 500`; the
    values err in the second order of that. Shocks are averaged by Gauss-Legendre quadrature. It is the
    optimum of those who know the stock, may catch any amount, and value nothing after the last step:
    `observation_noise` and `levels` are left out. Where growth has shocks, single episodes may do better.
    Where effort costs, a catch is cheap from a large stock, and it may be best to fish in pulses.
    """

    stocks: np.ndarray  # (G,) fish, from 0 to the capacity
    values: np.ndarray  # (T + 1, G) expected collective return with so many steps to go
    catches: np.ndarray  # (T + 1, G) fish for all agents together to catch now, with so many steps to go


@lru_cache(maxsize=32)
def social_optimum(config: FishingConfig) -> Optimum:
    """The optimum of the game; it takes a time limit of at most `LONGEST` steps."""
    if not 0 < config.max_cycles <= LONGEST:
        raise ValueError(
            f"max_cycles={config.max_cycles} is not allowed: the optimum takes 1 .. {LONGEST} steps"
        )
    stocks = _grid(config)
    most = np.minimum(stocks, config.num_agents * config.largest_catch)
    left = np.concatenate([stocks, stocks - most])  # what may be left: on the grid, or by the largest catch
    catch = stocks[:, None] - stocks
    allowed = (catch >= 0) & (catch <= most[:, None])
    paid = np.where(allowed, collective_reward(config, stocks[:, None], np.maximum(catch, 0)), -np.inf)
    paid_most = collective_reward(config, stocks, most)
    values = np.zeros((config.max_cycles + 1, stocks.size))
    catches = np.zeros_like(values)
    shocks, weights = _shocks(config)
    viable, following = (
        _is_viable(config, left),
        np.minimum(shocks[:, None] * grown(config, left), config.capacity),
    )
    for steps in range(1, config.max_cycles + 1):
        later = np.where(viable, weights @ np.interp(following, stocks, values[steps - 1]), 0.0)
        total = paid + later[: stocks.size]
        choice = total.argmax(1)
        best, best_catch = total[np.arange(stocks.size), choice], stocks - stocks[choice]
        largest = paid_most + later[stocks.size :]
        values[steps] = np.maximum(best, largest)
        catches[steps] = np.where(largest > best, most, best_catch)
    return Optimum(stocks, values, catches)


def optimal_return(config: FishingConfig, start: np.ndarray) -> np.ndarray:
    """(E,) the optimal collective return from first stocks (E,); NaN where there is none to compute."""
    if start.size == 0 or not 0 < config.max_cycles <= LONGEST:
        return np.full(start.shape, np.nan)
    optimum = social_optimum(config)
    return np.interp(start, optimum.stocks, optimum.values[config.max_cycles])


def collective_reward(config: FishingConfig, stock: np.ndarray, catch: np.ndarray) -> np.ndarray:
    """What all agents earn in a step in which they catch `catch` in all from `stock`, whoever gets it."""
    return (_worth(config, stock) - config.crowding * catch) * catch + config.num_agents * config.income


def nash_catch(config: FishingConfig, stock: np.ndarray) -> np.ndarray:
    """Fish that each agent gets in the symmetric equilibrium of one step, where nobody thinks of the next.

    With crowding b and a fish worth m (price less costs before crowding), m - b X - b x = 0 for each:
    x = m / (b (N + 1)), within what may be asked. Where that is more than there is, all ask for the most.
    """
    stock = np.asarray(stock, np.float64)
    return np.minimum(nash_request(config, stock), stock / config.num_agents)


def nash_request(config: FishingConfig, stock: np.ndarray) -> np.ndarray:
    """Fish that each agent asks for in that equilibrium."""
    stock = np.asarray(stock, np.float64)
    limit, agents = config.largest_catch, config.num_agents
    worth = np.maximum(_worth(config, stock), 0.0)
    wanted = np.where(worth > 0, limit, 0.0)
    if config.crowding > 0:
        wanted = np.minimum(worth / (config.crowding * (agents + 1)), limit)
    return np.where(agents * wanted > stock, limit, wanted)


def maximum_sustainable_yield(config: FishingConfig) -> tuple[float, float]:
    """The largest catch of all that can go on for ever, fish a step, and what it leaves, without shocks.

    Logistic: r K / 4, leaving K / 2 (or the critical stock, where that is more). Proportional: growth up to
    the capacity, leaving the least that grows back to it.
    """
    left = config.capacity / 2 if config.law == "logistic" else config.capacity / (1.0 + config.growth)
    left = max(left, config.critical_stock)
    return float(np.minimum(grown(config, np.array(left)), config.capacity)) - left, left


def desired_catch(config: FishingConfig) -> float:
    """Fish for all agents together in a step that would be best for them: the yardstick of a tax on catches.

    What earns most among the catches that can go on for ever, without shocks; in a one-shot game, at once.
    """
    left = np.linspace(0.0, config.capacity, 10_001)
    stock = np.full(left.shape, config.initial_stock)
    if config.max_cycles != 1:
        stock = np.minimum(grown(config, left), config.capacity)
    catch = stock - left
    lasting = (catch >= 0) & (_is_viable(config, left) | (config.max_cycles == 1))
    within = lasting & (catch <= config.num_agents * config.largest_catch)
    earned = np.where(within, collective_reward(config, stock, np.maximum(catch, 0.0)), -np.inf)
    return float(catch[np.argmax(earned)])


def open_access_stock(config: FishingConfig) -> float:
    """The stock at which a fish is worth no more than it costs: c / (p q) without other costs.

    At smaller ones nobody gains by fishing. NaN where it never is worth it.
    """
    gain = config.price - config.unit_cost
    return config.effort_cost / (config.catchability * gain) if gain > 0 else float("nan")


def grown(config: FishingConfig, left: np.ndarray) -> np.ndarray:
    """The stock after growth, before shocks and the capacity, if it is viable."""
    share = 1.0 - left / config.capacity if config.law == "logistic" else 1.0
    return left + config.growth * left * share


def _worth(config: FishingConfig, stock: np.ndarray) -> np.ndarray:
    """Price of a fish less its costs, before crowding; 0 where there is no fish."""
    effort = np.divide(
        config.effort_cost / config.catchability, stock, out=np.full(np.shape(stock), np.inf), where=stock > 0
    )
    return np.where(stock > 0, config.price - config.unit_cost - np.where(stock > 0, effort, 0.0), 0.0)


def _is_viable(config: FishingConfig, left: np.ndarray) -> np.ndarray:
    return (left > 0) & (left >= config.critical_stock)


def _grid(config: FishingConfig) -> np.ndarray:
    """Stocks from 0 to the capacity: evenly spaced, and those at which something changes."""
    return np.union1d(
        np.linspace(0.0, config.capacity, POINTS), [config.critical_stock, config.initial_stock]
    )


def _shocks(config: FishingConfig) -> tuple[np.ndarray, np.ndarray]:
    """Factors of growth and their weights."""
    if config.growth_noise == 0:
        return np.ones(1), np.ones(1)
    nodes, weights = np.polynomial.legendre.leggauss(NODES)
    return 1.0 + config.growth_noise * nodes, weights / 2
