"""docs/formats.md: its snippets run, its versions are those of the code, and it lists every array and key."""

import json
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from altared.envs import make_batch
from altared.envs.engine.formats import FORMATS
from altared.scripts import evaluate, train
from altared.training.log import read_log
from safetensors.numpy import load_file

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs" / "formats.md").read_text("utf-8")
SNIPPETS = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
ROWS = [
    [cell.strip() for cell in line.strip("|").split("|")] for line in PAGE.splitlines() if line[:1] == "|"
]
FIRST = {name for row in ROWS for name in re.findall(r"`([^`]+)`", row[0])}
SMALL = "matrix_games --worlds 4 --ppo.rollout-steps 8 --ppo.hidden-size 4 --ppo.network recurrent --no-video"
GAMES = {
    "commons_harvest": {"observe_last_reward": True, "map": "open"},
    "poison_berries": {"num_agents": 3},
    "fishing": {"contract": "fishing_tax", "actions": "discrete"},
    "matrix_games": {},
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("files")
    run = str(folder / "runs" / "first")
    assert train.main([*SMALL.split(), "--steps", "300", "--run", run]) == 0
    assert evaluate.main([run, "random", "--episodes", "3", "--json", str(folder / "out.json")]) == 0
    (folder / "docs").symlink_to(ROOT / "docs")
    return folder


@pytest.mark.parametrize("code", SNIPPETS, ids=lambda code: code.splitlines()[0])
def test_a_snippet_runs(code, folder):
    done = subprocess.run([sys.executable, "-c", code], cwd=folder, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip()


def test_there_is_a_snippet_of_every_kind_of_file():
    assert len(SNIPPETS) == 6


def test_the_versions_are_those_of_the_code():
    told = {row[2].strip("`"): int(row[3]) for row in ROWS if len(row) == 4 and row[2][:9] == "`altared-"}
    assert told == {one.name: one.version for one in FORMATS.values()}


@pytest.mark.parametrize("game", GAMES)
def test_every_array_of_a_snapshot_is_listed_with_its_dtype_and_axes(game):
    batch = make_batch(game, 2, **GAMES[game])
    batch.reset(seed=0)
    listed = {(row[0].strip("`"), row[1], 1 + row[2].count(",")) for row in ROWS if len(row) == 4}
    for name, array in batch.snapshot().items():
        assert (name, str(array.dtype), array.ndim) in listed


def test_every_key_of_a_run_is_listed(folder):
    run = folder / "runs" / "first"
    state = json.loads((run / "checkpoints" / "last" / "state.json").read_text())
    meta = json.loads((run / "meta.json").read_text())
    found = json.loads((folder / "out.json").read_text())
    keys = {*state, *state["interface"], *state["architecture"], *meta, *found}
    keys |= {key for one in found["populations"].values() for key in one}
    assert keys - FIRST == set()
    assert set(load_file(run / "checkpoints" / "last" / state["files"]["weights"])) - FIRST == set()
    config = json.loads((run / "config.json").read_text())
    assert [key for key in config if f"`{key}`" not in PAGE] == []


def test_every_column_of_a_log_is_listed(folder):
    rows = read_log(folder / "runs" / "first" / "log.jsonl")
    batch = make_batch("matrix_games", 2)
    batch.reset(seed=0)
    metrics = {name for name in batch.step(np.zeros((2, 2), int)).episodes}
    names = {name for row in rows for name in row} - metrics - {f"{name}_undefined" for name in metrics}
    assert names - FIRST == set()


def test_committed_results_are_of_these_versions():
    paths = [*(ROOT / "docs" / "results").glob("*/results.json")]
    assert len(paths) > 5
    for path in paths:
        content = json.loads(path.read_text())
        assert (content["format"], content["format_version"]) == FORMATS["results"][:2]
