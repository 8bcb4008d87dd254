"""The metrics of foraging episodes, from their tallies. Definitions: metrics.py and the docstring below."""

import numpy as np

from ..engine.social_metrics import equality, sustainability
from . import tally as columns
from .params import Params
from .tally import Tally, rows_of


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
        world[:, columns.STEPS],
        world[:, columns.LIVE_SUM],
        world[:, columns.LIVE_NOW],
    )
    rewarded, resource = agent[..., columns.REWARDED], agent[..., columns.RESOURCE]
    first_death = world[:, columns.FIRST_DEATH]
    sites = p.site_cell.size

    def total(column: int) -> np.ndarray:
        return agent[..., column].sum(-1)

    return {
        "world": worlds,
        "length": steps,
        "collective_return": total(columns.RETURN),
        "efficiency": resource.sum(-1) / steps,
        "equality": equality(resource),
        "sustainability": sustainability(rewarded, agent[..., columns.REWARDED_AT]),
        "unrewarded_agents": (rewarded == 0).sum(-1).astype(np.float64),
        "peace": world[:, columns.PRESENT] / steps,
        "depletion": 1 - live_now / sites,
        "mean_depletion": 1 - live_sum / (steps * sites),
        "dead_patches": (bare_for >= columns.DEAD_AFTER).sum(-1).astype(np.float64),
        "first_dead_patch": np.where(first_death > 0, first_death, np.nan),
        "meals": total(columns.MEALS),
        "shots": total(columns.SHOTS),
        "hits": total(columns.HITS),
        "removals": total(columns.REMOVALS),
        "agent_return": agent[..., columns.RETURN],
        "agent_paid": agent[..., columns.PAID],
    }
