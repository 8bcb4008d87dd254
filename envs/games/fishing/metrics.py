"""The metrics of fishing episodes, from their tallies."""

import numpy as np

from ...engine.social_metrics import equality
from . import tally as columns
from .benchmarks import optimal_return
from .config import FishingConfig
from .tally import Tally


def episode_metrics(tally: Tally, worlds: np.ndarray, config: FishingConfig) -> dict[str, np.ndarray]:
    """Metrics of the ended episodes of `worlds` (E,), each (E,) float64, `agent_*` (E, N).

    collective_return: sum of what all agents earned, whatever reward view pays them (agent_return is each
    agent's, agent_paid what its view handed out). equality: of returns, NaN where their sum is not
    positive. total_catch: fish caught by all. mean_stock: at the end of a step, mean over steps, in fish;
    depletion: 1 - stock / capacity at the end. collapsed: 1 where too few fish were left while there were
    steps to come, else 0; collapse_step: the step at which, NaN if none. optimality: collective return,
    divided by the most that can be expected from the same start (benchmarks.py); NaN where that is not
    positive, or the game has no time limit or one beyond `benchmarks.LONGEST`.
    """
    agent, world = tally.agent[worlds], tally.world[worlds]
    returns, collapse = agent[..., columns.RETURN], world[:, columns.COLLAPSED_AT]
    collective = returns.sum(-1)
    best = optimal_return(config, world[:, columns.START_STOCK])
    return {
        "world": worlds,
        "length": world[:, columns.STEPS],
        "collective_return": collective,
        "optimality": np.divide(collective, best, out=np.full(best.shape, np.nan), where=best > 0),
        "equality": equality(returns),
        "total_catch": agent[..., columns.CAUGHT].sum(-1),
        "mean_stock": world[:, columns.STOCK_SUM] / world[:, columns.STEPS],
        "depletion": 1 - world[:, columns.STOCK_NOW] / config.capacity,
        "collapsed": (collapse > 0).astype(np.float64),
        "collapse_step": np.where(collapse > 0, collapse, np.nan),
        "agent_return": returns,
        "agent_paid": agent[..., columns.PAID],
    }
