"""ASCII maps: read, check, and find the patches.

Legend: `#` wall, space floor, `a` `b` `c` sites of kinds a, b, c, `P` spawn and respawn cell,
`Q` start-only cell (the first slots begin there), `^` altar.
A game may add characters for ground of its own: see codebook.py.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

import numpy as np

from ..engine.config import ConfigError
from .codes import KIND_NAMES

FOLDER = resources.files("altared.assets") / "maps"
WALL_CHAR, FLOOR_CHAR, SPAWN_CHAR, START_CHAR, ALTAR_CHAR = "#", " ", "P", "Q", "^"
PLACES = {
    WALL_CHAR: "wall",
    FLOOR_CHAR: "floor",
    SPAWN_CHAR: "spawn and respawn cell",
    START_CHAR: "start-only cell",
}
HARVEST_LEGEND = {**PLACES, "a": "apple site"}
ALTARED_LEGEND = {
    **PLACES,
    "a": "apple site of zone a (red)",
    "b": "apple site of zone b (blue)",
    "c": "apple site of zone c (green)",
    ALTAR_CHAR: "altar",
}
BERRY_LEGEND = {**PLACES, **{kind: f"berry site of kind {kind}" for kind in KIND_NAMES}, ALTAR_CHAR: "altar"}

SHARED_CHARS = {**PLACES, **dict.fromkeys(KIND_NAMES, "site"), ALTAR_CHAR: "altar"}
"""Characters that mean the same on the maps of all games, or nothing."""


class MapError(ConfigError):
    """A map that cannot be played; the message gives line and column (both from 1) and what is allowed."""


@dataclass(frozen=True)
class Map:
    """A checked map. Lists of cells are rows of (y, x), in reading order."""

    name: str
    walls: np.ndarray  # (H, W) bool
    sites: np.ndarray  # (S, 2) int
    kinds: np.ndarray  # (S,) int, 0 .. KINDS - 1
    spawns: np.ndarray  # (P, 2) int
    starts: np.ndarray  # (Q, 2) int
    altars: np.ndarray  # (A, 2) int; solid, but no walls
    own: dict[str, np.ndarray]  # (K, 2) int by what the legend calls them: cells that other games have not

    @property
    def height(self) -> int:
        return self.walls.shape[0]

    @property
    def width(self) -> int:
        return self.walls.shape[1]


def load_map(source: str, legend: dict[str, str] = HARVEST_LEGEND) -> Map:
    """Read a bundled map by name, an ASCII file by path, or a drawing (a string with line breaks)."""
    name, text = _find(source)
    grid = _grid(name, text, legend)
    sites = np.argwhere(np.isin(grid, KIND_NAMES))
    kinds = np.array([KIND_NAMES.index(grid[y, x]) for y, x in sites], dtype=int)
    if len(sites) == 0:
        known = ", ".join(repr(kind) for kind in KIND_NAMES if kind in legend)
        raise MapError(f"map {name!r}: no apples or berries: at least one site ({known}) is needed")
    return Map(
        name,
        grid == WALL_CHAR,
        sites,
        kinds,
        np.argwhere(grid == SPAWN_CHAR),
        np.argwhere(grid == START_CHAR),
        np.argwhere(grid == ALTAR_CHAR),
        {name: np.argwhere(grid == char) for char, name in legend.items() if char not in SHARED_CHARS},
    )


def legend_with(legend: dict[str, str], chars: Mapping[str, str]) -> dict[str, str]:
    """A legend with a game's own characters: `chars` maps them to the names of ground codes.

    Raises TypeError where one means something already.
    """
    for char, name in chars.items():
        if meaning := (SHARED_CHARS | legend).get(char):
            taken = ", ".join(map(repr, (SHARED_CHARS | legend)))
            raise TypeError(f"{name}: char={char!r} is that of {meaning}; any but {taken} is allowed")
    return {**legend, **chars}


def check_room(world: Map, num_agents: int, respawning: bool) -> None:
    """Refuse a map on which `num_agents` cannot start, or removed agents cannot return."""
    starts, spawns = len(world.starts), len(world.spawns)
    if min(starts, num_agents) + spawns < num_agents:
        raise MapError(
            f"map {world.name!r}: num_agents={num_agents} but only {starts} start cells (Q) and {spawns} "
            f"spawn cells (P): at most {starts + spawns} agents are allowed"
        )
    if respawning and num_agents > 1 and spawns == 0:
        raise MapError(f"map {world.name!r}: no spawn cell (P), and removed agents return to one")


def require_altar(world: Map) -> None:
    """Refuse a map on which nothing could display the rule."""
    if len(world.altars) == 0:
        raise MapError(
            f"map {world.name!r}: no altar ({ALTAR_CHAR}), and the rule is displayed on one: "
            f"at least one cell {ALTAR_CHAR!r} is needed"
        )


def require_kinds(world: Map, letters: str) -> None:
    """Refuse a map that lacks sites of one of the kinds `letters`, which a rule or a poison names."""
    grown = [kind for number, kind in enumerate(KIND_NAMES) if number in world.kinds]
    if missing := sorted(set(letters) - set(grown)):
        raise MapError(
            f"map {world.name!r}: no site of kind {', '.join(missing)}, and the rule or the poison names "
            f"{', '.join(sorted(set(letters)))}; allowed with this map: {', '.join(grown)}"
        )


def neighbours_of(sites: np.ndarray, kinds: np.ndarray, radius: float) -> list[list[int]]:
    """For each site the other sites of its kind with dy*dy + dx*dx <= radius**2."""
    offsets = sites[:, None, :] - sites[None, :, :]
    near = (offsets**2).sum(-1) <= radius * radius + 1e-9
    near &= kinds[:, None] == kinds[None, :]
    np.fill_diagonal(near, False)
    return [np.flatnonzero(row).tolist() for row in near]


def patches_of(near: list[list[int]]) -> np.ndarray:
    """(S,) int: number of the connected component of each site, in reading order of first sites."""
    patch = np.full(len(near), -1)
    for first in range(len(near)):
        if patch[first] >= 0:
            continue
        number, frontier = patch.max() + 1, [first]
        patch[first] = number
        while frontier:
            for site in near[frontier.pop()]:
                if patch[site] < 0:
                    patch[site] = number
                    frontier.append(site)
    return patch


def bundled_maps() -> list[str]:
    """Names of the maps that ship with the package."""
    return sorted(f.name.removesuffix(".txt") for f in FOLDER.iterdir() if f.name.endswith(".txt"))


def drawing_of(source: str) -> str:
    """A bundled map's name as it is; anything else as the drawing itself, read from its file."""
    if not isinstance(source, str) or source == "":
        raise MapError(f"map={source!r} is not allowed: map must be a map's name, path or drawing")
    if "\n" in source or source in bundled_maps():
        return source
    path = Path(source)
    if not path.is_file():
        raise MapError(
            f"map={source!r} is neither a bundled map ({', '.join(bundled_maps())}), nor a file, "
            "nor a drawing with line breaks"
        )
    try:
        drawing = path.read_text("utf-8")
    except UnicodeDecodeError as error:
        raise MapError(f"map={source!r} is not a text file (UTF-8): {error.reason}") from None
    if not drawing.strip():
        raise MapError(f"map {path.name!r}: empty drawing")
    return drawing


