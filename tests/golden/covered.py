"""Which choices there are, by the registries of the version at hand, and which of them the cases play.

A choice is a line in words, in the names of 0.1.0: "altared_harvest rule=one_permitted".
"""

from collections.abc import Iterator
from typing import Any

from altared.envs import game_module
from altared.envs.engine.config import OneOf, allowed_in, as_flag
from altared.envs.mechanics.decisions import INSTITUTIONS

from . import names
from .case import Case

GAMES = ("altared_harvest", "commons_harvest", "fishing", "matrix_games", "poison_berries")  # of 0.1.0


def choices_there_are() -> Iterator[str]:
    """All that can be chosen by name in the games that 0.1.0 has, and beside them."""
    for game in GAMES:
        yield f"game {game}"
        yield from choices_of(game)
    yield from (f"map {name}" for name in names.found("altared.envs.foraging.maps:bundled_maps")())
    yield from (f"agent {name}" for name in names.found("altared.agents.scripted:SCRIPTED"))
    terms = named_values(names.found("altared.envs.contracts:Terms"))
    for name, contract in names.found("altared.envs.contracts:CONTRACTS").items():
        if contract.__module__.startswith("altared."):  # other tests enter their own
            called = names.value_then("name", name)
            procedures = terms[names.now(names.FIELDS, "procedure")]
            yield from (f"contract {called} {names.value_then('procedure', one)}" for one in procedures)
    acceptances = terms[names.now(names.FIELDS, "acceptance")]
    yield from (f"acceptance {names.value_then('acceptance', one)}" for one in acceptances)


def choices_of(game: str) -> Iterator[str]:
    """Values of a game's fields that are names or flags, reward views, and whether worlds begin anew."""
    module = game_module(names.now(names.GAMES, game))
    config = type(module.configure())
    table: dict[str, Any] = {"preset": tuple(getattr(module, "PRESETS", ())), **named_values(config)}
    for field, values in table.items():
        called = names.then(names.FIELDS, field)
        yield from (f"{game} {called}={names.value_then(called, value)}" for value in values)
    for view in names.found("altared.envs.rewards:REWARD_VIEWS"):
        yield f"{game} reward={names.value_then('reward', view)}"
    yield from (f"{game} {door}" for door in ("batch", "env", "solo"))
    yield from (f"{game} auto_reset={value}" for value in (True, False))


def named_values(config: Any) -> dict[str, tuple[Any, ...]]:
    """By field, the names or flags that it may hold."""
    known: dict[str, tuple[Any, ...]] = {}
    for field, allowed in allowed_in(config).items():
        if isinstance(allowed, OneOf):
            known[field] = allowed.known
        elif allowed is as_flag:
            known[field] = (True, False)
        elif field == "institution":  # a name, or a function
            known[field] = tuple(INSTITUTIONS)
    return known


def choices_played(case: Case) -> Iterator[str]:
    """Those that a case plays, by the config that it comes to."""
    config = config_of(case)
    yield f"game {case.game}"
    for field, value in config.items():
        if isinstance(value, str | bool):
            yield f"map {value}" if field == "map" else f"{case.game} {field}={value}"
    yield f"{case.game} reward={case.reward if isinstance(case.reward, str) else case.reward['name']}"
    yield f"{case.game} {case.door}"
    yield f"{case.game} auto_reset={case.auto_reset}"
    yield from (f"agent {who}" for who in ([case.people] if isinstance(case.people, str) else case.people))
    if contract := config.get("contract"):
        yield f"contract {contract['name']} {contract['procedure']}"
        yield f"acceptance {contract['acceptance']}"


def config_of(case: Case) -> dict[str, Any]:
    """All fields of a case's config, those of its presets and conditions among them."""
    module = game_module(names.now(names.GAMES, case.game))
    return names.config_then(module.configure(**names.options_now(case.options)).to_dict())
