"""A small setting of every registered game: short episodes in which much happens."""

from typing import Any

import pytest

SMALL: dict[str, dict[str, Any]] = {
    "commons_harvest": {
        "map": "########\n#Q aa Q#\n# aaa  #\n#  aa  #\n#PPPPPP#\n########\n",
        "num_agents": 4,
        "max_cycles": 12,
        "regrowth": (0.0, 0.2, 0.5, 0.9),
        "cooldown": 1,
        "removal_steps": 3,
    },
}


def small(game: str) -> dict[str, Any]:
    """The small setting of a game; a registered game without one fails the test that asks for it."""
    if game not in SMALL:
        pytest.fail(f"{game} is registered but not tested: add a small config for it to SMALL in {__file__}")
    return dict(SMALL[game])
