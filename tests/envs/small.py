"""A small setting of every registered game: short episodes in which much happens."""

from typing import Any

import pytest
from altared.envs import game_module, games

SMALL: dict[str, dict[str, Any]] = {
    "commons_harvest": {
        "max_cycles": 40,
        "regrowth": (0.0, 0.05, 0.1, 0.3),
        "cooldown": 1,
        "removal_steps": 5,
        "end_chance": 0.1,
        "end_after": 10,
        "end_interval": 7,
    },
    "orchard": {  # tests/outside
        "max_cycles": 40,
        "drying": 0.2,
        "removal_steps": 5,
        "end_chance": 0.1,
        "end_after": 10,
        "end_interval": 7,
    },
    "altared_harvest": {
        "map": "altared_small",
        "num_agents": 4,
        "max_cycles": 40,
        "regrowth": (0.0, 0.05, 0.1, 0.3),
        "cooldown": 1,
        "removal_steps": 5,
        "violation_window": 8,
        "close": 0.95,
        "open": 0.96,
        "end_chance": 0.1,
        "end_after": 10,
        "end_interval": 7,
    },
    "poison_berries": {
        "num_agents": 5,
        "max_cycles": 40,
        "cooldown": 1,
        "poison_delay": 3,
        "poison_duration": 6,
        "target_penalty": 2.0,
        "end_chance": 0.1,
        "end_after": 10,
        "end_interval": 7,
    },
    "fishing": {
        "num_agents": 4,
        "max_cycles": 15,
        "actions": "discrete",
        "levels": 5,
        "catch_limit": 8.0,
        "initial_stock": 70.0,
        "initial_spread": 20.0,
        "growth_noise": 0.2,
        "observation_noise": 0.1,
    },
    "matrix_games": {  # three players with three actions, and payoffs that are all different
        "payoffs": tuple(
            tuple(
                tuple((a + 3.0 * b + 9.0 * c, 27.0 - b, 2.5 * c - a * b) for c in range(3)) for b in range(3)
            )
            for a in range(3)
        ),
        "max_cycles": 15,
        "end_chance": 0.03,
    },
}
GRID = [game for game in games() if hasattr(game_module(game).configure(), "map")]  # the games with a map


def kinds(game: str) -> tuple[str, ...]:
    """The kinds of observation that a game has."""
    return ("tiles", "planes", "rgb") if game in GRID else ("vector",)


VIEWS = [(game, kind) for game in games() for kind in kinds(game)]  # every kind of every game


def small(game: str) -> dict[str, Any]:
    """The small setting of a game; a registered game without one fails the test that asks for it."""
    if game not in SMALL:
        pytest.fail(
            f"{game} is registered but not tested: add a small config to SMALL in tests/envs/small.py"
        )
    return dict(SMALL[game])
