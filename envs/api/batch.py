"""Batch: W worlds of one game, stepped together into preallocated arrays."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numba
import numpy as np
from gymnasium import spaces

from ..engine.files import as_bytes, read_arrays, write_arrays
from ..engine.game import Game, Step
from ..engine.rewards import RewardView, reward_view
from ..render.scene import Scene
from .recording import Recorder
from .seeding import world_seeds
from .snapshot import Snapshot, described, require_fitting

DEVICES = ("cpu", "cuda")
_ARRAYS = ("observations", "rewards", "terminated", "truncated", "final_observations")  # of a Step


class Batch:
    """W worlds with N agents each.

    Observations, rewards, endings and events are buffers that the next call overwrites; `copy=True`
    returns copies instead. With `auto_reset` a world that ends begins its next episode in the same
    step: `observations` then show the new start and `final_observations` the last views. Without it a
    world that has ended stands still, still marked as ended, until the batch is reset.
    """

    def __init__(
        self,
        game: Game,
        num_worlds: int = 1,
        observation: str | None = None,
        reward: str | RewardView = "own",
        *,
        device: str = "cpu",
        threads: int = 1,
        copy: bool = False,
        auto_reset: bool = True,
        **observation_options: Any,
    ):
        """`threads` > 1 spreads the worlds over so many threads (worth it from some hundred worlds on)."""
        _require_count("num_worlds", num_worlds)
        _require_count("threads", threads)
        if threads > numba.config.NUMBA_NUM_THREADS:  # type: ignore[attr-defined]
            most = numba.config.NUMBA_NUM_THREADS  # type: ignore[attr-defined]
            raise ValueError(f"threads={threads} is not allowed: this machine has cores for 1 .. {most}")
        if device not in DEVICES:
            raise ValueError(f"device={device!r} is unknown; known: {', '.join(DEVICES)}")
        self.game = game
        self.num_worlds, self.num_agents = num_worlds, game.num_agents
        self.agents = [f"agent_{i}" for i in range(game.num_agents)]
        self.reward = reward_view(reward)
        self.device, self.copy, self.auto_reset = device, copy, auto_reset
        self.worlds = game.worlds(num_worlds, self.reward, device, threads)
        self.observation = observation or game.observation
        self._observer = self.worlds.observer(self.observation, **observation_options)
        self.observation_options = {
            name: np.dtype(value).name if name == "dtype" else value
            for name, value in observation_options.items()
        }
        self._options = {"threads": threads, "observation": self.observation, **self.observation_options}
        self.observation_space = self._observer.space
        self.action_space = game.action_space
        self.state_space = game.state_space
        self._others: dict[str, Any] = {}  # observers of other kinds, made when they are asked for
        self._no_episodes = self.worlds.episode_metrics(np.zeros(0, np.int64))
        self._final = self._observer.final(np.zeros(num_worlds, np.bool_))
        self._recorder: Recorder | None = None
        self._seeded = False
        self._over = np.zeros(num_worlds, np.bool_)  # the worlds that have ended and stand still

    # Playing ---------------------------------------------------------------------------------------

    def reset(self, seed: int | Sequence[int] | None = None) -> Any:
        """Every world begins an episode; returns observations [W, N, ...].

        seed: one seed for all (world w is number w under it), or W seeds (each world is number 0 under
        its seed, as a PettingZoo environment is). Without a seed every world begins its next episode; the
        first time, a seed is drawn from the operating system.
        """
        if seed is not None or not self._seeded:
            self.worlds.seed(*world_seeds(seed, self.num_worlds))
            self._seeded = True
        self.worlds.reset()
        self._over[:] = False
        if self._recorder:
            self._recorder.begin(self.snapshot())
        return self._out(self._observer.current())

    def step(self, actions: Any) -> Step:
        """All agents of all worlds act at once. actions: integers [W, N], each in the action
        space; of a Box space numbers [W, N, 1].
        """
        if not self._seeded:
            raise RuntimeError("step was called before reset")
        forbidden = self.worlds.step(actions, self.auto_reset)
        if forbidden >= 0:
            self._refuse(forbidden)
        ended = self.worlds.ended() & ~self._over
        episodes, final = self._no_episodes, self._final
        if ended.any():
            self._over |= ended & (not self.auto_reset)
            episodes = self.worlds.episode_metrics(np.flatnonzero(ended))
            final = self._observer.final(ended)
        step = Step(
            self._observer.current(),
            self.worlds.rewards,
            self.worlds.terminated,
            self.worlds.truncated,
            final,
            self.worlds.events,
            episodes,
        )
        if self._recorder:
            self._recorder.add(self.worlds.given(), step)
        return self._copied(step) if self.copy else step

    @property
    def state(self) -> Any:
        """The worlds' state: a NamedTuple of arrays [W, ...], to read."""
        return self.worlds.state

    @property
    def events(self) -> Any:
        """What happened in the last step: a NamedTuple of arrays [W, ...]."""
        return self.worlds.events

    def observe(self, kind: str) -> Any:
        """[W, N, ...]: what all agents see now in another kind of observation, as `tiles` for residents.

        A buffer of its own, which the next call of the same kind overwrites (`tiles`: the next step).
        """
        if kind not in self._others:
            self._others[kind] = self.worlds.observer(kind)
        return self._out(self._others[kind].current())

    def picture(self, world: int = 0) -> np.ndarray:
        """The whole map of one world, as in `state_space`."""
        return self.worlds.picture(world)

    def scene(self, world: int = 0) -> Scene:
        """What a renderer draws of one world."""
        return self.worlds.scene(world)

    def close(self) -> None:
        """Finish a recording, if there is one."""
        if self._recorder:
            self._recorder.close()

    # Saving ----------------------------------------------------------------------------------------

    def snapshot(self) -> Snapshot:
        """All that the future depends on, as named arrays (copies): `restore` continues exactly."""
        return {"header": as_bytes(self._described("snapshot")), **self._copies()}

    def save(self, path: str | Path) -> None:
        """Write a snapshot as one `.npz`, which `restore` reads. Raises OSError."""
        write_arrays(Path(path), self.snapshot())

    def restore(self, snapshot: Snapshot | str | Path, called: str = "snapshot") -> Any:
        """Go back to a snapshot of a batch of the same game, size and reward view; returns observations.

        snapshot: what `snapshot` gave (errors call it `called`), or a file that `save` wrote. Raises
        ValueError, and nothing changes, where it is of another batch or of another version of the format.
        """
        where, arrays = called, snapshot
        if isinstance(arrays, str | Path):
            where, arrays = str(snapshot), read_arrays(arrays, "snapshot")
        require_fitting(where, arrays, dict(self._parts()), self._described("snapshot"), self.game.config)
        for name, array in self._parts():
            if name in arrays:  # others hold nothing
                self.worlds.write(array, arrays[name])
        self._seeded = True
        self._over[:] = self.worlds.ended() & (not self.auto_reset)
        self.worlds.observe()
        if self._recorder:
            self._recorder.begin(self.snapshot())
        return self._out(self._observer.current())

    def record(self, path: str) -> Recorder:
        """Record all that is played from now on; `close` it (or use `with`) to write the file.

        `altared.envs.recording.replay(path)` plays it again and checks every event.
        """
        if self._recorder and not self._recorder.closed:
            raise RuntimeError(f"already recording to {self._recorder.path}; close that recording first")
        header = {
            **self._described("recording"),
            "auto_reset": self.auto_reset,
            "actions": list(self.game.actions),
        }
        self._recorder = Recorder(path, header, self._stop_recording)
        if self._seeded:
            self._recorder.begin(self.snapshot())
        return self._recorder

    def _stop_recording(self) -> None:
        self._recorder = None

    def __reduce__(self) -> tuple:
        """Pickle and copy as game, options and snapshot: buffers are made anew, so that they stay shared."""
        if self._recorder:
            raise TypeError(f"cannot copy a batch that is recording to {self._recorder.path}; close it first")
        options = {
            **self._options,
            **{name: getattr(self, name) for name in ("reward", "device", "copy", "auto_reset")},
        }
        return _batch_again, (self.game, self.num_worlds, options, self.snapshot() if self._seeded else None)

    def _parts(self):
        for part in ("state", "tally", "events"):
            arrays = getattr(self.worlds, part)
            for name, array in arrays._asdict().items():
                if not arrays.schema[name].scratch:
                    yield f"{part}.{name}", array
        for name in ("terminated", "truncated"):
            yield f"ending.{name}", getattr(self.worlds, name)

    def _copies(self) -> Snapshot:
        return {name: np.array(array) for name, array in self._parts()}

    def _described(self, kind: str) -> dict[str, Any]:
        return described(kind, self.game, self.reward, self.num_worlds)

    # Checking --------------------------------------------------------------------------------------

    def _refuse(self, index: int) -> None:
        world, agent = divmod(index, self.num_agents)
        action = self.worlds.given().flat[index].item()
        raise ValueError(
            f"action {action} of agent_{agent} in world {world} is not allowed: "
            f"{_allowed(self.action_space)}; no world has moved"
        )

    def _out(self, observations: Any) -> Any:
        return self.worlds.copy(observations) if self.copy else observations

    def _copied(self, step: Step) -> Step:
        events = type(step.events)(*map(self.worlds.copy, step.events))
        arrays = {name: self.worlds.copy(getattr(step, name)) for name in _ARRAYS}
        return step._replace(events=events, **arrays)


def _batch_again(game: Game, num_worlds: int, options: dict[str, Any], snapshot: Snapshot | None) -> Batch:
    batch = Batch(game, num_worlds, **options)
    if snapshot is not None:
        batch.restore(snapshot)
    return batch


def _allowed(actions: spaces.Space) -> str:
    if isinstance(actions, spaces.Discrete):
        return f"actions are 0 .. {actions.n - 1}"
    assert isinstance(actions, spaces.Box)
    return f"actions are numbers in {actions.low.min():g} .. {actions.high.max():g}"


def _require_count(field: str, value: Any) -> None:
    if not isinstance(value, int) or isinstance(value, bool) or value < 1:
        raise ValueError(f"{field}={value!r} is not allowed: {field} must be a whole number >= 1")
