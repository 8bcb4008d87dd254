"""Learning curves of several runs: what is averaged, which levels are drawn, what is refused."""

import json
from pathlib import Path

import numpy as np
import pytest
from altared.envs.engine.files import write_json
from altared.training.config import PPO, Schedule, TrainingConfig
from altared.training.run_folder import RunFolder
from draw_seeds import PANELS, curve, main, mean_curve, read_levels

METRICS = [panel[0] for panel in PANELS]


def row(steps, value):
    """A row of a log; None where no episode ended."""
    return {"agent_steps": steps, **({} if value is None else dict.fromkeys(METRICS, value))}


def run_folder(path, seed, hidden_size=64):
    """The parts of a run folder that are read: configuration and log."""
    folder = RunFolder(path)
    folder.create(TrainingConfig("commons_harvest", {}, PPO(hidden_size=hidden_size), Schedule(seed=seed)))
    rows = [row(1e6 * i, None if i < 3 else float(i + seed)) for i in range(1, 12)]
    folder.log.write_text("".join(json.dumps(one) + "\n" for one in rows))
    return str(path)


def test_a_curve_leaves_out_what_is_undefined_and_is_smoothed_over_five_updates():
    rows = [row(1e6, None), *(row(i * 1e6, v) for i, v in enumerate((0, 0, 10, 0, 0, 0), 2))]
    rows += [{**row(8e6, 1), "equality": None}]
    steps, values = curve(rows, "equality")
    assert steps.tolist() == [2, 3, 4, 5, 6, 7]
    assert values.tolist() == [10 / 3, 10 / 4, 2, 2, 10 / 4, 0]
    assert [len(part) for part in curve(rows, "unheard_of")] == [0, 0]


def test_the_mean_reaches_as_far_as_every_run():
    early = np.array([1.0, 2, 3, 4]), np.array([0.0, 0, 0, 0])
    late = np.array([2.0, 4, 6]), np.array([10.0, 30, 0])
    steps, values = mean_curve([early, late])
    assert (steps.tolist(), values.tolist()) == ([2, 3, 4], [5, 10, 15])
    steps, values = mean_curve([late, early])
    assert (steps.tolist(), values.tolist()) == ([2, 4], [5, 15])


def evaluation(path, **units):
    metrics = {metric: {"mean": {"value": 5.0}} for metric in METRICS}
    metrics["equality"]["mean"]["value"] = None
    found = {name: {"unit": unit, "metrics": metrics} for name, unit in units.items()}
    write_json(path, {"populations": found}, "evaluation")
    return str(path)


def test_levels_are_of_populations_measured_over_episodes(tmp_path):
    levels = read_levels(Path(evaluation(tmp_path / "e.json", trained="run", greedy="episode")))
    assert list(levels) == ["greedy"]
    assert (levels["greedy"]["shots"], levels["greedy"]["equality"]) == (5, None)


def test_draws_a_picture(tmp_path, capsys):
    runs = [run_folder(tmp_path / f"seed{seed}", seed) for seed in range(3)]
    levels = evaluation(tmp_path / "e.json", trained="run", random="episode", greedy="episode")
    out = tmp_path / "curves.png"
    assert main([*runs, "--out", str(out), "--levels", levels]) == 0
    assert out.read_bytes().startswith(b"\x89PNG")
    assert str(out) in capsys.readouterr().out


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"hidden_size": 8}, "ppo.hidden_size is 64 in"),
        ({"seed": 0}, "are both of training seed 0"),
        (None, "is no run folder: there is no config.json in it"),
    ],
)
def test_runs_of_several_kinds_are_refused(tmp_path, capsys, change, message):
    runs = [run_folder(tmp_path / "a", 0), str(tmp_path / "b")]
    if change is not None:
        run_folder(tmp_path / "b", **{"seed": 1, **change})
    assert main([*runs, "--out", str(tmp_path / "curves.png")]) == 1
    assert message in capsys.readouterr().err


def test_four_levels_are_too_many(tmp_path, capsys):
    levels = evaluation(tmp_path / "e.json", **dict.fromkeys("abcd", "episode"))
    run = run_folder(tmp_path / "run", 0)
    assert main([run, "--out", str(tmp_path / "curves.png"), "--levels", levels]) == 1
    assert "levels: a, b, c, d are 4; allowed: 3 at most" in capsys.readouterr().err


def test_what_is_no_evaluation_and_no_run_is_said(tmp_path, capsys):
    run = run_folder(tmp_path / "run", 0)
    config = str(tmp_path / "run" / "config.json")
    assert main([run, "--out", str(tmp_path / "curves.png"), "--levels", config]) == 1
    assert f"{config} has format altared-run; allowed: altared-evaluation" in capsys.readouterr().err
    with pytest.raises(SystemExit) as ended:
        main(["--out", str(tmp_path / "curves.png")])
    assert ended.value.code == 2
