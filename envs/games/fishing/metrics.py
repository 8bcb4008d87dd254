"""What a fishing episode adds up to while it runs, and the metrics made from it."""

from typing import NamedTuple

import numpy as np

from ...engine.compiling import rule
from ...engine.social_metrics import equality
from .benchmarks import optimal_return
from .config import FishingConfig

# columns of Tally.agent
RETURN, PAID, CAUGHT = range(3)
# columns of Tally.world
STEPS, START_STOCK, STOCK_SUM, STOCK_NOW, COLLAPSED_AT = range(5)
AGENT_COLUMNS, WORLD_COLUMNS = CAUGHT + 1, COLLAPSED_AT + 1

PAST = 256  # steps that the curve of a picture goes back


class Tally(NamedTuple):
    """Sums over the steps of an episode; episodes.py turns them into metrics."""

    agent: np.ndarray
    """(W, N, 3) float64: reward earned; reward handed out by the reward view; fish caught."""
    world: np.ndarray
    """(W, 5) float64: steps; stock at the start; stock at the end of a step, summed over steps; stock now;
    step at which the lake collapsed (0 none)."""
    past: np.ndarray
    """(W, PAST) float32: the stock after step t of this episode at t % PAST; 0 is the start. For pictures."""
    left: np.ndarray
    """(W, PAST) float32: what the catch of step t + 1 left of it, at the same place."""


def allocate_tally(num_worlds: int, num_agents: int) -> Tally:
    """Zeroed arrays."""
    return Tally(
        agent=np.zeros((num_worlds, num_agents, AGENT_COLUMNS)),
        world=np.zeros((num_worlds, WORLD_COLUMNS)),
        past=np.zeros((num_worlds, PAST), np.float32),
        left=np.zeros((num_worlds, PAST), np.float32),
    )


@rule
def tally_of(t, w):
    """World w of the tally, as views."""
    return Tally(t.agent[w], t.world[w], t.past[w], t.left[w])


@rule
def begin_tally(t, s):
    """Start counting an episode."""
    for i in range(t.agent.shape[0]):
        for column in range(AGENT_COLUMNS):
            t.agent[i, column] = 0.0
    for column in range(WORLD_COLUMNS):
        t.world[column] = 0.0
    t.world[START_STOCK] = s.stock[0]
    t.world[STOCK_NOW] = s.stock[0]
    t.past[0] = s.stock[0]


@rule
def copy_tally(source, target):
    """Keep the sums of an episode that ended; its curve is for pictures, and is not kept."""
    for i in range(source.agent.shape[0]):
        for column in range(AGENT_COLUMNS):
            target.agent[i, column] = source.agent[i, column]
    for column in range(WORLD_COLUMNS):
        target.world[column] = source.world[column]


@rule
def tally_step(t, s, e, rewards):
    """Add one step: its events, its rewards and the state it led to."""
    t.world[STEPS] += 1.0
    t.world[STOCK_SUM] += s.stock[0]
    t.world[STOCK_NOW] = s.stock[0]
    t.past[s.clock[0] % PAST] = s.stock[0]
    t.left[(s.clock[0] - 1) % PAST] = s.stock[0] - e.regrown[0]
    if e.collapsed[0]:
        t.world[COLLAPSED_AT] = t.world[STEPS]
    for i in range(rewards.size):
        t.agent[i, RETURN] += e.earned[i]
        t.agent[i, PAID] += rewards[i]
        t.agent[i, CAUGHT] += e.caught[i]


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
    returns, collapse = agent[..., RETURN], world[:, COLLAPSED_AT]
    collective = returns.sum(-1)
    best = optimal_return(config, world[:, START_STOCK])
    return {
        "world": worlds,
        "length": world[:, STEPS],
        "collective_return": collective,
        "optimality": np.divide(collective, best, out=np.full(best.shape, np.nan), where=best > 0),
        "equality": equality(returns),
        "total_catch": agent[..., CAUGHT].sum(-1),
        "mean_stock": world[:, STOCK_SUM] / world[:, STEPS],
        "depletion": 1 - world[:, STOCK_NOW] / config.capacity,
        "collapsed": (collapse > 0).astype(np.float64),
        "collapse_step": np.where(collapse > 0, collapse, np.nan),
        "agent_return": returns,
        "agent_paid": agent[..., PAID],
    }
