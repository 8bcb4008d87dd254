"""Reward views: what a learner is paid, as a function of what every agent earned.

`own` (the default) is the reward itself; the others are the literature's social preferences.
`own` and `shared` are the same bytes on a CPU and a GPU. The other two are not promised to be: a GPU rounds
a product and the sum that it goes into once, a CPU twice, and their arctangents differ in the last digit.
"""

from dataclasses import asdict, dataclass, fields
from typing import Any, ClassVar, NamedTuple

import numpy as np

from .compiling import rule

OWN, SHARED, ORIENTED, INEQUITY_AVERSE = range(4)


class RewardParams(NamedTuple):
    """A view as numbers: its rule and three constants."""

    rule: int
    first: float
    second: float
    third: float


@dataclass(frozen=True)
class Own:
    """Each agent is paid what it earned."""

    name: ClassVar[str] = "own"

    def params(self) -> RewardParams:
        return RewardParams(OWN, 0.0, 0.0, 0.0)


@dataclass(frozen=True)
class Shared:
    """Each agent is paid the sum of what all agents earned (Melting Pot's COLLECTIVE_REWARD)."""

    name: ClassVar[str] = "shared"

    def params(self) -> RewardParams:
        return RewardParams(SHARED, 0.0, 0.0, 0.0)


@dataclass(frozen=True)
class SocialValueOrientation:
    """`r_i - weight * |angle - atan2(mean of the others' rewards, r_i)|`.

    Source: McKee et al. 2020, "Social diversity and social preferences in mixed-motive reinforcement
    learning" (arXiv 2002.02325).
    In steps in which nobody earns anything the reward angle is undefined, and nothing is subtracted.
    """

    name: ClassVar[str] = "social_value_orientation"
    angle: float = 45.0
    """Preferred angle between own and others' reward, degrees: 0 selfish, 45 prosocial, 90 altruistic."""
    weight: float = 0.2
    """Cost of one radian of deviation, >= 0."""

    def __post_init__(self) -> None:
        _require(-180 <= self.angle <= 180, "angle", self.angle, "degrees in -180 .. 180")
        _require(0 <= self.weight < float("inf"), "weight", self.weight, "a finite number >= 0")

    def params(self) -> RewardParams:
        return RewardParams(ORIENTED, float(np.radians(self.angle)), float(self.weight), 0.0)


@dataclass(frozen=True)
class InequityAversion:
    """`r_i - envy / (N-1) * sum_j max(e_j - e_i, 0) - guilt / (N-1) * sum_j max(e_i - e_j, 0)`.

    `e` are rewards smoothed by `e_j <- smoothing * e_j + r_j` (Hughes et al. 2018, arXiv 1803.08884,
    with alpha = envy, beta = guilt and smoothing = gamma * lambda).
    """

    name: ClassVar[str] = "inequity_aversion"
    envy: float = 5.0
    """Dislike of earning less than others, >= 0."""
    guilt: float = 0.05
    """Dislike of earning more than others, >= 0."""
    smoothing: float = 0.99 * 0.975
    """Share of a smoothed reward kept for the next step, 0 .. 1."""

    def __post_init__(self) -> None:
        for field in ("envy", "guilt"):
            value = getattr(self, field)
            _require(0 <= value < float("inf"), field, value, "a finite number >= 0")
        _require(0 <= self.smoothing <= 1, "smoothing", self.smoothing, "a number in 0 .. 1")

    def params(self) -> RewardParams:
        return RewardParams(INEQUITY_AVERSE, float(self.envy), float(self.guilt), float(self.smoothing))


RewardView = Own | Shared | SocialValueOrientation | InequityAversion
REWARD_VIEWS: dict[str, type[RewardView]] = {
    view.name: view for view in (Own, Shared, SocialValueOrientation, InequityAversion)
}


def reward_view(view: str | RewardView) -> RewardView:
    """A view by name, with its default constants, or a view as it is."""
    if isinstance(view, str):
        if view not in REWARD_VIEWS:
            raise ValueError(f"reward={view!r} is unknown; known: {', '.join(REWARD_VIEWS)}")
        return REWARD_VIEWS[view]()
    if not isinstance(view, tuple(REWARD_VIEWS.values())):
        raise TypeError(f"reward={view!r} is not a reward view; known: {', '.join(REWARD_VIEWS)}")
    return view


def reward_to_dict(view: RewardView) -> dict[str, Any]:
    """A view as plain data, for a file."""
    return {"name": view.name, **asdict(view)}


def reward_from_dict(data: dict[str, Any]) -> RewardView:
    """A view from its name and constants, as `reward_to_dict` gives them; constants left out are default."""
    constants = {name: value for name, value in data.items() if name != "name"}
    view = type(reward_view(data["name"]))
    known = [field.name for field in fields(view)]
    if unknown := sorted(constants.keys() - set(known)):
        allowed = ", ".join(known) or "none"
        raise ValueError(f"reward {view.name} has no constant {', '.join(unknown)}; allowed: {allowed}")
    return view(**constants)


def _require(allowed: bool, field: str, value: float, what: str) -> None:
    if not allowed:
        raise ValueError(f"{field}={value!r} is not allowed: {field} must be {what}")


@rule
def pay(view, earned, smoothed, rewards):
    """Write the rewards (N,) float32 of one world from what its agents earned (N,)."""
    if view.rule == OWN:
        for i in range(earned.size):
            rewards[i] = earned[i]
    elif view.rule == SHARED:
        total = sum_of(earned)
        for i in range(earned.size):
            rewards[i] = total
    elif view.rule == ORIENTED:
        pay_oriented(earned, view.first, view.second, rewards)
    else:
        pay_inequity_averse(earned, smoothed, view.first, view.second, view.third, rewards)


@rule
def pay_nothing(rewards):
    """Rewards (N,) of a world in which nothing happens."""
    for i in range(rewards.size):
        rewards[i] = 0.0


@rule
def sum_of(earned):
    """Sum in float64, in order."""
    total = 0.0
    for i in range(earned.size):
        total += float(earned[i])
    return total


@rule
def pay_oriented(earned, angle, weight, rewards):
    """See SocialValueOrientation."""
    total = sum_of(earned)
    for i in range(earned.size):
        own = float(earned[i])
        others = (total - own) / (earned.size - 1) if earned.size > 1 else 0.0
        deviation = 0.0
        if own != 0.0 or others != 0.0:
            deviation = abs(angle - np.arctan2(others, own))
        rewards[i] = own - weight * deviation


@rule
def pay_inequity_averse(earned, smoothed, envy, guilt, smoothing, rewards):
    """See InequityAversion."""
    for i in range(earned.size):
        smoothed[i] = smoothing * smoothed[i] + earned[i]
    for i in range(earned.size):
        behind, ahead = 0.0, 0.0
        for j in range(earned.size):
            behind += max(smoothed[j] - smoothed[i], 0.0)
            ahead += max(smoothed[i] - smoothed[j], 0.0)
        others = max(earned.size - 1, 1)
        rewards[i] = earned[i] - (envy * behind + guilt * ahead) / others
