"""Small games with contracts, and a contract of the tests' own."""

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from altared.envs import make_batch
from altared.envs.contracts import Contract, register
from altared.envs.engine.config import within

from .small import small

DILEMMA = {"preset": "prisoners_dilemma", "rounds": 4}
DEALS: dict[str, tuple[str, str, dict[str, Any]]] = {  # label -> game, contract, the game's settings
    "commons_harvest": ("commons_harvest", "low_density_harvest", small("commons_harvest")),
    "altared_harvest": ("altared_harvest", "low_density_harvest", small("altared_harvest")),
    "fishing": ("fishing", "fishing_tax", small("fishing")),
    "fishing_in_fish": ("fishing", "fishing_tax", {**small("fishing"), "actions": "continuous"}),
    "dilemma": ("matrix_games", "action_fee", DILEMMA),
    "public_goods": ("matrix_games", "action_fee", {"preset": "public_goods", "end_chance": 0.1}),
}
QUICK = [label for label in DEALS if label != "altared_harvest"]


def uncontracted(label: str, num_worlds: int = 3, **options):
    """The game alone."""
    game, _, config = DEALS[label]
    return make_batch(game, num_worlds, **config, **options)


def contracted(label: str, num_worlds: int = 3, *, options=None, **terms):
    """The game with its contract; `terms` as in a mapping, `options` of the batch."""
    game, name, config = DEALS[label]
    return make_batch(game, num_worlds, contract={"name": name, **terms}, **config, **(options or {}))


def dilemma(
    num_worlds: int = 1, *, players: int = 2, settings=None, options=None, name="action_fee", **terms
):
    """A matrix game of two actions for so many players, who earn nothing but by the contract."""
    shape = (2,) * players + (players,)
    contract = {"name": name, "settings": settings or {}, **terms}
    payoffs = {"payoffs": np.zeros(shape).tolist(), "rounds": 4}
    return make_batch("matrix_games", num_worlds, contract=contract, **payoffs, **(options or {}))


@register
@dataclass(frozen=True)
class PlainGift(Contract):
    """Agent 0 gives theta to agent 1 in every step, whatever happens; `leak` comes out of nothing."""

    leak: float = within(0.0, -1e9, 1e9)

    name: ClassVar[str] = "tests_gift"

    def bind(self, game: Any):
        def transfer(theta, before, events, transfers):
            transfers[:, 0] -= theta
            transfers[:, 1] += theta + self.leak

        return transfer


@register
@dataclass(frozen=True)
class ShareOfTheStock(Contract):
    """Agent 0 pays theta for each fish that was in the lake before the step."""

    name: ClassVar[str] = "tests_stock"
    needs: ClassVar[tuple[str, ...]] = ("caught",)
    reads: ClassVar[tuple[str, ...]] = ("stock",)

    def bind(self, game: Any):
        def transfer(theta, before, events, transfers):
            transfers[:, 0] -= theta * before.stock[:, 0]
            transfers[:, 1] += theta * before.stock[:, 0]

        return transfer
