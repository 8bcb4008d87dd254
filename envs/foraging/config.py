"""The numbers of a foraging game, checked when they are made."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from numbers import Integral, Real
from typing import Any

UNLIMITED = 0  # `max_cycles`: no time limit


class ConfigError(ValueError):
    """A field holds a value that is not allowed; the message names field, value and what is."""


def require(allowed: bool, field: str, value: object, what: str) -> None:
    """Refuse `value` unless `allowed`."""
    if not allowed:
        raise ConfigError(f"{field}={value!r} is not allowed: {field} must be {what}")


def _whole(value: object) -> bool:
    return isinstance(value, Integral) and not isinstance(value, bool)


def _number(value: object) -> bool:
    return isinstance(value, Real) and not isinstance(value, bool) and value == value


@dataclass(frozen=True)
class ForagingConfig:
    """Commons Harvest (open) as in Melting Pot 2.4; distances in cells, times in steps."""

    map: str = "open"
    """Name of a bundled map, path of an ASCII file, or the drawing itself (with line breaks)."""
    num_agents: int = 7
    """Agents, 1 .. number of start and spawn cells."""
    max_cycles: int = 1000
    """Steps until truncation; 0 for no limit (the reference: 5000 with a stochastic ending)."""
    apple_reward: float = 1.0
    """Reward of a meal."""
    regrowth: tuple[float, ...] = (0.0, 0.0025, 0.005, 0.025)
    """Chance a step to regrow with 0, 1, 2, ... live apples around; the last entry serves all more."""
    growth_radius: float = 2.0
    """Cells with dy*dy + dx*dx <= radius**2 (within 1e-9) count as around; also joins sites into patches."""
    beam_length: int = 3
    """Cells the beam reaches ahead, >= 1."""
    beam_radius: int = 1
    """Columns of the beam on either side, >= 0."""
    cooldown: int = 2
    """Steps between shots in which an agent cannot fire, >= 0."""
    removal_steps: int = 5
    """Action slots an agent hit by a beam loses; 0: the beam does not remove."""
    end_chance: float = 0.0
    """Chance that the episode terminates at each test (the reference: 0.15)."""
    end_after: int = 1000
    """Steps before the first interval of tests begins."""
    end_interval: int = 100
    """Steps between tests: with 1000 and 100 they fall on steps 1099, 1199, ... as in the reference."""
    view_forward: int = 9
    """Rows seen ahead, >= 0."""
    view_backward: int = 1
    """Rows seen behind, >= 0."""
    view_left: int = 5
    """Columns seen to the left, >= 0."""
    view_right: int = 5
    """Columns seen to the right, >= 0."""

    def __post_init__(self) -> None:
        table = isinstance(self.regrowth, Iterable)
        require(table, "regrowth", self.regrowth, "one or more chances in 0 .. 1")
        object.__setattr__(self, "regrowth", tuple(self.regrowth))
        require(
            isinstance(self.map, str) and self.map != "", "map", self.map, "a map's name, path or drawing"
        )
        for field, low, high in _WHOLE_NUMBERS:
            value = getattr(self, field)
            require(
                _whole(value) and low <= value <= high, field, value, f"a whole number in {low} .. {high}"
            )
        for field, low, high in _NUMBERS:
            value = getattr(self, field)
            require(_number(value) and low <= value <= high, field, value, f"a number in {low} .. {high}")
            object.__setattr__(self, field, float(value))
        chances = all(_number(p) and 0 <= p <= 1 for p in self.regrowth)
        require(
            len(self.regrowth) > 0 and chances, "regrowth", self.regrowth, "one or more chances in 0 .. 1"
        )
        object.__setattr__(self, "regrowth", tuple(map(float, self.regrowth)))

    @property
    def ends(self) -> bool:
        """Whether an episode can end at all."""
        return self.max_cycles != UNLIMITED or self.end_chance > 0

    def to_dict(self) -> dict[str, Any]:
        """The fields as plain data, for a file."""
        return asdict(self)


_WHOLE_NUMBERS = (
    ("num_agents", 1, 254),
    ("max_cycles", UNLIMITED, 2**31 - 1),
    ("beam_length", 1, 64),
    ("beam_radius", 0, 64),
    ("cooldown", 0, 10**6),
    ("removal_steps", 0, 10**6),
    ("end_after", 0, 10**9),
    ("end_interval", 1, 10**9),
    ("view_forward", 0, 64),
    ("view_backward", 0, 64),
    ("view_left", 0, 64),
    ("view_right", 0, 64),
)
_NUMBERS = (("apple_reward", -1e6, 1e6), ("growth_radius", 0.0, 16.0), ("end_chance", 0.0, 1.0))
