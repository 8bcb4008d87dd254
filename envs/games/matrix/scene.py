"""One world as a picture: the last joint action for `state()`, and the scene a renderer draws."""

from typing import Any

import numpy as np

from ...render.scene import TableScene
from .metrics import KEPT
from .rules import NOTHING


def picture(s: Any, num_actions: int) -> np.ndarray:
    """The last joint action, (N, A) uint8: 1 where a player took an action; all 0 before the first round."""
    return (s.last[:, None] == np.arange(num_actions)).astype(np.uint8)


def scene(game: Any, s: Any, t: Any, e: Any) -> TableScene:
    """What a renderer draws of one world."""
    config, last = game.config, s.last
    taken = t.taken.sum(0).astype(int)
    begun = s.clock[0] > 0
    return TableScene(
        title=game.title,
        step=int(s.clock[0]),
        max_cycles=game.max_cycles,
        returns=t.returns.copy(),
        events=tuple(sentences(e.played, e.payoff, config.action_names)) if begun else (),
        counts=tuple(zip(config.action_names, taken.tolist(), strict=True))[:8],
        payoffs=config.table,
        actions=config.action_names,
        last=None if last[0] == NOTHING else tuple(last.tolist()),
        history=history(t),
    )


def history(t: Any) -> np.ndarray:
    """(T, N) actions of the last rounds, T <= KEPT, the latest last."""
    rounds = int(t.steps[0])
    rows = np.arange(max(rounds - KEPT, 0), rounds) % KEPT
    return t.recent[rows]


def sentences(played: np.ndarray, payoff: np.ndarray, names: tuple[str, ...]) -> list[str]:
    """What happened in the last round, one sentence a player."""
    return [
        f"agent_{i} {names[action - 1]}: {got:g}"
        for i, (action, got) in enumerate(zip(played.tolist(), payoff.tolist(), strict=True))
        if action
    ]
