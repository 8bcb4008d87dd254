"""Whose numbers a lake has: fields of the config that go with a preset."""

from typing import Any

PRESETS: dict[str, dict[str, Any]] = {
    "logistic": {},
    "govsim": {
        "max_cycles": 12,
        "known_end": True,
        "catch_limit": 100.0,
        "law": "proportional",
        "growth": 1.0,
        "effort_cost": 0.0,
    },
    "ostrom": {
        "num_agents": 8,
        "max_cycles": 1,
        "known_end": True,
        "levels": 26,
        "catch_limit": 25.0,
        "capacity": 200.0,
        "initial_stock": 200.0,
        "growth": 0.0,
        "critical_stock": 0.0,
        "price": 23.0,
        "unit_cost": 5.0,
        "effort_cost": 0.0,
        "crowding": 0.25,
        "income": 125.0,
    },
}


def defaults_for(given: dict[str, Any]) -> dict[str, Any]:
    """The preset's numbers. An unknown name is refused by the config."""
    preset = given.get("preset", "logistic")
    return PRESETS.get(preset, {}) if isinstance(preset, str) else {}
