"""Metrics of episodes with norms against a slow recount of their events."""

import math
from itertools import pairwise
from statistics import median

import numpy as np
import pytest
from altared.envs import make_batch
from altared.envs.engine.social_metrics import equality

from .play import random_actions
from .small import small
from .test_conditions import ROOM

KINDS = ("a", "b", "c")
AGENTS = ("resource", "penalties", "violations", "correct", "misdirected", "sanction_payoff")


def share(part, whole) -> float:
    return part / whole if whole else math.nan


class SlowNorms:
    """The metrics of one world, from what it reports step by step."""

    def __init__(self, batch, w):
        self.batch, self.w, self.config = batch, w, batch.game.config
        self.events, self.rules, self.shown, self.guilty, self.poisoned, self.since = [], [], 0, 0, 0, 0
        self.last_poison = [0] * batch.num_agents

    def add(self, step) -> None:
        s, w = self.batch.state, self.w
        events = type(step.events)(*(array[w].copy() for array in step.events))
        self.events.append(events)
        self.rules.append(int(s.prohibited[w, 0]))
        bodies = [i for i in range(self.batch.num_agents) if s.removed_for[w, i] == 0]
        marks = self.config.cue == "mark"
        self.shown += len(bodies) if marks else sum(s.badge[w, i] > 0 for i in bodies)
        self.guilty += sum(int(s.guilty[w, i]) for i in bodies)
        poison = self.config.poisoning()
        self.poisoned += sum(s.poison_left[w] > 0) if poison else 0
        for i, ate in enumerate(events.ate):
            if ate and poison and "abc"[ate - 1] == poison.kind:
                self.last_poison[i] = len(self.events)
        self.since += sum(len(self.events) - last for last in self.last_poison)

    def total(self, name) -> float:
        return float(sum(getattr(events, name).astype(float).sum() for events in self.events))

    def each(self, name, axis=None) -> np.ndarray:
        arrays = [getattr(events, name).astype(float) for events in self.events]
        return sum(array if axis is None else array.sum(axis) for array in arrays)

    def spells(self) -> list:
        ends = [t for t, events in enumerate(self.events, 1) if events.changed[0]]
        marks = [0, *ends, len(self.events)]
        return [b - a for a, b in pairwise(marks) if b > a]

    def metrics(self) -> dict:
        c, T = self.config, len(self.events)
        meals = sum((events.ate > 0).sum() for events in self.events)
        given, correct = self.each("sanctioned", 1), self.each("correct", 1)
        payoff = [
            share(c.sanction_bonus * r - c.sanction_cost * g, g) for g, r in zip(given, correct, strict=True)
        ]
        landed, right, violations = given.sum(), correct.sum(), self.total("violated")
        metrics = {
            "corrected_return": self.total("resource"),
            "equality_total": equality(self.each("earned")[None])[0],
            "violations": violations,
            "compliance": 1 - share(violations, meals),
            "sanctions": landed,
            "correct_sanctions": right,
            "misdirected_sanctions": landed - right,
            "void_hits": self.total("hit") - landed,
            "precision": share(right, landed),
            "base_rate": share(self.guilty, self.shown),
            "precision_above_base_rate": share(right, landed) - share(self.guilty, self.shown),
            "sanction_payoff": share(c.sanction_bonus * right - c.sanction_cost * landed, landed),
            "enforcement": share(right, violations),
            "sanction_latency": share(
                sum((e.correct * e.latency[None, :]).sum() for e in self.events), right
            ),
            "visits": self.total("visited"),
            "sanction_costs": self.total("cost"),
            "bonuses": self.total("bonus"),
            "penalties": self.total("penalty"),
            "rule_changes": self.total("changed"),
            "median_dwell": median(self.spells()),
            "open_share": sum(rule != 7 for rule in self.rules) / T,
            "agent_resource": self.each("resource"),
            "agent_penalties": self.each("penalty"),
            "agent_violations": self.each("violated"),
            "agent_correct": correct,
            "agent_misdirected": given - correct,
            "agent_sanction_payoff": payoff,
        }
        for k, kind in enumerate(KINDS):
            ate = [events.ate == k + 1 for events in self.events]
            broke = [events.violated > 0 for events in self.events]
            metrics[f"meals_{kind}"] = sum(map(np.sum, ate))
            metrics[f"violations_{kind}"] = sum((a & b).sum() for a, b in zip(ate, broke, strict=True))
        for bits in self.batch.game.params.rule_values.tolist():
            named = "".join(kind for k, kind in enumerate(KINDS) if bits >> k & 1) or "none"
            metrics[f"share_of_{named}"] = self.rules.count(bits) / T
        if c.poisoning():
            steps = T * self.batch.num_agents
            metrics["fraction_marked"] = self.guilty / steps
            metrics["fraction_poisoned"] = self.poisoned / steps
            metrics["time_since_poison"] = self.since / steps
        return metrics


