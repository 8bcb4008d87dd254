"""Which scripted agents play a game: those of all games of its kind, and those that its module names.

The module of a game may have `SCRIPTED`, which maps names to functions of the game (`Game`) that make a
policy, see agents/policy.py.
"""

from collections.abc import Callable, Mapping
from typing import Any

from gymnasium import spaces

from ...envs import game_module, games
from ..policy import Policy
from . import SCRIPTED
from .fishers import FISHERS
from .random_policy import Random
from .shared_codes import with_shared_codes

Maker = Callable[[Any], Policy]


def scripted_of(game: Any) -> dict[str, Maker]:
    """The scripted agents of a game by name, as functions of the game.

    Raises ValueError for a game whose actions are no whole numbers.
    """
    if not isinstance(game.action_space, spaces.Discrete):
        raise ValueError(
            f"scripted agents choose among levels, {game.name} takes numbers: actions='discrete'"
        )
    played = getattr(game, "base", game)  # under a contract, the game it is about
    kinds = SCRIPTED if played.observation == "tiles" else {}
    ours: Mapping[str, Maker] = FISHERS if played.name == "fishing" else {}
    foragers = {name: _forager(kind) for name, kind in kinds.items()}
    return {**foragers, "random": _random, **ours, **_own(played)}


def scripted_names() -> list[str]:
    """The names of the scripted agents of all games."""
    own = [name for game in games() for name in getattr(game_module(game), "SCRIPTED", {})]
    return list(dict.fromkeys([*SCRIPTED, *own]))


def _random(game: Any) -> Policy:
    return Random(int(game.action_space.n))


def _forager(kind: Callable[[], Policy]) -> Maker:
    """Foragers need to know nothing of a game but what they see, in the codes of all games."""
    return lambda game: with_shared_codes(kind(), game.codebook)


def _own(game: Any) -> Mapping[str, Maker]:
    """Those that the game's module names; a game that is not registered has none."""
    return getattr(game_module(game.name), "SCRIPTED", {}) if game.name in games() else {}
