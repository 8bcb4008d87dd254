"""Curves from logs, whole and thinned."""

import math

from altared.training.experiments.findings import curve, over_training, thinned


def test_curves_leave_out_what_is_undefined():
    log = [{"agent_steps": 1, "m": 0.5}, {"agent_steps": 2, "m": None}, {"agent_steps": 3, "m": 0.75}]
    log.append({"agent_steps": 4})
    assert curve(log, "m") == [(1, 0.5), (3, 0.75)]
    assert over_training(log, "m") == 0.625
    assert math.isnan(over_training(log, "unheard_of"))


def test_the_beginning_of_training_is_its_first_updates():
    log = [{"agent_steps": i, "m": i} for i in range(1, 11)]
    assert over_training(log, "m", 0.2) == 1.5
    assert over_training(log[:3], "m", 0.2) == 1  # at least one update
    assert math.isnan(over_training([{"agent_steps": 1}, *log], "m", 0.05))


def test_thinned_logs_keep_means_and_ends():
    log = [{"agent_steps": i, "m": i if i % 2 else None} for i in range(1, 11)]
    assert thinned(log, ["m"], most=2) == [{"agent_steps": 5, "m": 3.0}, {"agent_steps": 10, "m": 8.0}]
    assert [row["agent_steps"] for row in thinned(log, ["m"])] == list(range(1, 11))
    assert thinned([], ["m"]) == []
