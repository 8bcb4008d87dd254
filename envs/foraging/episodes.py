"""The metrics of foraging episodes, from their tallies. Definitions: metrics.py and the docstring below."""

import numpy as np

from ..metrics import equality, ratio, sustainability
from .board import Params
from .tally import DEAD_AFTER, Tally


def episode_metrics(tally: Tally, worlds: np.ndarray, p: Params) -> dict[str, np.ndarray]:
    """Metrics of the ended episodes of `worlds` (E,), each (E,) float64, `agent_*` (E, N).

    collective_return: sum of all rewards as handed out. efficiency: resource reward a step, of all
    agents. equality, sustainability: of the resource reward. peace: mean number of agents not removed.
    depletion: share of sites without fruit at the end; mean_depletion: over all steps. dead_patches:
    patches without fruit at the end of the last two steps; first_dead_patch: the step at which the
    first died, NaN if none. unrewarded_agents: those left out of sustainability.
    """
    t = Tally(*(array[worlds] for array in tally))
    steps = t.steps[:, 0].astype(np.float64)
    sites = p.site_cell.size
    first_death = t.first_death[:, 0].astype(np.float64)
    return {
        "world": worlds,
        "length": steps,
        "collective_return": t.returns.sum(-1),
        "efficiency": t.resource.sum(-1) / steps,
        "equality": equality(t.resource),
        "sustainability": sustainability(t.rewarded, t.rewarded_at),
        "unrewarded_agents": (t.rewarded == 0).sum(-1).astype(np.float64),
        "peace": t.present[:, 0] / steps,
        "depletion": 1 - t.live_at_end[:, 0] / sites,
        "mean_depletion": 1 - ratio(t.live[:, 0], steps * sites),
        "dead_patches": (t.barren_for >= DEAD_AFTER).sum(-1).astype(np.float64),
        "first_dead_patch": np.where(first_death > 0, first_death, np.nan),
        "meals": t.meals.sum(-1).astype(np.float64),
        "shots": t.shots.sum(-1).astype(np.float64),
        "hits": t.hits.sum(-1).astype(np.float64),
        "removals": t.removals.sum(-1).astype(np.float64),
        "agent_return": t.returns,
    }
