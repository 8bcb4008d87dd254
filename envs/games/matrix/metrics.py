"""What an episode of a matrix game adds up to, and the metrics made from it."""

from typing import Any

import numpy as np

from ...engine.arrays import Array
from ...engine.compiling import rule
from ...engine.episode import agent_metrics_of, count_rewards, metrics_of
from ...engine.social_metrics import equality, ratio
from .config import MatrixConfig

KEPT = 40  # rounds that a picture can show

TALLY = {
    "payoff_sum": Array("f8", "N", "payoffs by the table"),
    "taken": Array("f8", "N actions", "how often each action was taken", low=0),
    "recent": Array("i4", f"{KEPT} N", "actions of the last rounds; round t, from 0, in row t % KEPT", low=0),
}


@rule
def count_round(t, s, p, e, rewards):
    """Add one round: its events and its rewards."""
    row = int(t.steps[0]) % KEPT
    count_rewards(t, e, rewards)
    for i in range(rewards.size):
        action = e.played[i] - 1
        t.payoff_sum[i] += e.payoff[i]
        t.taken[i, action] += 1.0
        t.recent[row, i] = action


def matrix_metrics(t: Any, config: MatrixConfig) -> dict[str, np.ndarray]:
    """Metrics of E ended episodes, each (E,) float64, `agent_*` (E, N).

    collective_return: sum of what all agents earned, whatever reward view pays them (agent_return is each
    agent's, agent_paid what its view paid). length: rounds. equality: of the payoffs, after
    Perolat et al. 2017; NaN where their sum is not positive. optimality: collective payoff over the largest
    that as many rounds of the table allow; NaN where that is not positive. share_*: share of an action in
    all choices; cooperation: that of the action named `cooperative`, if there is one (agent_cooperation is
    each agent's).
    """
    length, payoffs = t.steps[:, 0], t.payoff_sum
    best = max(config.table.sum(-1).max(), 0.0)
    metrics = {
        **metrics_of(t),
        "equality": equality(payoffs),
        "optimality": ratio(payoffs.sum(-1), best * length),
    }
    shares = t.taken / length[:, None, None]
    for k, name in enumerate(config.action_names):
        metrics[f"share_{name.replace(' ', '_')}"] = shares[..., k].mean(-1)
    if config.cooperative:
        own = shares[..., config.action_names.index(config.cooperative)]
        metrics |= {"cooperation": own.mean(-1), "agent_cooperation": own}
    return metrics | agent_metrics_of(t)
