"""The example of a stable-baselines3 learner among residents runs, and its learner learns."""

import re

import pytest
from altared.scripts import train_newcomer
from altared.scripts.options import parse

ORCHARD = """
#######
#PaaaP#
#aaaaa#
#PaaaP#
#######
"""
SMALL = ["--env.map", ORCHARD, "--env.num-agents", "2", "--env.regrowth", "0.1", "0.1", "0.1", "0.1"]
SMALL += ["--env.max-cycles", "50", "--worlds", "2", "--episodes", "8", "--residents", "greedy"]


def returns(said: str) -> dict[str, tuple[float, float]]:
    """What the newcomer and what a resident took, before and after."""
    lines = re.findall(r"^(\w+) +newcomer +([\d.]+) +a resident +([\d.]+)", said, re.MULTILINE)
    return {when: (float(own), float(other)) for when, own, other in lines}


def test_the_newcomer_learns(capsys):
    assert train_newcomer.main(["commons_harvest", "--steps", "6000", *SMALL]) == 0
    said = returns(capsys.readouterr().out)
    assert said["after"][0] > 1.4 * said["before"][0]  # seeds 0 to 2: 6.8 to 7.9 before, 14.6 after
    assert said["before"][1] > 20


def test_the_same_seed_says_the_same_and_another_does_not(capsys):
    said = []
    for seed in ("1", "1", "2"):
        train_newcomer.main(["commons_harvest", "--steps", "256", "--seed", seed, *SMALL])
        said.append(returns(capsys.readouterr().out))
    assert said[0] == said[1] != said[2]


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
        train_newcomer.main(["commons_harvest", *SMALL, *arguments])


def test_the_rule_can_be_hidden_from_the_newcomer(monkeypatch):
    seen = []
    monkeypatch.setattr(train_newcomer, "make_solo", lambda *_, **options: seen.append(options["hide_rule"]))
    for given in ([], ["--hide-rule"]):
        args, env = parse(train_newcomer.Args, ["commons_harvest", *SMALL, *given])
        train_newcomer.make_env(args, env)
    assert seen == [False, True]


def test_help_says_what_residents_are(capsys):
    with pytest.raises(SystemExit) as end:
        train_newcomer.main(["--help"])
    assert end.value.code == 0
    assert "Scripted names or run folders" in capsys.readouterr().out
