"""What trainers need of a game: worlds that are stepped together."""

from typing import Any, Protocol

import numpy as np


class Batch(Protocol):
    """What a trainer needs of a game: W worlds of N agents behind one reset and step."""

    num_worlds: int
    num_agents: int
    observation_space: Any  # of one agent
    action_space: Any  # of one agent
    game: Any  # .name, .config.to_dict(), and the names of .actions, .planes and .extra_channels
    observation: str  # its kind
    observation_options: dict[str, Any]

    def reset(self, seed: int | None = None) -> Any: ...
    def step(self, actions: Any) -> Any: ...
    def snapshot(self) -> dict[str, np.ndarray]: ...
    def restore(self, snapshot: dict[str, np.ndarray]) -> None: ...


def stepped_on(batch: Batch) -> str:
    """The device whose memory a batch takes and gives: "cuda", or "cpu"."""
    return getattr(batch, "device", "cpu")
