"""Snapshots: all that a batch's future depends on, as named arrays with a header that says of what batch."""

import json
from collections.abc import Mapping
from dataclasses import MISSING, fields
from typing import Any

import numpy as np

from ..engine.files import read_header
from ..engine.formats import header_of
from ..engine.rewards import RewardView, reward_to_dict

Snapshot = dict[str, np.ndarray]
Arrays = Mapping[str, np.ndarray]


def described(kind: str, game: Any, reward: RewardView, num_worlds: int) -> dict[str, Any]:
    """The header of a snapshot or recording: the game with all its settings, the reward view, the sizes."""
    said = {
        **header_of(kind),
        "game": game.name,
        "config": game.config.to_dict(),
        "reward": reward_to_dict(reward),
        "num_worlds": num_worlds,
        "num_agents": game.num_agents,
    }
    return json.loads(json.dumps(said))  # tuples are lists in a file


def require_fitting(where: str, given: Arrays, mine: Arrays, header: Mapping[str, Any], config: Any) -> None:
    """Raise ValueError unless a snapshot fits a batch, of which `mine` are the arrays.

    `header`, `config`: of that batch. An array without numbers may be missing.
    """
    _require_same_batch(where, read_header(where, "snapshot", given), header, _defaults(config))
    needed = [name for name, array in mine.items() if array.size]
    if missing := sorted(set(needed) - given.keys()):
        raise ValueError(f"{where} lacks {', '.join(missing)}")
    known = [*mine, "header"]
    if unknown := sorted(name for name in given if name not in known and np.size(given[name])):
        raise ValueError(f"{where} has {', '.join(unknown)}; allowed: {', '.join(mine)}")
    for name in mine.keys() & given.keys():
        _require_like(f"{where} {name}", np.asarray(given[name]), mine[name])


def _require_like(what: str, given: np.ndarray, mine: np.ndarray) -> None:
    if (given.dtype, given.shape) != (mine.dtype, mine.shape):
        raise ValueError(
            f"{what} has dtype {given.dtype} and shape {given.shape}; allowed: {mine.dtype} and {mine.shape}"
        )


def _require_same_batch(
    where: str, there: Mapping[str, Any], here: Mapping[str, Any], defaults: dict
) -> None:
    for field in ("game", "config", "reward", "num_worlds"):  # first the game: others have other settings
        given, mine = there.get(field), here[field]
        if field == "config":
            field, given, mine = _first_difference(defaults | (given or {}), mine)
        if given != mine:
            raise ValueError(f"{where} is of another batch: its {field} is {given!r}; allowed: {mine!r}")


def _first_difference(there: Mapping[str, Any], here: Mapping[str, Any]) -> tuple[str, Any, Any]:
    """The first setting that differs, with its value there and here; "", None and None where none does."""
    for name in (*here, *there):
        if (given := there.get(name)) != (mine := here.get(name)):
            return name, given, mine
    return "", None, None


def _defaults(config: Any) -> dict[str, Any]:
    """The settings that a game began without: a snapshot from before a setting was added lacks it."""
    declared = fields(getattr(config, "base", config))
    return json.loads(json.dumps({f.name: f.default for f in declared if f.default is not MISSING}))
