"""What an episode on a map adds up to while it runs, and the metrics made from it."""

from typing import Any, NamedTuple

import numpy as np

from ..engine.compiling import rule
from ..engine.social_metrics import equality, sustainability
from .params import Params

# columns of Tally.agent
RETURN, PAID, RESOURCE, MEALS, REWARDED, REWARDED_AT, SHOTS, HITS, REMOVALS = range(9)
# columns of Tally.world
STEPS, PRESENT, LIVE_SUM, LIVE_NOW, FIRST_DEATH = range(5)
AGENT_COLUMNS, WORLD_COLUMNS = REMOVALS + 1, FIRST_DEATH + 1

DEAD_AFTER = 2  # steps without fruit until a patch is dead: the regrowth lag lets one sprout in between


class Tally(NamedTuple):
    """Sums over the steps of an episode; episodes.py turns them into metrics. Counts are exact in float64."""

    agent: np.ndarray
    """(W, N, 9) float64: reward earned; reward handed out by the reward view; reward from meals; meals;
    steps with positive reward from meals; sum of the numbers (from 1) of those steps; beams fired; agents
    reached by them; removals."""
    world: np.ndarray
    """(W, 5) float64: steps; agents on the map, summed over steps; live sites, summed over steps; live
    sites now; step at which the first patch was dead (0 none)."""
    bare_for: np.ndarray
    """(W, patches) float64: steps since a patch last bore fruit."""


def allocate_tally(p: Params, num_worlds: int, num_agents: int) -> Tally:
    """Zeroed arrays."""
    return Tally(
        agent=np.zeros((num_worlds, num_agents, AGENT_COLUMNS)),
        world=np.zeros((num_worlds, WORLD_COLUMNS)),
        bare_for=np.zeros((num_worlds, p.patch_sites.size)),
    )


def rows_of(array: Any, worlds: np.ndarray) -> np.ndarray:
    """Rows `worlds` (E,), ascending, in the host's memory; from a GPU the span that they lie in is fetched.

    Worlds that are staggered end in order, a few neighbours in one step.
    """
    if isinstance(array, np.ndarray) or not worlds.size:
        return np.asarray(array)[worlds]
    first, last = int(worlds[0]), int(worlds[-1])
    return np.asarray(array[first : last + 1])[worlds - first]


@rule
def tally_of(t, w):
    """World w of the tally, as views."""
    return Tally(t.agent[w], t.world[w], t.bare_for[w])


@rule
def clear_tally(t):
    """Start counting an episode."""
    clear_table(t.agent)
    clear_row(t.world)
    clear_row(t.bare_for)


@rule
def clear_table(table):
    """Zero a table."""
    for row in range(table.shape[0]):
        clear_row(table[row])


@rule
def clear_row(row):
    """Zero a row."""
    for column in range(row.size):
        row[column] = 0.0


@rule
def copy_tally(source, target):
    """Keep the tally of an episode that ended."""
    copy_table(source.agent, target.agent)
    copy_row(source.world, target.world)
    copy_row(source.bare_for, target.bare_for)


@rule
def copy_table(source, target):
    """Copy a table into another."""
    for row in range(source.shape[0]):
        copy_row(source[row], target[row])


@rule
def copy_row(source, target):
    """Copy a row into another."""
    for column in range(source.size):
        target[column] = source[column]


@rule
def tally_step(t, s, e, rewards):
    """Add one step: its events, its rewards and the state it led to."""
    t.world[STEPS] += 1.0
    t.world[LIVE_SUM] += s.live_total[0]
    t.world[LIVE_NOW] = s.live_total[0]
    for i in range(rewards.size):
        t.agent[i, RETURN] += e.earned[i]
        t.agent[i, PAID] += rewards[i]
        if s.removed_for[i] == 0:
            t.world[PRESENT] += 1.0
        if e.ate[i]:
            tally_meal(t, e, i)
        if e.fired[i]:
            t.agent[i, SHOTS] += 1.0
            for target in range(rewards.size):
                t.agent[i, HITS] += e.hit[i, target]
        t.agent[i, REMOVALS] += e.removed[i]
    tally_patches(t, s)


@rule
def tally_meal(t, e, i):
    """Agent i ate in this step."""
    t.agent[i, MEALS] += 1.0
    t.agent[i, RESOURCE] += e.resource[i]
    if e.resource[i] > 0.0:
        t.agent[i, REWARDED] += 1.0
        t.agent[i, REWARDED_AT] += t.world[STEPS]


@rule
def tally_patches(t, s):
    """A patch is dead when it bears no fruit at the end of two consecutive steps."""
    for patch in range(t.bare_for.size):
        if s.live_in_patch[patch] > 0:
            t.bare_for[patch] = 0.0
        else:
            t.bare_for[patch] += 1.0
            if t.bare_for[patch] == DEAD_AFTER and t.world[FIRST_DEATH] == 0.0:
                t.world[FIRST_DEATH] = t.world[STEPS]


def episode_metrics(tally: Tally, worlds: np.ndarray, p: Params) -> dict[str, np.ndarray]:
    """Metrics of the ended episodes of `worlds` (E,), each (E,) float64, `agent_*` (E, N).

    collective_return: sum of what all agents earned, whatever reward view pays them (agent_return is each
    agent's, agent_paid what its view handed out). efficiency: resource reward a step, of all
    agents. equality, sustainability: of the resource reward. peace: mean number of agents not removed.
    depletion: share of sites without fruit at the end; mean_depletion: over all steps. dead_patches:
    patches without fruit at the end of the last two steps; first_dead_patch: the step at which the
    first died, NaN if none. unrewarded_agents: those left out of sustainability. Where there are norms,
    those of norm_metrics.py are added.
    """
    agent, world, bare_for = (rows_of(array, worlds) for array in tally)
    steps, live_sum, live_now = (
        world[:, STEPS],
        world[:, LIVE_SUM],
        world[:, LIVE_NOW],
    )
    rewarded, resource = agent[..., REWARDED], agent[..., RESOURCE]
    first_death = world[:, FIRST_DEATH]
    sites = p.site_cell.size

    def total(column: int) -> np.ndarray:
        return agent[..., column].sum(-1)

    return {
        "world": worlds,
        "length": steps,
        "collective_return": total(RETURN),
        "efficiency": resource.sum(-1) / steps,
        "equality": equality(resource),
        "sustainability": sustainability(rewarded, agent[..., REWARDED_AT]),
        "unrewarded_agents": (rewarded == 0).sum(-1).astype(np.float64),
        "peace": world[:, PRESENT] / steps,
        "depletion": 1 - live_now / sites,
        "mean_depletion": 1 - live_sum / (steps * sites),
        "dead_patches": (bare_for >= DEAD_AFTER).sum(-1).astype(np.float64),
        "first_dead_patch": np.where(first_death > 0, first_death, np.nan),
        "meals": total(MEALS),
        "shots": total(SHOTS),
        "hits": total(HITS),
        "removals": total(REMOVALS),
        "agent_return": agent[..., RETURN],
        "agent_paid": agent[..., PAID],
    }
