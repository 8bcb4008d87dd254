"""What a contract is: a parameter, and transfers between agents that follow from what happened in a step.

After Christoffersen, Haupt and Hadfield-Menell 2022, "Get It in Writing: Formal Contracts Mitigate Social
Dilemmas in Multi-Agent RL" (arXiv 2208.10469).
"""

from collections.abc import Callable
from dataclasses import dataclass, fields
from typing import Any, ClassVar

import numpy as np

from ..engine.compiling import rule
from ..engine.config import Config, Within, allowed_in, is_number, require, within

Transfer = Callable[[np.ndarray, Any, Any, np.ndarray], None]
"""(theta, before, events, transfers): theta (W,) float64; before, the arrays [W, ...] of the game's state
that the contract `reads`, as they were before the step (after it a world that ended may have begun anew);
the step's events, also arrays [W, ...]; and transfers (W, N) float64, all 0, to be written: what each agent
receives, negative for what it pays. What it writes counts in the worlds alone where a contract is in force.
`before` is a copy, which it may change."""

LARGEST = 1e9  # of any number of a contract, either way
ROUNDING = 1e-9  # a world's transfers sum to zero within this, or within this share of what is paid above 1


@dataclass(frozen=True)
class Contract(Config):
    """A space of contracts theta in [low, high], with the null contract at `null`.

    Subclasses add numbers and `bind`; `register` enters them by name. `bind` returns plain Python, or calls
    compiled drivers as in catalogue.py; a `@rule` such as `charge` is for these: from Python it crashes.
    """

    low: float = within(0.0, -LARGEST, LARGEST)
    """Smallest theta."""
    high: float = within(1.0, -LARGEST, LARGEST)
    """Largest theta."""
    null: float = within(0.0, -LARGEST, LARGEST)
    """Theta of the contract that transfers nothing; may lie outside [low, high]."""
    signing_payment: float = within(0.0, -LARGEST, LARGEST)
    """Reward that the proposer pays when the contract is accepted, split equally among the others."""

    name: ClassVar[str] = ""
    needs: ClassVar[tuple[str, ...]] = ()  # events that a game must have
    reads: ClassVar[tuple[str, ...]] = ()  # arrays of its state that the transfers depend on

    def __post_init__(self) -> None:
        super().__post_init__()
        require(self.low < self.high, "high", self.high, f"above low={self.low}")

    def check(self, field: str, value: Any) -> None:
        """A whole number may be written as 3.0, as command lines and other programs' files do."""
        allowed = allowed_in(type(self))[field]
        if isinstance(allowed, Within) and allowed.whole and isinstance(value, float) and value.is_integer():
            value = int(value)
        super().check(field, value)

    def bind(self, game: Any) -> Transfer:
        """The transfers in a game; raises ValueError where it is no contract for it."""
        raise NotImplementedError(f"contract {type(self).__name__} has no transfers")

    def require_theta(self, theta: float) -> float:
        """`theta` if it lies in the space or is null; ValueError otherwise."""
        fits = is_number(theta) and (self.low <= theta <= self.high or theta == self.null)
        require(fits, "theta", theta, f"a number in {self.low} .. {self.high}, or {self.null} for none")
        return float(theta)

    def settings(self) -> dict[str, float]:
        """Its numbers, by name."""
        return {field.name: getattr(self, field.name) for field in fields(self)}


@rule
def charge(transfers, payer, amount):
    """One agent pays; all others, also those removed, receive equal shares. transfers (N,) of one world."""
    transfers[payer] -= amount
    for i in range(transfers.size):
        if i != payer:
            transfers[i] += amount / (transfers.size - 1)
