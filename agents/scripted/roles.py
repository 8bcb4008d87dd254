"""Which scripted agents play a game that has no map."""

from typing import Any

from gymnasium import spaces

from ..policy import Policy
from .fishers import fishers
from .random_policy import Random


def scripted_players(game: Any) -> dict[str, Policy]:
    """By name, those of a game (`altared.envs.engine.game.Game`) that is seen as a vector.

    Raises ValueError for a game whose actions are no whole numbers.
    """
    if not isinstance(game.action_space, spaces.Discrete):
        raise ValueError(
            f"scripted agents choose among levels, {game.name} takes numbers: actions='discrete'"
        )
    played = getattr(game, "base", game)  # under a contract, the game it is about
    others = fishers(played) if played.name == "fishing" else {}
    return {"random": Random(int(game.action_space.n)), **others}
