"""Metrics of finished episodes, after Perolat et al. 2017 (arXiv 1707.06600) where they defined one.

Undefined values are NaN, never a made-up number.
"""

import math

import numpy as np


def equality(returns: np.ndarray) -> np.ndarray:
    """1 - sum_ij |R_i - R_j| / (2 N sum_i R_i) for returns (E, N), the Gini coefficient taken from 1.

    NaN where the sum is not positive.
    """
    total = returns.sum(-1)
    gaps = np.abs(returns[:, :, None] - returns[:, None, :]).sum((-1, -2))
    positive = total > 0
    result = np.full(total.shape, np.nan)
    result[positive] = 1 - gaps[positive] / (2 * returns.shape[-1] * total[positive])
    return result


def sustainability(rewarded: np.ndarray, rewarded_at: np.ndarray) -> np.ndarray:
    """Mean over agents of the mean step at which each was rewarded; never-rewarded agents are left out.

    rewarded (E, N) counts each agent's rewarded steps, rewarded_at (E, N) sums their numbers (from 1).
    NaN where nobody was rewarded.
    """
    someone = rewarded > 0
    mean_step = np.divide(rewarded_at, rewarded, out=np.zeros(rewarded.shape), where=someone)
    agents = someone.sum(-1)
    return ratio(mean_step.sum(-1), agents)


def episode_of(episodes: dict[str, np.ndarray], row: int, agent: int) -> dict[str, float]:
    """The metrics of one ended episode, with the agent's own entries where agents differ.

    Undefined metrics are left out: NaN is not equal to itself, and comparisons of infos would fail.
    """
    numbers = {name: values[row] for name, values in episodes.items() if name != "world"}
    plain = {name: float(value[agent] if value.ndim else value) for name, value in numbers.items()}
    return {name: value for name, value in plain.items() if not math.isnan(value)}


def ratio(part: np.ndarray, whole: np.ndarray) -> np.ndarray:
    """part / whole, NaN where whole is 0."""
    return np.divide(part, whole, out=np.full(np.shape(whole), np.nan), where=np.asarray(whole) != 0)
