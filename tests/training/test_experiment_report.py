"""Reports, on folders that were written by hand: six seeds whose answers are known."""

import csv
import json
import re

import pytest
from altared.envs.engine.files import write_json
from altared.training.experiments.jobs import jobs_of, note_done
from altared.training.experiments.plan import Condition, Endpoint, Experiment, Panel
from altared.training.experiments.report import write_report

SEEDS = range(3, 9)
CONDITIONS = (
    Condition("still", "standing still", "a game", "g", population="noop"),
    Condition("learned", "learned <all>", "a game", "g", steps=10),
    Condition("cut", "cut off", "a game", "g", runs_of="learned"),
    Condition("more", "learned more", "a game", "g", steps=20),
)
ENDPOINTS = (
    Endpoint("learning raises a", "a", "learned", "still", 1.0),
    Endpoint("learning lowers b", "b", "still", "learned", 1.0),
    Endpoint("cut off, a is lost", "a", "learned", "cut", 1.0, primary=False),
    Endpoint("learning moves a", "a", "learned", "more", 1.0, over="training", primary=False),
    Endpoint("learning moves a at first", "a", "learned", "more", 1.0, over="beginning", primary=False),
)
WORDS = ["supported", "refuted", "supported", "not resolved", "not resolved"]
TINY = Experiment(
    "tiny", "A tiny experiment", "nobody", "something", CONDITIONS, ENDPOINTS, ("a", "b", "only_still"),
    (Panel("a", "a"), Panel("b", "b", share=True)), notes="a < b & c",
)  # fmt: skip
MEASURED = {  # value of seed number i
    "still": {"a": lambda i: i, "b": lambda i: 0.1 * i, "only_still": lambda i: None if i else 7.0},
    "learned": {"a": lambda i: 10 + i, "b": lambda i: 0.1 * i},
    "more": {"a": lambda i: 10 + i, "b": lambda i: 0.1 * i},
    "cut": {"a": lambda i: i, "b": lambda i: 0.1 * i},
}


MADE = {"started": "2030-01-02T03", "git_commit": "c", "platform": "p", "python": "3", "versions": {"x": "1"}}


def write_run(run, i):
    """A run that was begun without ray and resumed with it, and its log."""
    run.mkdir(parents=True)
    rows = [{"agent_steps": 10 * k, "a": k + i if k % 2 else None, "seconds": 1800.0} for k in range(1, 6)]
    (run / "log.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    resumed = MADE | {"git_commit": "d", "versions": {"x": "1", "ray": "2"}}
    write_json(run / "meta.json", MADE | {"resumed": [resumed]}, "run")


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("tiny")
    for part in ("measured", "done", "films"):
        (folder / part).mkdir()
    for i, seed in enumerate(SEEDS):
        for name, metrics in MEASURED.items():
            said = {metric: {"mean": {"value": value(i)}} for metric, value in metrics.items()}
            content = {"populations": {"them": {"metrics": said}}}
            write_json(folder / f"measured/{name}-{seed}.json", content, "evaluation")
        for name in ("learned", "more"):
            write_run(folder / f"runs/{name}-{seed}", i)
    for job in jobs_of(TINY, SEEDS):
        note_done(folder, job, 60.0, MADE)
    (folder / "films/learned.mp4").write_bytes(b"film")
    return folder


@pytest.fixture(scope="module")
def judged(folder):
    return write_report(TINY, "laptop", folder, SEEDS, "altared reproduce tiny")


@pytest.fixture(scope="module")
def results(folder, judged):
    return json.loads((folder / "results.json").read_text())


def test_verdicts_are_those_of_the_numbers(judged, results):
    assert [one.word for one in judged] == WORDS
    assert [one["verdict"] for one in results["verdicts"]] == WORDS
    first, second, third, fourth, fifth = results["verdicts"]
    assert first["higher_values"] == [10, 11, 12, 13, 14, 15]
    assert first["difference"]["value"] == 10
    assert first["adjusted_p"] == pytest.approx(2 * first["p"])  # Holm over the two primary ones
    assert second["why"] == "a difference of 1 or more is excluded"
    assert [one["paired"] for one in results["verdicts"]] == [False, False, True, False, False]
    assert third["p"] == pytest.approx(2 / 2**6)  # the same runs: signs are permuted, not runs
    assert fourth["higher_values"] == fourth["lower_values"] == [3, 4, 5, 6, 7, 8]  # means of 1, 3, 5, and i
    assert fifth["higher_values"] == [1, 2, 3, 4, 5, 6]  # the first update of five


def test_the_table_holds_every_seed(results):
    assert results["seeds"] == list(SEEDS)
    assert results["measured"]["still"]["a"]["values"] == [0, 1, 2, 3, 4, 5]
    assert results["measured"]["still"]["a"]["mean"]["value"] == 2.5
    alone = results["measured"]["still"]["only_still"]
    assert (alone["values"], alone["mean"]["left_out"]) == ([7, None, None, None, None, None], 5)
    assert "only_still" not in results["measured"]["learned"]


def test_hours_are_of_all_sessions(results):
    assert results["hours"] == f"{(12 * 1800 + (24 + 4) * 60) / 3600:.1f}"


def test_what_it_was_made_with_is_of_all_sessions(results):
    assert results["made"]["git_commit"] == "c / d"
    assert results["made"]["versions"] == {"x": "1", "ray": "2 / none"}
    assert results["date"] == "2030-01-02"


def test_the_page_says_it_all_and_loads_nothing(folder, judged):
    html = (folder / "report.html").read_text()
    assert '<td class="refuted">refuted</td>' in re.sub(r"\s+", " ", html)
    assert "learned &lt;all&gt;" in html
    assert "a &lt; b &amp; c" in html
    assert html.count("<video") == 1
    assert not re.search(r'(src|href)="(?!data:)', html)
    assert "altared evaluate runs/learned-3" in html


def test_curves_are_kept_in_the_small(folder, judged):
    rows = list(csv.DictReader((folder / "curves.csv").read_text().splitlines()))
    assert {(row["condition"], row["seed"]) for row in rows} == {
        (name, str(seed)) for name in ("learned", "more") for seed in SEEDS
    }
    assert [row["a"] for row in rows[:5]] == ["1", "", "3", "", "5"]
    assert {row["b"] for row in rows} == {""}


def test_the_figure_is_a_picture(folder, judged):
    assert (folder / "figure.png").read_bytes().startswith(b"\x89PNG")
