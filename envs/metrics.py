"""Metrics of finished episodes, after Perolat et al. 2017 (arXiv 1707.06600) where they defined one.

Undefined values are NaN, never a made-up number.
"""

import numpy as np


def equality(returns: np.ndarray) -> np.ndarray:
    """1 - sum_ij |R_i - R_j| / (2 N sum_i R_i) for returns (E, N); NaN where the sum is not positive."""
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


def ratio(part: np.ndarray, whole: np.ndarray) -> np.ndarray:
    """part / whole, NaN where whole is 0."""
    return np.divide(part, whole, out=np.full(np.shape(whole), np.nan), where=np.asarray(whole) != 0)
