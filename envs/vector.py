"""The batch as a gymnasium VectorEnv: every (world, agent) pair is one sub-environment."""

from .api.vector import PairVectorEnv

__all__ = ["PairVectorEnv"]
