"""The arrays that norms add to W worlds: what they remember, what happened, and sums for the metrics.

Games without norms have none of it: their rules are compiled with `None` in its place.
"""

from collections import namedtuple
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np

from ..engine.compiling import rule
from ..grid.params import Params
from .norm_metrics import MOST_SPELLS, NORM_COLUMNS, RULE_COLUMNS


class NormState(NamedTuple):
    """Sets of kinds are bit sets: bit k for kind k."""

    # records
    badge: np.ndarray  # (W, N) uint8 1 + kind last eaten while the record lasts and is shown, 0 none
    guilty: np.ndarray  # (W, N) uint8 the record says violation
    record_left: np.ndarray  # (W, N) int32 steps the record lasts, 0 none
    recorded_at: np.ndarray  # (W, N) int32 clock of the recorded meal
    last_kind: np.ndarray  # (W, N) uint8 1 + kind last eaten in this episode, 0 none
    offences: np.ndarray  # (W, N) int32 violations sanctioned in this episode
    # poison
    stomach: np.ndarray  # (W, delay + 1, N) uint8 1 where poison was eaten, by clock modulo
    poison_left: np.ndarray  # (W, N) int32 steps of poisoning left, 0 well
    poisoned_at: np.ndarray  # (W, N) int32 clock after the last poisonous meal, 0 none
    poisonous: np.ndarray  # (W, 1) uint8 set of poisonous kinds
    # institution
    prohibited: np.ndarray  # (W, 1) uint8 set of kinds whose eating is a violation in the next step
    coming: np.ndarray  # (W, 1) uint8 the same, once the notice is over
    notice_left: np.ndarray  # (W, 1) int32 steps until then
    open_kinds: np.ndarray  # (W, 1) uint8 set of kinds with stock enough to be drawn
    permutation: np.ndarray  # (W, 1) uint8 what the kinds look like in this episode: see colours.py
    # altar
    placebo: np.ndarray  # (W, 1) uint8 a rule drawn apart by the same law
    meaning: np.ndarray  # (W, 1) uint8 how the altar's colours are renamed in this episode, if they are
    displayed: np.ndarray  # (W, 1) uint8 ground code of the altar
    in_sight: np.ndarray  # (W, N) uint8 the altar is in view
    placed_at: np.ndarray  # (W, N) int32 clock when the agent was last put on the map
    shooters: np.ndarray  # (W, N) uint32 room to order those who fired; written before it is read
    # events
    sanctioned: np.ndarray  # (W, N, N) uint8 [source, target] the beam was a sanction (otherwise void)
    correct: np.ndarray  # (W, N, N) uint8 [source, target] of a target in violation (otherwise misdirected)
    struck: np.ndarray  # (W, N) uint8 was sanctioned
    latency: np.ndarray  # (W, N) int32 steps from a violation to its sanction in this step, 0 none
    violated: np.ndarray  # (W, N) uint8 ate a prohibited kind
    visited: np.ndarray  # (W, N) uint8 the altar came into view, some time after it was put on the map
    changed: np.ndarray  # (W, 1) uint8 a new rule holds from the next step on
    cost: np.ndarray  # (W, N) float32 <= 0, of sanctions given and shots missed
    bonus: np.ndarray  # (W, N) float32 >= 0, of violations sanctioned
    penalty: np.ndarray  # (W, N) float32 <= 0, of sanctions received
    # sums of the running episode, and of the one that ended last; see norm_tally.py
    sums: np.ndarray  # (W, N, NORM_COLUMNS) float64
    rule_sums: np.ndarray  # (W, RULE_COLUMNS) float64
    spells: np.ndarray  # (W, MOST_SPELLS) float64 steps that each rule lasted
    ended_sums: np.ndarray
    ended_rule_sums: np.ndarray
    ended_spells: np.ndarray


