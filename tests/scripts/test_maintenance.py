"""Maintainers' scripts are run by their path, from any folder, and find their siblings."""

import subprocess
import sys
from pathlib import Path

FOLDER = Path(__file__).parents[2] / "scripts" / "maintenance"


def test_a_script_that_imports_siblings_runs_from_elsewhere(tmp_path):
    subprocess.run([sys.executable, FOLDER / "draw_sprites.py", tmp_path], check=True, cwd=tmp_path)
    assert {path.name for path in tmp_path.iterdir()} == {"sheet_8.png", "sheet_32.png", "index.json"}
