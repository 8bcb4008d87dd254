"""Observations in digests: whole, or plane by plane, so that planes can come and go."""

from typing import Any

import numpy as np

from . import names
from .hashing import Digests


def add_view(digests: Digests, name: str, kind: str, views: Any, first: bool = False) -> None:
    """Observations (..., *view) of a kind; planes (which may come first) by name, further ones by number."""
    if kind != "planes":
        digests.add(f"{name}.{kind}", views)
        return
    known = names.found("altared.envs.foraging.codes:PLANES")
    for number, plane in enumerate(np.moveaxis(views, -3 if first else -1, 0)):
        further = number - len(known)
        called = names.then(names.PLANES, known[number]) if further < 0 else f"further {further}"
        digests.add(f"{name}.plane.{called}", plane)
