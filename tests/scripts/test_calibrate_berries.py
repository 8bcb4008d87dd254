"""The calibration of poison berries: its search, its misfit, its tables and files."""

import json
import math

import numpy as np
import pytest
from calibrate_berries import TARGETS, Numbers, main, misfit
from coordinate_search import found, search

ONE = Numbers((1e-3, 1e-3, 1e-3), 2)


def exact(scale=1.0):
    """Columns in which every target is met, times `scale`."""
    played = {}
    for target in TARGETS:
        played.setdefault(target.condition, {})[target.metric] = np.full(3, target.value * scale)
    return played


def distance(numbers):
    """To (0.02, 0.0005, 0.003) and a cooldown of 12, in logarithms."""
    wanted = (*np.divide(numbers.chances, (0.02, 0.0005, 0.003)), (8 + numbers.cooldown) / 20)
    return float(np.abs(np.log(wanted)).max() + 0.1 * np.abs(np.log(wanted)).sum())


def test_the_search_finds_a_known_optimum():
    trials = search(distance, ONE)
    best = found(trials)
    assert best.chances == pytest.approx((0.02, 0.0005, 0.003), rel=0.06)
    assert best.cooldown == pytest.approx(12, abs=1)
    assert distance(best) == min(trial.misfit for trial in trials)


def test_a_search_says_what_it_tried_and_tries_nothing_twice():
    asked = []
    trials = search(lambda numbers: asked.append(numbers) or distance(numbers), ONE)
    assert [trial.setting for trial in trials] == asked
    assert len(set(asked)) == len(asked)
    lowest = math.inf
    for trial in trials:
        assert trial.misfit == distance(trial.setting)
        assert trial.better == (trial.misfit < lowest)
        lowest = min(lowest, trial.misfit)


def test_a_search_where_nothing_is_better_stops_where_it_began():
    assert found(search(lambda numbers: float(numbers != ONE), ONE)) == ONE


def test_steps_of_the_levers():
    assert ONE.moved(1, 1.234).chances == (1e-3, 1.2e-3, 1e-3)
    assert ONE._replace(chances=(0.7, 0.1, 0.1)).moved(0, 2).chances == (1.0, 0.1, 0.1)
    assert ONE.moved(3, 2) == ONE._replace(cooldown=12), "from 10 to 20 steps between shots"
    assert ONE.moved(3, 0.5) == ONE._replace(cooldown=0)


def test_misfit():
    assert misfit(exact()) == 0
    assert misfit(exact(1.1)) == pytest.approx(math.log(1.1))
    assert misfit(exact(1 / 1.1)) == pytest.approx(math.log(1.1))
    assert misfit(exact(0)) == math.inf
    off = exact()
    off["no_rule"]["corrected_return"] = np.array([3704.0 * math.e])
    inferred = exact()
    inferred["silly_rule"]["hits"] = np.array([29.5 * math.e])
    assert misfit(off) == pytest.approx(math.sqrt(1 / 6.25))
    assert misfit(inferred) == pytest.approx(math.sqrt(0.25 / 6.25)), "what is inferred counts a quarter"


def test_the_shipped_numbers_pass_and_others_do_not(tmp_path, capsys):
    out = tmp_path / "calibration.json"
    assert main(["--episodes", "32", "--json", str(out)]) == 0
    said = capsys.readouterr().out
    assert "corrected return, no rule" in said
    assert "3704" in said
    written = json.loads(out.read_text())
    assert written["search"] == []
    assert [row["of"] for row in written["matched"]] == [f"{t.metric}, {t.condition}" for t in TARGETS]
    assert written["matched"][5]["measured"]["value"] == pytest.approx(3704, rel=0.1)
    assert main(["--episodes", "32", "--json", str(out), "--env.berry-reward", "2", "--markdown"]) == 1
    said = [line for line in capsys.readouterr().out.splitlines() if "corrected return" in line]
    half = json.loads(out.read_text())["matched"][5]["measured"]["value"]
    assert half == pytest.approx(written["matched"][5]["measured"]["value"] / 2)
    assert said[0].startswith(f"| corrected return, no rule | 3704 | {half:.0f} ± ")


def test_a_search_ends_in_the_tables_and_in_the_file(tmp_path, capsys):
    out = tmp_path / "calibration.json"
    few = ["--episodes", "2", "--search-episodes", "2", "--env.max-cycles", "200"]
    assert main(["--search", *few, "--markdown", "--json", str(out)]) == 1, "200 steps are too few"
    printed = capsys.readouterr()
    trials = json.loads(out.read_text())["search"]
    assert printed.err.count("misfit") == len(trials) > 8
    best = [trial for trial in trials if trial["better"]][-1]
    assert json.loads(out.read_text())["fields"] == {
        "max_cycles": 200,
        "regrowth": best["setting"]["chances"],
        "cooldown": best["setting"]["cooldown"],
    }
    assert f"| {best['setting']['cooldown']} | {best['misfit']:.3f} |" in printed.out
    assert best["misfit"] == min(trial["misfit"] for trial in trials)
