"""The picture of one world with its side panel, as an array. Needs no display."""

import numpy as np
import pygame

from ..foraging import codes
from .colours import agent_colours, palette
from .panel import draw_panel, lay_out
from .scene import Scene
from .sprites import body, load_sheet, over, rgb_table


def draw(scene: Scene, cell: int = 32, focus: int | None = None, notes: tuple[str, ...] = ()) -> np.ndarray:
    """The world at `cell` pixels a cell and, on its right, the panel.

    Args:
        scene: what to draw.
        cell: pixels a cell, at least 1.
        focus: an agent to frame in the world and in the panel.
        notes: lines for the foot of the panel, such as the keys of a game.

    Returns:
        uint8 (height, width, 3). Both are even, as video codecs want; the frame is higher than the
        world where the panel needs the room. Its size depends on `cell`, the map and the numbers of
        agents, stocks and notes only, so that the frames of an episode fit together.
    """
    world = draw_world(scene, cell, focus)
    layout = lay_out(len(scene.returns), len(scene.stocks), len(notes), world.shape[0])
    surface = draw_panel(scene, layout, focus, notes)
    panel = np.frombuffer(pygame.image.tobytes(surface, "RGB"), np.uint8).reshape(
        layout.height, layout.width, 3
    )
    return np.concatenate([_padded(world, layout.height), _padded(panel, layout.height)], 1)


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


def draw_world(scene: Scene, cell: int = 32, focus: int | None = None) -> np.ndarray:
    """The world alone, uint8 (H * cell, W * cell, 3)."""
    ground, occupant = scene.tiles[..., 0], scene.tiles[..., 1]
    named = scene.agents >= 0
    tiles = rgb_table(cell)[ground, np.where(named, codes.NOBODY, occupant)]  # (H, W, cell, cell, 3)
    height, width = ground.shape
    picture = tiles.swapaxes(1, 2).reshape(height * cell, width * cell, 3)
    colours = agent_colours(len(scene.returns))
    for y, x in np.argwhere(named).tolist():
        agent = int(scene.agents[y, x])
        here = picture[y * cell : (y + 1) * cell, x * cell : (x + 1) * cell]
        here[:] = over(here, body(cell, colours[agent], int(occupant[y, x])))
        if agent == focus:
            here[:] = over(here, load_sheet(cell)["focus"])
    return picture
