"""One lake as numbers for `state()`, and as the scene a renderer draws."""

from typing import Any

import numpy as np

from ...render.scene import LakeScene, Stock
from .benchmarks import maximum_sustainable_yield
from .metrics import COLLAPSED_AT, PAST, RETURN, Tally
from .params import Params
from .state import Events, State


def picture(state: State, world: int, p: Params) -> np.ndarray:
    """The whole state, float32 (2 + N,): the stock in capacities, the time where its end is known, and each
    agent's last catch in catch limits; all in 0 .. 1."""
    time = state.clock[world, 0] / p.max_cycles if p.known_end else 0.0
    catches = state.last_catch[world] / p.catch_limit
    return np.concatenate([[state.stock[world, 0] / p.capacity, time], catches]).astype(np.float32)


def scene(game: Any, state: State, tally: Tally, events: Events, world: int) -> LakeScene:
    """What a renderer draws of one world."""
    p, stock, step = game.params, float(state.stock[world, 0]), int(state.clock[world, 0])
    last = np.arange(max(step - PAST + 1, 0), step + 1) % PAST
    sustained, left = maximum_sustainable_yield(game.config)
    return LakeScene(
        title=game.title,
        step=step,
        max_cycles=p.max_cycles,
        stocks=(Stock("fish", round(stock, 1), round(p.capacity, 1), colour="b"),),
        returns=tally.agent[world, :, RETURN].copy(),
        events=tuple(sentences(events, world)) if step else (),
        stock=stock,
        capacity=p.capacity,
        critical=p.critical_stock,
        target=left if sustained > 0 else 0.0,
        past=tally.past[world, last],
        left=tally.left[world, last[:-1]],
        asked=np.maximum(events.asked[world], state.last_catch[world]),
        caught=state.last_catch[world].copy(),
        catch_limit=p.catch_limit,
        collapsed=bool(tally.world[world, COLLAPSED_AT] > 0),
    )


def sentences(events: Events, world: int) -> list[str]:
    """What happened to one world in the last step, one sentence an event."""
    asked, caught = events.asked[world], events.caught[world]
    said = []
    for i in np.flatnonzero(asked > 0):
        short = "" if caught[i] == asked[i] else f" of {asked[i]:.4g}"
        said.append(f"agent_{i} caught {caught[i]:.4g}{short}")
    if events.collapsed[world, 0]:
        said.append("the lake collapsed")
    return said
