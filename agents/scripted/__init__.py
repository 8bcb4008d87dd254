"""Scripted agents: they see what a learner sees, the tile view of one body, and nothing else."""

from ...envs.compiling import keyed_cache

with keyed_cache():  # compiled walkers hold numbers of `envs`, so their machine code is kept by its hash
    from .forager import Greedy, Sustainable
from .uniform import Random

SCRIPTED = {"random": Random, "greedy": Greedy, "sustainable": Sustainable}

__all__ = ["SCRIPTED", "Greedy", "Random", "Sustainable"]
