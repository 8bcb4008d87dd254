"""One way to declare settings, of games and of training: typed fields that say what they may hold.

    @dataclass(frozen=True)
    class Lake(GameConfig):
        levels: int = within(11, 2, 10_001)
        law: str = choice("logistic", "logistic", "proportional")
        known_end: bool = False

Every field is checked when a config is made. Where its type says enough (bool, Literal, another Config),
that is what it may hold; otherwise it is declared with `within`, `choice`, `chances`, `text` or `checked`.
A subclass that only gives a field another default keeps what the field may hold.
"""

from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, field, fields, replace
from functools import cache
from math import inf
from numbers import Integral, Real
from typing import Any, Literal, get_args, get_origin, get_type_hints

UNLIMITED = 0  # `max_cycles`: no time limit
ALLOWED = "allowed"  # key of a field's metadata

Allowed = Callable[[str, Any], Any]  # name and value of a field -> the value as it is kept, or ConfigError


class ConfigError(ValueError):
    """A field holds a value that is not allowed; the message names field, value and what is."""


def require(allowed: bool, field: str, value: object, what: str) -> None:
    """Refuse `value` unless `allowed`."""
    if not allowed:
        raise ConfigError(f"{field}={value!r} is not allowed: {field} must be {what}")


# How a field is declared ---------------------------------------------------------------------------


def within(default: float, low: float, high: float) -> Any:
    """A number in low .. high; a whole one where the field's type is int."""
    return field(default=default, metadata={ALLOWED: Within(low, high)})


def choice(default: str, *known: str) -> Any:
    """One of some names."""
    return field(default=default, metadata={ALLOWED: OneOf(known)})


def chances(default: tuple[float, ...]) -> Any:
    """A table of probabilities."""
    return field(default=default, metadata={ALLOWED: as_chances})


def text(default: str, what: str) -> Any:
    """Any string; `what` it is, for refusals."""
    return field(default=default, metadata={ALLOWED: Text(what)})


def checked(default: Any, check: Allowed) -> Any:
    """What a function of field and value lets through; it returns the value to keep."""
    return field(default=default, metadata={ALLOWED: check})


# What a field may hold -----------------------------------------------------------------------------


@dataclass(frozen=True)
class Within:
    """A number between two others, both included."""

    low: float
    high: float
    whole: bool = False

    def __call__(self, field: str, value: Any) -> float:
        kind, fits = ("a whole number", is_whole) if self.whole else ("a number", is_number)
        bounds = f"in {self.low} .. {self.high}" if self.high < inf else f">= {self.low}"
        require(fits(value) and self.low <= value <= self.high, field, value, f"{kind} {bounds}")
        return int(value) if self.whole else float(value)


@dataclass(frozen=True)
class OneOf:
    """One of some names."""

    known: tuple[str, ...]

    def __call__(self, field: str, value: Any) -> str:
        fits = isinstance(value, str) and value in self.known
        require(fits, field, value, f"one of {', '.join(self.known)}")
        return value


@dataclass(frozen=True)
class Text:
    """Any string."""

    what: str

    def __call__(self, field: str, value: Any) -> str:
        require(isinstance(value, str), field, value, self.what)
        return value


@dataclass(frozen=True)
class Part:
    """Nested settings, of some class."""

    kind: type

    def __call__(self, field: str, value: Any) -> Any:
        require(isinstance(value, self.kind), field, value, f"a {self.kind.__name__}")
        return value


def as_flag(field: str, value: Any) -> bool:
    """`value` as a yes or no."""
    require(isinstance(value, bool), field, value, "True or False")
    return value


def as_chances(field: str, value: Any) -> tuple[float, ...]:
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


# Configs -------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Config:
    """Settings, each checked when they are made."""

    def __post_init__(self) -> None:
        for name in allowed_in(type(self)):
            self.check(name, getattr(self, name))

    def check(self, field: str, value: Any) -> None:
        """Refuse a value that the field alone cannot hold, whatever the others do; keep the rest tidy."""
        object.__setattr__(self, field, allowed_in(type(self))[field](field, value))

    def to_dict(self) -> dict[str, Any]:
        """The fields as plain data, for a file."""
        return asdict(self)


@dataclass(frozen=True)
class GameConfig(Config):
    """The settings of a game."""

    @property
    def ends(self) -> bool:
        """Whether an episode can end at all."""
        raise NotImplementedError(f"{type(self).__name__} does not say whether an episode can end")


@cache
def allowed_in(config: type[Config]) -> dict[str, Allowed]:
    """What each field of a class may hold. Raises TypeError for a field that does not say."""
    hints = get_type_hints(config)
    return {one.name: _allowed(config, one.name, hints[one.name]) for one in fields(config)}


def _allowed(config: type[Config], name: str, kind: Any) -> Allowed:
    for base in config.__mro__:  # a field declared anew without metadata keeps that of its nearest parent
        declared = base.__dict__.get("__dataclass_fields__", {}).get(name)
        if declared is not None and (allowed := declared.metadata.get(ALLOWED)):
            return replace(allowed, whole=kind is int) if isinstance(allowed, Within) else allowed
    if kind is bool:
        return as_flag
    if get_origin(kind) is Literal:
        return OneOf(get_args(kind))
    if isinstance(kind, type) and issubclass(kind, Config):
        return Part(kind)
    ways = "within, choice, chances, text or checked"
    raise TypeError(f"{config.__name__}.{name} does not say what it may hold: declare it with {ways}")
