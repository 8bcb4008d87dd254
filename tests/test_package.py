"""What is built and installed: the wheel has the package alone, and no folder of its name hides it."""

import os
import shutil
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
FOLDERS = ("assets", "envs", "agents", "training", "scripts", "tests", "examples", "docs")
FILES = ("pyproject.toml", "README.md", "LICENSE", "MANIFEST.in")
SETTINGS = tomllib.loads((ROOT / "pyproject.toml").read_text())
BUILD = "from setuptools import build_meta as b; b.build_wheel('dist'); b.build_sdist('dist')"


def run(*command, cwd: Path, path: Path | None = None) -> list[str]:
    """The lines that Python prints in a folder, with `path` as an entry of sys.path after that folder.

    Rules are not compiled: that takes a minute, and other tests do it.
    """
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    environment["NUMBA_DISABLE_JIT"] = "1"
    if path:
        environment["PYTHONPATH"] = str(path)
    done = subprocess.run(
        [sys.executable, *command], cwd=cwd, env=environment, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


@pytest.fixture(scope="module")
def clone(tmp_path_factory):
    """A copy of the sources in a folder called `altared`, with a wheel and an sdist in `dist`."""
    folder = tmp_path_factory.mktemp("beside") / "altared"
    for name in FOLDERS:
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__", "results"))
    for name in FILES:
        shutil.copy(ROOT / name, folder)
    run("-c", BUILD, cwd=folder)
    return folder


@pytest.fixture(scope="module")
def wheel(clone):
    (path,) = (clone / "dist").glob("*.whl")
    with zipfile.ZipFile(path) as file:
        return set(file.namelist())


@pytest.fixture(scope="module")
def installed(clone, tmp_path_factory):
    """The folder that a wheel is unpacked into, as pip does in site-packages."""
    folder = tmp_path_factory.mktemp("installed")
    (path,) = (clone / "dist").glob("*.whl")
    with zipfile.ZipFile(path) as file:
        file.extractall(folder)
    return folder


def test_the_wheel_has_every_module_of_the_listed_packages_and_all_assets(wheel):
    folders = SETTINGS["tool"]["setuptools"]["package-dir"]
    for package in SETTINGS["tool"]["setuptools"]["packages"]:
        top = max((name for name in folders if f"{package}.".startswith(f"{name}.")), key=len)
        source = ROOT / folders[top] / package.removeprefix(top).replace(".", "/").strip("/")
        modules = {f"{package.replace('.', '/')}/{path.name}" for path in source.glob("*.py")}
        assert modules
        assert modules <= wheel
    kept = ("maps", "sprites", "figures")
    assets = {
        p.relative_to(ROOT) for name in kept for p in (ROOT / "assets" / name).rglob("*") if p.is_file()
    }
    assert len(assets) > 10
    assert {f"altared/{path.as_posix()}" for path in assets} <= wheel
    assert {
        "altared/py.typed",
        "altared/assets/palette.json",
        "altared/training/experiments/report.html",
    } <= wheel


def test_the_wheel_has_neither_tests_nor_docs_nor_maintainers_scripts(wheel):
    assert {name.split("/")[0].split("-")[0] for name in wheel} == {"altared"}
    parts = {part for name in wheel for part in name.split("/")}
    assert not parts & {"tests", "docs", "examples", "maintenance", "package"}
    maintenance = {path.name for path in (ROOT / "scripts" / "maintenance").glob("*.py")}
    assert len(maintenance) > 5
    assert not parts & maintenance


def test_the_sdist_has_what_the_wheel_is_built_from_and_the_tests(clone):
    (path,) = (clone / "dist").glob("*.tar.gz")
    with tarfile.open(path) as file:
        names = {name.partition("/")[2] for name in file.getnames()}
    folders = ("assets", "envs", "agents", "training", "scripts", "tests", "examples")
    sources = {p.relative_to(ROOT).as_posix() for name in folders for p in (ROOT / name).rglob("*.py")}
    assert sources <= names
    assert {"pyproject.toml", "README.md", "LICENSE"} <= names
    assert not [name for name in names if "__pycache__" in name]


WHERE = """
from importlib.util import find_spec
print(find_spec("altared").origin, find_spec("altared.envs").origin)
"""


@pytest.mark.parametrize("command", ["python script.py", "python -c"])
@pytest.mark.parametrize("beside", ["an empty folder", "a folder with a module", "a clone"])
def test_a_folder_called_altared_does_not_hide_the_package(clone, installed, tmp_path, beside, command):
    here = clone.parent if beside == "a clone" else tmp_path
    if beside != "a clone":
        (here / "altared").mkdir()
    if beside == "a folder with a module":
        (here / "altared" / "envs.py").write_text("raise RuntimeError('the wrong module')")
    (here / "script.py").write_text(WHERE)
    found = run(
        *(["script.py"] if command == "python script.py" else ["-c", WHERE]), cwd=here, path=installed
    )
    origins = (installed / "altared" / "__init__.py", installed / "altared" / "envs" / "__init__.py")
    assert found == [" ".join(map(str, origins))]


def test_names_of_the_package_and_its_version(installed, tmp_path):
    code = (
        "import altared\n"
        "from altared import games, make, make_batch, make_solo\n"
        "print(altared.__version__, *games())"
    )
    (line,) = run("-c", code, cwd=tmp_path, path=installed)
    version, *games = line.split()
    assert version == SETTINGS["project"]["version"]
    assert "commons_harvest" in games


def test_making_an_environment_loads_neither_torch_nor_pygame(installed, tmp_path):
    code = (
        "import altared, sys\n"
        "altared.make('commons_harvest').reset(seed=0)\n"
        "altared.make_batch('fishing', 2).reset(seed=0)\n"
        "print(*sorted({'torch', 'pygame'} & sys.modules.keys()))"
    )
    assert run("-c", code, cwd=tmp_path, path=installed) == [""]


SPAWN = """
import multiprocessing, pickle
import altared
import numpy as np

def play(batch):
    actions = np.zeros((batch.num_worlds, batch.num_agents), np.int64)
    batch.step(actions)
    return altared.__file__, {name: array.tolist() for name, array in batch.snapshot().items()}

if __name__ == "__main__":
    batch = altared.make_batch("matrix_games", 2)
    batch.reset(seed=0)
    batch.step(np.ones((2, batch.num_agents), np.int64))
    copied = pickle.loads(pickle.dumps(batch))
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        assert pool.map(play, [batch]) == [play(copied)] == [play(batch)]
    print(altared.__file__)
"""


def test_a_batch_is_pickled_and_played_in_a_spawned_process(installed, tmp_path):
    (tmp_path / "altared").mkdir()
    (tmp_path / "spawn.py").write_text(SPAWN)
    assert run("spawn.py", cwd=tmp_path, path=installed) == [str(installed / "altared" / "__init__.py")]
