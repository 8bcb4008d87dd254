"""`altared evaluate`, whole: on the real game, short episodes."""

import json
import re
from dataclasses import asdict

import numpy as np
import pytest
import torch
from altared.agents import checkpoint
from altared.agents.interface import interface_of
from altared.agents.networks import Networks, architecture_for
from altared.envs import make_batch
from altared.scripts.evaluate import main
from altared.training.config import Schedule, TrainingConfig

SHORT = ["--env.max-cycles", "60", "--worlds", "3", "--episodes", "7"]


def run_folder(path, seed=0, checkpoints=("last",), game="commons_harvest", **config):
    """A run folder as training leaves it, with networks that have learned nothing."""
    batch = make_batch(game, num_worlds=1, **config)
    architecture = architecture_for(batch, share_parameters=False, hidden_size=4, recurrent=True)
    state = {
        "update": 0,
        "agent_steps": 0,
        "interface": interface_of(batch).to_dict(),
        "population_size": 0,
        "architecture": {**asdict(architecture), "view": list(architecture.view)},
        "config": TrainingConfig(game, config, schedule=Schedule(seed=seed))
        .resolved(batch.game.config.to_dict())
        .to_dict(),
    }
    torch.manual_seed(seed)
    for name in checkpoints:
        weights = Networks(architecture).state_dict()
        checkpoint.save(path / "checkpoints" / name, {"weights": weights}, state)
    return str(path)


def test_the_json_holds_every_episode(tmp_path, capsys):
    out = tmp_path / "out.json"
    assert main(["greedy", "random", *SHORT, "--json", str(out)]) == 0
    said = json.loads(out.read_text())
    assert (said["game"], said["env"]["max_cycles"], said["episodes"]) == ("commons_harvest", 60, 7)
    for name in ("greedy", "random"):
        rows = said["populations"][name]["episodes"]
        assert [(r["world"], r["episode"]) for r in rows] == [
            (0, 0), (0, 1), (0, 2), (1, 0), (1, 1), (2, 0), (2, 1),
        ]  # fmt: skip
        assert all(r["length"] == 60 and len(r["agent_return"]) == 7 for r in rows)
        mean = said["populations"][name]["metrics"]["collective_return"]["mean"]
        assert mean["value"] == pytest.approx(np.mean([r["collective_return"] for r in rows]))
    assert said["contrasts"][0]["comparison"]["difference"]["value"] > 0  # at first, greed pays
    assert "collective return" in capsys.readouterr().out


def test_the_same_seed_gives_the_same_numbers(capsys):
    said = []
    for seed in ("1", "1", "2"):
        assert (
            main(["random", "greedy,random,random,random,random,random,greedy", *SHORT, "--seed", seed]) == 0
        )
        said.append(capsys.readouterr().out)
    assert said[0] == said[1] != said[2]


def test_a_run_is_measured_on_its_own_world_unless_told_otherwise(tmp_path, capsys):
    run = run_folder(tmp_path / "run", num_agents=3, max_cycles=20)
    assert main([run, "greedy", "--episodes", "2", "--markdown"]) == 0
    said = capsys.readouterr().out
    assert "3 agents" in said
    assert "| length | 20 ± 0 | 20 ± 0 |" in said
    assert main([run, f"greedy,{run},random", "--episodes", "2", "--markdown", "--env.max-cycles", "30"]) == 0
    assert "| length | 30 ± 0 | 30 ± 0 |" in capsys.readouterr().out


def test_settings_are_those_of_the_game_that_a_run_was_trained_on(tmp_path, capsys):
    run = run_folder(tmp_path / "run", game="poison_berries", num_agents=2, max_cycles=20)
    options = ["--episodes", "2", "--markdown", "--env.condition"]
    assert main([f"x={run}", *options, "no_rule"]) == 0
    assert "poison" in capsys.readouterr().out
    with pytest.raises(SystemExit):
        main([run, *options, "hidden"])  # a condition of another game
    assert "no_rule" in capsys.readouterr().err
    assert main([f"{run}*2", *options, "no_rule"]) == 0
    assert "poison" in capsys.readouterr().out


def test_a_run_is_found_among_scripted_agents_and_numbers(tmp_path, capsys, monkeypatch):
    run_folder(tmp_path / "run", game="altared_harvest", num_agents=3, max_cycles=20)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "2").mkdir()  # a folder, but here a number
    assert main(["run*2,greedy", "--episodes", "2", "--markdown"]) == 0
    assert "Altared Harvest, 3 agents" in capsys.readouterr().out


