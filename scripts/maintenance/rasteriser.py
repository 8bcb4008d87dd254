"""Painting a 32-pixel sprite with anti-aliased shapes.

An `Easel` is painted at eight times the size with plain arithmetic and averaged down, so the same code
gives the same pixels on every machine. Positions are pixels of the finished sprite, (0, 0) top left.
"""

import numpy as np

SIZE = 32
_FINE = 8  # painted pixels to one finished pixel, along each axis
Colours = dict[str, tuple[int, ...]]


class Easel:
    """A clear sprite to paint shapes on, later ones over earlier ones."""

    def __init__(self, colours: Colours):
        self.colours = colours
        at = (np.arange(SIZE * _FINE) + 0.5) / _FINE
        self.y, self.x = at[:, None], at[None, :]
        self.paint = np.zeros((SIZE * _FINE, SIZE * _FINE, 4))  # premultiplied RGB and alpha, 0..255 and 0..1

    def fill(self, where: np.ndarray, colour: str, alpha: float = 1.0) -> None:
        """Lay a colour of the palette over the pixels `where`; a fourth number of it is its own alpha."""
        alpha *= self.colours[colour][3] / 255 if len(self.colours[colour]) == 4 else 1
        layer = np.array([*(alpha * c for c in self.colours[colour][:3]), alpha])
        self.paint[where] = layer + (1 - alpha) * self.paint[where]

    def box(self, y: float, x: float, height: float, width: float, colour: str, alpha: float = 1.0) -> None:
        inside = (self.y >= y) & (self.y < y + height) & (self.x >= x) & (self.x < x + width)
        self.fill(inside, colour, alpha)

    def ellipse(self, y: float, x: float, ry: float, rx: float, colour: str, alpha: float = 1.0) -> None:
        dy, dx = (self.y - y) / ry, (self.x - x) / rx
        self.fill(dy * dy + dx * dx <= 1, colour, alpha)

    def ring(self, y: float, x: float, outer: float, inner: float, colour: str, alpha: float = 1.0) -> None:
        far = (self.y - y) * (self.y - y) + (self.x - x) * (self.x - x)
        self.fill((far <= outer * outer) & (far >= inner * inner), colour, alpha)

    def polygon(self, points: list[tuple[float, float]], colour: str, alpha: float = 1.0) -> None:
        """A convex polygon, its corners (y, x) clockwise on the screen."""
        inside = np.ones((SIZE * _FINE, SIZE * _FINE), bool)
        for (y0, x0), (y1, x1) in zip(points, points[1:] + points[:1], strict=True):
            inside &= (x1 - x0) * (self.y - y0) - (y1 - y0) * (self.x - x0) >= 0
        self.fill(inside, colour, alpha)

    def finished(self) -> np.ndarray:
        """The sprite, uint8 (32, 32, 4), straight alpha."""
        small = self.paint.reshape(SIZE, _FINE, SIZE, _FINE, 4).mean((1, 3))
        alpha = small[..., 3:]
        rgb = np.divide(small[..., :3], alpha, out=np.zeros_like(small[..., :3]), where=alpha > 0)
        return np.rint(np.concatenate([rgb, 255 * alpha], 2)).astype(np.uint8)
