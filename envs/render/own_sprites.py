"""What a game's own codes look like: a sprite of the sheet, an image file, or a pattern that warns."""

import warnings
from functools import cache
from pathlib import Path

import numpy as np

from ..grid.codebook import Code
from .palette import palette
from .sheet import load_sheet, over, read_image, resample

CHECKS = 4  # squares along a side of the warning pattern


@cache
def own_sprite(name: str, code: Code, size: int) -> np.ndarray:
    """The sprite of a code, uint8 (size, size, 4). Warns, once for each code, where it has none."""
    sheet = load_sheet(size).images
    if code.sprite in sheet:
        return sheet[code.sprite]
    if code.sprite and Path(code.sprite).is_file():
        return resample(read_image(code.sprite), size)
    _warn(name, code.sprite)
    return warning_pattern(size)


def own_ground(name: str, code: Code, size: int) -> np.ndarray:
    """The same of ground, uint8 (size, size, 3): where its sprite is clear, the floor shows."""
    return over(load_sheet(size)["floor"][..., :3], own_sprite(name, code, size))


@cache
def _warn(name: str, sprite: str) -> None:
    lacking = "has no sprite" if not sprite else f"has sprite={sprite!r}, which is neither"
    allowed = "a name in the package's assets/sprites/index.json, or the path of an image file"
    warnings.warn(f"code {name!r} {lacking}; it is drawn as a checkerboard. Allowed: {allowed}", stacklevel=2)


def warning_pattern(size: int) -> np.ndarray:
    """A checkerboard, uint8 (size, size, 4), in a colour that no sprite has."""
    place = np.arange(size) * CHECKS // size
    light = (place[:, None] + place) % 2 == 0
    pattern = np.full((size, size, 4), 255, np.uint8)
    pattern[..., :3] = np.where(light[..., None], palette()["no_sprite"], 0)
    return pattern
