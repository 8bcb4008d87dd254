"""Scripted agents: they see what a learner sees, the tile view of one body, and nothing else."""

from pathlib import Path

from ...envs.engine.compiling import keyed_cache

with keyed_cache(Path(__file__).parent):  # machine code of the agents is kept by the hash of their sources
    from .forager import Greedy, Sustainable
    from .norm_followers import (
        BadgeHunter,
        Citizen,
        Compliant,
        Enforcer,
        FreeRider,
        Patroller,
        Vigilante,
        ViolateAndPolice,
    )
from .random_policy import Random

SCRIPTED = {  # those of all games on a map
    "random": Random,
    "greedy": Greedy,
    "sustainable": Sustainable,
    "compliant": Compliant,
    "enforcer": Enforcer,
    "patroller": Patroller,
    "free_rider": FreeRider,
    "badge_hunter": BadgeHunter,
    "violate_and_police": ViolateAndPolice,
    "vigilante": Vigilante,
}

__all__ = [
    "SCRIPTED",
    "BadgeHunter",
    "Citizen",
    "Compliant",
    "Enforcer",
    "FreeRider",
    "Greedy",
    "Patroller",
    "Random",
    "Sustainable",
    "Vigilante",
    "ViolateAndPolice",
]
