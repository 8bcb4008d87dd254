"""Compiling the rules: a person who waits is told once, and a second process compiles nothing."""

import os
import subprocess
import sys

import pytest

SCRIPT = """
from altared import make_batch
from altared.envs.engine.driver import driver_of
batch = make_batch("matrix_games", 2)
make_batch("matrix_games", 3)
stats = driver_of(batch.game.rulebook()).stats
print(sum(stats.cache_misses.values()), sum(stats.cache_hits.values()))
"""


def start(folder) -> subprocess.CompletedProcess:
    env = {**os.environ, "NUMBA_CACHE_DIR": str(folder)}
    return subprocess.run([sys.executable, "-c", SCRIPT], env=env, capture_output=True, text=True, check=True)


@pytest.mark.skipif(bool(os.environ.get("NUMBA_DISABLE_JIT")), reason="nothing is compiled")
def test_who_waits_is_told_once_and_a_second_process_finds_the_machine_code(tmp_path):
    first, second = start(tmp_path), start(tmp_path)
    said = "altared: compiling the rules of matrix_games; this is kept on disk for the next time\n"
    assert first.stderr == said
    assert first.stdout.split() == ["1", "0"]
    assert second.stdout.split() == ["0", "1"]
    assert second.stderr == "", "it loads what was kept, however long that takes"