def test_runs_of_different_worlds_have_no_common_table(tmp_path, capsys):
    runs = [run_folder(tmp_path / m, num_agents=2, max_cycles=20, map=m) for m in ("open", "closed")]
    assert main([*runs, "--episodes", "2"]) == 1
    said = capsys.readouterr().err
    assert re.search(r"map is 'open' in .*open and 'closed' in .*closed: give one with --env.map", said)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (
            ["greddy"],
            "no population 'greddy': neither a scripted agent (random, greedy, sustainable, compliant",
        ),
        (["greedy", "nobody"], "no population 'nobody'"),
        (["greedy", "--game", "chess"], "game='chess' is unknown; known: "),
        (["greedy,random"], "2 populations were named for 7 slots"),
        ([""], "'' names no population; allowed: a name, or NAME*K"),
        (["random,,greedy"], "'' names no population"),
        (["random,greedy*x"], "'greedy*x' names no population"),
        (["random,greedy*0"], "'greedy*0' names no population"),
        (["greedy", "--endpoints", "score", *SHORT], "endpoints: no metric 'score'; known: length"),
    ],
)
def test_what_cannot_be_measured_is_named(arguments, message, capsys):
    assert main(arguments) == 1
    assert message in capsys.readouterr().err


@pytest.mark.parametrize(
    "wrong",
    [
        ["--episodes", "0"],
        ["greedy", "greedy"],
        ["x=a", "x=b"],
        ["=a+b"],
        ["x=a+a"],
        ["greedy", "--json", "/no/such/folder/out.json"],
        ["greedy", "--json", "/"],
        [],
    ],
)
def test_wrong_command_lines_end_with_code_2(wrong):
    with pytest.raises(SystemExit) as ended:
        main(wrong)
    assert ended.value.code == 2


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (["--env.num-agents", "4"], "trained with 2 agents, the game has 4"),
        (["--env.view-left", "1"], "trained on views of shape (11, 11, 2), the game has (11, 7, 2)"),
    ],
)
def test_a_run_that_does_not_fit_the_game_is_refused(tmp_path, capsys, change, message):
    run = run_folder(tmp_path / "run", num_agents=2, max_cycles=20)
    assert main([run, "--episodes", "2", *change]) == 1
    assert message in capsys.readouterr().err


def test_an_arm_counts_runs(tmp_path, capsys):
    runs = [run_folder(tmp_path / f"seed{s}", s, num_agents=2, max_cycles=20) for s in range(3)]
    out = tmp_path / "out.json"
    command = [f"trained={'+'.join(runs)}", "greedy", runs[0], "--episodes", "4", "--markdown"]
    assert main([*command, "--json", str(out)]) == 0
    said = capsys.readouterr().out
    assert f"| metric | trained (3 runs) | greedy (4 episodes) | {runs[0]} (4 episodes) |" in said
    assert said.count("illustration, no test") == 3
    found = json.loads(out.read_text())["populations"]
    group = found["trained"]
    assert (group["unit"], group["count"], [r["run"] for r in group["runs"]]) == ("run", 3, runs)
    assert (found["greedy"]["unit"], found["greedy"]["count"]) == ("episode", 4)
    means = [np.mean([row["collective_return"] for row in run["episodes"]]) for run in group["runs"]]
    assert [run["means"]["collective_return"] for run in group["runs"]] == pytest.approx(means)
    assert group["metrics"]["collective_return"]["mean"]["value"] == pytest.approx(np.mean(means))
    assert group["runs"][0]["episodes"] == found[runs[0]]["episodes"]  # the same worlds as by itself
    assert main([*command, "--json", str(out), "--no-episode-rows"]) == 0
    small = json.loads(out.read_text())["populations"]
    assert "episodes" not in small["greedy"]
    assert small["trained"]["runs"][2] == {k: v for k, v in group["runs"][2].items() if k != "episodes"}


def test_the_best_checkpoint_can_be_named(tmp_path, capsys):
    both = ("last", "best")
    runs = [run_folder(tmp_path / f"seed{s}", s, both, num_agents=2, max_cycles=20) for s in range(2)]
    best = [f"{run}/checkpoints/best" for run in runs]
    command = [f"last={'+'.join(runs)}", f"best={'+'.join(best)}", best[0], "--episodes", "2"]
    out = tmp_path / "out.json"
    assert main([*command, "--json", str(out)]) == 0
    found = json.loads(out.read_text())["populations"]
    assert found["best"]["runs"][0]["episodes"] == found[best[0]]["episodes"]
    assert found["best"]["runs"] != found["last"]["runs"]
    assert "best (2 runs)" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("group", "message"),
    [
        ("x=A+B", "group x: env.beam_length is 3 in"),
        ("x=A+A/checkpoints/last", "are both of training seed 0"),
        ("x=A+greedy", "group x: greedy is a scripted agent; a group joins runs"),
        ("x=A+nowhere", "no population 'nowhere'"),
    ],
)
def test_groups_that_are_refused(tmp_path, capsys, group, message):
    a = run_folder(tmp_path / "a", 0, num_agents=2, max_cycles=20)
    b = run_folder(tmp_path / "b", 1, num_agents=2, max_cycles=20, map="closed")
    words = group.replace("A", a).replace("B", b)
    assert main([words, "--episodes", "2", "--env.beam-length", "3"]) == 1
    assert message in capsys.readouterr().err
