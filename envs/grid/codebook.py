"""A game's codebook: the codes and planes that its views can show, those of all foraging games and its own.

The codes in codes.py mean the same in every game. A game adds its own after them, so that they change no
other game's numbers; a mechanic declares them in `GROUND` or `OCCUPANTS`:

    GROUND = {"dirty river": Code(planes=("river", "dirty"), sprite="river_dirty")}

Rules take the number as a param: `setup.codebook["dirty river"]` in the mechanic's `params_of`.
A game shows only what its mechanics and the legend of its maps can bring about: its planes, and the highest
codes of its tiles, follow.
"""

from collections.abc import Iterable, Mapping
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


@dataclass(frozen=True)
class Code:
    """A ground or occupant code of a game's own."""

    planes: tuple[str, ...]
    """Names of the planes that it sets: new ones, or those of codes.py."""
    sprite: str = ""
    """Name of a sprite of the package, or path of an image file; "": drawn as a warning pattern."""
    solid: bool = False
    """Ground: whether neither body nor beam can be there."""


@dataclass(frozen=True)
class Codebook:
    """The codes and planes of one game."""

    planes: tuple[str, ...]
    """Names of the planes that it can show, those of codes.py first."""
    ground: Mapping[str, Code]
    """Its own ground codes by name; their numbers begin at `codes.GROUND_CODES`."""
    occupants: Mapping[str, Code]
    """Its own occupant codes by name; their numbers begin at `codes.OCCUPANT_CODES`."""

    def __getitem__(self, name: str) -> int:
        """The number of one of its own codes. Raises KeyError where it has none of that name."""
        if name in self.ground:
            return codes.GROUND_CODES + list(self.ground).index(name)
        return codes.OCCUPANT_CODES + list(self.occupants).index(name)

    @cached_property
    def ground_planes(self) -> np.ndarray:
        """(ground codes, planes) uint8 0/1."""
        return self._table(codes.GROUND_PLANES, self.ground)

    @cached_property
    def occupant_planes(self) -> np.ndarray:
        """(occupant codes, planes) uint8 0/1."""
        return self._table(codes.OCCUPANT_PLANES, self.occupants)

    @cached_property
    def highest(self) -> tuple[int, int]:
        """The highest ground code and the highest occupant code that the game can show."""
        ground = self._highest(codes.GROUND_PLANES, self.ground)
        return ground, self._highest(codes.OCCUPANT_PLANES, self.occupants)

    @property
    def solid(self) -> tuple[int, ...]:
        """Ground codes where neither body nor beam can be."""
        return (*codes.SOLID, *(self[name] for name, code in self.ground.items() if code.solid))

    def _table(self, shared: np.ndarray, own: Mapping[str, Code]) -> np.ndarray:
        """Rows of the shared codes, then of the game's own; columns in the order of `planes`."""
        table = np.zeros((len(shared) + len(own), len(self.planes)), np.uint8)
        for column, plane in enumerate(self.planes):
            if plane in codes.PLANES:
                table[: len(shared), column] = shared[:, codes.PLANES.index(plane)]
            table[len(shared) :, column] = [plane in code.planes for code in own.values()]
        return table

    def _highest(self, shared: np.ndarray, own: Mapping[str, Code]) -> int:
        """Of the shared codes those are shown all of whose planes are."""
        hidden = [column for column, plane in enumerate(codes.PLANES) if plane not in self.planes]
        return len(shared) + len(own) - 1 if own else int(np.flatnonzero(~shared[:, hidden].any(1)).max())


def codebook_of(mechanics: Iterable[ModuleType], legend: Mapping[str, str]) -> Codebook:
    """The codebook of a game with these mechanics, on maps with this legend.

    A mechanic names further planes of codes.py that it shows in `PLANES`.
    Raises TypeError where two mechanics declare one code, or one name serves as ground and occupant.
    """
    listed = tuple(mechanics)
    ground, occupants = (_joined(listed, kind) for kind in ("GROUND", "OCCUPANTS"))
    if both := sorted(ground.keys() & occupants.keys()):
        raise TypeError(f"{', '.join(both)}: declared as ground and as occupant")
    shown = {*EVERYWHERE, *(plane for mechanic in listed for plane in getattr(mechanic, "PLANES", ()))}
    shown |= {f"site of kind {kind}" for kind in codes.KIND_NAMES if kind in legend}
    own = [plane for code in (*ground.values(), *occupants.values()) for plane in code.planes]
    shown |= {plane for plane in own if plane in codes.PLANES}
    further = dict.fromkeys(plane for plane in own if plane not in codes.PLANES)
    return Codebook((*(plane for plane in codes.PLANES if plane in shown), *further), ground, occupants)


def _joined(mechanics: tuple[ModuleType, ...], kind: str) -> dict[str, Code]:
    """The codes of one kind that mechanics declare."""
    joined: dict[str, Code] = {}
    for mechanic in mechanics:
        own = getattr(mechanic, kind, {})
        if twice := sorted(joined.keys() & own.keys()):
            raise TypeError(f"{mechanic.__name__} declares {', '.join(twice)} again")
        joined |= own
    return joined