AGENT_EVENTS: tuple[str, ...] = ("struck", "latency", "violated", "visited", "cost", "bonus", "penalty")
PAIR_EVENTS: tuple[str, ...] = ("sanctioned", "correct")
WORLD_EVENTS: tuple[str, ...] = ("changed",)
EVENTS = (*PAIR_EVENTS, *AGENT_EVENTS, *WORLD_EVENTS)
SUMS = ("sums", "rule_sums", "spells")
ENDED_SUMS = ("ended_sums", "ended_rule_sums", "ended_spells")
PASSING = (*EVENTS, *SUMS, *ENDED_SUMS, "shooters")
MEMORY = tuple(name for name in NormState._fields if name not in PASSING)


def allocate_norms(p: Params, num_worlds: int, num_agents: int) -> NormState:
    """Zeroed arrays; a reset gives them meaning."""
    W, N = num_worlds, num_agents

    def each(kind: Any, *shape: int) -> np.ndarray:
        return np.zeros((W, *shape), kind)

    u8, i32, f32, f64 = np.uint8, np.int32, np.float32, np.float64
    return NormState(
        **{name: each(u8, N) for name in ("badge", "guilty", "last_kind", "in_sight", "struck")},
        **{name: each(u8, N) for name in ("violated", "visited")},
        **{name: each(i32, N) for name in ("record_left", "recorded_at", "offences", "poison_left")},
        **{name: each(i32, N) for name in ("poisoned_at", "placed_at", "latency")},
        **{name: each(u8, 1) for name in ("poisonous", "prohibited", "coming", "open_kinds", "permutation")},
        **{name: each(u8, 1) for name in ("placebo", "meaning", "displayed", "changed")},
        **{name: each(u8, N, N) for name in PAIR_EVENTS},
        **{name: each(f32, N) for name in ("cost", "bonus", "penalty")},
        **{name: each(f64, N, NORM_COLUMNS) for name in ("sums", "ended_sums")},
        **{name: each(f64, RULE_COLUMNS) for name in ("rule_sums", "ended_rule_sums")},
        **{name: each(f64, MOST_SPELLS) for name in ("spells", "ended_spells")},
        stomach=each(u8, p.poison_delay + 1 if p.poisonous else 1, N),
        notice_left=each(i32, 1),
        shooters=each(np.uint32, N),
    )


def join(base: Any, others: Any, names: tuple[str, ...]) -> Any:
    """A tuple of arrays together with another's of those names, if there is one, to read in one place."""
    if others is None:
        return base
    return _joined(type(base), names)(*base, *(getattr(others, name) for name in names))


@lru_cache
def _joined(base: Any, names: tuple[str, ...]) -> Any:
    return namedtuple(base.__name__, (*base._fields, *names))


@rule
def norms_of(n, w):
    """World w of the norms, as views; None of None."""
    if n is None:
        return None
    return NormState(
        n.badge[w],
        n.guilty[w],
        n.record_left[w],
        n.recorded_at[w],
        n.last_kind[w],
        n.offences[w],
        n.stomach[w],
        n.poison_left[w],
        n.poisoned_at[w],
        n.poisonous[w],
        n.prohibited[w],
        n.coming[w],
        n.notice_left[w],
        n.open_kinds[w],
        n.permutation[w],
        n.placebo[w],
        n.meaning[w],
        n.displayed[w],
        n.in_sight[w],
        n.placed_at[w],
        n.shooters[w],
        n.sanctioned[w],
        n.correct[w],
        n.struck[w],
        n.latency[w],
        n.violated[w],
        n.visited[w],
        n.changed[w],
        n.cost[w],
        n.bonus[w],
        n.penalty[w],
        n.sums[w],
        n.rule_sums[w],
        n.spells[w],
        n.ended_sums[w],
        n.ended_rule_sums[w],
        n.ended_spells[w],
    )


@rule
def clear_norm_events(n, e):
    """Nothing has happened yet in this step; `e` still tells who fired in the last one."""
    n.changed[0] = 0
    for i in range(n.struck.size):
        n.violated[i] = 0
        if n.struck[i]:
            n.struck[i] = 0
            n.latency[i] = 0
            n.penalty[i] = 0.0
        if e.fired[i]:
            n.cost[i] = 0.0
            n.bonus[i] = 0.0
            for target in range(n.struck.size):
                n.sanctioned[i, target] = 0
                n.correct[i, target] = 0
