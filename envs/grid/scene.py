"""One world as a picture: the map for `state()`, and the scene a renderer draws."""

from typing import Any

import numpy as np

from ..mechanics.norm_scene import with_norms
from ..render.scene import GridScene, Stock
from .metrics import RETURN, Tally
from .observations import as_tiles
from .params import Params
from .state import Events, State


def crop(cells: np.ndarray, p: Params) -> np.ndarray:
    """The map (H, W) out of a flat, padded grid (C,)."""
    grid = cells.reshape(-1, p.stride)
    return grid[p.edge : p.edge + p.height, p.edge : p.edge + p.width]


def picture(state: State, world: int, p: Params) -> np.ndarray:
    """The whole map (H, W, 2) uint8 in the codebook's codes, facing absolute."""
    return as_tiles(np.ascontiguousarray(crop(np.asarray(state.cells[world]), p)))


def scene(game: Any, state: State, tally: Tally, events: Events, world: int) -> GridScene:
    """What a renderer draws of one world. Where there are norms, the tuples hold their arrays too."""
    p = game.params
    s, t, e = (_of(arrays, world) for arrays in (state, tally, events))
    plain = GridScene(
        title=game.title,
        tiles=picture(state, world, p),
        agents=crop(s.bodies, p).astype(np.int16) - 1,
        step=int(s.clock[0]),
        max_cycles=p.max_cycles,
        stocks=(Stock("apples", int(s.live_total[0]), p.site_cell.size),),
        returns=t.agent[:, RETURN].copy(),
        removed=s.removed_for.astype(int),
        events=tuple(sentences(e)) if s.clock[0] else (),
    )
    return with_norms(plain, game, s, t, e) if p.has_norms else plain


def _of(arrays: Any, world: int) -> Any:
    """One world of a tuple of arrays, in the host's memory."""
    return type(arrays)(*(np.asarray(array[world]) for array in arrays))


def sentences(events: Events) -> list[str]:
    """What happened to one world in the last step, one sentence an event."""
    said = [f"agent_{i} ate" for i in np.flatnonzero(events.ate)]
    said += [f"agent_{i} zapped agent_{j}" for i, j in np.argwhere(events.hit)]
    missed = (events.fired > 0) & ~events.hit.any(1)
    said += [f"agent_{i} fired and missed" for i in np.flatnonzero(missed)]
    said += [f"agent_{i} returned" for i in np.flatnonzero(events.returned)]
    return said
