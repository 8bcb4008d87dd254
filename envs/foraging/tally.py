"""What an episode adds up to, counted from events while it runs."""

from typing import NamedTuple

import numpy as np

from ..compiling import rule
from .board import Params


class Tally(NamedTuple):
    """Sums over the steps of an episode; metrics.py turns them into numbers with names."""

    steps: np.ndarray  # (W, 1) int64
    returns: np.ndarray  # (W, N) float64 reward as handed out
    resource: np.ndarray  # (W, N) float64 reward from meals
    meals: np.ndarray  # (W, N) int64
    rewarded: np.ndarray  # (W, N) int64 steps with positive resource reward
    rewarded_at: np.ndarray  # (W, N) int64 sum of the step numbers (from 1) of those
    shots: np.ndarray  # (W, N) int64 beams fired
    hits: np.ndarray  # (W, N) int64 agents reached by the beams of an agent
    removals: np.ndarray  # (W, N) int64 times an agent was removed
    present: np.ndarray  # (W, 1) int64 sum of the number of agents on the map
    live: np.ndarray  # (W, 1) int64 sum of the number of live sites
    live_at_end: np.ndarray  # (W, 1) int64
    barren_for: np.ndarray  # (W, patches) int64 steps since a patch last bore fruit
    first_death: np.ndarray  # (W, 1) int64 step at which the first patch was dead, 0 none


def allocate_tally(p: Params, num_worlds: int, num_agents: int) -> Tally:
    """Zeroed arrays."""

    def count(columns: int) -> np.ndarray:
        return np.zeros((num_worlds, columns), np.int64)

    def amount() -> np.ndarray:
        return np.zeros((num_worlds, num_agents), np.float64)

    N = num_agents
    return Tally(
        steps=count(1),
        returns=amount(),
        resource=amount(),
        meals=count(N),
        rewarded=count(N),
        rewarded_at=count(N),
        shots=count(N),
        hits=count(N),
        removals=count(N),
        present=count(1),
        live=count(1),
        live_at_end=count(1),
        barren_for=count(p.patch_sites.size),
        first_death=count(1),
    )


@rule
def tally_of(t, w):
    """World w of the tally, as views."""
    return Tally(
        t.steps[w],
        t.returns[w],
        t.resource[w],
        t.meals[w],
        t.rewarded[w],
        t.rewarded_at[w],
        t.shots[w],
        t.hits[w],
        t.removals[w],
        t.present[w],
        t.live[w],
        t.live_at_end[w],
        t.barren_for[w],
        t.first_death[w],
    )


@rule
def clear_tally(t):
    """Start counting an episode."""
    t.steps[0] = 0
    t.present[0] = 0
    t.live[0] = 0
    t.live_at_end[0] = 0
    t.first_death[0] = 0
    for patch in range(t.barren_for.size):
        t.barren_for[patch] = 0
    for i in range(t.returns.size):
        t.returns[i] = 0.0
        t.resource[i] = 0.0
        t.meals[i] = 0
        t.rewarded[i] = 0
        t.rewarded_at[i] = 0
        t.shots[i] = 0
        t.hits[i] = 0
        t.removals[i] = 0


@rule
def copy_tally(source, target):
    """Keep the tally of an episode that ended."""
    target.steps[0] = source.steps[0]
    target.present[0] = source.present[0]
    target.live[0] = source.live[0]
    target.live_at_end[0] = source.live_at_end[0]
    target.first_death[0] = source.first_death[0]
    for patch in range(source.barren_for.size):
        target.barren_for[patch] = source.barren_for[patch]
    for i in range(source.returns.size):
        target.returns[i] = source.returns[i]
        target.resource[i] = source.resource[i]
        target.meals[i] = source.meals[i]
        target.rewarded[i] = source.rewarded[i]
        target.rewarded_at[i] = source.rewarded_at[i]
        target.shots[i] = source.shots[i]
        target.hits[i] = source.hits[i]
        target.removals[i] = source.removals[i]


@rule
def tally_step(t, s, e, rewards):
    """Add one step: its events, its rewards and the state it led to."""
    t.steps[0] += 1
    t.live[0] += s.live_total[0]
    t.live_at_end[0] = s.live_total[0]
    for i in range(rewards.size):
        t.returns[i] += rewards[i]
        t.present[0] += s.away[i] == 0
        if e.ate[i]:
            t.meals[i] += 1
            t.resource[i] += e.resource[i]
            if e.resource[i] > 0.0:
                t.rewarded[i] += 1
                t.rewarded_at[i] += t.steps[0]
        if e.fired[i]:
            t.shots[i] += 1
            for target in range(rewards.size):
                t.hits[i] += e.zapped[i, target]
        t.removals[i] += e.removed[i]
    tally_patches(t, s)


DEAD_AFTER = 2  # steps without fruit: the regrowth lag lets one sprout in between


@rule
def tally_patches(t, s):
    """A patch is dead when it bears no fruit at the end of two consecutive steps."""
    for patch in range(t.barren_for.size):
        if s.live_in_patch[patch] > 0:
            t.barren_for[patch] = 0
        else:
            t.barren_for[patch] += 1
            if t.barren_for[patch] == DEAD_AFTER and t.first_death[0] == 0:
                t.first_death[0] = t.steps[0]
