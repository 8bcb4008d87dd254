"""What is called otherwise now than in version 0.1.0, and what has come or gone since.

Tables of names lead from the name now to the name then; a name in no table is the same in both. Cases are
written, and digests kept, with the names of 0.1.0.
"""

from fnmatch import fnmatchcase
from importlib import import_module
from typing import Any

STATE: dict[str, str] = {  # arrays of the state
    "removed_for": "away",
    "appearance": "look",
    "own_appearance": "own_look",
    "beam_cells": "lit",
    "beam_cell_count": "lit_count",
}
EVENTS: dict[str, str] = {
    "hit": "zapped",
    "eaten_site": "ate_at",
}  # arrays of the events, and the entries of infos of these names
TABLES_OF_SUMS = ("agent", "world", "sums", "rule_sums")  # arrays of 0.1.0 whose columns are arrays now
TALLY: dict[str, Any] = {  # arrays of the tally; (table, first column) of one with several columns
    "returns": "agent.0",
    "paid": "agent.1",
    "resource_sum": "agent.2",
    "meals": "agent.3",
    "rewarded_steps": "agent.4",
    "rewarded_step_sum": "agent.5",
    "shots": "agent.6",
    "hits": "agent.7",
    "removals": "agent.8",
    "steps": "world.0",
    "present_sum": "world.1",
    "live_sum": "world.2",
    "live_now": "world.3",
    "first_death": "world.4",
    "violations": "sums.0",
    "sanctions": "sums.1",
    "correct_sanctions": "sums.2",
    "void_hits": "sums.3",
    "latency_sum": "sums.4",
    "visits": "sums.5",
    "costs": "sums.6",
    "bonuses": "sums.7",
    "penalties": "sums.8",
    "rule_changes": "rule_sums.0",
    "rule_changed_at": "rule_sums.1",
    "shown_steps": "rule_sums.2",
    "guilty_steps": "rule_sums.3",
    "poisoned_steps": "rule_sums.4",
    "since_poison_sum": "rule_sums.5",
    "meals_of_kind": ("sums", 9),
    "violations_of_kind": ("sums", 12),
    "steps_of_rule": ("rule_sums", 6),
}
TALLY_OF: dict[str, dict[str, str]] = {  # those of some games
    "fishing": {
        "catch_sum": "agent.2",
        "start_stock": "world.1",
        "stock_sum": "world.2",
        "stock_now": "world.3",
        "collapsed_at": "world.4",
    },
    "matrix_games": {"steps": "rounds", "payoff_sum": "agent.2"},
}
METRICS: dict[str, str] = {}  # of episodes
INFOS: dict[str, str] = {"metrics": "episode"}  # further entries of infos of the PettingZoo API
SOLO_INFOS: dict[str, str] = {}  # the same of the Gymnasium API
PLANES: dict[str, str] = {}
SNAPSHOT: dict[str, str] = {}  # what comes before the dot in a snapshot's names, as in "ending.truncated"
IDENTITY: dict[str, str] = {}  # keys of a snapshot's identity besides the config's fields
GAMES: dict[str, str] = {}
FIELDS: dict[str, str] = {}  # of configs, contracts and their terms
OPTIONS: dict[str, str] = {}  # of make, make_batch and make_solo besides the config's fields
CHOICES: dict[str, dict[str, str]] = {}  # by field (as it was called): values that are names
IMPORTS: dict[str, str] = {
    "altared.envs.grid.maps:bundled_maps": "altared.envs.foraging.maps:bundled_maps",
    "altared.envs.grid.codes:PLANES": "altared.envs.foraging.codes:PLANES",
}  # "module:name", also where only one of the two changed

ADDED: set[str] = {"state.shooters"}
"""Names of digests that 0.1.0 has not, such as "state.wind" or "plane.mist", and choices that need no golden
case, such as "fishing law=gompertz"; `*` stands for anything."""
DROPPED: dict[str, str] = {
    f"{part}state.{name}": "only games with poison have it"
    for part in ("", "snapshot.")
    for name in ("permutation", "stomach", "poison_left", "poisoned_at", "poisonous")
} | {
    f"{part}tally.rule_sums.{column}": "only games with poison have it"
    for part in ("", "snapshot.")
    for column in (4, 5)
}
"""Names of digests that only 0.1.0 has, with the reason."""
CHANGED: dict[tuple[str, str], str] = {
    **{
        ("*commons_harvest*", f"spaces.{space}"): "they end with what the game can show"
        for space in ("observation", "state")
    },
    ("*", "events.visited"): "every event is zero in a world that stands still",
    **{
        ("*", f"{part}tally.{name}"): "the curve of a picture is empty when an episode begins"
        for part in ("", "snapshot.")
        for name in ("past", "left", "recent")
    },
}
"""(case, digest) that are meant to differ, both with `*` for anything, with the reason."""

TABLES = (
    *(STATE, EVENTS, TALLY, METRICS, INFOS, SOLO_INFOS, PLANES, SNAPSHOT, IDENTITY, GAMES, FIELDS, OPTIONS),
    *(CHOICES, IMPORTS, TALLY_OF),
)


_forgotten: list[bool] = []


def forget() -> None:
    """Leave the tables aside: it is version 0.1.0 that speaks."""
    _forgotten.append(True)
    for table in TABLES:
        table.clear()


def forgotten() -> bool:
    """Whether they are left aside."""
    return bool(_forgotten)


def then(table: dict[str, str], name: str) -> str:
    """What 0.1.0 calls it."""
    return table.get(name, name)


def now(table: dict[str, str], name: str) -> str:
    """What is called so in 0.1.0."""
    return next((new for new, old in table.items() if old == name), name)


def matches(name: str, patterns: Any) -> bool:
    """Whether `name` fits one of them."""
    return any(fnmatchcase(name, pattern) for pattern in patterns)


def found(place: str) -> Any:
    """What is imported from "module:name" in 0.1.0, wherever it is now."""
    module, _, name = now(IMPORTS, place).partition(":")
    return getattr(import_module(module), name)


def options_now(options: dict[str, Any]) -> dict[str, Any]:
    """Fields with their values, as they are called now."""
    return {now(FIELDS, field): value_now(field, value) for field, value in options.items()}


def value_now(field: str, value: Any) -> Any:
    """A value of a field that 0.1.0 calls so, as it is called now."""
    if isinstance(value, dict):
        return options_now(value)
    return now(CHOICES.get(field, {}), value) if isinstance(value, str) else value


def config_then(config: dict[str, Any]) -> dict[str, Any]:
    """A config's fields with their values, as 0.1.0 calls them."""
    fields = {then(FIELDS, field): value for field, value in config.items()}
    return {field: value_then(field, value) for field, value in fields.items()}


def value_then(field: str, value: Any) -> Any:
    """The inverse of `value_now`."""
    if isinstance(value, dict):
        return config_then(value)
    return then(CHOICES.get(field, {}), value) if isinstance(value, str) else value
