"""Plans, jobs and verdicts of experiments."""

import functools
import json
import math
import signal
from dataclasses import replace
from typing import get_args, get_type_hints

import numpy as np
import pytest
from altared.envs import game_module, make_batch
from altared.scripts import evaluate, reproduce, train, watch
from altared.scripts.options import parse
from altared.training.experiments.catalogue import EXPERIMENTS, PRESETS, experiment_named
from altared.training.experiments.findings import Sides, curve, over_training, thinned
from altared.training.experiments.jobs import Job, is_done, jobs_of, note_done, ready_command
from altared.training.experiments.plan import Condition, Endpoint, Experiment, Panel
from altared.training.experiments.published import COLUMNS, published_curve
from altared.training.experiments.verdicts import verdicts
from altared.training.experiments.workshop import JobsFailedError, do_all, sole_worker

ALL = [(name, preset) for name in EXPERIMENTS for preset in PRESETS]


def endpoint(smallest=1.0, primary=True, metric="m"):
    return Endpoint("more here than there", metric, "here", "there", smallest, primary=primary)


def tiny(*conditions, endpoints=()):
    return Experiment("tiny", "Tiny", "nobody", "nothing", conditions, endpoints, ("m",), (Panel("m", "m"),))


# verdicts, on samples with known answers


def test_six_far_apart_seeds_support_a_claim():
    (one,) = verdicts([endpoint()], [Sides(np.arange(6) + 10.0, np.arange(6.0))])
    assert one.word == "supported"
    assert one.comparison.difference.value == 10
    assert one.adjusted == pytest.approx(2 / math.comb(12, 6))  # exact: only the two extreme relabellings


def test_the_other_way_round_refutes_it():
    (one,) = verdicts([endpoint()], [Sides(np.arange(6.0), np.arange(6) + 10.0)])
    assert (one.word, one.why) == ("refuted", "it is the other way round")


def test_an_interval_below_what_matters_refutes_it():
    sample = np.array([0.0, 0.1, 0.2, 0.3, 0.4, 0.5])
    (one,) = verdicts([endpoint(smallest=1.0)], [Sides(sample, sample)])
    assert one.word == "refuted"
    assert "1 or more is excluded" in one.why


def test_a_wide_interval_resolves_nothing_and_says_how_many_seeds_would():
    here, there = np.array([0, 10, 20, 30, 40, 50.0]), np.array([5, 15, 25, 35, 45, 30.0])
    (one,) = verdicts([endpoint(smallest=5.0)], [Sides(here, there)])
    assert one.word == "not resolved"
    deviation = math.sqrt((here.var(ddof=1) + there.var(ddof=1)) / 2)
    normal = 2 * ((1.96 + 0.8416) * deviation / 5) ** 2  # the textbook's approximation
    assert int(one.why.split()[1]) == pytest.approx(normal, rel=0.05)


def test_five_seeds_are_an_illustration():
    (one,) = verdicts([endpoint()], [Sides(np.arange(5) + 100.0, np.arange(5.0))])
    assert (one.word, one.why, one.adjusted) == ("not resolved", "illustration, no test", None)


def test_what_is_nowhere_defined_is_not_resolved():
    (one,) = verdicts([endpoint()], [Sides(np.full(6, np.nan), np.arange(6.0))])
    assert (one.word, one.why) == ("not resolved", "undefined in 6 of 6 runs of a condition")


def test_a_small_but_sure_difference_supports_a_claim():
    (one,) = verdicts([endpoint(smallest=5.0)], [Sides(np.arange(6) / 10 + 1, np.arange(6) / 10)])
    assert one.word == "supported"


def test_runs_in_which_a_metric_is_undefined_are_named():
    here = np.array([1.0, 2, 3, 4, 5, np.nan])
    (one,) = verdicts([endpoint()], [Sides(here, np.arange(6.0))])
    assert (one.word, one.why) == ("not resolved", "undefined in 1 of 6 runs of a condition")


