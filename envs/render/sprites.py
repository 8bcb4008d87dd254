"""Tiles composed from sprites for every pair of ground and occupant codes of a game."""

from functools import cache

import numpy as np

from ..grid import codes
from ..grid.codebook import SHARED, Codebook, OwnCodes
from .own_sprites import own_ground, own_sprite
from .palette import Colour, palette
from .sheet import load_sheet, over


def ground_name(code: int) -> str:
    """The sprite of a ground code."""
    if site := codes.site_parts(code):
        return f"site_{codes.KIND_NAMES[site[0]]}_{('live', 'empty', 'barren')[site[1]]}"
    if code == codes.BLANK_ALTAR:
        return "altar_blank"
    simple = {codes.UNSEEN: "unseen", codes.OUTSIDE: "outside", codes.WALL: "wall", codes.FLOOR: "floor"}
    return simple[code] if code in simple else f"altar_{code - codes.ALTAR}"


@cache
def body(size: int, colour: Colour, code: int) -> np.ndarray:
    """The body of an occupant code in a colour, uint8 (size, size, 4); from above, so to face is to turn."""
    who, sprites = codes.occupant_parts(code), load_sheet(size)
    tinted = sprites["body"].copy()
    tinted[..., :3] = np.rint(tinted[..., :3] * (np.array(colour) / 255))
    turns = -(who.facing or 0)  # np.rot90 turns anticlockwise, headings clockwise
    image = over(np.rot90(tinted, turns), sprites["shine"])  # the light stays where it is
    layers = ["face"] + ["ready"] * bool(who.ready)
    if who.badge:
        layers.append(f"badge_{codes.KIND_NAMES[who.badge - 1]}")
    for layer in layers:
        image = over(image, np.rot90(sprites[layer], turns))
    return over(image, sprites["mark"]) if who.mark else image


def rgb_table(size: int = 8, codebook: Codebook = SHARED) -> np.ndarray:
    """Every tile of the views, uint8 (ground codes, occupant codes, size, size, 3), read-only.

    Oneself has one fixed colour and all others another: in a view nobody has a name.
    """
    return _rgb_table(size, codebook.ground, codebook.occupants)


@cache
def _rgb_table(size: int, own_grounds: OwnCodes, own_occupants: OwnCodes) -> np.ndarray:
    """Games with the same codes of their own, or none, have one table."""
    sprites = load_sheet(size)
    occupants = np.zeros((codes.OCCUPANT_CODES + len(own_occupants), size, size, 4), np.uint8)
    occupants[codes.BEAM] = sprites["beam"]
    for code in range(codes.OTHER, codes.OCCUPANT_CODES):
        occupants[code] = body(size, palette()["self" if code >= codes.SELF else "other"], code)
    for k, (name, code) in enumerate(own_occupants):
        occupants[codes.OCCUPANT_CODES + k] = own_sprite(name, code, size)
    grounds = [sprites[ground_name(code)][..., :3] for code in range(codes.GROUND_CODES)]
    grounds += [own_ground(name, code, size) for name, code in own_grounds]
    table = np.stack([over(ground, occupants) for ground in grounds])
    table.flags.writeable = False
    return table
