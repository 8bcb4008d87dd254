"""`altared evaluate`, whole: on the real game, short episodes."""

import json
import re
from dataclasses import asdict

import numpy as np
import pytest
from altared.agents import checkpoint
from altared.agents.networks import Networks, architecture_for
from altared.envs import make_batch
from altared.scripts.evaluate import main

SHORT = ["--env.max-cycles", "60", "--worlds", "3", "--episodes", "7"]


def run_folder(path, **config):
    """A run folder as training leaves it, with networks that have learned nothing."""
    batch = make_batch("commons_harvest", num_worlds=1, **config)
    architecture = architecture_for(batch, sharing=False, hidden=4, memory=True)
    state = {
        "update": 0,
        "architecture": {**asdict(architecture), "view": list(architecture.view)},
        "config": {"game": "commons_harvest", "env": batch.game.config.to_dict()},
    }
    weights = Networks(architecture).state_dict()
    checkpoint.save(path / "checkpoints" / "last", {"weights": weights}, state)
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


def test_runs_of_different_worlds_have_no_common_table(tmp_path, capsys):
    runs = [run_folder(tmp_path / m, num_agents=2, max_cycles=20, map=m) for m in ("open", "closed")]
    assert main([*runs, "--episodes", "2"]) == 1
    assert re.search(
        r"beam_length is 3 in .*open and 4 in .*closed: give one with --env", capsys.readouterr().err
    )


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["greddy"], "no population 'greddy': neither a scripted agent (random, greedy, sustainable)"),
        (["greedy,random"], "2 populations were named for 7 slots"),
        (["greedy", "--endpoints", "score", *SHORT], "endpoints: no metric 'score'; known: length"),
    ],
)
def test_what_cannot_be_measured_is_named(arguments, message, capsys):
    assert main(arguments) == 1
    assert message in capsys.readouterr().err


@pytest.mark.parametrize(
    "wrong", [["--episodes", "0"], ["greedy", "greedy"], ["greedy", "--json", "/no/such/folder/out.json"], []]
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