def test_nothing_is_tested_in_a_try_out():
    (one,) = verdicts([endpoint()], [Sides(np.arange(6) + 10.0, np.arange(6.0))], "try-out, no test")
    assert (one.word, one.why, one.adjusted) == ("not resolved", "try-out, no test", None)


def test_more_endpoints_take_more_seeds():
    sides = Sides(np.array([0, 10, 20, 30, 40, 50.0]), np.array([5, 15, 25, 35, 45, 30.0]))
    alone = verdicts([endpoint(smallest=5.0)], [sides])[0].why
    together = verdicts([endpoint(smallest=5.0)] * 4, [sides] * 4)[0].why
    assert int(alone.split()[1]) < int(together.split()[1])


def test_only_primary_endpoints_are_corrected_together():
    apart = Sides(np.arange(6) + 10.0, np.arange(6.0))
    alone = verdicts([endpoint(primary=False)], [apart])[0].adjusted
    first, second, third = verdicts([endpoint(), endpoint(), endpoint(primary=False)], [apart] * 3)
    assert first.adjusted == second.adjusted == pytest.approx(2 * alone)
    assert third.adjusted == alone


def test_two_measurements_of_the_same_runs_are_compared_run_by_run():
    runs = np.array([0.0, 10, 20, 30, 40, 50])
    more = runs + np.array([1.0, 2, 1, 2, 1, 2])
    (apart,) = verdicts([endpoint()], [Sides(more, runs)])
    (paired,) = verdicts([endpoint()], [Sides(more, runs, paired=True)])
    assert (apart.word, paired.word) == ("not resolved", "supported")
    assert paired.adjusted == pytest.approx(2 / 2**6)  # exact: all signs as they are, or all turned
    assert paired.comparison.difference.count == 6
    assert paired.comparison.difference.high - 1.5 < 0.6


def test_seeds_that_would_be_enough_are_no_promise_for_those_that_were_not():
    (one,) = verdicts([endpoint(smallest=3.8)], [Sides(np.arange(6) + 1.7, np.arange(6.0))])
    assert one.word == "not resolved"
    assert one.why == "6 seeds an arm find a difference of 3.8 four times in five: repeat it with new ones"


# plans


@pytest.mark.parametrize(("name", "preset"), ALL)
def test_every_command_is_one_that_altared_understands(name, preset, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "measured").mkdir()
    experiment = experiment_named(name, preset)
    jobs = jobs_of(experiment, range(2))
    assert len({job.name for job in jobs}) == len(jobs)
    known: set[str] = set()
    for job in jobs:
        assert set(job.waits_for) <= known
        known.add(job.name)
        understood(experiment, job)
    assert {f"film-{condition.name}" for condition in experiment.conditions} <= known


COMMANDS = {"train": train.Args, "evaluate": evaluate.Args, "watch": watch.Args}


def understood(experiment, job):
    """Parse a job's command, and make the world that it names."""
    kind, *words = job.command
    words = [word for word in words if not word.startswith("@") and word != "--env.yoked-removals"]
    name = job.name.partition("-")[2]
    game = experiment.condition(name if kind == "watch" else name.rpartition("-")[0]).game
    if kind != "train" and "--game" not in words:
        words += ["--game", game]  # which the commands take from the run
    _, env = parse(COMMANDS[kind], words)
    if "yoked" not in words and ("contract" not in env or "name" in env["contract"]):
        make_batch(game, 1, **env).close()


@functools.cache
def metrics_of(game, env):
    """Names of the metrics of a game with these options."""
    args, settings = parse(train.Args, [game, *env])
    short = {name: value for name, value in (("max_cycles", 2),) if hasattr(configure(args.game), name)}
    batch = make_batch(args.game, 1, **(settings | short))
    batch.reset(0)
    while True:
        step = batch.step(np.zeros((1, batch.num_agents), np.int32))
        if len(step.episodes["world"]):
            return set(step.episodes)


def configure(game):
    return game_module(game).configure()


