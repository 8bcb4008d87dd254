"""Writing on the panel: text, bars and icons, from top to bottom."""

from functools import cache, lru_cache

import numpy as np
import pygame

from .layout import Layout
from .palette import Colour, palette

_FINE = 4


@cache
def _font(size: int) -> pygame.font.Font:
    pygame.font.init()
    return pygame.font.Font(None, size)


@lru_cache(maxsize=1024)
def text(words: str, size: int, colour: Colour) -> pygame.Surface:
    """Drawn large and scaled down: at 12 pixels the font's own hinting sets letters unevenly apart."""
    large = _font(_FINE * size).render(words, True, colour)
    return pygame.transform.smoothscale(
        large, (-(-large.get_width() // _FINE), -(-large.get_height() // _FINE))
    )


def icon(pixels: np.ndarray) -> pygame.Surface:
    """A sprite, uint8 (size, size, 3 or 4), to lay on the panel."""
    layout = "RGB" if pixels.shape[2] == 3 else "RGBA"
    return pygame.image.frombytes(pixels.tobytes(), pixels.shape[1::-1], layout)


@cache
def disc(size: int, colour: Colour) -> np.ndarray:
    """A filled circle with room around it, uint8 (size, size, 4), smooth at its edge."""
    middle, radius = (size - 1) / 2, 0.4 * size
    y, x = np.ogrid[:size, :size]
    far = np.hypot(y - middle, x - middle)
    pixels = np.empty((size, size, 4), np.uint8)
    pixels[..., :3] = colour
    pixels[..., 3] = np.rint(255 * np.clip(radius + 0.5 - far, 0, 1))
    return pixels


class Pen:
    """Draws on the panel from top to bottom."""

    def __init__(self, layout: Layout):
        self.layout = layout
        self.surface = pygame.Surface((layout.width, layout.height), 0, 24)
        self.surface.fill(palette()["panel"])
        self.y = layout.pad

    def write(
        self,
        words: str,
        colour: str | Colour = "ink",
        size: int | None = None,
        right: bool = False,
        indent: int = 0,
    ) -> int:
        """A line of text at the pen's height, cut off at the panel's edge; the pen stays.

        Returns its width in pixels.
        """
        rgb = palette()[colour] if isinstance(colour, str) else colour
        image = text(words, size or self.layout.text, rgb)
        edge = self.layout.width - self.layout.pad
        x = edge - image.get_width() if right else self.layout.pad + indent
        self.surface.blit(image, (x, self.y), (0, 0, max(edge - x, 0), image.get_height()))
        return image.get_width()

    def write_in(self, at: pygame.Rect, words: str, size: int, colour: str, right: bool = False) -> None:
        """Words in the middle of a row's height, at its left or right end."""
        image = text(words, size, palette()[colour])
        x = at.right - image.get_width() if right else at.x
        self.surface.blit(image, (x, at.y + (at.height - image.get_height()) // 2 + 1))

    def place(self, pixels: np.ndarray, indent: int = 0) -> None:
        """A sprite at the pen's height; the pen stays."""
        self.surface.blit(icon(pixels), (self.layout.pad + indent, self.y))

    def bar(self, share: float, colour: str, height: int) -> None:
        """A bar over the panel's width, filled to `share`."""
        box = pygame.Rect(self.layout.pad, self.y, self.layout.inner, height)
        pygame.draw.rect(self.surface, palette()["panel_raised"], box, border_radius=height // 2)
        box.width = round(box.width * min(max(share, 0.0), 1.0))
        if box.width:
            pygame.draw.rect(self.surface, palette()[colour], box, border_radius=height // 2)
