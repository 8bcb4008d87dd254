"""The house: imports point one way, heavy libraries have one door each, every package ships."""

import ast
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
FLOORS = ("assets", "envs", "agents", "training", "scripts")  # a floor may import from those before it
SOURCES = sorted(path.relative_to(ROOT) for floor in FLOORS for path in (ROOT / floor).rglob("*.py"))
DOORS = {  # library -> where it may be imported
    "pettingzoo": ("envs/api/parallel.py", "envs/__init__.py"),
    "pygame": ("envs/render/",),
    "torch": ("agents/", "training/"),
    "stable_baselines3": ("envs/api/sb3.py", "training/"),
    "ray": ("training/rllib", "training/experiments/ray_executor.py"),
    "numba.cuda": ("envs/grid/driver_cuda.py", "envs/grid/worlds_cuda.py", "envs/api/batch.py"),
}


def imported(source: Path) -> set[str]:
    """Every module a file imports, wherever in it, with relative names made absolute."""
    package = ["altared", *source.parts[:-1]]
    names = set()
    for node in ast.walk(ast.parse((ROOT / source).read_text())):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else []
            module = ".".join([*base, *([node.module] if node.module else [])])
            names |= {f"{module}.{alias.name}" for alias in node.names}
    return names


def inside(name: str, module: str) -> bool:
    return name == module or name.startswith(module + ".")


@pytest.mark.parametrize("source", SOURCES, ids=str)
def test_a_file_keeps_the_house_rules(source):
    names = imported(source)
    above = FLOORS[FLOORS.index(source.parts[0]) + 1 :]
    assert not [n for n in names for floor in above if inside(n, f"altared.{floor}")], "imports point down"
    for library, allowed in DOORS.items():
        if not source.as_posix().startswith(allowed):
            assert not [n for n in names if inside(n, library)], f"{library} has its door in {allowed}"
    assert len((ROOT / source).read_text().splitlines()) <= 350
    assert source.name != "utils.py"


def test_every_package_ships():
    listed = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["setuptools"]["packages"]
    assert sorted(listed) == sorted({".".join(["altared", *source.parts[:-1]]) for source in SOURCES})
    assert [s for s in {source.parent for source in SOURCES} if not (ROOT / s / "__init__.py").exists()] == []


def test_environments_load_neither_torch_nor_pygame():
    code = "import altared.envs, sys; print(*sorted({'torch', 'pygame'} & sys.modules.keys()))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=True)
    assert done.stdout.split() == []


def test_every_asset_ships():
    patterns = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["setuptools"]["package-data"]
    shipped = {path for pattern in patterns["altared.assets"] for path in (ROOT / "assets").glob(pattern)}
    present = {
        path for path in (ROOT / "assets").rglob("*") if path.is_file() and path.suffix not in (".py", ".pyc")
    }
    assert present - shipped == set()


def test_every_paper_that_the_sources_name_is_cited():
    named = {n for s in SOURCES for n in re.findall(r"arXiv:? ?(\d{4}\.\d{5})", (ROOT / s).read_text())}
    cited = set(re.findall(r"arxiv\.org/abs/(\d{4}\.\d{5})", (ROOT / "CITATION.cff").read_text()))
    assert len(named) > 5
    assert named - cited == set()