def _find(source: str) -> tuple[str, str]:
    drawing = drawing_of(source)
    if drawing in bundled_maps():
        return drawing, (FOLDER / f"{drawing}.txt").read_text("utf-8")
    return ("drawing" if drawing == source else Path(source).name), drawing


def _grid(name: str, text: str, legend: dict[str, str]) -> np.ndarray:
    """(H, W) array of single characters; blank lines before and after the drawing are dropped."""
    lines = text.split("\n")
    first = next((i for i, line in enumerate(lines) if line.strip()), None)
    if first is None:
        raise MapError(f"map {name!r}: empty drawing")
    last = max(i for i, line in enumerate(lines) if line.strip())
    rows = [line.rstrip("\r") for line in lines[first : last + 1]]
    width = len(rows[0])
    for number, row in enumerate(rows, first + 1):
        for column, char in enumerate(row, 1):
            if char not in legend:
                known = ", ".join(f"{c!r} {what}" for c, what in legend.items())
                raise MapError(
                    f"map {name!r}, line {number}, column {column}: unknown {char!r}; allowed: {known}"
                )
        if len(row) != width:
            raise MapError(
                f"map {name!r}, line {number}: {len(row)} columns, but line {first + 1} has {width}; "
                "all lines must be equally long"
            )
    grid = np.array([list(row) for row in rows])
    _check_border(name, grid, first)
    return grid


def _check_border(name: str, grid: np.ndarray, first_line: int) -> None:
    inner = np.zeros(grid.shape, bool)
    inner[1:-1, 1:-1] = True
    for y, x in np.argwhere((grid != WALL_CHAR) & ~inner):
        raise MapError(
            f"map {name!r}, line {first_line + y + 1}, column {x + 1}: open border ({str(grid[y, x])!r}); "
            "the outermost cells must all be walls '#'"
        )
