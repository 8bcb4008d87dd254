"""One world as a picture: the last joint action for `state()`, and the scene a renderer draws."""

from typing import Any

import numpy as np

from ...render.scene import TableScene
from .metrics import KEPT, RETURN, Tally
from .state import NOTHING, Events, State


def picture(state: State, world: int, num_actions: int) -> np.ndarray:
    """The last joint action, (N, A) uint8: 1 where a player took an action; all 0 before the first round."""
    last = np.asarray(state.last[world])
    return (last[:, None] == np.arange(num_actions)).astype(np.uint8)


def scene(game: Any, state: State, tally: Tally, events: Events, world: int) -> TableScene:
    """What a renderer draws of one world."""
    config, last, played = game.config, state.last[world], events.played[world]
    taken = tally.taken[world].sum(0).astype(int)
    begun = state.clock[world, 0] > 0
    return TableScene(
        title=game.title,
        step=int(state.clock[world, 0]),
        max_cycles=game.max_cycles,
        returns=tally.agent[world, :, RETURN].copy(),
        events=tuple(sentences(played, events.payoff[world], config.action_names)) if begun else (),
        counts=tuple(zip(config.action_names, taken.tolist(), strict=True))[:8],
        payoffs=config.table,
        actions=config.action_names,
        last=None if last[0] == NOTHING else tuple(last.tolist()),
        history=history(tally, world),
    )


def history(tally: Tally, world: int) -> np.ndarray:
    """(T, N) actions of the last rounds, T <= KEPT, the latest last."""
    rounds = int(tally.rounds[world, 0])
    rows = np.arange(max(rounds - KEPT, 0), rounds) % KEPT
    return tally.recent[world][rows]


def sentences(played: np.ndarray, payoff: np.ndarray, names: tuple[str, ...]) -> list[str]:
    """What happened in the last round, one sentence a player."""
    return [
        f"agent_{i} {names[action - 1]}: {got:g}"
        for i, (action, got) in enumerate(zip(played.tolist(), payoff.tolist(), strict=True))
        if action
    ]
