"""The picture of one world with its side panel, as an array. Needs no display."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pygame

from .lake import draw_lake
from .layout import lay_out
from .palette import palette
from .panel import draw_panel, ruled
from .scene import GridScene, LakeScene, Scene, TableScene
from .table import draw_table
from .world import draw_world

__all__ = ["draw", "draw_world"]

PICTURES: dict[type[Scene], Callable[[Any, int, int | None], np.ndarray]] = {
    GridScene: draw_world,
    TableScene: draw_table,
    LakeScene: draw_lake,
}
"""What draws a scene of each type next to the panel: from the scene, pixels a cell and the agent in focus,
uint8 (height, width, 3)."""


def draw(scene: Scene, cell: int = 32, focus: int | None = None, notes: tuple[str, ...] = ()) -> np.ndarray:
    """The world at `cell` pixels a cell and, on its right, the panel.

    Args:
        scene: what to draw.
        cell: pixels a cell, at least 1; other pictures than maps are scaled with it.
        focus: an agent to frame in the world and in the panel.
        notes: lines for the foot of the panel, such as the keys of a game.

    Returns:
        uint8 (height, width, 3). Both are even, as video codecs want; the frame is higher than the
        world where the panel needs the room. Its size depends on `cell`, the map and the numbers of
        agents, stocks, counts and notes only, so that the frames of an episode fit together.

    Raises:
        TypeError: nothing draws scenes of this type.
    """
    world = picture_of(scene)(scene, cell, focus)
    sizes = (len(scene.returns), len(scene.stocks), len(notes), world.shape[0])
    contracted = bool(scene.contract)
    layout = lay_out(*sizes, ruled=ruled(scene), counts=len(scene.counts), contracted=contracted)
    surface = draw_panel(scene, layout, focus, notes)
    panel = np.frombuffer(pygame.image.tobytes(surface, "RGB"), np.uint8).reshape(
        layout.height, layout.width, 3
    )
    return np.concatenate([_padded(world, layout.height), _padded(panel, layout.height)], 1)


def picture_of(scene: Scene) -> Callable[[Any, int, int | None], np.ndarray]:
    """What draws the scene next to its panel."""
    if type(scene) not in PICTURES:
        known = ", ".join(kind.__name__ for kind in PICTURES)
        raise TypeError(f"nothing draws a {type(scene).__name__}; known: {known}")
    return PICTURES[type(scene)]


def _padded(picture: np.ndarray, height: int) -> np.ndarray:
    """A picture in the middle of the panel's colour, its sides made even and at least `height` high."""
    rows, columns = picture.shape[:2]
    height += height % 2
    if (rows, columns % 2) == (height, 0):
        return picture
    padded = np.empty((height, columns + columns % 2, 3), np.uint8)
    padded[:] = palette()["panel"]
    top = (height - rows) // 2
    padded[top : top + rows, :columns] = picture
    return padded
