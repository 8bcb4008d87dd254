"""Plans of experiments: every command and metric exists, and a plan that contradicts itself is refused."""

import functools
from contextlib import closing
from dataclasses import replace
from typing import get_args, get_type_hints

import numpy as np
import pytest
from altared.envs import game_module, make_batch
from altared.scripts import evaluate, reproduce, train, watch
from altared.scripts.options import parse
from altared.training.curriculum import resident_schedule
from altared.training.experiments.jobs import jobs_of
from altared.training.experiments.plan import Condition, Experiment, Panel
from altared.training.experiments.reference_curves import published_curve
from altared.training.experiments.registry import EXPERIMENTS, PRESETS, experiment_named

from .test_verdicts import endpoint

ALL = [(name, preset) for name in EXPERIMENTS for preset in PRESETS]


def tiny(*conditions, endpoints=()):
    return Experiment("tiny", "Tiny", "nobody", "nothing", conditions, endpoints, ("m",), (Panel("m", "m"),))


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
    """Parse a job's command, and make the world, the configuration and the residents that it names."""
    kind, *words = job.command
    words = [word for word in words if not word.startswith("@") and word != "--env.yoked-removals"]
    name = job.name.partition("-")[2]
    game = experiment.condition(name if kind == "watch" else name.rpartition("-")[0]).game
    if kind != "train" and "--game" not in words:
        words += ["--game", game]  # which the commands take from the run
    args, env = parse(COMMANDS[kind], words)
    if "yoked" in words or "--play" in words or ("contract" in env and "name" not in env["contract"]):
        return
    with closing(make_batch(game, 1, **env)) as batch:
        if kind == "train":
            config, _ = train.new_run(args, env)
            resident_schedule(config.curriculum.residents, config.curriculum.residents_share, batch)


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
    assert set(names) == set(EXPERIMENTS)
    assert get_args(get_type_hints(reproduce.Args)["preset"]) == PRESETS


def test_a_plan_that_contradicts_itself_is_refused():
    first = Condition("a", "a", "p", "g")
    with pytest.raises(ValueError, match="two conditions are called 'a'"):
        tiny(first, first)
    with pytest.raises(ValueError, match="needs 'b', which is not before it"):
        tiny(Condition("a", "a", "p", "g", runs_of="b"))
    with pytest.raises(ValueError, match="unknown conditions"):
        tiny(first, endpoints=[endpoint()])
    still = Condition("s", "s", "p", "g", population="random")
    with pytest.raises(ValueError, match="b needs 's'; allowed: a condition in which somebody is trained"):
        tiny(still, Condition("b", "b", "p", "g", runs_of="s"))
    many = [Condition(str(i), "a", "p", "g") for i in range(8)]
    with pytest.raises(ValueError, match="part 'p' has 8 conditions; allowed: at most 7"):
        tiny(*many)
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
