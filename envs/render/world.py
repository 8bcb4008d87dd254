"""The picture of the world alone, layer by layer: ground and zones, light, beams, bodies, sparks."""

from functools import cache

import numpy as np

from ..grid import codes
from .palette import Colour, agent_colours, palette
from .scene import VERDICTS, GridScene, Shot
from .sheet import load_sheet, over
from .sprites import body, rgb_table

ZONE_TINT = 0.65  # share of a zone's colour in its floor
_GLOW_REACH, _GLOW = 2.6, 0.55  # cells an altar's light reaches; its share at the altar


def draw_world(scene: GridScene, cell: int = 32, focus: int | None = None) -> np.ndarray:
    """The world alone, uint8 (H * cell, W * cell, 3)."""
    picture = _ground(scene, cell)
    if scene.rule:
        ground = scene.tiles[..., 0]
        for y, x in np.argwhere((ground >= codes.ALTAR) & (ground <= codes.BLANK_ALTAR)).tolist():
            _light_altar(picture, ground, y, x, cell)
    _shine(picture, scene, cell)
    _stand(picture, scene, cell, focus)
    for shot in _in_order(scene):
        for y, x in shot.struck:
            _lay(picture, y, x, load_sheet(cell)[f"spark_{shot.verdict}"])
    return picture


def _in_order(scene: GridScene) -> list[Shot]:
    """Shots, those on top last: where several cross, the verdict named first in VERDICTS shows."""
    verdicts = ("", *reversed(VERDICTS))
    return sorted(scene.shots, key=lambda shot: verdicts.index(shot.verdict))


def _lay(picture: np.ndarray, y: int, x: int, sprite: np.ndarray) -> None:
    """Lay a sprite, uint8 (cell, cell, 4), over the cell (y, x)."""
    cell = sprite.shape[0]
    here = picture[y * cell : (y + 1) * cell, x * cell : (x + 1) * cell]
    here[:] = over(here, sprite)


def _ground(scene: GridScene, cell: int) -> np.ndarray:
    """The map, and bodies that belong to nobody."""
    ground, occupant = scene.tiles[..., 0], scene.tiles[..., 1]
    bare = (scene.agents >= 0) | (occupant <= codes.BEAM)
    tiles = rgb_table(cell, scene.codebook)[
        ground, np.where(bare, codes.NOBODY, occupant)
    ]  # (H, W, cell, cell, 3)
    if scene.zones is not None:
        floor = bare & (ground == codes.FLOOR) & (scene.zones >= 0)
        tiles[floor] = _zone_floors(cell)[scene.zones[floor]]
    height, width = ground.shape
    return tiles.swapaxes(1, 2).reshape(height * cell, width * cell, 3)


@cache
def _zone_floors(cell: int) -> np.ndarray:
    """(KINDS, cell, cell, 3) uint8 floor in the colour of the kind that grows around it."""
    floors = np.stack([rgb_table(cell)[codes.FLOOR, codes.NOBODY]] * codes.KINDS)
    for floor, name in zip(floors, codes.KIND_NAMES, strict=True):
        _blend(floor, palette()[f"zone_{name}"], np.full((cell, cell), ZONE_TINT))
    return floors


def _blend(picture: np.ndarray, colour: Colour, share: np.ndarray) -> None:
    """Mix a colour into a picture (H, W, 3), in place, by a share (H, W) of 0 .. 1."""
    mixed = (1 - share[..., None]) * picture + share[..., None] * np.array(colour)
    picture[:] = np.rint(mixed).astype(np.uint8)


def _light_altar(picture: np.ndarray, ground: np.ndarray, altar_y: int, altar_x: int, cell: int) -> None:
    """The floor around an altar, in the light of its flames: the left one's on its left."""
    colours = flame_colours(int(ground[altar_y, altar_x]))
    reach = int(np.ceil(_GLOW_REACH))
    top, left = max(altar_y - reach, 0), max(altar_x - reach, 0)
    near = ground[top : altar_y + reach + 1, left : altar_x + reach + 1]
    floor = (near == codes.FLOOR).repeat(cell, 0).repeat(cell, 1)
    own = (slice((altar_y - top) * cell, (altar_y - top + 1) * cell),)
    own += (slice((altar_x - left) * cell, (altar_x - left + 1) * cell),)
    floor[own] = _bare_floor(cell, int(ground[altar_y, altar_x]))
    y, x = np.ogrid[: floor.shape[0], : floor.shape[1]]
    dy, dx = (y + 0.5) / cell + top - altar_y - 0.5, (x + 0.5) / cell + left - altar_x - 0.5
    share = _GLOW * np.clip(1 - np.sqrt(dy * dy + dx * dx) / _GLOW_REACH, 0, 1) * floor
    here = picture[top * cell : top * cell + floor.shape[0], left * cell : left * cell + floor.shape[1]]
    for side, colour in enumerate(colours):
        lit_by = (dx >= 0) == side if len(colours) == 2 else True
        _blend(here, colour, share * lit_by)


@cache
def _bare_floor(cell: int, altar: int) -> np.ndarray:
    """(cell, cell) bool: where the floor shows around an altar."""
    ground = rgb_table(cell)[:, codes.NOBODY]
    return (ground[altar] == ground[codes.FLOOR]).all(-1)


@cache
def flame_colours(altar: int) -> tuple[Colour, ...]:
    """The colours in which the altar of a ground code burns, from left to right; none where it is unlit."""
    if altar == codes.BLANK_ALTAR:
        return ()
    permitted = codes.letters_of(codes.ALL_KINDS & ~(altar - codes.ALTAR))
    if len(permitted) == codes.KINDS:
        return ()
    return tuple(palette()[name] for name in permitted or ("fire",))


def _shine(picture: np.ndarray, scene: GridScene, cell: int) -> None:
    """Beams in the colours of their verdicts."""
    verdicts = {place: shot.verdict for shot in _in_order(scene) for place in shot.beam_cells}
    for y, x in np.argwhere(scene.tiles[..., 1] == codes.BEAM).tolist():
        verdict = verdicts.get((y, x), "")
        _lay(picture, y, x, load_sheet(cell)[f"beam_{verdict}" if verdict else "beam"])


def _stand(picture: np.ndarray, scene: GridScene, cell: int, focus: int | None) -> None:
    """Every agent in its own colour."""
    colours, sprites = agent_colours(len(scene.returns)), load_sheet(cell)
    for y, x in np.argwhere(scene.agents >= 0).tolist():
        agent = int(scene.agents[y, x])
        _lay(picture, y, x, body(cell, colours[agent], int(scene.tiles[y, x, 1])))
        if scene.poisoned is not None and scene.poisoned[agent]:
            _lay(picture, y, x, sprites["poisoned"])
        if agent == focus:
            _lay(picture, y, x, sprites["focus"])
