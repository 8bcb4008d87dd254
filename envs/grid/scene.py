"""One world as a picture: the map for `state()`, and the scene a renderer draws."""

from typing import Any

import numpy as np

from ..render.scene import GridScene, Stock
from .observations import as_tiles


def crop(cells: np.ndarray, p: Any) -> np.ndarray:
    """The map (H, W) out of a flat, padded grid (C,)."""
    grid = cells.reshape(-1, p.stride)
    return grid[p.edge : p.edge + p.height, p.edge : p.edge + p.width]


def picture(state: Any, p: Any) -> np.ndarray:
    """The whole map (H, W, 2) uint8 in the codebook's codes, facing absolute, from one world's state."""
    return as_tiles(np.ascontiguousarray(crop(state.cells, p)))


def scene(game: Any, s: Any, t: Any, e: Any) -> GridScene:
    """What a renderer draws of one world."""
    p = game.params
    return GridScene(
        title=game.title,
        tiles=picture(s, p),
        codebook=game.codebook,
        agents=crop(s.bodies, p).astype(np.int16) - 1,
        step=int(s.clock[0]),
        max_cycles=p.max_cycles,
        stocks=(Stock("apples", int(s.live_total[0]), p.site_cell.size),),
        returns=t.returns.copy(),
        removed=s.removed_for.astype(int),
        events=tuple(sentences(e)) if s.clock[0] else (),
    )


def sentences(events: Any) -> list[str]:
    """What happened to one world in the last step, one sentence an event."""
    said = [f"agent_{i} ate" for i in np.flatnonzero(events.ate)]
    said += [f"agent_{i} zapped agent_{j}" for i, j in np.argwhere(events.hit)]
    missed = (events.fired > 0) & ~events.hit.any(1)
    said += [f"agent_{i} fired and missed" for i in np.flatnonzero(missed)]
    said += [f"agent_{i} returned" for i in np.flatnonzero(events.returned)]
    return said
