"""The batch as a stable-baselines3 VecEnv: every (world, agent) pair is one environment of one policy."""

from .api.sb3 import PairVecEnv

__all__ = ["PairVecEnv"]
