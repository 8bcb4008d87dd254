"""Apples that regrow only where apples remain: the numbers of every harvest game."""

from dataclasses import dataclass
from typing import Any, ClassVar

from ...engine.config import chances, within
from ...grid.config import ForagingConfig, Kind

# The numbers that come with a map: those of Melting Pot 2.4's variant of that name.
_ROOMS: dict[str, Any] = {
    "regrowth": (0.0, 0.001, 0.005, 0.025),
    "beam_length": 4,
    "cooldown": 1,
    "removal_steps": 101,
}
VARIANTS: dict[str, dict[str, Any]] = {"open": {}, "closed": _ROOMS, "partnership": _ROOMS}


def defaults_for(given: dict[str, Any]) -> dict[str, Any]:
    """A bundled map's numbers; those of `open` for any other map."""
    return VARIANTS.get(given.get("map", "open"), {})


@dataclass(frozen=True)
class HarvestConfig(ForagingConfig):
    """Commons Harvest (open) as in Melting Pot 2.4; distances in cells, times in steps."""

    apple_reward: float = within(1.0, -1e6, 1e6)
    """Reward of a meal."""
    regrowth: tuple[float, ...] = chances((0.0, 0.0025, 0.005, 0.025))
    """Chance a step to regrow with 0, 1, 2, ... live apples around; the last entry serves all more."""

    KIND_WORDS: ClassVar[tuple[str, ...]] = ("apple", "apple", "apple")

    def kinds(self) -> tuple[Kind, ...]:
        """The same apple on every site."""
        return tuple(Kind(name, self.apple_reward, self.regrowth) for name in self.KIND_WORDS)
