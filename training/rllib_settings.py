"""What RLlib can be told of a run's settings, and what it cannot; this module does without Ray."""

import math
from typing import Any

from .config import TrainingConfig


def require_possible(config: TrainingConfig) -> None:
    """Raise ValueError naming the first setting that this trainer cannot follow."""
    ppo, schedule, runners = config.ppo, config.schedule, config.cluster.num_env_runners
    _require(not config.negotiates, "negotiates", config.negotiates, "False")
    _require(not config.curriculum.cost_anneal, "cost_anneal", config.curriculum.cost_anneal, "0")
    _require(not config.curriculum.residents, "residents", config.curriculum.residents, "none")
    _require(ppo.network == "feedforward", "network", ppo.network, "'feedforward'")
    _require(ppo.value_clip == 0, "value_clip", ppo.value_clip, "0 (RLlib clips the error, not the value)")
    _require(
        ppo.gradient_norm > 0, "gradient_norm", ppo.gradient_norm, "above 0 (RLlib takes 0 for no limit)"
    )
    _require(schedule.device == "cpu", "device", schedule.device, "'cpu'")
    divides = schedule.worlds % max(1, runners) == 0
    _require(divides, "num_env_runners", runners, f"0, or a number that divides {schedule.worlds} worlds")


def _require(possible: bool, field: str, value: Any, allowed: str) -> None:
    if not possible:
        raise ValueError(f"{field} is {value!r}; allowed with trainer 'rllib': {allowed}")


def falling(first: float, last: float, steps: int) -> list[list[float]]:
    """RLlib's form of a number that goes linearly from `first` to `last` in so many env steps."""
    return [[0, first], [steps, last]]


def minibatch_size(config: TrainingConfig, learners_of: int) -> int | None:
    """Samples of one learner in a minibatch, with `learners_of` agents to a learner; None: all at once.

    RLlib adds a sample to every stretch of an episode, to value what comes after it; room for two a world
    keeps it to the number of minibatches that was asked for.
    """
    ppo, worlds = config.ppo, config.schedule.worlds
    if ppo.minibatches == 1:
        return None
    samples = ppo.rollout * worlds * learners_of
    return min(samples, math.ceil((ppo.rollout + 2) * worlds * learners_of / ppo.minibatches))
