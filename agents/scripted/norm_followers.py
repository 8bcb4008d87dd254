"""Citizens: scripted agents that live under a rule, keep it, enforce it, or take advantage of it.

All see the tile view of one body and nothing else, and keep a map of what they have seen.
"""

from dataclasses import dataclass, fields
from typing import ClassVar

import numpy as np

from .decision import ANYTHING, ITS_CREED, WHAT_THE_ALTAR_PERMITS, Traits, act_all
from .enforcement import ANY_BADGE, NOBODY, OTHER_CREEDS, WHOM_THE_ALTAR_ACCUSES
from .mental_map import allocate_memory
from .search import allocate_scratch

ALWAYS = 10**6  # more cells, or steps, than there are


@dataclass
class Citizen:
    """What all of them share; distances are in cells (down plus across, unless squared), times in steps."""

    spare: int = 3
    """Live fruits that must remain around a fruit when it is eaten; or all that can grow there, if fewer."""
    reach: int = 16
    """Around: dy*dy + dx*dx <= reach. 16 is all of a patch of 13; 4 is where fruit makes fruit grow."""
    patience: int = 6
    """Steps of doubt after which what the altar said is stale: it eats nothing until it sees the altar."""
    trust: int = 15
    """Steps of doubt up to which it sanctions by what the altar said."""
    window: int = 25
    """Steps that its own badge lasts: one that goes out earlier shows that the rule has changed. While it
    wears one it has no doubt. 0: it draws no conclusions from its badge, and doubts at every step."""
    again: int = 20
    """Steps after which an empty site that it remembers is worth another visit."""
    chase: int = 0
    """How far it walks after a violator; 0: it does not."""
    shame: int = ALWAYS
    """How near another body must be for it to keep the rule and spare; ALWAYS: it does unseen too."""
    berth: int = 1
    """How far others must be from the box that its beam may reach, for it to fire at a violator in it."""
    beam_length: int = 3
    """Cells its beam reaches ahead."""
    beam_radius: int = 1
    """Columns of its beam on either side."""

    eats: ClassVar[int] = WHAT_THE_ALTAR_PERMITS
    polices: ClassVar[int] = NOBODY

    def __post_init__(self) -> None:
        for field in fields(self):
            value = getattr(self, field.name)
            if not isinstance(value, int) or value < 0:
                raise ValueError(f"{field.name}={value!r} is not allowed: it must be a whole number >= 0")

    def start(self, bodies: int, seed: int) -> None:
        """Forget everything, and draw from a separate stream, begun by `seed`."""
        self._random = np.random.default_rng(seed)
        self._memory, self._scratch = allocate_memory(bodies), allocate_scratch()
        self._draws, self._actions = np.zeros(bodies), np.zeros(bodies, np.int32)
        own = {name: getattr(self, name) for name in Traits._fields}
        self._traits = Traits(**{name: int(value) for name, value in own.items()})
        self._memory.lost[:] = 1

    def act(self, observations: np.ndarray, started: np.ndarray) -> np.ndarray:
        """One action a body, (B,) int32, from (B, rows, columns, 2) uint8 `tiles` views.

        The array is written again by the next call.
        """
        if len(observations) != len(self._actions):
            raise ValueError(f"{len(observations)} views for {len(self._actions)} bodies that were started")
        self._random.random(out=self._draws)
        views = np.ascontiguousarray(observations)  # any other layout would be compiled for anew
        act_all(views, started, self._memory, self._traits, self._draws, self._scratch, self._actions)
        return self._actions


@dataclass
class Compliant(Citizen):
    """Consults the altar, eats only what it permits, spares a patch's last fruits. Never fires.

    It eats nothing before it has seen the altar, and nothing once that is stale. Fruit that it must not
    eat is an obstacle. With everything prohibited it waits in sight of the altar. A blank altar, or none
    on the whole map, prohibits nothing, for the rest of the episode.
    """


@dataclass
class Enforcer(Compliant):
    """Compliant, and sanctions violators in reach, or in reach after one turn.

    A violator is who carries a mark, or the badge of a kind that the altar prohibited lately.
    """

    polices: ClassVar[int] = WHOM_THE_ALTAR_ACCUSES


@dataclass
class Patroller(Enforcer):
    """An enforcer that walks after the violators it sees."""

    chase: int = 12


@dataclass
class FreeRider(Compliant):
    """Keeps the rule, and spares, only before others; takes whatever is near where nobody is. Never fires.

    It rides on the restraint and the enforcement of others. Who violates in the open is `greedy`; who keeps
    the rule and leaves its enforcement to others is `compliant`.
    """

    shame: int = 6


@dataclass
class BadgeHunter(Citizen):
    """Eats anything, spares nothing, and shoots any badge or mark in reach, whatever the rule."""

    eats: ClassVar[int] = ANYTHING
    polices: ClassVar[int] = ANY_BADGE


@dataclass
class ViolateAndPolice(Citizen):
    """Eats anything, spares nothing, and sanctions whom the altar accuses: it consults as enforcers do."""

    eats: ClassVar[int] = ANYTHING
    polices: ClassVar[int] = WHOM_THE_ALTAR_ACCUSES


@dataclass
class Vigilante(Citizen):
    """Has a private rule and never consults the altar: only the kind of its first meal is right.

    It eats no other, spares, and shoots whoever carries another badge, or a mark.
    """

    eats: ClassVar[int] = ITS_CREED
    polices: ClassVar[int] = OTHER_CREEDS
