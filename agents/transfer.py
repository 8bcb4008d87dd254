"""Networks moved to another game: weights are matched by the names of planes and actions.

A plane that the networks were not trained on weighs nothing; one that the game never shows is left out, which
changes no answer. An action that they do not know is never chosen in play, and begins with weights of zero in
training; one that the game lacks is left out. So between games that show and offer the same, all weights keep
their bits.
"""

from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from typing import Any

import torch

from ..envs import game_module, games
from .interface import Interface
from .networks import Architecture, codes_of

Weights = dict[str, torch.Tensor]
FIRST, ACTOR, ACTOR_BIAS = "first.weight", "actor.weight", "actor.bias"
NEVER = -torch.inf  # logit of an action that is not known


def architecture_in(architecture: Architecture, game: Any) -> Architecture:
    """The same networks for the planes and actions of a game."""
    if architecture.tiles:
        architecture = replace(architecture, **codes_of(game.codebook))
    return replace(architecture, actions=len(game.actions))


def weights_in(weights: Weights, trained: Interface, tiles: bool, game: Any, training: bool) -> Weights:
    """Weights for a game's planes and actions. training: unknown actions can be chosen, and learned."""
    moved = dict(weights)
    if tiles:
        moved[FIRST] = matched(weights[FIRST], trained.planes, game.planes, 2, 0.0)
    moved[ACTOR] = matched(weights[ACTOR], trained.actions, game.actions, -1, 0.0)
    moved[ACTOR_BIAS] = matched(
        weights[ACTOR_BIAS], trained.actions, game.actions, -1, 0.0 if training else NEVER
    )
    return moved


def matched(
    weight: torch.Tensor, there: Sequence[str], here: Sequence[str], axis: int, missing: float
) -> torch.Tensor:
    """A tensor whose entries along an axis belong to the names `there`, for the names `here`."""
    if list(there) == list(here):
        return weight
    shape = list(weight.shape)
    shape[axis] = len(here)
    moved = weight.new_full(shape, missing)
    for k, name in enumerate(here):
        if name in there:
            moved.select(axis, k).copy_(weight.select(axis, list(there).index(name)))
    return moved


def require_movable(where: Any, trained: Interface, game: Any) -> None:
    """Raise ValueError, in one sentence, where networks cannot act in a game.

    Refused are planes and actions that no game of this installation has, other further channels than the
    game's, and networks that know none of its actions. Networks that read anything but tiles act only where
    all names are the same.
    """
    if trained.observation != "tiles" or not game.planes:  # their first layer is not one of planes by name
        trained.require_same_names(where, game)
    for field in ("planes", "actions"):
        foreign = [name for name in getattr(trained, field) if name not in getattr(game, field)]
        if foreign and (unknown := [name for name in foreign if name not in _known(field)]):
            raise ValueError(
                f"{where} was trained with {field} that no game here has: {', '.join(unknown)}; "
                f"{game.name} has {', '.join(getattr(game, field))}"
            )
    if not set(trained.actions) & set(game.actions):
        trained.require_same_names(where, game)
    if trained.extra_channels != tuple(game.extra_channels):
        trained.require_same_names(where, game)


@cache
def _known(field: str) -> frozenset[str]:
    """Names of the planes, or of the actions, of all registered games."""
    return frozenset(name for game in games() for name in getattr(game_module(game).game(), field))