def known_metrics(experiment, condition):
    """Of a condition; under the contract that its players or its runs know."""
    other = condition.players_of or condition.runs_of
    env = (*(experiment.condition(other).env if other else ()), *condition.env)
    if "@" in "".join(env):
        env = tuple(word for word in env if not word.startswith(("@", "--env.yoked")))
        env = tuple("hidden" if word == "yoked" else word for word in env)
    return metrics_of(condition.game, env)


@pytest.mark.parametrize(("name", "preset"), ALL)
def test_every_metric_is_one_of_the_games(name, preset):
    experiment = experiment_named(name, preset)
    known = {condition.name: known_metrics(experiment, condition) for condition in experiment.conditions}
    for claim in experiment.endpoints:
        assert claim.metric in known[claim.higher] & known[claim.lower], claim
    for metric in (*experiment.metrics, *(panel.metric for panel in experiment.panels)):
        assert any(metric in names for names in known.values()), metric


def test_the_command_knows_every_experiment():
    names = get_args(get_type_hints(reproduce.Args)["name"])
    assert set(names) - {""} == set(EXPERIMENTS)
    assert get_args(get_type_hints(reproduce.Args)["preset"]) == PRESETS


def test_a_plan_that_contradicts_itself_is_refused():
    first = Condition("a", "a", "p", "g")
    with pytest.raises(ValueError, match="two conditions are called 'a'"):
        tiny(first, first)
    with pytest.raises(ValueError, match="needs 'b', which is not before it"):
        tiny(Condition("a", "a", "p", "g", runs_of="b"))
    with pytest.raises(ValueError, match="unknown conditions"):
        tiny(first, endpoints=[endpoint()])
    again = Condition("b", "b", "p", "g", runs_of="a")
    over = replace(endpoint(), higher="a", lower="b", over="training")
    with pytest.raises(ValueError, match=r"over 'training'; allowed: 'end', as \['b'\] do not learn"):
        tiny(first, again, endpoints=[over])
    with pytest.raises(ValueError, match=r"condition 'c' has .*'players_of': 'b'.*; allowed: at most one of"):
        Condition("c", "c", "p", "g", runs_of="a", players_of="b")
    with pytest.raises(ValueError, match="steps=5; allowed with population: neither"):
        Condition("c", "c", "p", "g", population="random", steps=5)
    with pytest.raises(ValueError, match="known: tragedy, altar"):
        experiment_named("x", "laptop")


def test_published_curves_are_there():
    experiment = experiment_named("silly-rule", "laptop")
    for condition in experiment.conditions:
        for panel in experiment.panels:
            steps, values = published_curve(experiment.original, condition.name, panel.metric)
            assert len(steps) == len(values) == 43
    assert published_curve("koster2022_fig4.csv", "no_rule", "collective_return")[1][0] == 3703.7572
    assert set(COLUMNS) == {"koster2022_fig4.csv"}


# jobs


class Scripted:
    """Hands that finish a job with a given status when asked the second time."""

    def __init__(self, places=2, statuses=None):
        self.places, self.statuses = places, statuses or {}
        self.begun, self.at_once = [], 0

    def begin(self, folder, job):
        self.begun.append(job.name)
        return Work(self, self.statuses.get(job.name, 0))


class Work:
    def __init__(self, hands, status):
        self.hands, self.status, self.asked = hands, status, 0
        hands.at_once += 1
        assert hands.at_once <= hands.places
        self.stopped = False

    def result(self):
        self.asked += 1
        if self.asked < 2:
            return None
        self.hands.at_once -= 1
        return self.status

    def stop(self):
        self.stopped = True

    def wait(self):
        pass


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.setattr("altared.training.experiments.workshop.POLL", 0.0)
    for name in ("done", "output"):
        (tmp_path / name).mkdir()
    return tmp_path


CHAIN = [Job("a", ("x",)), Job("b", ("x",), ("a",)), Job("c", ("x",)), Job("d", ("x",), ("b", "c"))]


def test_jobs_wait_for_each_other_and_are_noted(folder):
    hands = Scripted()
    assert do_all(folder, CHAIN, hands, lambda running, done: None) == 0
    assert hands.begun == ["a", "c", "b", "d"]
    assert all(is_done(folder, job) for job in CHAIN)
    again = Scripted()
    assert do_all(folder, CHAIN, again, lambda running, done: None) == 0
    assert again.begun == []


