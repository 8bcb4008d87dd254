"""The README's examples run as they stand."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

README = (Path(__file__).parents[1] / "README.md").read_text("utf-8")
EXAMPLES = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
COMMANDS = re.findall(r"^altared (\w+)", README, re.MULTILINE)


@pytest.mark.parametrize("code", EXAMPLES, ids=lambda code: code.splitlines()[0])
def test_an_example_runs(code, tmp_path):
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_there_are_examples_of_every_api():
    assert len(EXAMPLES) >= 6
    for name in ("parallel_env", "make_batch", "PairVecEnv", "PairVectorEnv", "replay", "map=pond"):
        assert any(name in code for code in EXAMPLES)


@pytest.mark.parametrize("command", sorted(set(COMMANDS)))
def test_a_command_exists(command):
    done = subprocess.run(
        [sys.executable, "-m", "altared.scripts.cli", command, "--help"], capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    assert "usage" in done.stdout


def anchors(text):
    """What a heading of a Markdown page is linked by."""
    headings = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


def test_pictures_and_links_exist():
    for target in re.findall(r"\]\(((?!https?:)[^)]+)\)", README):
        path, _, heading = target.partition("#")
        found = Path(__file__).parents[1] / path
        assert found.exists(), target
        assert not heading or heading in anchors(found.read_text()), target
