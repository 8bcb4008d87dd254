"""The interface between a game and its APIs (batch, PettingZoo, trainers), and the result of a step."""

from collections.abc import Sequence
from typing import Any, NamedTuple, Protocol

import numpy as np
from gymnasium import spaces

from ..render.scene import Scene
from .rewards import RewardView


class Step(NamedTuple):
    """One step of W worlds with N agents. The arrays are the batch's own and change at the next call."""

    observations: Any  # [W, N, ...] of the next episode's start where a world ended
    rewards: Any  # [W, N] float32
    terminated: Any  # [W] bool
    truncated: Any  # [W] bool
    final_observations: Any  # [W, N, ...] last views; valid only where a world ended
    events: Any  # NamedTuple of arrays [W, ...]: what happened
    episodes: dict[str, np.ndarray]  # metrics of the E episodes that ended in this step, [E] or [E, N]


class Observer(Protocol):
    """One kind of observation of a group of worlds, made from the views that the rules write."""

    space: spaces.Box  # of one agent

    def current(self) -> Any:
        """[W, N, ...]: what every agent sees now."""
        ...

    def final(self, ended: np.ndarray) -> Any:
        """[W, N, ...]: last views of the worlds that `ended` (W,) bool in this step."""
        ...


class Worlds(Protocol):
    """W worlds of one game in memory, and the rules that run on them."""

    state: Any  # NamedTuple of arrays [W, ...]: all that the next step depends on
    tally: Any  # NamedTuple of arrays [W, ...]: sums over the running episodes
    events: Any  # NamedTuple of arrays [W, ...]: the last step
    rewards: Any  # [W, N] float32
    terminated: Any  # [W] bool
    truncated: Any  # [W] bool
    paused: Any  # [W] bool, to be written: a world that is paused stands still, whatever its agents do

    def seed(self, seeds: Sequence[int], numbers: Sequence[int]) -> None:
        """Give each world its seed and its number under that seed; the next episode is number 0."""
        ...

    def reset(self) -> None:
        """Every world begins its next episode."""
        ...

    def step(self, actions: Any, restart: bool) -> int:
        """Every world takes a step; returns the flat index of the first forbidden action, or -1."""
        ...

    def write(self, array: Any, values: Any) -> None:
        """Overwrite one of the arrays above with values from the host's memory."""
        ...

    def copy(self, array: Any) -> Any:
        """A copy of an array (or view of one), where it lies."""
        ...

    def given(self) -> np.ndarray:
        """The last actions given, in the host's memory."""
        ...

    def ended(self) -> np.ndarray:
        """(W,) bool in the host's memory: the worlds whose episode ended in the last step."""
        ...

    def observe(self) -> None:
        """Write the views again from the state, after it was restored."""
        ...

    def observer(self, kind: str, **options: Any) -> Observer:
        """Observations of one kind; raises ValueError with the known kinds."""
        ...

    def episode_metrics(self, worlds: np.ndarray) -> dict[str, np.ndarray]:
        """Metrics of the episodes that just ended in `worlds` (E,) int, by name: (E,) or (E, N)."""
        ...

    def picture(self, world: int) -> np.ndarray:
        """The whole map, for `state()`."""
        ...

    def scene(self, world: int) -> Scene:
        """What a renderer draws."""
        ...


class Game(Protocol):
    """A game with its numbers fixed."""

    name: str  # "commons_harvest"
    title: str  # "Commons Harvest"
    config: Any  # frozen dataclass with `to_dict()`
    num_agents: int
    max_cycles: int  # the most steps of an episode, those of a negotiation among them; 0: no limit
    actions: tuple[str, ...]  # names, in the order of their numbers
    planes: tuple[str, ...]  # names of the planes of its `tiles` and `planes`; () where it has neither
    extra_channels: tuple[
        str, ...
    ]  # names of the numbers that an observation ends with, after those of the game
    agent_events: tuple[str, ...]  # names of events with one number for each agent
    pair_events: tuple[str, ...]  # names of events with one for each pair of agents [source, target]
    world_events: tuple[str, ...]  # names of events with one number for the whole world
    action_space: Any  # of one agent: spaces.Discrete, or spaces.Box of one number
    observation: str  # the kind that a batch shows unless another is asked for
    env_observation: str  # the same in the PettingZoo API
    state_space: spaces.Box  # of `Worlds.picture`

    def worlds(self, num_worlds: int, reward: RewardView, device: str, threads: int) -> Worlds:
        """Memory and rules for W worlds; a reset gives them meaning."""
        ...
