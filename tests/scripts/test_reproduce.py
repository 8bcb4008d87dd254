"""`altared reproduce`, whole: killed half way, gone on with and reported; a hundredth of the training."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from importlib.metadata import version

import pytest
from altared.scripts import reproduce
from altared.scripts.reproduce import main
from altared.training.experiments.job_runner import sole_worker

SHORT = ["tragedy", "--seeds", "1", "--first-seed", "7", "--share", "0.01"]


def wait_for(condition, seconds=120):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.1)


@pytest.fixture(scope="module")
def killed(tmp_path_factory):
    """The folder of an experiment whose process was killed outright as soon as something was done."""
    folder = tmp_path_factory.mktemp("reproduce") / "tragedy"
    command = [sys.executable, "-m", "altared.scripts.cli", "reproduce", *SHORT, "--out", str(folder)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    wait_for(lambda: any((folder / "done").glob("*.json")) or process.poll() is not None)
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    return folder


@pytest.fixture(scope="module")
def finished(killed):
    before = {path.name for path in (killed / "done").glob("*.json")}
    wait_for(
        lambda: main([*SHORT, "--out", str(killed), "--resume"]) == 0, 300
    )  # its children save and end first
    return killed, before


def test_a_killed_experiment_goes_on_where_it_was(finished):
    folder, before = finished
    done = sorted(path.name for path in (folder / "done").glob("*.json"))
    assert 0 < len(before) < len(done) == 7
    outputs = {path.stem for path in (folder / "output").iterdir()}
    assert outputs == {name.removesuffix(".json") for name in done}
    log = (folder / "runs/learned-7/log.jsonl").read_text().splitlines()
    assert [json.loads(line)["update"] for line in log] == [1, 2]


def test_the_report_holds_everything(finished):
    folder, _ = finished
    html = (folder / "report.html").read_text()
    assert "http://" not in html.replace("http://www.w3.org", "")
    assert "https://" not in html
    assert html.count("data:video/mp4;base64,") == 3
    assert html.count("data:image/png;base64,") == 1
    try_out = "A try-out with a share of 0.01 of the training and of the episodes: no verdicts."
    for said in ("What was claimed", "altared train commons_harvest", "try-out, no test", "numba", try_out):
        assert said in html
    results = json.loads((folder / "results.json").read_text())
    assert [one["verdict"] for one in results["verdicts"]] == ["not resolved"] * 3
    assert len(results["measured"]["learned"]["collective_return"]["values"]) == 1
    assert (results["episodes"], results["share"]) == (4, 0.01)
    assert f"**{try_out}**" in (folder / "report.md").read_text()
    assert "| collective return |" in (folder / "report.md").read_text()


def test_a_finished_experiment_is_only_reported_again(finished, capsys):
    folder, _ = finished
    notes = {path: path.stat().st_mtime_ns for path in (folder / "done").glob("*.json")}
    assert main([*SHORT, "--out", str(folder), "--resume"]) == 0
    assert notes == {path: path.stat().st_mtime_ns for path in (folder / "done").glob("*.json")}


def test_a_folder_is_not_begun_twice(finished, capsys):
    folder, _ = finished
    assert main([*SHORT, "--out", str(folder)]) == 1
    assert f"go on with --resume --out {folder}" in capsys.readouterr().err


def test_an_experiment_goes_on_only_as_it_was_begun(finished, capsys):
    folder, _ = finished
    for other, said in (
        (["--share", "0.02"], "share is 0.02; allowed in {}: 0.01, with which it was begun"),
        (["--first-seed", "8"], "first_seed is 8; allowed in {}: 7, with"),
        (["--preset", "full"], "preset is full; allowed in {}: laptop, with"),
    ):
        assert main([*SHORT, *other, "--out", str(folder), "--resume"]) == 1
        assert said.format(folder) in capsys.readouterr().err
    assert main(["altar", *SHORT[1:], "--out", str(folder), "--resume"]) == 1
    assert f"experiment is altar; allowed in {folder}: tragedy, with" in capsys.readouterr().err


def test_an_experiment_of_another_version_is_refused(finished, capsys):
    folder, _ = finished
    begun = (folder / "experiment.json").read_text()
    (folder / "experiment.json").write_text(begun.replace("commons_harvest", "commons"))
    try:
        assert main([*SHORT, "--out", str(folder), "--resume"]) == 1
    finally:
        (folder / "experiment.json").write_text(begun)
    assert f"{folder} was begun with another version: " in capsys.readouterr().err


def test_a_beginning_of_another_version_is_refused(tmp_path, capsys):
    (tmp_path / "experiment.json").write_text('{"experiment": "tragedy"}')
    assert main([*SHORT, "--out", str(tmp_path), "--resume"]) == 1
    said = f"{tmp_path / 'experiment.json'} has no format; altared {version('altared')} reads "
    assert f"{said}altared-experiment 2: reproduce it in another folder" in capsys.readouterr().err


def test_a_damaged_beginning_is_named(tmp_path, capsys):
    (tmp_path / "experiment.json").write_text('{"experiment": "trag')
    assert main([*SHORT, "--out", str(tmp_path), "--resume"]) == 1
    assert f"{tmp_path / 'experiment.json'} is not readable: " in capsys.readouterr().err


def test_ray_that_is_not_installed_is_said(finished, capsys, monkeypatch):
    folder, _ = finished
    monkeypatch.setitem(sys.modules, "ray", None)
    assert main([*SHORT, "--out", str(folder), "--resume", "--ray-address", "auto"]) == 1
    assert "pip install 'altared[rllib]'" in capsys.readouterr().err


def test_nothing_is_begun_where_ray_is_missing(tmp_path, capsys, monkeypatch):
    monkeypatch.setitem(sys.modules, "ray", None)
    assert main([*SHORT, "--out", str(tmp_path / "new"), "--ray-address", "auto"]) == 1
    assert "pip install 'altared[rllib]'" in capsys.readouterr().err
    monkeypatch.setattr(reproduce, "run_all", lambda *_: signal.SIGINT)
    assert main([*SHORT, "--out", str(tmp_path / "new")]) == 130  # the folder is free


def test_a_report_does_without_a_film(finished, capsys, monkeypatch):
    folder, _ = finished
    film, note = folder / "films/random.mp4", folder / "done/film-random.json"
    kept = note.read_bytes()
    note.unlink()
    film.unlink()
    film.mkdir()  # so that it cannot be written
    try:
        assert main([*SHORT, "--out", str(folder), "--resume"]) == 0
    finally:
        film.rmdir()
        note.write_bytes(kept)
    assert "without these films: film-random" in capsys.readouterr().err
    assert (folder / "report.html").read_text().count("data:video/mp4;base64,") == 2


@pytest.mark.parametrize(
    ("command", "said"),
    [
        (["tragedy", "--seeds", "0"], "seeds is 0; allowed: from 1 to 1000"),
        (["tragedy", "--share", "2"], "share is 2.0; allowed: above 0, at most 1"),
        ([], "tragedy"),
    ],
)
def test_a_wrong_command_says_what_is_allowed(command, said, capsys):
    with pytest.raises(SystemExit):
        main(command)
    assert said in capsys.readouterr().err


def test_a_folder_without_an_experiment_is_refused(tmp_path, capsys):
    assert main([*SHORT, "--resume", "--out", str(tmp_path)]) == 1
    assert f"{tmp_path} holds no experiment" in capsys.readouterr().err


def test_a_folder_with_other_things_is_refused(tmp_path, capsys):
    (tmp_path / "notes.txt").write_text("mine")
    assert main([*SHORT, "--out", str(tmp_path)]) == 1
    assert f"out is {tmp_path}, which holds other things; allowed: a new or empty" in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["notes.txt"]


def test_an_experiment_may_be_given_more_seeds(finished, tmp_path, monkeypatch, capsys):
    folder = shutil.copytree(finished[0], tmp_path / "tragedy")
    asked = []
    monkeypatch.setattr(reproduce, "run_all", lambda folder, jobs, *_: asked.extend(jobs) or signal.SIGINT)
    more = ["--seeds", "2", "--no-films"]
    assert main([*SHORT, *more, "--out", str(folder), "--resume"]) == 130
    assert {job.name[-1] for job in asked} == {"7", "8"}
    assert main([*SHORT, "--out", str(folder), "--resume"]) == 1
    assert f"seeds is 1; allowed in {folder}: 2 or more" in capsys.readouterr().err
    assert main([*SHORT, *more, "--out", str(folder), "--resume"]) == 130


def test_a_refused_command_leaves_the_folder_as_it_was(finished, capsys):
    folder, _ = finished
    before = (folder / "experiment.json").read_bytes()
    with sole_worker(folder):
        assert main([*SHORT, "--out", str(folder), "--resume"]) == 1
    assert "another process is at work" in capsys.readouterr().err
    assert (folder / "experiment.json").read_bytes() == before


def test_what_a_kill_leaves_at_the_very_start_is_gone_on_with(finished, tmp_path, monkeypatch):
    monkeypatch.setattr(reproduce, "run_all", lambda folder, jobs, *_: signal.SIGINT)
    shutil.copy(finished[0] / "experiment.json", tmp_path)  # written, and no folder yet
    assert main([*SHORT, "--out", str(tmp_path), "--resume"]) == 130
    fresh = tmp_path / "fresh"
    fresh.mkdir()
    for name in (".lock", ".experiment.json.1.part"):  # nothing written yet
        (fresh / name).touch()
    assert main([*SHORT, "--out", str(fresh)]) == 130
    assert (fresh / "experiment.json").exists()


def test_explorations_have_two_seeds(tmp_path, monkeypatch):
    asked = []
    monkeypatch.setattr(reproduce, "run_all", lambda folder, jobs, *_: asked.extend(jobs) or signal.SIGINT)
    assert main(["silly-remedies", "--no-films", "--out", str(tmp_path / "x")]) == 130
    assert {job.name[-3:] for job in asked} == {"100", "101"}


def test_a_machine_that_does_not_say_which_cores_one_may_use(monkeypatch):
    monkeypatch.delattr(os, "sched_getaffinity")
    assert reproduce.cores() == os.cpu_count()
