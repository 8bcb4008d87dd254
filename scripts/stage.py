"""One world to look at: the game a population belongs to, its world, and frame after frame of it."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from altared.agents.policy import Population
from altared.agents.population import is_scripted
from altared.envs.render.canvas import draw
from altared.envs.render.scene import Scene, remember

DEFAULT_GAME = "commons_harvest"


def home(who: str) -> tuple[str, dict[str, Any]]:
    """The game a run was trained on and the numbers of it; of a scripted policy, the default game's."""
    if is_scripted(who):
        return DEFAULT_GAME, {}
    from altared.agents import checkpoint  # here, so that scripted policies need no torch

    config = checkpoint.read_state(checkpoint.find(who))["config"]
    return config["game"], config["env"]


@dataclass
class Stage:
    """One world and everybody in it; `act` may be given other actions than the population's."""

    batch: Any  # of one world
    population: Population
    seed: int
    history: tuple[str, ...] = ()  # events shown, dated
    metrics: dict[str, np.ndarray] = field(default_factory=dict)  # of the last episode that ended
    ended: bool = False  # an episode ended in the last step
    last: Scene | None = None  # that episode's last moment

    def __post_init__(self) -> None:
        if self.batch.num_worlds != 1:
            raise ValueError(f"a stage has one world, the batch has {self.batch.num_worlds}")
        self.population.start(1, self.seed)
        self._observations = self.batch.reset(seed=self.seed)
        self._started = np.ones(1, bool)

    def scene(self) -> Scene:
        """The world now, with the events of the steps before."""
        scene = self.batch.scene(0)
        return replace(scene, events=self.history)

    def actions(self) -> np.ndarray:
        """What the population does next, int32 (1, N); once for each step."""
        return self.population.act(self._observations, self._started)

    def step(self, actions: np.ndarray) -> None:
        """Everybody acts, int (1, N)."""
        before = self.batch.scene(0)
        step = self.batch.step(actions)
        self._observations, self._started = step.observations, step.terminated | step.truncated
        self.ended = bool(self._started[0])
        if not self.ended:
            self.history = remember(self.batch.scene(0), self.history).events
            return
        self.metrics = {name: values[0].copy() for name, values in step.episodes.items()}
        # the world has begun anew already: its last moment is the one before, with what the step paid
        returns = before.returns + step.rewards[0]
        self.last = replace(before, step=before.step + 1, returns=returns, events=self.history)
        self.history = ()

    def frames(self, steps: int, cell: int) -> Iterator[np.ndarray]:
        """The start, then `steps` steps (0: to the end of the episode), uint8 (H, W, 3) each."""
        yield draw(self.scene(), cell)
        done = 0
        while done < steps or (not steps and not self.ended):
            self.step(self.actions())
            done += 1
            yield draw(self.last if self.ended and self.last else self.scene(), cell)


def report(metrics: dict[str, np.ndarray]) -> str:
    """The metrics of an episode, one a line."""
    lines = []
    for name, value in metrics.items():
        if name != "world":
            numbers = " ".join(f"{number:.6g}" for number in np.atleast_1d(value))
            lines.append(f"{name.replace('_', ' '):<22}{numbers}")
    return "\n".join(lines)
