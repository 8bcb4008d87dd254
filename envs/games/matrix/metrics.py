"""The metrics of matrix episodes, from their tallies. Definitions: metrics.py and the docstring below."""

import numpy as np

from ...engine.social_metrics import equality, ratio
from .config import MatrixConfig
from .tally import PAID, PAYOFF, RETURN, Tally


def episode_metrics(tally: Tally, worlds: np.ndarray, config: MatrixConfig) -> dict[str, np.ndarray]:
    """Metrics of the ended episodes of `worlds` (E,), each (E,) float64, `agent_*` (E, N).

    collective_return: sum of what all agents earned, whatever reward view pays them (agent_return is each
    agent's, agent_paid what its view handed out). length: rounds. equality: of the payoffs, after
    Perolat et al. 2017; NaN where their sum is not positive. optimality: collective payoff over the largest
    that as many rounds of the table allow; NaN where that is not positive. share_*: share of an action in
    all choices; cooperation: that of the action named `cooperative`, if there is one (agent_cooperation is
    each agent's).
    """
    agent, taken, rounds = (np.asarray(array)[worlds] for array in tally[:3])
    length, payoffs = rounds[:, 0], agent[..., PAYOFF]
    best = max(config.table.sum(-1).max(), 0.0)
    metrics = {
        "world": worlds,
        "length": length,
        "collective_return": agent[..., RETURN].sum(-1),
        "equality": equality(payoffs),
        "optimality": ratio(payoffs.sum(-1), best * length),
    }
    shares = taken / length[:, None, None]
    for k, name in enumerate(config.action_names):
        metrics[f"share_{name.replace(' ', '_')}"] = shares[..., k].mean(-1)
    if config.cooperative:
        own = shares[..., config.action_names.index(config.cooperative)]
        metrics |= {"cooperation": own.mean(-1), "agent_cooperation": own}
    return metrics | {"agent_return": agent[..., RETURN], "agent_paid": agent[..., PAID]}
