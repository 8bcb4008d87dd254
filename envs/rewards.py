"""Reward views: what a learner is paid, as a function of what every agent earned."""

from .engine.rewards import (
    REWARD_VIEWS,
    InequityAversion,
    Own,
    RewardView,
    Shared,
    SocialValueOrientation,
    reward_from_dict,
    reward_to_dict,
    reward_view,
)

__all__ = [
    "REWARD_VIEWS",
    "InequityAversion",
    "Own",
    "RewardView",
    "Shared",
    "SocialValueOrientation",
    "reward_from_dict",
    "reward_to_dict",
    "reward_view",
]
