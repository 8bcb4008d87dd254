"""A game's codebook: the codes and planes that its views can show, those of all foraging games and its own.

The codes in codes.py mean the same in every game. A game adds its own after them, so that they change no
other game's numbers; a mechanic declares them in `GROUND` or `OCCUPANTS`:

    GROUND = {"dirty river": Code(planes=("river", "dirty"), sprite="river_dirty", char="~")}

Rules take the number as a param: `setup.codebook["dirty river"]` in the mechanic's `params_of`.
A game shows only what its mechanics and the legend of its maps can bring about: its planes, and the highest
codes of its tiles, follow.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from types import ModuleType

import numpy as np

from . import codes

EVERYWHERE = (
    *("unseen", "outside", "wall", "floor", "live", "empty", "barren"),
    *("beam", "self", "ready to fire", "other"),
    *(f"faces {heading}" for heading in codes.RELATIVE_HEADINGS),
)
"""Planes of every game on a map."""
MOST_CODES = 256
"""Codes of a layer: a view packs each into a byte."""


@dataclass(frozen=True)
class Code:
    """A ground or occupant code of a game's own."""

    planes: tuple[str, ...]
    """Names of the planes that it sets: new ones, or those of codes.py."""
    sprite: str = ""
    """Name of a sprite of the package, or path of an image file; "": drawn as a warning pattern."""
    solid: bool = False
    """Ground: whether neither body nor beam can be there."""
    char: str = ""
    """Ground: the character of its cells on maps; "": no map has such cells."""


OwnCodes = tuple[tuple[str, Code], ...]
"""Codes of a game's own by name, in the order of their numbers."""


@dataclass(frozen=True)
class Codebook:
    """The codes and planes of one game. Games with equal ones share what is made from them."""

    planes: tuple[str, ...] = codes.PLANES
    """Names of the planes that it can show, those of codes.py first."""
    ground: OwnCodes = ()
    """Its own ground codes; their numbers begin at `codes.GROUND_CODES`."""
    occupants: OwnCodes = ()
    """Its own occupant codes; their numbers begin at `codes.OCCUPANT_CODES`."""

    @cached_property
    def numbers(self) -> dict[str, int]:
        """The numbers of its own codes by name."""
        ground = {name: codes.GROUND_CODES + k for k, (name, _) in enumerate(self.ground)}
        return ground | {name: codes.OCCUPANT_CODES + k for k, (name, _) in enumerate(self.occupants)}

    def __getitem__(self, name: str) -> int:
        """The number of one of its own codes."""
        if name not in self.numbers:
            raise KeyError(f"the game has no code {name!r} of its own; its own are {sorted(self.numbers)}")
        return self.numbers[name]

    @cached_property
    def ground_planes(self) -> np.ndarray:
        """(ground codes, planes) uint8 0/1."""
        return self._table(codes.GROUND_PLANES, self.ground)

    @cached_property
    def occupant_planes(self) -> np.ndarray:
        """(occupant codes, planes) uint8 0/1."""
        return self._table(codes.OCCUPANT_PLANES, self.occupants)

    @property
    def highest(self) -> tuple[int, int]:
        """The highest ground code and the highest occupant code that the game can show."""
        ground = self._shown(codes.GROUND_PLANES, self.ground)
        return ground[-1], self._shown(codes.OCCUPANT_PLANES, self.occupants)[-1]

    @property
    def solid(self) -> tuple[int, ...]:
        """Ground codes where neither body nor beam can be."""
        return (*codes.SOLID, *(self[name] for name, code in self.ground if code.solid))

    @property
    def chars(self) -> dict[str, str]:
        """The names of its own ground codes by their characters on maps."""
        return {code.char: name for name, code in self.ground if code.char}

    def legend(self) -> str:
        """Every code and plane that the game can show, as a Markdown table."""
        ground = self._meanings(codes.GROUND_PLANES, self.ground, codes.planes_of_ground)
        occupants = self._meanings(codes.OCCUPANT_PLANES, self.occupants, codes.planes_of_occupant)
        return codes.as_table(ground, occupants, self.planes)

    def _table(self, shared: np.ndarray, own: OwnCodes) -> np.ndarray:
        """Rows of the shared codes, then of the game's own; columns in the order of `planes`."""
        table = np.zeros((len(shared) + len(own), len(self.planes)), np.uint8)
        for column, plane in enumerate(self.planes):
            if plane in codes.PLANES:
                table[: len(shared), column] = shared[:, codes.PLANES.index(plane)]
            table[len(shared) :, column] = [plane in code.planes for _, code in own]
        return table

    def _shown(self, shared: np.ndarray, own: OwnCodes) -> list[int]:
        """The codes that the game can show, ascending: shared ones whose planes it shows, and its own."""
        hidden = [column for column, plane in enumerate(codes.PLANES) if plane not in self.planes]
        shown = np.flatnonzero(~shared[:, hidden].any(1)).tolist()
        return shown + list(range(len(shared), len(shared) + len(own)))

    def _meanings(
        self, shared: np.ndarray, own: OwnCodes, planes_of: Callable[[int], list[str]]
    ) -> dict[int, str]:
        """What the codes of a layer mean, by number: of its own with the name in front."""
        named = {len(shared) + k: f"{name}: {', '.join(code.planes)}" for k, (name, code) in enumerate(own)}
        return {
            code: named[code] if code in named else ", ".join(planes_of(code))
            for code in self._shown(shared, own)
        }


