"""The numbers that every foraging game has, checked when they are made."""

from dataclasses import dataclass
from typing import Any, ClassVar, NamedTuple

from ..engine.config import UNLIMITED, Config, require
from ..mechanics.custom_institution import is_own, name_of, own_institution
from .codes import KIND_NAMES


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
class ForagingConfig(Config):
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
    observe_last_reward: bool = False
    """Whether a further layer of the view shows what the viewer was paid in the last step: see layers.py."""
    identity: bool = False
    """Whether a further layer shows which of the others stands where; otherwise they are anonymous."""

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
    FLAGS: ClassVar[tuple[str, ...]] = ("observe_last_reward", "identity")
    LETTERS: ClassVar[tuple[str, ...]] = ()
    FUNCTIONS: ClassVar[tuple[str, ...]] = ("institution",)

    def __post_init__(self) -> None:
        named = isinstance(self.map, str) and self.map != ""
        require(named, "map", self.map, "a map's name, path or drawing")
        super().__post_init__()

    def check(self, field: str, value: Any) -> None:
        """Fields of letters, and functions of one's own, beside those of any config."""
        if field in self.FUNCTIONS and is_own(value):
            object.__setattr__(self, field, own_institution(field, value))
            return
        if field in self.LETTERS:
            object.__setattr__(self, field, letters(field, value))
        super().check(field, value)

    def to_dict(self) -> dict[str, Any]:
        """The fields as plain data, for a file; a function by its name."""
        plain = super().to_dict()
        return {name: name_of(value) if callable(value) else value for name, value in plain.items()}

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


def letters(field: str, value: Any) -> str:
    """`value` as a set of kinds: letters in order, each once; "" is the empty set."""
    fits = isinstance(value, str) and set(value) <= set(KIND_NAMES)
    known = ", ".join(KIND_NAMES)
    require(fits, field, value, f"letters of kinds ({known}), as in {''.join(KIND_NAMES[1:])!r}, or empty")
    return "".join(kind for kind in KIND_NAMES if kind in value)
