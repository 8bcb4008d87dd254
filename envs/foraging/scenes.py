"""One world as a picture: the map for `state()`, and the scene a renderer draws."""

import numpy as np

from ..render.scene import Scene
from .board import Params
from .observations import as_tiles
from .state import Events, State
from .tally import RETURN, Tally


def crop(cells: np.ndarray, p: Params) -> np.ndarray:
    """The map (H, W) out of a flat, padded grid (C,)."""
    grid = cells.reshape(-1, p.stride)
    return grid[p.edge : p.edge + p.height, p.edge : p.edge + p.width]


def picture(state: State, world: int, p: Params) -> np.ndarray:
    """The whole map (H, W, 2) uint8 in the codebook's codes, facing absolute."""
    return as_tiles(np.ascontiguousarray(crop(state.cells[world], p)))


def scene(title: str, state: State, tally: Tally, events: Events, world: int, p: Params) -> Scene:
    """What a renderer draws of one world."""
    return Scene(
        title=title,
        tiles=picture(state, world, p),
        agents=crop(state.bodies[world], p).astype(np.int16) - 1,
        step=int(state.clock[world, 0]),
        max_cycles=p.max_cycles,
        stocks=(("apples", int(state.live_total[world, 0]), p.site_cell.size),),
        returns=tally.agent[world, :, RETURN].copy(),
        removed=state.away[world].astype(int),
        events=tuple(sentences(events, world)) if state.clock[world, 0] else (),
    )


def sentences(events: Events, world: int) -> list[str]:
    """What happened in the last step, one sentence an event."""
    said = [f"agent_{i} ate" for i in np.flatnonzero(events.ate[world])]
    said += [f"agent_{i} zapped agent_{j}" for i, j in np.argwhere(events.zapped[world])]
    missed = (events.fired[world] > 0) & ~events.zapped[world].any(1)
    said += [f"agent_{i} fired and missed" for i in np.flatnonzero(missed)]
    said += [f"agent_{i} returned" for i in np.flatnonzero(events.returned[world])]
    return said
