"""One lake as numbers for `state()`, and as the scene a renderer draws."""

from typing import Any

import numpy as np

from ...render.scene import LakeScene, Stock
from .benchmarks import maximum_sustainable_yield
from .metrics import PAST


def picture(s: Any, p: Any) -> np.ndarray:
    """The whole state, float32 (2 + N,): the stock in capacities, the time where its end is known, and each
    agent's last catch in catch limits; all in 0 .. 1."""
    time = s.clock[0] / p.max_cycles if p.known_end else 0.0
    catches = s.last_catch / p.catch_limit
    return np.concatenate([[s.stock[0] / p.capacity, time], catches]).astype(np.float32)


def scene(game: Any, s: Any, t: Any, e: Any) -> LakeScene:
    """What a renderer draws of one world."""
    p, stock, step = game.params, float(s.stock[0]), int(s.clock[0])
    last = np.arange(max(step - PAST + 1, 0), step + 1) % PAST
    sustained, left = maximum_sustainable_yield(game.config)
    return LakeScene(
        title=game.title,
        step=step,
        max_cycles=p.max_cycles,
        stocks=(Stock("fish", round(stock, 1), round(p.capacity, 1), colour="b"),),
        returns=t.returns.copy(),
        events=tuple(sentences(e)) if step else (),
        stock=stock,
        capacity=p.capacity,
        critical=p.critical_stock,
        target=left if sustained > 0 else 0.0,
        past=t.past[last],
        left=t.left[last[:-1]],
        asked=np.maximum(e.asked, s.last_catch),
        caught=s.last_catch.copy(),
        catch_limit=p.catch_limit,
        collapsed=bool(t.collapsed_at[0] > 0),
    )


def sentences(events: Any) -> list[str]:
    """What happened to one world in the last step, one sentence an event."""
    asked, caught = events.asked, events.caught
    said = []
    for i in np.flatnonzero(asked > 0):
        short = "" if caught[i] == asked[i] else f" of {asked[i]:.4g}"
        said.append(f"agent_{i} caught {caught[i]:.4g}{short}")
    if events.collapsed[0]:
        said.append("the lake collapsed")
    return said
