"""Games from outside the package: registered by hand, or by an installed package.

Orchard (tests/outside) is registered in all tests; see conftest.py. Here is what that does not show.
"""

import importlib
import os
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
from altared.agents.population import load_population
from altared.envs import commons_harvest_v0, game_module, make_batch, register
from altared.envs.engine.fingerprint import fingerprint
from altared.envs.engine.rulebook import with_globals
from altared.envs.games.commons_harvest import rules as commons
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


RULES = """
from enum import IntEnum
import helper
from numba import njit

class Kind(IntEnum):
    WET = 1

PAIR = (1.0, 2.0)

@njit
def chance(s, k=2):
    return k + Kind.WET + helper.inner.RATE + PAIR[0]
"""
EDITS = [
    ("k=2", "k=3"),
    ("WET = 1", "WET = 2"),
    ("RATE = 0.5", "RATE = 0.25"),
    ("PAIR = (1.0,", "PAIR = (3.0,"),
    ("@njit", "@njit(fastmath=True)"),
]


def kept_under(tmp_path, monkeypatch, edit=("", "")) -> str:
    """The fingerprint of Orchard with a law of growth in a user's modules."""
    files = {"inner.py": "RATE = 0.5\n", "helper.py": "import inner\n", "laws.py": RULES}
    for name, text in files.items():
        (tmp_path / name).write_text(text.replace(*edit))
        sys.modules.pop(name.removesuffix(".py"), None)
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    return fingerprint(commons.RULEBOOK._replace(step=importlib.import_module("laws").chance))


@pytest.mark.parametrize("edit", EDITS)
def test_every_edit_of_a_users_rules_is_compiled_anew(tmp_path, monkeypatch, edit):
    before = kept_under(tmp_path, monkeypatch)
    assert before == kept_under(tmp_path, monkeypatch) != ""
    assert kept_under(tmp_path, monkeypatch, edit) != before


def test_machine_code_of_ours_is_kept_by_the_hash_of_all_sources():
    assert fingerprint(commons.RULEBOOK) == ""
    assert fingerprint(orchard.RULEBOOK) == fingerprint(orchard.RULEBOOK) != ""


def test_a_number_deep_in_a_rule_counts():
    drier = with_globals(orchard.dry_soil, {"PHYSICS": 3})
    changed = with_globals(orchard.step_world, {"dry_soil": drier})
    assert fingerprint(orchard.RULEBOOK._replace(step=changed)) != fingerprint(orchard.RULEBOOK)


@pytest.mark.parametrize("name", ["greedy", "sustainable", "compliant", "gardener"])
def test_scripted_agents_live_on_ground_that_they_do_not_know(name):
    batch = make_batch("orchard", 4, max_cycles=100)
    population = load_population(name, batch.num_agents, game=batch.game)
    population.start(4, 0)
    views, started, total = batch.reset(seed=0), np.ones(4, bool), 0.0
    for _ in range(99):
        step = batch.step(population.act(views, started))
        views, started, total = step.observations, np.zeros(4, bool), total + step.rewards.sum()
    assert total > 0 or name == "gardener"
    assert name != "gardener" or batch.worlds.tally.watered_sum.sum() > 0


def test_an_agent_of_one_game_is_refused_where_no_game_is_given():
    with pytest.raises(ValueError, match="gardener plays a game of its own"):
        load_population("gardener", 3)
    with pytest.raises(ValueError, match="gardener does not play commons_harvest"):
        load_population("gardener", 7, game=make_batch("commons_harvest").game)


def test_further_channels_are_refused_where_no_rule_writes_them(monkeypatch):
    monkeypatch.delattr(orchard, "rulebook_for")
    with pytest.raises(ValueError, match="identity=True is not allowed"):
        make_batch("orchard", identity=True)
