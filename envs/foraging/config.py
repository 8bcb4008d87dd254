"""The numbers that every foraging game has, checked when they are made."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass, fields
from numbers import Integral, Real
from typing import Any, ClassVar, NamedTuple

from .codes import KIND_NAMES

UNLIMITED = 0  # `max_cycles`: no time limit


class ConfigError(ValueError):
    """A field holds a value that is not allowed; the message names field, value and what is."""


def require(allowed: bool, field: str, value: object, what: str) -> None:
    """Refuse `value` unless `allowed`."""
    if not allowed:
        raise ConfigError(f"{field}={value!r} is not allowed: {field} must be {what}")


class Kind(NamedTuple):
    """A kind of resource."""

    name: str  # as people call it: "red apple"
    reward: float  # of a meal
    regrowth: tuple[float, ...]  # chance a step with 0, 1, 2, ... live ones around; the last serves all more


class Poison(NamedTuple):
    """What one kind does to its eater, later."""

    kind: str  # its letter
    delay: int  # steps from the meal to the harm
    duration: int  # steps that the harm lasts
    scale: float  # rewards of meals are multiplied by it meanwhile
    redrawn: bool  # what the kinds look like is redrawn each episode: see colours.py


@dataclass(frozen=True)
class ForagingConfig:
    """Agents, time, beam, ending and view; distances in cells, times in steps."""

    map: str = "open"
    """Name of a bundled map, path of an ASCII file, or the drawing itself (with line breaks)."""
    num_agents: int = 7
    """Agents, 1 .. number of start and spawn cells."""
    max_cycles: int = 1000
    """Steps until truncation; 0 for no limit (the reference: 5000 with a stochastic ending)."""
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

    # What a field may hold; a game's config adds its own. Fields are checked in their order.
    WHOLE: ClassVar[dict[str, tuple[int, int]]] = {
        "num_agents": (1, 254),
        "max_cycles": (UNLIMITED, 2**31 - 1),
        "beam_length": (1, 64),
        "beam_radius": (0, 64),
        "cooldown": (0, 10**6),
        "removal_steps": (0, 10**6),
        "end_after": (0, 10**9),
        "end_interval": (1, 10**9),
        "view_forward": (0, 64),
        "view_backward": (0, 64),
        "view_left": (0, 64),
        "view_right": (0, 64),
    }
    NUMBERS: ClassVar[dict[str, tuple[float, float]]] = {
        "growth_radius": (0.0, 16.0),
        "end_chance": (0.0, 1.0),
    }
    CHANCES: ClassVar[tuple[str, ...]] = ()
    CHOICES: ClassVar[dict[str, tuple[str, ...]]] = {}
    LETTERS: ClassVar[tuple[str, ...]] = ()
    FLAGS: ClassVar[tuple[str, ...]] = ()

    def __post_init__(self) -> None:
        named = isinstance(self.map, str) and self.map != ""
        require(named, "map", self.map, "a map's name, path or drawing")
        for field in fields(self):
            self.check(field.name, getattr(self, field.name))

    def check(self, field: str, value: Any) -> None:
        """Refuse a value that the field alone cannot hold, whatever the others do; keep the rest tidy."""
        if field in self.WHOLE:
            low, high = self.WHOLE[field]
            fits = _whole(value) and low <= value <= high
            require(fits, field, value, f"a whole number in {low} .. {high}")
        elif field in self.NUMBERS:
            low, high = self.NUMBERS[field]
            fits = _number(value) and low <= value <= high
            require(fits, field, value, f"a number in {low} .. {high}")
            object.__setattr__(self, field, float(value))
        elif field in self.CHANCES:
            object.__setattr__(self, field, chances(field, value))
        elif field in self.CHOICES:
            known = self.CHOICES[field]
            require(value in known, field, value, f"one of {', '.join(known)}")
        elif field in self.LETTERS:
            object.__setattr__(self, field, letters(field, value))
        elif field in self.FLAGS:
            require(isinstance(value, bool), field, value, "True or False")

    @property
    def ends(self) -> bool:
        """Whether an episode can end at all."""
        return self.max_cycles != UNLIMITED or self.end_chance > 0

    def kinds(self) -> tuple[Kind, ...]:
        """What grows on sites a, b, c."""
        raise NotImplementedError(f"{type(self).__name__} names no kinds")

    def poisoning(self) -> Poison | None:
        """The poisonous kind, if there is one."""
        return None

    def to_dict(self) -> dict[str, Any]:
        """The fields as plain data, for a file."""
        return asdict(self)


def chances(field: str, value: Any) -> tuple[float, ...]:
    """`value` as a tuple of probabilities."""
    what = "one or more chances in 0 .. 1"
    require(isinstance(value, Iterable), field, value, what)
    table = tuple(value)
    require(len(table) > 0 and all(_number(p) and 0 <= p <= 1 for p in table), field, table, what)
    return tuple(map(float, table))


def letters(field: str, value: Any) -> str:
    """`value` as a set of kinds: letters in order, each once; "" is the empty set."""
    fits = isinstance(value, str) and set(value) <= set(KIND_NAMES)
    known = ", ".join(KIND_NAMES)
    require(fits, field, value, f"letters of kinds ({known}), as in {''.join(KIND_NAMES[1:])!r}, or empty")
    return "".join(kind for kind in KIND_NAMES if kind in value)


def _whole(value: object) -> bool:
    return isinstance(value, Integral) and not isinstance(value, bool)


def _number(value: object) -> bool:
    return isinstance(value, Real) and not isinstance(value, bool) and value == value
