"""The stock of a lake over time, with the levels that matter."""

import numpy as np
import pygame

from .palette import palette
from .pen import text
from .scene import LakeScene

_SHORT, _WINDOW = 24, 192  # steps that are shown at first, and at most: then they are the last ones
_FINE = 3
_DOTS = 40  # up to so many steps each has a dot
_HEADROOM = 0.06  # share of the plot above the capacity


def draw_curve(surface: pygame.Surface, room: pygame.Rect, scene: LakeScene, cell: int) -> None:
    """The stock and what catches left of it, over the whole episode, or the last steps of a long one."""
    pygame.draw.rect(surface, palette()["panel"], room)
    size = round(cell * 0.6)
    readable = size >= 8
    margin = cell // 2
    plot = pygame.Rect(room.x + margin, room.y + cell, room.width - 2 * margin, room.height - 2 * cell)
    if readable:
        plot.width -= round(4.4 * cell)
    surface.blit(_picture(plot.size, scene), plot)
    if readable:
        _write_levels(surface, plot, scene, size)
        _write_steps(surface, plot, scene, size)


def _span(scene: LakeScene) -> tuple[int, int]:
    """First and last step of the axis, which grows with the episode until the window slides."""
    last = _SHORT
    while last < scene.step and last < _WINDOW:
        last *= 2
    last = min(last, _WINDOW, scene.max_cycles or _WINDOW)
    first = max(scene.step - last, 0)
    return first, first + last


def _levels(scene: LakeScene) -> list[tuple[str, float, str]]:
    """Name, stock and colour of what is marked, from above."""
    levels = [("capacity", scene.capacity, "ink_dim")]
    if 0 < scene.target < scene.capacity:
        levels.append(("best yield", scene.target, "c"))
    if scene.critical > 0:
        levels.append(("collapse", scene.critical, "fire_edge"))
    return levels


def _picture(size: tuple[int, int], scene: LakeScene) -> pygame.Surface:
    """The stock as a line; below it a band, what each catch took, and what that left."""
    width, height = (_FINE * side for side in size)
    fine = pygame.Surface((width, height), 0, 24)
    fine.fill(palette()["panel_raised"])
    first, last = _span(scene)
    steps = np.arange(scene.step - len(scene.past) + 1, scene.step + 1)  # those before `first` lie outside
    x = (steps - first) / (last - first) * (width - 1)
    stock, left = (
        [*zip(x.tolist(), (height * _down(scene, amounts)).tolist(), strict=False)]
        for amounts in (scene.past, scene.left)
    )
    thick = max(_FINE * size[1] // 70, 2)
    if left:
        for line, colour in ((stock, "catch"), ([*left, stock[-1]], "sea")):
            pygame.draw.polygon(fine, palette()[colour], [*line, (line[-1][0], height), (line[0][0], height)])
    for _, level, colour in _levels(scene):
        _dash(fine, height * float(_down(scene, level)), colour, max(thick // 2, 1))
    if left:
        pygame.draw.lines(fine, palette()["fish_belly"], False, stock, thick)
    for point in stock if last - first <= _DOTS else stock[-1:]:
        pygame.draw.circle(fine, palette()["fish_belly"], point, 1.6 * thick)
    return pygame.transform.smoothscale(fine, size)


def _down(scene: LakeScene, stock: np.ndarray | float) -> np.ndarray:
    """How far below the plot's upper edge a stock lies, as a share of its height."""
    return _HEADROOM + (1 - _HEADROOM) * (1 - np.asarray(stock, float) / scene.capacity)


def _dash(surface: pygame.Surface, y: float, colour: str, thick: int) -> None:
    dash = max(surface.get_width() // 60, 2)
    for x in range(0, surface.get_width(), 2 * dash):
        pygame.draw.line(surface, palette()[colour], (x, y), (x + dash, y), thick)


def _write_levels(surface: pygame.Surface, plot: pygame.Rect, scene: LakeScene, size: int) -> None:
    """Names and stocks on the right, apart from each other."""
    low = plot.y - size
    for name, stock, colour in _levels(scene):
        image = text(f"{name} {stock:.4g}", size, palette()[colour])
        centre = plot.y + round(float(_down(scene, stock)) * plot.height)
        y = max(centre - image.get_height() // 2, low)
        surface.blit(image, (plot.right + size // 2, y))
        low = y + image.get_height()


def _write_steps(surface: pygame.Surface, plot: pygame.Rect, scene: LakeScene, size: int) -> None:
    """What is drawn, in its colours, above; the first and last step, below."""
    x = plot.x
    for words, colour in (("stock", "fish_belly"), ("caught", "catch"), ("left", "sea")):
        image = text(words, size, palette()[colour])
        surface.blit(image, (x, plot.y - round(1.2 * size)))
        x += image.get_width() + size
    first, last = _span(scene)
    for step, place in ((first, "topleft"), (last, "topright")):
        image = text(str(step), size, palette()["ink_dim"])
        corner = (plot.x if place == "topleft" else plot.right, plot.bottom + size // 4)
        surface.blit(image, image.get_rect(**{place: corner}))