def test_a_failure_stops_only_what_depends_on_it(folder):
    (folder / "output" / "b.txt").write_text("one\nerror: no space\n")
    hands = Scripted(statuses={"b": 1})
    with pytest.raises(JobsFailedError, match="b: error: no space"):
        do_all(folder, CHAIN, hands, lambda running, done: None)
    assert hands.begun == ["a", "c", "b"]
    assert [is_done(folder, job) for job in CHAIN] == [True, False, True, False]


def test_a_job_that_cannot_begin_has_failed(folder):
    hands = Scripted()
    begin = hands.begin

    def refuse(folder, job):
        if job.name == "a":
            raise ValueError("there is no rate")
        return begin(folder, job)

    hands.begin = refuse
    with pytest.raises(JobsFailedError, match="a: there is no rate"):
        do_all(folder, CHAIN, hands, lambda running, done: None)
    assert hands.begun == ["c"]


def test_who_stops_it_hears_of_the_stop_even_after_a_failure(folder):
    (folder / "output" / "a.txt").write_text("no space")

    def show(running, done):
        if [job.name for job in done] == ["c"]:
            signal.raise_signal(signal.SIGTERM)

    hands = Scripted(statuses={"a": 1})
    assert do_all(folder, CHAIN, hands, show) == signal.SIGTERM


def test_a_signal_stops_what_runs(folder):
    hands, works = Scripted(), []
    begin = hands.begin

    def begin_and_keep(folder, job):
        works.append(begin(folder, job))
        if len(works) == 1:  # a second signal would act at once
            signal.raise_signal(signal.SIGTERM)
        return works[-1]

    hands.begin = begin_and_keep
    assert do_all(folder, CHAIN, hands, lambda running, done: None) == signal.SIGTERM
    assert [work.stopped for work in works] == [True, True]


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
    (folder / "measured/altar-3.json").write_text(json.dumps({"populations": {"r": {"metrics": metrics}}}))
    command = ready_command(folder, job)
    assert command[command.index("--env.yoked-removals") + 1] == "0.03"
    metrics["removals"]["mean"]["value"] = None
    (folder / "measured/altar-3.json").write_text(json.dumps({"populations": {"r": {"metrics": metrics}}}))
    with pytest.raises(ValueError, match="altar with seed 3 has removals/length = None/1000"):
        ready_command(folder, job)


def test_a_note_says_command_and_versions(folder):
    note_done(folder, CHAIN[0], 1.25, {"python": "3", "command": ["reproduce"]})
    note = json.loads((folder / "done/a.json").read_text())
    assert note == {"command": ["altared", "x"], "seconds": 1.2, "python": "3"}


def test_a_job_is_noted_with_what_it_was_begun_with(folder):
    do_all(folder, CHAIN[:1], Scripted(), lambda running, done: None)
    note = json.loads((folder / "done/a.json").read_text())
    assert {"seconds", "started", "versions", "git_commit", "python"} <= note.keys()


# logs


def test_curves_leave_out_what_is_undefined():
    log = [{"agent_steps": 1, "m": 0.5}, {"agent_steps": 2, "m": None}, {"agent_steps": 3, "m": 0.75}]
    log.append({"agent_steps": 4})
    assert curve(log, "m") == [(1, 0.5), (3, 0.75)]
    assert over_training(log, "m") == 0.625
    assert math.isnan(over_training(log, "unheard_of"))


def test_thinned_logs_keep_means_and_ends():
    log = [{"agent_steps": i, "m": i if i % 2 else None} for i in range(1, 11)]
    assert thinned(log, ["m"], most=2) == [{"agent_steps": 5, "m": 3.0}, {"agent_steps": 10, "m": 8.0}]
    assert [row["agent_steps"] for row in thinned(log, ["m"])] == list(range(1, 11))
    assert thinned([], ["m"]) == []
