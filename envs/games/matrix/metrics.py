"""What an episode of a matrix game adds up to, and the metrics made from it."""

from typing import NamedTuple

import numpy as np

from ...engine.compiling import rule
from ...engine.social_metrics import equality, ratio
from .config import MatrixConfig

# columns of Tally.agent
RETURN, PAID, PAYOFF = range(3)
AGENT_COLUMNS = PAYOFF + 1
KEPT = 40  # rounds that a picture can show


class Tally(NamedTuple):
    """Sums over the rounds of an episode; episodes.py turns them into metrics."""

    agent: np.ndarray  # (W, N, 3) float64 reward earned; handed out by the reward view; from the table
    taken: np.ndarray  # (W, N, A) float64 how often each action was taken
    rounds: np.ndarray  # (W, 1) float64
    recent: np.ndarray  # (W, KEPT, N) int32 actions of the last rounds; round t, from 0, in row t % KEPT


def allocate_tally(num_worlds: int, num_agents: int, num_actions: int) -> Tally:
    """Zeroed arrays."""
    return Tally(
        agent=np.zeros((num_worlds, num_agents, AGENT_COLUMNS)),
        taken=np.zeros((num_worlds, num_agents, num_actions)),
        rounds=np.zeros((num_worlds, 1)),
        recent=np.zeros((num_worlds, KEPT, num_agents), np.int32),
    )


@rule
def tally_of(t, w):
    """World w of the tally, as views."""
    return Tally(t.agent[w], t.taken[w], t.rounds[w], t.recent[w])


@rule
def clear_tally(t):
    """Start counting an episode."""
    t.rounds[0] = 0.0
    for i in range(t.agent.shape[0]):
        for column in range(t.agent.shape[1]):
            t.agent[i, column] = 0.0
        for action in range(t.taken.shape[1]):
            t.taken[i, action] = 0.0


@rule
def copy_tally(source, target):
    """Keep the sums of an episode that ended."""
    target.rounds[0] = source.rounds[0]
    for i in range(source.agent.shape[0]):
        for column in range(source.agent.shape[1]):
            target.agent[i, column] = source.agent[i, column]
        for action in range(source.taken.shape[1]):
            target.taken[i, action] = source.taken[i, action]


@rule
def tally_step(t, e, rewards):
    """Add one round: its events and its rewards."""
    row = int(t.rounds[0]) % KEPT
    t.rounds[0] += 1.0
    for i in range(rewards.size):
        action = e.played[i] - 1
        t.agent[i, RETURN] += e.earned[i]
        t.agent[i, PAID] += rewards[i]
        t.agent[i, PAYOFF] += e.payoff[i]
        t.taken[i, action] += 1.0
        t.recent[row, i] = action


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
