"""Playing one world for people to watch: its population, its game, and its frames."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from altared.agents.policy import Population
from altared.agents.population import is_scripted, load_population, require_known
from altared.envs.render.canvas import draw
from altared.envs.render.scene import Scene, remember
from altared.envs.render.window import NoDisplayError
from altared.scripts.options import DEFAULT_GAME


def population_names(who: str) -> list[str]:
    """The names between commas, one a slot; `enforcer*6` is six of them.

    Raises ValueError for an empty name, and for a number that is none.
    """
    return [name for word in who.split(",") for name in _several(word)]


def _several(word: str) -> list[str]:
    name, star, times = word.partition("*")
    if not name or (star and not (times.isdecimal() and int(times))):
        raise ValueError(f"{word!r} names no population; allowed: a name, or NAME*K with K of 1 or more")
    return [name] * int(times or 1)


def settings_of_run(who: str) -> tuple[str, dict[str, Any]]:
    """The game a run was trained on, and what was chosen there; for a scripted policy, the default game.

    What a command sets is combined with what was chosen for the run: with another map, preset or condition
    its numbers apply, but for those that were chosen.
    """
    if is_scripted(who) or not Path(who).is_dir():  # `population_for` says what is wrong with other names
        return DEFAULT_GAME, {}
    from altared.agents import checkpoint  # here, so that scripted policies need no torch

    config = checkpoint.read_state(checkpoint.find(who))["config"]
    return config["game"], config["env"]


def settings_of_first_run(who: str) -> tuple[str, dict[str, Any]]:
    """`settings_of_run` of the first run among names separated by commas."""
    members = population_names(who)
    return settings_of_run(next((one for one in members if not is_scripted(one)), members[0]))


def population_for(who: str, batch: Any) -> Population:
    """The population `who` names, for a batch: one name for everybody, or with commas one a slot."""
    members = population_names(who)
    if not all(is_scripted(one) for one in members):
        require_known(next(one for one in members if not is_scripted(one)))
        from altared.training.evaluate import limit_threads

        limit_threads(1)
    spec = members if len(members) > 1 else who
    return load_population(spec, batch.num_agents, batch.observation_space.shape, batch.game)


def require_end(batch: Any) -> None:
    """Raise ValueError if no episode of the batch's game would ever end."""
    config = batch.game.config
    if not config.ends:
        ends = [name for name in ("max_cycles", "end_chance") if hasattr(config, name)]
        endless = " and ".join(f"{name}={getattr(config, name)}" for name in ends)
        options = " or ".join(f"--env.{name.replace('_', '-')}" for name in ends)
        raise ValueError(f"no episode would ever end with {endless}: set {options}")


@contextmanager
def plain_errors() -> Iterator[None]:
    """End the program with one line, exit code 1, where the command line or a file is at fault."""
    try:
        yield
    except ModuleNotFoundError as missing:
        if (missing.name or "").startswith("altared"):
            raise
        raise SystemExit(f"error: {missing.name} is missing: pip install 'altared[train]'") from missing
    except (ValueError, OSError, NoDisplayError) as error:
        raise SystemExit(f"error: {error}") from error


class Playback:
    """One world and everybody in it.

    The batch must have one world and `auto_reset=False`, so that the last moment of an episode can be seen.
    """

    def __init__(self, batch: Any, population: Population, seed: int):
        if batch.num_worlds != 1 or batch.auto_reset:
            given = f"num_worlds={batch.num_worlds}, auto_reset={batch.auto_reset}"
            raise ValueError(f"a playback needs num_worlds=1, auto_reset=False; the batch has {given}")
        self.batch, self.population = batch, population
        self.ended = False  # the episode is over
        self.metrics: dict[str, np.ndarray] = {}  # of the last episode that ended
        self._history: tuple[str, ...] = ()  # events to show, dated
        population.start(1, seed)
        self._begin(batch.reset(seed=seed))

    def _begin(self, observations: np.ndarray) -> None:
        self._observations, self._started = observations, np.ones(1, bool)
        self._history, self.ended = (), False

    def scene(self) -> Scene:
        """The world now, with the events of the steps before."""
        return replace(self.batch.scene(0), events=self._history)

    def actions(self) -> np.ndarray:
        """What the population does next, int32 (1, N); to be asked once a step."""
        return self.population.act(self._observations, self._started)

    def step(self, actions: np.ndarray) -> None:
        """Everybody acts, int (1, N)."""
        step = self.batch.step(actions)
        self._observations, self._started = step.observations, np.zeros(1, bool)
        self._history = remember(self.batch.scene(0), self._history).events
        self.ended = bool(step.terminated[0] or step.truncated[0])
        if self.ended:
            self.metrics = {name: values[0].copy() for name, values in step.episodes.items()}

    def frames(self, steps: int, cell: int) -> Iterator[np.ndarray]:
        """The start, then `steps` steps (0: to the end of the episode), uint8 (H, W, 3) each."""
        yield draw(self.scene(), cell)
        done = 0
        while done < steps or (not steps and not self.ended):
            if self.ended:
                self._begin(self.batch.reset())
            self.step(self.actions())
            done += 1
            yield draw(self.scene(), cell)


def report(metrics: dict[str, np.ndarray]) -> str:
    """The metrics of an episode, one a line."""
    lines = []
    for name, value in metrics.items():
        if name != "world":
            numbers = " ".join(f"{number:.6g}" for number in np.atleast_1d(value))
            lines.append(f"{name.replace('_', ' '):<26}{numbers}")
    return "\n".join(lines)
