"""The examples run as scripts from the folder `examples`, and what they show is so."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
import train_solo_sb3
from altared.scripts.options import parse

EXAMPLES = Path(__file__).parents[1] / "examples"
ORCHARD = """
#######
#PaaaP#
#aaaaa#
#PaaaP#
#######
"""
SMALL = ["--env.map", ORCHARD, "--env.num-agents", "2", "--env.regrowth", "0.1", "0.1", "0.1", "0.1"]
SMALL += ["--env.max-cycles", "50", "--worlds", "2", "--episodes", "8", "--residents", "greedy"]


def returns(printed: str) -> dict[str, tuple[float, float]]:
    """What the learner and what a resident earned, before and after."""
    lines = re.findall(r"^(\w+) +learner +([\d.]+) +a resident +([\d.]+)", printed, re.MULTILINE)
    return {when: (float(own), float(other)) for when, own, other in lines}


def test_the_solo_learner_learns(capsys):
    assert train_solo_sb3.main(["commons_harvest", "--steps", "6000", *SMALL]) == 0
    found = returns(capsys.readouterr().out)
    assert found["after"][0] > 1.4 * found["before"][0]  # seeds 0 to 2: 6.8 to 7.9 before, 14.6 after
    assert found["before"][1] > 20


def test_the_same_seed_prints_the_same_and_another_does_not(capsys):
    found = []
    for seed in ("1", "1", "2"):
        train_solo_sb3.main(["commons_harvest", "--steps", "256", "--seed", seed, *SMALL])
        found.append(returns(capsys.readouterr().out))
    assert found[0] == found[1] != found[2]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--residents", "greddy"], r"error: specs\[0\]='greddy' is unknown; allowed: a scripted agent"),
        (["--residents", "greedy", "greedy"], r"error: residents: 2 entries is not allowed; .* a list of 1 "),
        (["--focal", "agent_2"], "error: focal='agent_2' is unknown; .* agent_0, agent_1"),
        (["--env.max-cycles", "0"], "error: no episode would ever end"),
    ],
)
def test_wrong_command_lines_end_with_one_line(arguments, message):
    with pytest.raises(SystemExit, match=message):
        train_solo_sb3.main(["commons_harvest", *SMALL, *arguments])


def test_the_rule_can_be_hidden_from_the_learner(monkeypatch):
    hidden = []
    monkeypatch.setattr(
        train_solo_sb3, "make_solo", lambda *_, **options: hidden.append(options["hide_rule"])
    )
    for given in ([], ["--hide-rule"]):
        args, env = parse(train_solo_sb3.Args, ["commons_harvest", *SMALL, *given])
        train_solo_sb3.make_env(args, env)
    assert hidden == [False, True]


@pytest.mark.parametrize("example", sorted(EXAMPLES.glob("*.py")), ids=lambda path: path.name)
def test_an_example_runs_as_a_script(example):
    done = subprocess.run([sys.executable, example, "--help"], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert "Scripted names or run folders" in done.stdout
