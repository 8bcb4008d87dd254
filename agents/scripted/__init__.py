"""Scripted agents: they see what a learner sees, the tile view of one body, and nothing else."""

from .forager import Greedy, Sustainable
from .uniform import Random

SCRIPTED = {"random": Random, "greedy": Greedy, "sustainable": Sustainable}

__all__ = ["SCRIPTED", "Greedy", "Random", "Sustainable"]