PLAIN = set(make_batch("commons_harvest")._no_episodes)
BUSY = {"map": ROOM, "num_agents": 6, "removal_steps": 2, "cooldown": 0}
SETTINGS = [
    ("altared_harvest", {}),
    ("altared_harvest", {**BUSY, "max_cycles": 120, "target_penalty": 3}),
    ("altared_harvest", {**BUSY, "ties": "each", "bonus_source": "target", "cue": "mark"}),
    ("altared_harvest", {**BUSY, "institution": "schedule", "schedule_every": 7, "shot_cost": 0.5}),
    ("altared_harvest", {**BUSY, "max_cycles": 1}),
    ("altared_harvest", {**BUSY, "rule": "one_prohibited", "max_cycles": 90}),
    ("poison_berries", {}),
    ("poison_berries", {**BUSY, "preset": "altared", "max_cycles": 60}),
]


@pytest.mark.parametrize(("game", "config"), SETTINGS)
def test_metrics_of_episodes_are_sums_of_their_events(game, config):
    batch = make_batch(game, 4, auto_reset=False, **{**small(game), **config})
    rng, checked, happened = np.random.default_rng(4), 0, 0.0
    for seed in range(2):
        batch.reset(seed=seed)
        slow, going = [SlowNorms(batch, w) for w in range(4)], np.ones(4, bool)
        while going.any():
            actions = random_actions(batch, rng)
            actions[rng.random(actions.shape) < 0.2] = 7
            step = batch.step(actions)
            for w in np.flatnonzero(going):
                slow[w].add(step)
            over = (step.terminated | step.truncated) & going
            for row, w in enumerate(step.episodes["world"]):
                expected = slow[w].metrics()
                assert set(step.episodes) == PLAIN | set(expected)
                for name, value in expected.items():
                    assert step.episodes[name].dtype == np.float64
                    np.testing.assert_allclose(step.episodes[name][row], value, rtol=1e-6, err_msg=name)
                checked += 1
                happened += expected["correct_sanctions"] * expected["misdirected_sanctions"]
            going &= ~over
    assert checked == 8
    if config.get("num_agents") and config.get("max_cycles") != 1:
        assert happened > 0


@pytest.mark.parametrize("game", ["altared_harvest", "poison_berries"])
def test_the_reward_is_what_metrics_take_apart(game):
    batch = make_batch(game, 20, **{**small(game), **BUSY, "target_penalty": 3.0, "shot_cost": 0.25})
    batch.reset(seed=0)
    rng, ended = np.random.default_rng(0), 0
    for _ in range(80):
        m = batch.step(random_actions(batch, rng)).episodes
        parts = m["corrected_return"] + m["sanction_costs"] + m["bonuses"] + m["penalties"]
        np.testing.assert_allclose(m["collective_return"], parts, rtol=1e-5)
        ended += len(parts)
    assert ended > 20
