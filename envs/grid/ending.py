"""The chance ending of an episode, as in Melting Pot.

The time limit is in engine/episode.py; engine/driver.py decides which of the two ended an episode.
"""

from typing import Any

from ..engine.arrays import Array
from ..engine.compiling import rule
from ..engine.random import ENDING, draw_chance
from .layout import Setup

PARAMS = {
    "end_chance": Array("f8", "", "chance that the episode terminates at each test", low=0, high=1),
    "end_after": Array("i8", "", "steps before the first interval of tests begins", low=0),
    "end_interval": Array("i8", "", "steps between tests", low=1),
}


def params_of(setup: Setup) -> dict[str, Any]:
    """Values of PARAMS."""
    return {name: getattr(setup.config, name) for name in PARAMS}


@rule
def has_terminated(s, p, e):
    """After `end_after` steps, a test every `end_interval` steps.

    With 1000 and 100 the tests fall on steps 1099, 1199, ... as in Melting Pot.
    """
    waited = s.clock[0] - p.end_after + 1
    if p.end_chance <= 0.0 or waited < p.end_interval or waited % p.end_interval != 0:
        return False
    return draw_chance(s.streams, ENDING, p.end_chance)
