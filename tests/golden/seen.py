"""Observations in digests: whole, or plane by plane, so that planes can come and go."""

from typing import Any

import numpy as np

from . import names
from .hashing import Digests


def add_view(digests: Digests, name: str, game: Any, kind: str, views: Any, first: bool = False) -> None:
    """Observations (..., *view) of a kind; planes (which may come first) by name, further ones by number.

    0.1.0 showed every plane in every game: one that the game has not any more must have been dark.
    """
    if kind != "planes":
        digests.add(f"{name}.{kind}", views)
        return
    known = names.found("altared.envs.foraging.codes:PLANES")
    shown = known if names.forgotten() else game.planes
    planes = np.moveaxis(views, -3 if first else -1, 0)
    by_name = dict.fromkeys(known, np.zeros_like(planes[0])) | dict(zip(shown, planes, strict=False))
    for plane, seen in by_name.items():
        digests.add(f"{name}.plane.{names.then(names.PLANES, plane)}", seen)
    for number, seen in enumerate(planes[len(shown) :]):
        digests.add(f"{name}.plane.further {number}", seen)
