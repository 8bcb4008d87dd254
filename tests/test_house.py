"""The sources keep their own rules: who imports what, how long things are, and what ships."""

import ast
import re
import tomllib
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
# A folder may import from those before it.
FOLDERS = ("assets", "envs", "agents", "training", "scripts", "examples")
SOURCES = sorted(path.relative_to(ROOT) for folder in FOLDERS for path in (ROOT / folder).rglob("*.py"))
NOT_SHIPPED = ("examples/", "scripts/maintenance/")
SHIPPED = [source for source in SOURCES if not source.as_posix().startswith(NOT_SHIPPED)]

ALLOWED_IMPORTERS = {  # library -> the only places that may import it
    "pettingzoo": ("envs/api/parallel.py",),
    "pygame": ("envs/render/",),
    "torch": ("agents/", "training/", "examples/"),
    "stable_baselines3": ("envs/api/sb3.py", "training/trainers/sb3/", "examples/"),
    "ray": ("training/trainers/rllib/", "training/experiments/ray_executor.py"),
    "numba.cuda": ("envs/engine/driver_cuda.py", "envs/engine/worlds_cuda.py", "envs/grid/worlds_cuda.py"),
}
ALLOWED_WITHIN_ENVS = {  # part of envs -> the other parts, or modules of them, that it may import
    "render": ("grid.codebook", "grid.codes"),
    "engine": ("render.scene",),
    "mechanics": ("engine", "grid", "render.scene"),
    "grid": ("engine", "mechanics", "render"),
    "contracts": ("engine", "render.scene"),
    "games": ("engine", "grid", "mechanics", "render"),
    "api": ("engine", "contracts", "render"),
    "game_v0": ("engine", "grid", "mechanics", "games", "api"),
    "re-export": ("engine", "api"),
}
EXCEPTIONS = {"envs/grid/spec.py": "api.spec", "envs/games/fishing/playouts.py": "api.batch"}
RE_EXPORTS = ("recording", "rewards", "sb3", "vector")  # modules of envs for users, who import these names


def package_of(source: Path) -> list[str]:
    """The package that a file is in, as the parts of its name."""
    return ["altared"] if source.parts[:2] == ("assets", "package") else ["altared", *source.parts[:-1]]


def module_of(source: Path) -> str:
    return ".".join([*package_of(source), *([] if source.stem == "__init__" else [source.stem])])


def imported(source: Path) -> set[str]:
    """Every module a file imports, wherever in it, with relative names made absolute."""
    package = package_of(source)
    names = set()
    for node in ast.walk(ast.parse((ROOT / source).read_text())):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else []
            module = ".".join([*base, *([node.module] if node.module else [])])
            names |= {f"{module}.{alias.name}" for alias in node.names}
    return names


IMPORTED = {source: imported(source) for source in SOURCES}


def inside(name: str, module: str) -> bool:
    return name == module or name.startswith(module + ".")


def functions(source: Path) -> list[ast.FunctionDef | ast.AsyncFunctionDef]:
    nodes = ast.walk(ast.parse((ROOT / source).read_text()))
    return [node for node in nodes if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]


@pytest.mark.parametrize("source", [s for s in SOURCES if s.parts[1] != "package"], ids=str)
def test_imports_point_down_and_heavy_libraries_stay_in_their_places(source):
    above = FOLDERS[FOLDERS.index(source.parts[0]) + 1 :]
    assert not [n for n in IMPORTED[source] for folder in above if inside(n, f"altared.{folder}")]
    for library, allowed in ALLOWED_IMPORTERS.items():
        if not source.as_posix().startswith(allowed):
            assert not [n for n in IMPORTED[source] if inside(n, library)], f"{library}: only {allowed}"


def part_of_envs(source: Path) -> str:
    if len(source.parts) > 2:
        return source.parts[1]
    return "game_v0" if source.stem.endswith("_v0") else "re-export"


@pytest.mark.parametrize("source", [s for s in SOURCES if s.parts[0] == "envs"], ids=str)
def test_parts_of_envs_import_only_what_they_may(source):
    if source.as_posix() == "envs/__init__.py":
        return
    part = part_of_envs(source)
    allowed = [*ALLOWED_WITHIN_ENVS[part], part, EXCEPTIONS.get(source.as_posix(), part)]
    names = [n for n in IMPORTED[source] if inside(n, "altared.envs")]
    assert not [n for n in names if not any(inside(n, f"altared.envs.{one}") for one in allowed)]


@pytest.mark.parametrize("name", RE_EXPORTS)
def test_nothing_in_the_package_imports_a_re_export(name):
    module = ROOT / "envs" / f"{name}.py"
    assert module.exists()
    assert not [str(s) for s in SOURCES if any(inside(n, f"altared.envs.{name}") for n in IMPORTED[s])]


def test_games_are_made_by_name_and_not_by_import():
    names = [f"altared.envs.{path.stem}" for path in (ROOT / "envs").glob("*_v0.py")]
    assert len(names) >= 5
    importers = {str(s) for s in SOURCES for n in IMPORTED[s] if any(inside(n, name) for name in names)}
    assert importers == {"envs/__init__.py"}


def test_no_modules_import_each_other_in_a_circle():
    """Imports inside functions and for types count, too."""
    modules = {module_of(source): source for source in SHIPPED}
    graph = {}
    for module, source in modules.items():
        names = {name if name in modules else name.rpartition(".")[0] for name in IMPORTED[source]}
        graph[module] = (names & modules.keys()) - {module}
    assert sum(map(len, graph.values())) > 300
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        pytest.fail(" <- ".join(error.args[1]))


@pytest.mark.parametrize("source", SOURCES, ids=str)
def test_no_function_takes_more_than_eight_positional_parameters(source):
    long = {f.name for f in functions(source) if len(f.args.posonlyargs) + len(f.args.args) > 8}
    assert not long, "`*,` before the others, or group them"


def test_files_and_functions_are_short():
    files = {str(s): len((ROOT / s).read_text().splitlines()) for s in SOURCES}
    assert {name: lines for name, lines in files.items() if lines > 300} == {}
    lengths = sorted(f.end_lineno - f.lineno + 1 for s in SOURCES for f in functions(s))
    assert lengths[len(lengths) * 9 // 10] <= 16
    assert lengths[-1] <= 60


def test_no_module_is_a_drawer_for_everything():
    assert not {s.stem for s in SOURCES} & {"utils", "helpers", "misc", "common"}


def test_every_package_ships():
    listed = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["setuptools"]["packages"]
    assert sorted(listed) == sorted({".".join(package_of(source)) for source in SHIPPED})
    assert [str(s) for s in {s.parent for s in SHIPPED} if not (ROOT / s / "__init__.py").exists()] == []


def test_every_asset_ships():
    patterns = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["setuptools"]["package-data"]
    shipped = {path for pattern in patterns["altared.assets"] for path in (ROOT / "assets").glob(pattern)}
    files = [path for path in (ROOT / "assets").rglob("*") if path.is_file()]
    present = {p for p in files if p.suffix not in (".py", ".pyc") and p.parent.name != "package"}
    assert present - shipped == set()


def test_every_paper_that_the_sources_name_is_cited():
    named = {n for s in SOURCES for n in re.findall(r"arXiv:? ?(\d{4}\.\d{5})", (ROOT / s).read_text())}
    cited = set(re.findall(r"arxiv\.org/abs/(\d{4}\.\d{5})", (ROOT / "CITATION.cff").read_text()))
    assert len(named) > 5
    assert named - cited == set()
