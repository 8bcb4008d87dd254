"""What all games' configs have in common: typed fields, each checked when the config is made."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass, fields
from numbers import Integral, Real
from typing import Any, ClassVar

UNLIMITED = 0  # `max_cycles`: no time limit


class ConfigError(ValueError):
    """A field holds a value that is not allowed; the message names field, value and what is."""


def require(allowed: bool, field: str, value: object, what: str) -> None:
    """Refuse `value` unless `allowed`."""
    if not allowed:
        raise ConfigError(f"{field}={value!r} is not allowed: {field} must be {what}")


@dataclass(frozen=True)
class Config:
    """The numbers of a game. A field that is in none of the tables below is checked by the game itself."""

    # What a field may hold; a game's config adds its own. Fields are checked in their order.
    WHOLE: ClassVar[dict[str, tuple[int, int]]] = {}
    NUMBERS: ClassVar[dict[str, tuple[float, float]]] = {}
    CHANCES: ClassVar[tuple[str, ...]] = ()
    CHOICES: ClassVar[dict[str, tuple[str, ...]]] = {}
    FLAGS: ClassVar[tuple[str, ...]] = ()

    def __post_init__(self) -> None:
        for field in fields(self):
            self.check(field.name, getattr(self, field.name))

    def check(self, field: str, value: Any) -> None:
        """Refuse a value that the field alone cannot hold, whatever the others do; keep the rest tidy."""
        if field in self.WHOLE:
            low, high = self.WHOLE[field]
            fits = is_whole(value) and low <= value <= high
            require(fits, field, value, f"a whole number in {low} .. {high}")
        elif field in self.NUMBERS:
            low, high = self.NUMBERS[field]
            fits = is_number(value) and low <= value <= high
            require(fits, field, value, f"a number in {low} .. {high}")
            object.__setattr__(self, field, float(value))
        elif field in self.CHANCES:
            object.__setattr__(self, field, chances(field, value))
        elif field in self.CHOICES:
            known = self.CHOICES[field]
            require(value in known, field, value, f"one of {', '.join(known)}")
        elif field in self.FLAGS:
            require(isinstance(value, bool), field, value, "True or False")

    @property
    def ends(self) -> bool:
        """Whether an episode can end at all."""
        raise NotImplementedError(f"{type(self).__name__} does not say whether an episode can end")

    def to_dict(self) -> dict[str, Any]:
        """The fields as plain data, for a file."""
        return asdict(self)


def chances(field: str, value: Any) -> tuple[float, ...]:
    """`value` as a tuple of probabilities."""
    what = "one or more chances in 0 .. 1"
    require(isinstance(value, Iterable), field, value, what)
    table = tuple(value)
    require(len(table) > 0 and all(is_number(p) and 0 <= p <= 1 for p in table), field, table, what)
    return tuple(map(float, table))


def is_whole(value: object) -> bool:
    """An integer, and no bool."""
    return isinstance(value, Integral) and not isinstance(value, bool)


def is_number(value: object) -> bool:
    """A real number, and neither bool nor NaN."""
    return isinstance(value, Real) and not isinstance(value, bool) and value == value
