"""Distinguishable colours, one for each agent of the world picture."""

import json
from functools import cache
from importlib.resources import files

import numpy as np

Colour = tuple[int, int, int]
_GROUNDS = ("sand", "grass", "earth", "stone", "panel")  # what bodies and swatches are seen against
_LIGHTNESS = (0.56, 0.92)  # of OKLab: bright enough to be read as text on the panel
_FIRST = ("orange", "sky", "pink", "violet", "yellow", "teal", "white", "indigo")  # picked by eye


@cache
def palette() -> dict[str, Colour]:
    """The named colours of assets/palette.json."""
    text = files("altared.assets").joinpath("palette.json").read_text("utf-8")
    return {name: tuple(rgb) for name, rgb in json.loads(text).items()}


def oklab(rgb: np.ndarray) -> np.ndarray:
    """sRGB (..., 3) in 0..255 as OKLab (..., 3), where equal distances look about equally different.

    B. Ottosson, A perceptual color space for image processing, 2020.
    """
    c = np.asarray(rgb, float) / 255
    linear = np.where(c <= 0.04045, c / 12.92, ((c + 0.055) / 1.055) ** 2.4)
    to_cones = np.array(
        [
            [0.4122214708, 0.5363325363, 0.0514459929],
            [0.2119034982, 0.6806995451, 0.1073969566],
            [0.0883024619, 0.2817188376, 0.6299787005],
        ]
    )
    to_lab = np.array(
        [
            [0.2104542553, 0.7936177850, -0.0040720468],
            [1.9779984951, -2.4285922050, 0.4505937099],
            [0.0259040371, 0.7827717662, -0.8086757660],
        ]
    )
    return np.cbrt(linear @ to_cones.T) @ to_lab.T


@cache
def agent_colours(count: int) -> tuple[Colour, ...]:
    """`count` colours; agent i has the same one however many agents there are.

    The first eight are picked by eye, each later one is the farthest from all before it and the grounds.
    """
    levels = np.arange(0, 256, 15)
    candidates = np.stack(np.meshgrid(levels, levels, levels, indexing="ij"), -1).reshape(-1, 3)
    lab = oklab(candidates)
    usable = (lab[:, 0] >= _LIGHTNESS[0]) & (lab[:, 0] <= _LIGHTNESS[1])
    candidates, lab = candidates[usable], lab[usable]
    chosen = [palette()[f"agent_{name}"] for name in _FIRST]
    taken = oklab(np.array([palette()[name] for name in _GROUNDS] + chosen))
    nearest = np.min(np.linalg.norm(lab[:, None] - taken, axis=-1), 1)
    for _ in range(count - len(chosen)):
        best = int(np.argmax(nearest))
        r, g, b = candidates[best].tolist()
        chosen.append((r, g, b))
        nearest = np.minimum(nearest, np.linalg.norm(lab - lab[best], axis=1))
    return tuple(chosen[:count])
