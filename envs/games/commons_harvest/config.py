"""Apples that regrow only where apples remain: the numbers of every harvest game."""

from dataclasses import dataclass
from typing import ClassVar

from ...grid.config import ForagingConfig, Kind


@dataclass(frozen=True)
class HarvestConfig(ForagingConfig):
    """Commons Harvest (open) as in Melting Pot 2.4; distances in cells, times in steps."""

    apple_reward: float = 1.0
    """Reward of a meal."""
    regrowth: tuple[float, ...] = (0.0, 0.0025, 0.005, 0.025)
    """Chance a step to regrow with 0, 1, 2, ... live apples around; the last entry serves all more."""

    NUMBERS: ClassVar = {**ForagingConfig.NUMBERS, "apple_reward": (-1e6, 1e6)}
    CHANCES: ClassVar = ("regrowth",)
    KIND_WORDS: ClassVar[tuple[str, ...]] = ("apple", "apple", "apple")

    def kinds(self) -> tuple[Kind, ...]:
        """The same apple on every site."""
        return tuple(Kind(name, self.apple_reward, self.regrowth) for name in self.KIND_WORDS)
