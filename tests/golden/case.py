"""A case of the golden test, and the settings that cases share, in the names of version 0.1.0."""

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Case:
    """One play of a game through one of its APIs."""

    name: str
    game: str
    options: dict[str, Any] = field(default_factory=dict)
    """Fields of the config; `contract` too."""
    door: str = "batch"
    """batch, env (PettingZoo) or solo (Gymnasium)."""
    people: str | tuple[str, ...] = ()
    """Scripted agents by name, one for all or one for each (of `solo`: each resident); (): random play."""
    reward: str | dict[str, Any] = "own"
    seeing: dict[str, Any] = field(default_factory=dict)
    """Observation, and its options; {}: the API's default."""
    kinds: tuple[str, ...] = ()
    """Further kinds of observation, looked at now and then."""
    worlds: int = 3
    steps: int = 200
    seed: int | tuple[int, ...] = 11
    auto_reset: bool = True
    threads: int = 1
    compiled: bool = True
    """Whether the rules are compiled; else they run in plain Python."""
    snapshot: bool = False
    """Whether every array of a snapshot is digested by itself."""


ROOM = "\n".join(["##########", "#Q ab^ aa#", "# aaa   a#", "#  c Q cc#", "#PPPPPPPP#", "##########"])
POND = "\n".join(["#########", "#P  a  P#", "#  aaa  #", "#P  a  P#", "#########"])
LIVELY = {"max_cycles": 60, "regrowth": (0.0, 0.05, 0.1, 0.3), "cooldown": 1, "removal_steps": 5}
CHANCY = {"end_chance": 0.2, "end_after": 20, "end_interval": 7}
HARVEST = {**LIVELY, **CHANCY}
RULED = {**LIVELY, "map": ROOM, "num_agents": 6, "removal_steps": 3, "violation_window": 12}
SMALL = {**LIVELY, "map": "altared_small", "num_agents": 4, "close": 0.9, "open": 0.95}
BERRIES = {
    "num_agents": 6,
    "max_cycles": 60,
    "map": ROOM,
    "regrowth": (0.05, 0.04, 0.08),
    "cooldown": 1,
    "poison_delay": 3,
    "poison_duration": 6,
}
LAKE = {"num_agents": 4, "max_cycles": 40}
CITIZENS = ("compliant", "enforcer", "patroller", "free_rider", "badge_hunter", "violate_and_police")
EVERYBODY = (*CITIZENS, "vigilante", "greedy", "sustainable", "random")
REWARDS = {
    "own": "own",
    "shared": "shared",
    "social_value_orientation": "social_value_orientation",
    "inequity_aversion": "inequity_aversion",
    "altruist": {"name": "social_value_orientation", "angle": 90.0, "weight": 1.5},
    "guilty": {"name": "inequity_aversion", "envy": 0.5, "guilt": 2.0, "smoothing": 0.5},
}
UNEQUAL = tuple(  # three players with three actions, and payoffs that are all different
    tuple(tuple((a + 3.0 * b + 9.0 * c, 27.0 - b, 2.5 * c - a * b) for c in range(3)) for b in range(3))
    for a in range(3)
)
LOPSIDED = (((1.0, -2.0), (0.5, 3.0)), ((4.0, 0.0), (-1.5, 2.0)))
