"""Jobs of an experiment: what waits for what, failures, stops, and going on."""

import json
import signal

import pytest
from altared.envs.engine.files import write_json
from altared.training.experiments.job_runner import JobsFailedError, run_all, sole_worker
from altared.training.experiments.jobs import Job, is_done, jobs_of, note_done, ready_command
from altared.training.experiments.registry import experiment_named


class Scripted:
    """Executor that finish a job with a given status when asked the second time."""

    def __init__(self, capacity=2, statuses=None):
        self.capacity, self.statuses = capacity, statuses or {}
        self.begun, self.at_once = [], 0

    def begin(self, folder, job):
        self.begun.append(job.name)
        return JobHandle(self, self.statuses.get(job.name, 0))


class JobHandle:
    def __init__(self, executor, status):
        self.executor, self.status, self.asked = executor, status, 0
        executor.at_once += 1
        assert executor.at_once <= executor.capacity
        self.stopped = False

    def result(self):
        self.asked += 1
        if self.asked < 2:
            return None
        self.executor.at_once -= 1
        return self.status

    def stop(self):
        self.stopped = True

    def wait(self):
        pass


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.setattr("altared.training.experiments.job_runner.POLL", 0.0)
    for name in ("done", "output"):
        (tmp_path / name).mkdir()
    return tmp_path


CHAIN = [Job("a", ("x",)), Job("b", ("x",), ("a",)), Job("c", ("x",)), Job("d", ("x",), ("b", "c"))]


def test_jobs_wait_for_each_other_and_are_noted(folder):
    executor = Scripted()
    assert run_all(folder, CHAIN, executor, lambda running, done: None) == 0
    assert executor.begun == ["a", "c", "b", "d"]
    assert all(is_done(folder, job) for job in CHAIN)
    again = Scripted()
    assert run_all(folder, CHAIN, again, lambda running, done: None) == 0
    assert again.begun == []


def test_a_failure_stops_only_what_depends_on_it(folder):
    (folder / "output" / "b.txt").write_text("one\nerror: no space\n")
    executor = Scripted(statuses={"b": 1})
    with pytest.raises(JobsFailedError, match="b: error: no space"):
        run_all(folder, CHAIN, executor, lambda running, done: None)
    assert executor.begun == ["a", "c", "b"]
    assert [is_done(folder, job) for job in CHAIN] == [True, False, True, False]


def test_a_job_that_waits_for_what_is_not_there_is_said(folder):
    with pytest.raises(ValueError, match="b waits for a; allowed: jobs that are there"):
        run_all(folder, [CHAIN[1]], Scripted(), lambda running, done: None)


def test_a_job_that_cannot_begin_has_failed(folder):
    executor = Scripted()
    begin = executor.begin

    def refuse(folder, job):
        if job.name == "a":
            raise ValueError("there is no rate")
        return begin(folder, job)

    executor.begin = refuse
    with pytest.raises(JobsFailedError, match="a: there is no rate"):
        run_all(folder, CHAIN, executor, lambda running, done: None)
    assert executor.begun == ["c"]


def test_who_stops_it_hears_of_the_stop_even_after_a_failure(folder):
    (folder / "output" / "a.txt").write_text("no space")

    def show(running, done):
        if [job.name for job in done] == ["c"]:
            signal.raise_signal(signal.SIGTERM)

    executor = Scripted(statuses={"a": 1})
    assert run_all(folder, CHAIN, executor, show) == signal.SIGTERM


def test_a_signal_stops_what_runs(folder):
    executor, handles = Scripted(), []
    begin = executor.begin

    def begin_and_keep(folder, job):
        handles.append(begin(folder, job))
        if len(handles) == 1:  # a second signal would act at once
            signal.raise_signal(signal.SIGTERM)
        return handles[-1]

    executor.begin = begin_and_keep
    assert run_all(folder, CHAIN, executor, lambda running, done: None) == signal.SIGTERM
    assert [handle.stopped for handle in handles] == [True, True]


def test_two_cannot_work_in_one_folder(folder):
    with sole_worker(folder), pytest.raises(BlockingIOError, match="at work in"), sole_worker(folder):
        pass


def test_a_run_that_was_stopped_goes_on_or_begins_anew(folder):
    job = Job("train-a-0", ("train", "g", "--run", "runs/a-0"), (), "runs/a-0")
    (folder / "runs/a-0/checkpoints/last").mkdir(parents=True)
    (folder / "runs/a-0/config.json").write_text("{}")
    assert ready_command(folder, job) == list(job.command)
    assert not (folder / "runs/a-0").exists()
    (folder / "runs/a-0/checkpoints/last").mkdir(parents=True)
    (folder / "runs/a-0/checkpoints/last/state.json").write_text("{}")
    assert ready_command(folder, job) == ["train", "--resume", "runs/a-0", "--no-video"]


def test_a_number_can_be_taken_from_what_was_measured(folder):
    job = next(j for j in jobs_of(experiment_named("altar", "full"), [3]) if j.name == "train-yoked-3")
    assert "measure-altar-3" in job.waits_for
    (folder / "measured").mkdir()
    metrics = {"removals": {"mean": {"value": 30.0}}, "length": {"mean": {"value": 1000.0}}}
    write_json(folder / "measured/altar-3.json", {"populations": {"r": {"metrics": metrics}}}, "evaluation")
    command = ready_command(folder, job)
    assert command[command.index("--env.yoked-removals") + 1] == "0.03"
    metrics["removals"]["mean"]["value"] = None
    write_json(folder / "measured/altar-3.json", {"populations": {"r": {"metrics": metrics}}}, "evaluation")
    with pytest.raises(ValueError, match="altar with seed 3 has removals/length = None/1000"):
        ready_command(folder, job)


def test_a_note_says_command_and_versions(folder):
    note_done(folder, CHAIN[0], 1.25, {"python": "3", "command": ["reproduce"]})
    note = json.loads((folder / "done/a.json").read_text())
    assert note == {"command": ["altared", "x"], "seconds": 1.2, "python": "3"}


def test_a_job_is_noted_with_what_it_was_begun_with(folder):
    run_all(folder, CHAIN[:1], Scripted(), lambda running, done: None)
    note = json.loads((folder / "done/a.json").read_text())
    assert {"seconds", "started", "versions", "git_commit", "python"} <= note.keys()
