"""The contracts by name, and the registry for others."""

from dataclasses import dataclass
from typing import Any, ClassVar, TypeVar

import numpy as np

from ..engine.compiling import driver
from ..engine.config import checked, is_number, require, within
from .contract import Contract, Transfer, charge

CONTRACTS: dict[str, type[Contract]] = {}
Class = TypeVar("Class", bound=type[Contract])


def register(contract: Class) -> Class:
    """Enter a class of contracts under its `name`, so that configs, files and command lines can name it."""
    require(contract.name.isidentifier(), "name", contract.name, "a contract's name, as 'fishing_tax'")
    taken = CONTRACTS.get(contract.name, contract)
    same = (taken.__module__, taken.__qualname__) == (contract.__module__, contract.__qualname__)
    require(same, "name", contract.name, f"another: {taken.__module__}.{taken.__qualname__} has it")
    CONTRACTS[contract.name] = contract
    return contract


@register
@dataclass(frozen=True)
class LowDensityHarvest(Contract):
    """Who eats where fewer than `fewer_than` fruits are left around pays theta, split among the others.

    Counted are the fruits on cells with dy*dy + dx*dx <= 5, after the meals of the step and before regrowth,
    without the one eaten (arXiv 2208.10469: Harvest, theta in [0, 10], fewer than 4).
    """

    high: float = 10.0
    fewer_than: int = within(4, 0, 20)
    """Fruits around that make a meal free."""

    name: ClassVar[str] = "low_density_harvest"
    needs: ClassVar[tuple[str, ...]] = ("eaten_site",)
    reads: ClassVar[tuple[str, ...]] = ("live",)

    def bind(self, game: Any) -> Transfer:
        near = sites_around(game.map.sites, 5)

        def transfer(theta: np.ndarray, before: Any, events: Any, transfers: np.ndarray) -> None:
            charge_meals(theta, events.eaten_site, before.live, near, self.fewer_than, transfers)

        return transfer


def sites_around(sites: np.ndarray, squared_radius: int) -> np.ndarray:
    """sites (S, 2) as (y, x); the other sites within the radius of each, int32 (S, most), padded with -1."""
    gaps = ((sites[:, None] - sites[None]) ** 2).sum(-1)
    close = (gaps <= squared_radius) & ~np.eye(len(sites), dtype=bool)
    near = np.full((len(sites), max(int(close.sum(1).max(initial=0)), 1)), -1, np.int32)
    for site, row in enumerate(close):
        near[site, : row.sum()] = np.flatnonzero(row)
    return near


@driver
def charge_meals(theta, eaten_site, live, near, fewer_than, transfers):
    """Charge every meal at low density, in all worlds. live (W, S): what hung before; the meals are taken."""
    for w in range(eaten_site.shape[0]):
        for i in range(eaten_site.shape[1]):
            if eaten_site[w, i]:
                live[w, eaten_site[w, i] - 1] = 0
        for i in range(eaten_site.shape[1]):
            if eaten_site[w, i]:
                left = 0
                for other in near[eaten_site[w, i] - 1]:
                    left += other >= 0 and live[w, other]
                if left < fewer_than:
                    charge(transfers[w], i, theta[w])


@register
@dataclass(frozen=True)
class ActionFee(Contract):
    """Who plays `action` pays theta, split among the others; for matrix games.

    In the Prisoner's Dilemma (3, 0, 4, 1) a fee on defection above 1 makes cooperation dominant.
    """

    high: float = 3.0
    action: int = within(1, 0, 10**6)
    """Number of the action, from 0."""

    name: ClassVar[str] = "action_fee"
    needs: ClassVar[tuple[str, ...]] = ("played",)

    def bind(self, game: Any) -> Transfer:
        last = len(game.actions) - 1
        require(self.action <= last, "action", self.action, f"an action of {game.name}, 0 .. {last}")

        def transfer(theta: np.ndarray, before: Any, events: Any, transfers: np.ndarray) -> None:
            charge_action(theta, events.played, self.action, transfers)

        return transfer


@driver
def charge_action(theta, played, charged, transfers):
    """Charge everybody who played the action `charged`, in all worlds; played (W, N): 1 + action, 0 none."""
    for w in range(played.shape[0]):
        for i in range(played.shape[1]):
            if played[w, i] == charged + 1:
                charge(transfers[w], i, theta[w])


def free_catch(field: str, value: Any) -> float | None:
    """`value` as an amount of fish, or none, which leaves it to the game."""
    fits = value is None or (is_number(value) and 0 <= value < np.inf)
    require(fits, field, value, "a finite number >= 0, or None")
    return None if value is None else float(value)


@register
@dataclass(frozen=True)
class FishingTax(Contract):
    """A tax of theta for each unit caught above `desired`, shared equally by all (a tax with rebate)."""

    high: float = 2.0
    desired: float | None = checked(None, free_catch)
    """Catch of one agent in a step that is free; None: an equal share of the optimal catch at rest."""

    name: ClassVar[str] = "fishing_tax"
    needs: ClassVar[tuple[str, ...]] = ("caught",)

    def bind(self, game: Any) -> Transfer:
        desired = game.desired_catch() if self.desired is None else float(self.desired)

        def transfer(theta: np.ndarray, before: Any, events: Any, transfers: np.ndarray) -> None:
            tax_catches(theta, events.caught, desired, transfers)

        return transfer


@driver
def tax_catches(theta, caught, desired, transfers):
    """Tax what was caught above `desired`, in all worlds, and pay everybody the same part of it."""
    for w in range(caught.shape[0]):
        revenue = 0.0
        for i in range(caught.shape[1]):
            tax = theta[w] * max(float(caught[w, i]) - desired, 0.0)
            transfers[w, i] -= tax
            revenue += tax
        for i in range(caught.shape[1]):
            transfers[w, i] += revenue / caught.shape[1]
