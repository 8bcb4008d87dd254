"""The codes that all foraging games share, and what they mean; a game's own are in its codebook.

A cell has two layers. *Ground* is what the cell is, *occupant* is what stands or shines on it.
A view packs both into one uint16 (ground in the low byte, occupant in the high byte), so that the
`tiles` observation is the same memory read as uint8 pairs `[..., 0] = ground, [..., 1] = occupant`.
"""

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np

KINDS = 3  # resource kinds a foraging game can grow: a, b, c
ALL_KINDS = 2**KINDS - 1  # as a bit set (bit k: kind k)

# Ground ------------------------------------------------------------------------------------------
UNSEEN = 0  # every cell of a removed agent's view
OUTSIDE = 1  # beyond the map
WALL = 2
FLOOR = 3
SITE = 4  # SITE + 3 * kind + (LIVE | EMPTY | BARREN)
LIVE, EMPTY, BARREN = 0, 1, 2  # fruit; none but it can grow; none and it cannot grow now
ALTAR = SITE + 3 * KINDS  # ALTAR + bit set of prohibited kinds (bit k: kind k)
BLANK_ALTAR = ALTAR + 2**KINDS
GROUND_CODES = BLANK_ALTAR + 1
SOLID = (OUTSIDE, WALL, BLANK_ALTAR)  # neither body nor beam can be there

# Occupant ----------------------------------------------------------------------------------------
NOBODY = 0
BEAM = 1
OTHER = 2  # OTHER + facing + 4 * (badge + BADGES * mark); facing relative to the viewer's
BADGES = KINDS + 1  # 0 no badge, 1 + kind last eaten
BODY_CODES = 4 * BADGES * 2
SELF = OTHER + BODY_CODES  # SELF + ready + 2 * (badge + BADGES * mark)
OCCUPANT_CODES = SELF + 2 * BADGES * 2

HEADINGS = ("north", "east", "south", "west")
RELATIVE_HEADINGS = ("the same way", "to my right", "towards me", "to my left")
KIND_NAMES = ("a", "b", "c")

PLANES = (
    *("unseen", "outside", "wall", "floor"),
    *(f"site of kind {kind}" for kind in KIND_NAMES),
    *("live", "empty", "barren", "altar", "blank altar"),
    *(f"altar prohibits {kind}" for kind in KIND_NAMES),
    *("beam", "self", "ready to fire", "other"),
    *(f"faces {heading}" for heading in RELATIVE_HEADINGS),
    *(f"badge {kind}" for kind in KIND_NAMES),
    "mark",
)


class Occupant(NamedTuple):
    """An occupant code taken apart; `facing` and `ready` are None where they do not apply."""

    name: str  # "nobody", "beam", "other", "self", or "own": one of the game's own codes
    facing: int | None = None
    ready: bool | None = None
    badge: int = 0
    mark: bool = False


def bits_of(letters: str) -> int:
    """A set of kinds, given as letters, as a bit set."""
    return sum(1 << KIND_NAMES.index(letter) for letter in letters)


def letters_of(bits: int) -> str:
    """A bit set of kinds as letters."""
    return "".join(letter for k, letter in enumerate(KIND_NAMES) if bits >> k & 1)


def site_parts(code: int) -> tuple[int, int] | None:
    """Kind and growth (LIVE, EMPTY, BARREN) of a site's ground code, or None for any other ground."""
    return divmod(code - SITE, 3) if SITE <= code < ALTAR else None


def occupant_parts(code: int) -> Occupant:
    """Take an occupant code apart."""
    if code == NOBODY:
        return Occupant("nobody")
    if code == BEAM:
        return Occupant("beam")
    if code >= OCCUPANT_CODES:
        return Occupant("own")
    if code < SELF:
        rest, facing = divmod(code - OTHER, 4)
        return Occupant("other", facing=facing, badge=rest % BADGES, mark=bool(rest // BADGES))
    rest, ready = divmod(code - SELF, 2)
    return Occupant("self", ready=bool(ready), badge=rest % BADGES, mark=bool(rest // BADGES))


def planes_of_ground(code: int) -> list[str]:
    """The planes that a ground code sets."""
    simple = {UNSEEN: "unseen", OUTSIDE: "outside", WALL: "wall", FLOOR: "floor"}
    if code in simple:
        return [simple[code]]
    if site := site_parts(code):
        return [f"site of kind {KIND_NAMES[site[0]]}", ("live", "empty", "barren")[site[1]]]
    if code == BLANK_ALTAR:
        return ["altar", "blank altar"]
    return ["altar"] + [f"altar prohibits {k}" for i, k in enumerate(KIND_NAMES) if (code - ALTAR) >> i & 1]


def planes_of_occupant(code: int) -> list[str]:
    """The planes that an occupant code sets."""
    who = occupant_parts(code)
    names = [] if who.name == "nobody" else [who.name]
    if who.ready:
        names.append("ready to fire")
    if who.facing is not None:
        names.append(f"faces {RELATIVE_HEADINGS[who.facing]}")
    if who.badge:
        names.append(f"badge {KIND_NAMES[who.badge - 1]}")
    return names + ["mark"] * who.mark


def _table(codes: int, planes_of) -> np.ndarray:
    table = np.zeros((codes, len(PLANES)), np.uint8)
    for code in range(codes):
        table[code, [PLANES.index(name) for name in planes_of(code)]] = 1
    return table


GROUND_PLANES = _table(GROUND_CODES, planes_of_ground)  # (GROUND_CODES, PLANES) uint8 0/1
OCCUPANT_PLANES = _table(OCCUPANT_CODES, planes_of_occupant)  # (OCCUPANT_CODES, PLANES) uint8 0/1


def legend() -> str:
    """Every code and plane that games share, as a Markdown table. A game's own: `game.codebook.legend()`."""
    ground = {code: ", ".join(planes_of_ground(code)) for code in range(GROUND_CODES)}
    return as_table(ground, {c: ", ".join(planes_of_occupant(c)) for c in range(OCCUPANT_CODES)}, PLANES)


def as_table(ground: Mapping[int, str], occupants: Mapping[int, str], planes: tuple[str, ...]) -> str:
    """Codes with what they mean, and planes, as a Markdown table."""
    rows = ["| layer | code | meaning |", "|---|---|---|"]
    rows += [f"| ground | {code} | {meaning} |" for code, meaning in ground.items()]
    rows += [f"| occupant | {code} | {meaning or 'nobody'} |" for code, meaning in occupants.items()]
    rows += [f"| plane | {i} | {name} |" for i, name in enumerate(planes)]
    return "\n".join(rows)
