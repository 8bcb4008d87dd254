"""A run's settings in RLlib's forms; this module does without Ray."""

import math

from ...config import TrainingConfig


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
    samples = ppo.rollout_steps * worlds * learners_of
    return min(samples, math.ceil((ppo.rollout_steps + 2) * worlds * learners_of / ppo.minibatches))
