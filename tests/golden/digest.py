"""Plays a case and returns short hashes of all that came of it, by the names of version 0.1.0."""

import hashlib
import json
from collections.abc import Callable
from typing import Any

import numba
import numpy as np

from . import names
from .case import Case
from .doors import play_env, play_solo
from .hashing import BYTES, Digests, plain
from .making import batch_of, channels_first, population_of, random_actions
from .plain import digested_in_plain_python
from .seen import add_view

SELDOM = 5  # steps between looks at what takes time: tallies, pictures, further kinds of observation
FLOATING = ("fishing",)  # games whose rules multiply and divide
FLOATING_REWARDS = ("social_value_orientation", "inequity_aversion")
PARTS = {"state": names.STATE, "events": names.EVENTS, "tally": names.TALLY}


def digested(case: Case) -> dict[str, dict[str, Any]]:
    """`arrays`: hashes; `spaces`: their descriptions; `identity`: what snapshots say of the game. By name."""
    if not case.compiled and not numba.config.DISABLE_JIT:  # type: ignore[attr-defined]
        return digested_in_plain_python(case.name)
    digests = Digests(rounded=is_rounded(case))
    play = {"batch": play_batch, "env": play_env, "solo": play_solo}[case.door]
    spaces, identity = play(case, digests)
    return {"arrays": digests.result(), "spaces": described(spaces), "identity": plain(identity)}


def is_rounded(case: Case) -> bool:
    """Whether the last bits of its numbers depend on the mathematics library."""
    view = case.reward if isinstance(case.reward, str) else case.reward["name"]
    return case.game in FLOATING or view in FLOATING_REWARDS


def play_batch(case: Case, digests: Digests) -> tuple[dict[str, Any], dict[str, Any]]:
    """Everything after every step; the spaces, and the identity."""
    batch = batch_of(case)
    views = batch.reset(seed=list(case.seed) if isinstance(case.seed, tuple) else case.seed)
    act, over = actor(case, batch), np.ones(case.worlds, bool)
    for number in range(case.steps):
        look(digests, case, batch, views, number)
        actions = act(number, over)
        step = batch.step(actions)
        digests.add("actions", actions)
        add_step(digests, case, batch, step)
        views, over = step.observations, step.terminated | step.truncated
        if over.all() and not case.auto_reset:
            views = batch.reset()
    look(digests, case, batch, views, case.steps)
    found = {"observation": batch.observation_space, "action": batch.action_space, "state": batch.state_space}
    return found, identity_of(batch.snapshot())


def actor(case: Case, batch: Any) -> Callable[[int, np.ndarray], np.ndarray]:
    """From the number of the step, and which worlds begin an episode, everybody's actions."""
    if not case.people:
        drawn = random_actions(batch.game, case.steps, case.worlds)
        return lambda number, started: drawn[number]
    people = population_of(case, batch.game)
    people.start(case.worlds, 3)
    return lambda number, started: people.act(np.array(batch.observe(batch.game.observation)), started)


def look(digests: Digests, case: Case, batch: Any, views: Any, number: int) -> None:
    """What is to be seen between two steps."""
    add_view(digests, "seen", batch.game, batch.observation, views, channels_first(case))
    add_arrays(digests, "state", batch.state)
    last = number == case.steps
    if number % SELDOM == 0 or last:
        digests.add("picture", np.stack([batch.picture(world) for world in range(case.worlds)]))
        add_tally(digests, case.game, batch.worlds.tally._asdict())
        for kind in further_kinds(case, batch):
            add_view(digests, "also seen", batch.game, kind, batch.observe(kind))
    if case.snapshot and (last or number == case.steps // 2):
        add_snapshot(digests, case.game, batch.snapshot())


def further_kinds(case: Case, batch: Any) -> tuple[str, ...]:
    """Those of the case, and `planes` where there is a map."""
    foraging = batch.game.observation == "tiles" and batch.observation != "planes"
    return ("planes",) * foraging + case.kinds


def add_step(digests: Digests, case: Case, batch: Any, step: Any) -> None:
    """What a step returns but the next observations."""
    add_arrays(digests, "events", step.events)
    for name in ("rewards", "terminated", "truncated"):
        digests.add(name, getattr(step, name))
    ended = step.episodes["world"]
    if len(ended):
        last = step.final_observations[ended]
        add_view(digests, "last seen", batch.game, batch.observation, last, channels_first(case))
        for name, values in step.episodes.items():
            digests.add_plain(f"metrics.{names.then(names.METRICS, name)}", values)


def add_arrays(digests: Digests, part: str, arrays: Any) -> None:
    """A named tuple of arrays."""
    for name, array in arrays._asdict().items():
        if array.size:
            digests.add(f"{part}.{names.then(PARTS[part], name)}", array)


def add_tally(digests: Digests, game: str, arrays: dict[str, np.ndarray], part: str = "tally") -> None:
    """Sums, each column of a table apart: 0.1.0 kept in columns what are arrays by name now."""
    for name, array in arrays.items():
        old = names.TALLY_OF.get(game, {}).get(name, names.then(names.TALLY, name))
        if isinstance(old, tuple) or old in names.TABLES_OF_SUMS:
            table, first = old if isinstance(old, tuple) else (old, 0)
            for k in range(array.shape[-1]):
                digests.add(f"{part}.{table}.{first + k}", array[..., k].reshape(len(array), -1))
        else:
            digests.add(f"{part}.{old}", array.reshape(len(array), -1))


def add_snapshot(digests: Digests, game: str, snapshot: dict[str, np.ndarray]) -> None:
    """Every array of a snapshot but its identity and its sums, which `add_tally` adds."""
    sums = {name.partition(".")[2]: a for name, a in snapshot.items() if name.startswith("tally.")}
    add_tally(digests, game, sums, "snapshot.tally")
    for name, array in snapshot.items():
        part, _, own = name.partition(".")
        if part == "tally":
            continue
        if own and array.size:
            part = names.then(names.SNAPSHOT, part)
            digests.add(f"snapshot.{part}.{names.then(PARTS.get(part, {}), own)}", array)


def identity_of(snapshot: dict[str, np.ndarray]) -> dict[str, Any]:
    """What a snapshot says it is of: game, reward view, fields of the config; functions by name alone."""
    said = json.loads(bytes(snapshot["header" if "header" in snapshot else "identity"]).decode())
    said = {name: said[name] for name in ("game", "config", "reward")}
    said = {names.then(names.IDENTITY, name): value for name, value in said.items()}
    config = names.config_then(said.pop("config"))
    said["game"] = names.then(names.GAMES, said["game"])
    said["reward"] = names.config_then(said["reward"])
    if ":" in str(config.get("institution")):
        config["institution"] = config["institution"].partition(":")[2]
    return said | {f"config.{name}": value for name, value in config.items()}


def described(spaces: dict[str, Any]) -> dict[str, str]:
    """Type, shape, dtype and bounds of spaces; long bounds as a hash."""
    return {name: f"{type(space).__name__} {space.shape} {space.dtype} {bounds(space)}"
            for name, space in spaces.items()}  # fmt: skip


def bounds(space: Any) -> str:
    """Lowest and highest, and of a Box a hash of all."""
    if not hasattr(space, "low"):
        return f"0 .. {space.n - 1}"
    both = hashlib.blake2b(space.low.tobytes() + space.high.tobytes(), digest_size=BYTES).hexdigest()
    return f"{space.low.min():g} .. {space.high.max():g} {both}"
