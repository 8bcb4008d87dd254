"""The numbers that every foraging game has, checked when they are made."""

from dataclasses import dataclass
from typing import Any, NamedTuple

from ..engine.config import UNLIMITED, GameConfig, checked, require, within
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
    redrawn: bool  # what the kinds look like is redrawn each episode: see relabelling.py


def map_source(field: str, value: Any) -> str:
    """`value` as a map's name, path or drawing; whether there is such a map is seen where it is read."""
    require(isinstance(value, str) and value != "", field, value, "a map's name, path or drawing")
    return value


@dataclass(frozen=True)
class ForagingConfig(GameConfig):
    """Agents, time, beam, ending and view; distances in cells, times in steps."""

    map: str = checked("open", map_source)
    """Name of a bundled map, path of an ASCII file, or the drawing itself (with line breaks)."""
    num_agents: int = within(7, 1, 254)
    """Agents, 1 .. number of start and spawn cells."""
    max_cycles: int = within(1000, UNLIMITED, 2**31 - 1)
    """Steps until truncation; 0 for no limit (the reference: 5000 with a stochastic ending)."""
    growth_radius: float = within(2.0, 0.0, 16.0)
    """Cells with dy*dy + dx*dx <= radius**2 (within 1e-9) count as around; also joins sites into patches."""
    beam_length: int = within(3, 1, 64)
    """Cells the beam reaches ahead, >= 1."""
    beam_radius: int = within(1, 0, 64)
    """Columns of the beam on either side, >= 0."""
    cooldown: int = within(2, 0, 10**6)
    """Steps between shots in which an agent cannot fire, >= 0."""
    removal_steps: int = within(5, 0, 10**6)
    """Action slots an agent hit by a beam loses; 0: the beam does not remove."""
    end_chance: float = within(0.0, 0.0, 1.0)
    """Chance that the episode terminates at each test (the reference: 0.15)."""
    end_after: int = within(1000, 0, 10**9)
    """Steps before the first interval of tests begins."""
    end_interval: int = within(100, 1, 10**9)
    """Steps between tests: with 1000 and 100 they fall on steps 1099, 1199, ... as in the reference."""
    view_forward: int = within(9, 0, 64)
    """Rows seen ahead, >= 0."""
    view_backward: int = within(1, 0, 64)
    """Rows seen behind, >= 0."""
    view_left: int = within(5, 0, 64)
    """Columns seen to the left, >= 0."""
    view_right: int = within(5, 0, 64)
    """Columns seen to the right, >= 0."""
    observe_last_reward: bool = False
    """Whether a further channel of the view shows the viewer's last reward: see extra_channels.py."""
    identity: bool = False
    """Whether a further channel shows which of the others stands where; otherwise they are anonymous."""

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
