"""The sprite sheets of the package, and images as arrays."""

import json
from dataclasses import dataclass
from functools import cache
from importlib.resources import as_file, files
from os import PathLike

import numpy as np
import pygame

SHEET_COLUMNS = 8
DRAWN_SIZES = (8, 32)  # pixels of the sheets drawn for their own size


@dataclass(frozen=True)
class Sprites:
    """Every sprite at one size: name -> uint8 (size, size, 4), straight alpha."""

    size: int
    images: dict[str, np.ndarray]

    def __getitem__(self, name: str) -> np.ndarray:
        return self.images[name]


def read_image(path: str | PathLike[str]) -> np.ndarray:
    """An image file as uint8 (H, W, 4)."""
    surface = pygame.image.load(str(path))
    pixels = np.frombuffer(pygame.image.tobytes(surface, "RGBA"), np.uint8)
    return pixels.reshape(surface.get_height(), surface.get_width(), 4)


def write_image(path: str | PathLike[str], pixels: np.ndarray) -> None:
    """Write uint8 (H, W, 3 or 4) to an image file; the suffix says which format."""
    height, width, channels = pixels.shape
    layout = "RGB" if channels == 3 else "RGBA"
    surface = pygame.image.frombytes(pixels.tobytes(), (width, height), layout)
    pygame.image.save(surface, str(path))


def over(below: np.ndarray, above: np.ndarray) -> np.ndarray:
    """Lay `above` (RGBA) over `below` (RGB or RGBA), uint8; leading axes broadcast."""
    alpha = above[..., 3:].astype(float) / 255
    if below.shape[-1] == 3:
        return np.rint(alpha * above[..., :3] + (1 - alpha) * below).astype(np.uint8)
    under = below[..., 3:] / 255 * (1 - alpha)
    total = alpha + under
    colour = alpha * above[..., :3] + under * below[..., :3]
    colour = np.divide(colour, total, out=np.zeros_like(colour), where=total > 0)
    return np.rint(np.concatenate([colour, 255 * total], -1)).astype(np.uint8)


@cache
def load_sheet(size: int = 32) -> Sprites:
    """The sprites at `size` pixels: as drawn at 8 and 32, resampled from the nearer one otherwise."""
    if size < 1:
        raise ValueError(f"sprite size {size}: must be at least 1 pixel")
    if size not in DRAWN_SIZES:
        drawn = load_sheet(8 if size < 12 else 32)
        return Sprites(size, {name: resample(image, size) for name, image in drawn.images.items()})
    folder = files("altared.assets").joinpath("sprites")
    index = json.loads(folder.joinpath("index.json").read_text("utf-8"))
    with as_file(folder.joinpath(f"sheet_{size}.png")) as path:
        sheet = read_image(path)
    columns = index["columns"]
    cells = sheet.reshape(-1, size, columns, size, 4).swapaxes(1, 2).reshape(-1, size, size, 4)
    return Sprites(size, dict(zip(index["sprites"], cells, strict=False)))  # the last row may have room left


def resample(image: np.ndarray, size: int) -> np.ndarray:
    """An image as (size, size, 4), averaged by area: exact repetition when growing by whole numbers, smooth
    when shrinking."""
    down, across = (_shares(length, size) for length in image.shape[:2])
    alpha = image[..., 3:] / 255
    flat = np.concatenate([image[..., :3] * alpha, alpha], -1)
    flat = np.einsum("yi,xj,ijc->yxc", down, across, flat)
    rgb = np.divide(flat[..., :3], flat[..., 3:], out=np.zeros_like(flat[..., :3]), where=flat[..., 3:] > 0)
    return np.rint(np.concatenate([rgb, 255 * flat[..., 3:]], -1)).clip(0, 255).astype(np.uint8)


def _shares(old: int, new: int) -> np.ndarray:
    """(new, old): the share that each of `old` pixels has in each of `new` ones."""
    edges = np.arange(new + 1) * old / new
    low, high = edges[:-1, None], edges[1:, None]
    at = np.arange(old)[None]
    return np.clip(np.minimum(high, at + 1) - np.maximum(low, at), 0, None) * new / old