SHARED = Codebook()
"""The codes of all foraging games, and no other."""


def codebook_of(mechanics: Iterable[ModuleType], legend: Mapping[str, str]) -> Codebook:
    """The codebook of a game with these mechanics, on maps with this legend.

    A mechanic names further planes of codes.py that it shows in `PLANES`.
    Raises TypeError where two mechanics declare one code or character, where one name serves as ground and
    occupant, and where a layer has more codes than fit into a byte.
    """
    listed = tuple(mechanics)
    ground, occupants = (_joined(listed, kind) for kind in ("GROUND", "OCCUPANTS"))
    _require_names(ground, occupants)
    _require_chars(ground, occupants)
    shown = {*EVERYWHERE, *(plane for mechanic in listed for plane in getattr(mechanic, "PLANES", ()))}
    shown |= {f"site of kind {kind}" for kind in codes.KIND_NAMES if kind in legend}
    own = [plane for code in (*ground.values(), *occupants.values()) for plane in code.planes]
    shown |= {plane for plane in own if plane in codes.PLANES}
    further = dict.fromkeys(plane for plane in own if plane not in codes.PLANES)
    planes = (*(plane for plane in codes.PLANES if plane in shown), *further)
    return Codebook(planes, tuple(ground.items()), tuple(occupants.items()))


def _joined(mechanics: tuple[ModuleType, ...], kind: str) -> dict[str, Code]:
    """The codes of one kind that mechanics declare."""
    joined: dict[str, Code] = {}
    for mechanic in mechanics:
        own = getattr(mechanic, kind, {})
        if twice := sorted(joined.keys() & own.keys()):
            raise TypeError(f"{mechanic.__name__} declares {', '.join(twice)} again")
        joined |= own
    return joined


def _require_names(ground: Mapping[str, Code], occupants: Mapping[str, Code]) -> None:
    if both := sorted(ground.keys() & occupants.keys()):
        raise TypeError(f"{', '.join(both)}: declared as ground and as occupant")
    layers = {"ground": codes.GROUND_CODES + len(ground), "occupant": codes.OCCUPANT_CODES + len(occupants)}
    for layer, number in layers.items():
        if number > MOST_CODES:
            raise TypeError(f"{number} {layer} codes; at most {MOST_CODES} are allowed")


def _require_chars(ground: Mapping[str, Code], occupants: Mapping[str, Code]) -> None:
    if marked := [name for name, code in occupants.items() if code.char]:
        raise TypeError(f"{', '.join(marked)}: char is allowed for ground alone, and this is an occupant")
    owner: dict[str, str] = {}
    for name, code in ground.items():
        if code.char and (len(code.char) != 1 or not code.char.isprintable()):
            raise TypeError(f"{name}: char={code.char!r} is not allowed: it must be one printable character")
        if code.char in owner:
            raise TypeError(f"{name}: char={code.char!r} is that of {owner[code.char]}")
        if code.char:
            owner[code.char] = name
