"""What `--help` looks like in a terminal."""

from itertools import pairwise

import pytest
from altared.scripts import cli
from altared.scripts.help_format import flowing
from altared.training.experiments.registry import EXPERIMENTS

COMMANDS = ["train", "reproduce", "evaluate", "feasibility", "solve", "watch", "play", "benchmark"]
GAMES = ["altared_harvest", "poison_berries", "fishing", "matrix_games"]


def shown(command, width, monkeypatch, capsys):
    """The lines of a help text on a terminal so many columns wide."""
    monkeypatch.setenv("COLUMNS", str(width))
    with pytest.raises(SystemExit) as stop:
        cli.main([*command, "--help"])
    assert stop.value.code == 0
    return capsys.readouterr().out.splitlines()


def boxed(lines):
    """The lines inside boxes, which have no sides where output is not known to be UTF-8."""
    return [line[2:].removesuffix(" │") for line in lines if line.startswith(("│ ", "  "))]


def broken_early(lines):
    """Lines in a box after which the next line's first word would have fitted, and that are no list's."""
    rows = boxed(lines)
    found = []
    for row, after in pairwise(rows):
        text, word = row.rstrip(), after.split()[0] if after.strip() else "-"
        runs_on = after.startswith(" ") and word != "-"
        names_alone = not row.startswith(" ") and "  " not in text  # an option; its help begins below it
        if runs_on and text and not names_alone and len(text) + 1 + len(word) <= len(row):
            found.append(text)
    return found


@pytest.mark.parametrize("width", [80, 120])
@pytest.mark.parametrize(
    "command", [*([c] for c in COMMANDS), *(["train", game] for game in GAMES)], ids=" ".join
)
def test_help_fills_the_terminal(command, width, monkeypatch, capsys):
    lines = shown(command, width, monkeypatch, capsys)
    assert len(boxed(lines)) > 5
    assert broken_early(lines) == []
    assert [line for line in lines if len(line) > width] == []


def test_lists_in_help_stay_lists(monkeypatch, capsys):
    rows = boxed(shown(["reproduce"], 80, monkeypatch, capsys))
    items = [row.strip() for row in rows if row.strip().startswith("- ")]
    assert "- altar: a rule that can be read against a hidden one" in items
    assert [item[2:].partition(":")[0] for item in items] == list(EXPERIMENTS)


@pytest.mark.parametrize(
    ("text", "flows"),
    [
        ("one\n    two\n`three`", "one two `three`"),
        ("one\n\n    two\n    three", "one\n\ntwo three"),
        ("one:\n    - two\n      three\n    - four", "one:\n- two three\n- four"),
    ],
)
def test_paragraphs_and_list_items_stay_apart(text, flows):
    assert flowing(text) == flows
