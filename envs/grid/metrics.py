"""The metrics of an episode on a map, from its sums."""

from typing import Any

import numpy as np

from ..engine.episode import agent_metrics_of
from ..engine.episode import metrics_of as episode_metrics_of
from ..engine.social_metrics import equality, sustainability
from .growth import DEAD_AFTER


def harvest_metrics(t: Any, p: Any) -> dict[str, np.ndarray]:
    """Metrics of E ended episodes, each (E,) float64, `agent_*` (E, N), from sums and params.

    collective_return: sum of what all agents earned, whatever reward view pays them (agent_return is each
    agent's, agent_paid what its view paid). efficiency: resource reward a step, of all
    agents. equality, sustainability: of the resource reward. peace: mean number of agents not removed.
    depletion: share of sites without fruit at the end; mean_depletion: over all steps. dead_patches:
    patches without fruit at the end of the last two steps; first_dead_patch: the step at which the
    first died, NaN if none. unrewarded_agents: those left out of sustainability.
    """
    steps, sites, death = t.steps[:, 0], p.site_cell.size, t.first_death[:, 0]
    return {
        **episode_metrics_of(t),
        "efficiency": t.resource_sum.sum(-1) / steps,
        "equality": equality(t.resource_sum),
        "sustainability": sustainability(t.rewarded_steps, t.rewarded_step_sum),
        "unrewarded_agents": (t.rewarded_steps == 0).sum(-1).astype(np.float64),
        "peace": t.present_sum[:, 0] / steps,
        "depletion": 1 - t.live_now[:, 0] / sites,
        "mean_depletion": 1 - t.live_sum[:, 0] / (steps * sites),
        "dead_patches": (t.bare_for >= DEAD_AFTER).sum(-1).astype(np.float64),
        "first_dead_patch": np.where(death > 0, death, np.nan),
        "meals": t.meals.sum(-1),
        "shots": t.shots.sum(-1),
        "hits": t.hits.sum(-1),
        "removals": t.removals.sum(-1),
        **agent_metrics_of(t),
    }
