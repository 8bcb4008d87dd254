"""What a fishing episode adds up to while it runs, and the metrics made from it."""

from typing import Any

import numpy as np

from ...engine.arrays import Array
from ...engine.compiling import rule
from ...engine.episode import agent_metrics_of, count_rewards, metrics_of
from ...engine.social_metrics import equality
from .benchmarks import optimal_return
from .config import FishingConfig

PAST = 256  # steps that the curve of a picture goes back

TALLY = {
    "catch_sum": Array("f8", "N", "fish caught", low=0),
    "start_stock": Array("f8", "1", "stock at the start, fish", low=0),
    "stock_sum": Array("f8", "1", "stock at the end of a step, summed over steps", low=0),
    "stock_now": Array("f8", "1", "stock now", low=0),
    "collapsed_at": Array("f8", "1", "step at which the lake collapsed, 0 none", low=0),
    "past": Array("f4", str(PAST), "the stock after step t of this episode at t % PAST; 0 is the start"),
    "left": Array("f4", str(PAST), "what the catch of step t + 1 left of it, at the same place"),
}


@rule
def begin_count(t, s):
    """Start counting an episode."""
    t.start_stock[0] = s.stock[0]
    t.stock_now[0] = s.stock[0]
    t.past[0] = s.stock[0]


@rule
def count_step(t, s, p, e, rewards):
    """Add one step: its events, its rewards and the state it led to."""
    count_rewards(t, e, rewards)
    t.stock_sum[0] += s.stock[0]
    t.stock_now[0] = s.stock[0]
    t.past[s.clock[0] % PAST] = s.stock[0]
    t.left[(s.clock[0] - 1) % PAST] = s.stock[0] - e.regrown[0]
    if e.collapsed[0]:
        t.collapsed_at[0] = t.steps[0]
    for i in range(rewards.size):
        t.catch_sum[i] += e.caught[i]


def fishing_metrics(t: Any, config: FishingConfig) -> dict[str, np.ndarray]:
    """Metrics of E ended episodes, each (E,) float64, `agent_*` (E, N).

    collective_return: sum of what all agents earned, whatever reward view pays them (agent_return is each
    agent's, agent_paid what its view paid). equality: of returns, NaN where their sum is not
    positive. total_catch: fish caught by all. mean_stock: at the end of a step, mean over steps, in fish;
    depletion: 1 - stock / capacity at the end. collapsed: 1 where too few fish were left while there were
    steps to come, else 0; collapse_step: the step at which, NaN if none. optimality: collective return,
    divided by the most that can be expected from the same start (benchmarks.py); NaN where that is not
    positive, or the game has no time limit or one beyond `benchmarks.LONGEST`.
    """
    common, collapse = metrics_of(t), t.collapsed_at[:, 0]
    best = optimal_return(config, t.start_stock[:, 0])
    earned = common["collective_return"]
    return {
        **common,
        "optimality": np.divide(earned, best, out=np.full(best.shape, np.nan), where=best > 0),
        "equality": equality(t.returns),
        "total_catch": t.catch_sum.sum(-1),
        "mean_stock": t.stock_sum[:, 0] / t.steps[:, 0],
        "depletion": 1 - t.stock_now[:, 0] / config.capacity,
        "collapsed": (collapse > 0).astype(np.float64),
        "collapse_step": np.where(collapse > 0, collapse, np.nan),
        **agent_metrics_of(t),
    }
