"""Games from outside the package: registered by hand, or by an installed package.

Orchard (tests/outside) is registered in all tests; see conftest.py. Here is what that does not show.
"""

import os
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest
from altared.envs import commons_harvest_v0, game_module, make_batch, register
from altared.envs.engine.fingerprint import fingerprint
from altared.envs.engine.rulebook import with_globals
from outside import orchard

TESTS = Path(__file__).parents[1]
METADATA = "Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n"


def installed(folder: Path, name: str, module: str) -> dict[str, str]:
    """An environment in which a package that names a game's module is installed."""
    about = folder / f"{name}-1.0.dist-info"
    about.mkdir()
    (about / "METADATA").write_text(METADATA.format(name=name))
    (about / "entry_points.txt").write_text(f"[altared.games]\n{name} = {module}\n")
    return {
        **os.environ,
        "PYTHONPATH": os.pathsep.join([str(folder), str(TESTS), os.environ.get("PYTHONPATH", "")]),
    }


def run(code: str, env: dict[str, str]) -> subprocess.CompletedProcess:
    return subprocess.run([sys.executable, "-c", code], env=env, capture_output=True, text=True, timeout=300)


def test_a_game_of_an_installed_package_is_found_by_its_name(tmp_path):
    code = "import altared; print(altared.games()); print(altared.make_batch('orchard', 2).reset(0).shape)"
    done = run(code, installed(tmp_path, "orchard", "outside.orchard"))
    assert done.returncode == 0, done.stderr
    assert "'orchard'" in done.stdout
    assert "(2, 3, 11, 11, 2)" in done.stdout


def test_a_package_whose_game_fails_is_left_out_with_a_warning(tmp_path):
    done = run("import altared; print(altared.games())", installed(tmp_path, "broken", "no_such_module"))
    assert done.returncode == 0, done.stderr
    assert "commons_harvest" in done.stdout
    assert "the game broken (no_such_module) is left out: ModuleNotFoundError" in done.stderr


def test_what_is_no_game_is_refused():
    with pytest.raises(TypeError, match="it lacks NAME, configure, choices, game, parallel_env, env"):
        register(ModuleType("empty"))


def test_a_name_is_taken_once():
    twin = ModuleType("twin")
    vars(twin).update({**vars(commons_harvest_v0), "__name__": "twin"})
    with pytest.raises(ValueError, match="NAME='commons_harvest' of twin is taken"):
        register(twin)
    register(commons_harvest_v0)
    assert game_module("commons_harvest") is commons_harvest_v0


def test_machine_code_is_kept_by_what_the_rules_say():
    assert fingerprint(make_batch("commons_harvest").game.rulebook()) == "", (
        "ours go by the hash of all sources"
    )
    book = orchard.RULEBOOK
    assert fingerprint(book) == fingerprint(book) != ""
    drier = with_globals(orchard.dry_soil, {"PHYSICS": 3})
    changed = with_globals(orchard.step_world, {"dry_soil": drier})
    assert fingerprint(book._replace(step=changed)) != fingerprint(book), "a number deep in a rule counts"
