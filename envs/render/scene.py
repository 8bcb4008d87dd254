"""What a picture of one world shows, as plain data."""

from dataclasses import dataclass, replace

import numpy as np


@dataclass(frozen=True)
class Scene:
    """One world at one moment."""

    title: str  # "Commons Harvest"
    tiles: np.ndarray  # (H, W, 2) uint8 ground and occupant codes; facing absolute; a body hides a beam
    agents: np.ndarray  # (H, W) int16 index of the agent that stands there, -1 nobody
    step: int  # of this episode, 0 after reset
    max_cycles: int  # steps in an episode, 0: no limit
    stocks: tuple[tuple[str, int, int], ...]  # (name, live, sites), as ("apples", 41, 64)
    returns: np.ndarray  # (N,) float reward of this episode so far
    removed: np.ndarray  # (N,) int steps until return, 0 when present
    events: tuple[str, ...]  # what happened in this step, in words: "agent_0 zapped agent_5"


def remember(scene: Scene, earlier: tuple[str, ...], keep: int = 12) -> Scene:
    """The scene with its events dated and put after `earlier` ones, the last `keep` of them.

    A film shows a step for a fraction of a second; events that stay a while can be read.
    """
    dated = tuple(f"{scene.step}  {event}" for event in scene.events)
    return replace(scene, events=(earlier + dated)[-keep:] if keep else ())
