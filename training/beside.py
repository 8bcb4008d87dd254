"""Where the worlds of a run are stepped: beside its learners, wherever that can be."""

import sys
from typing import Any

from ..envs import make_batch
from .config import TrainingConfig
from .trainers.base import require_device


def make_beside(config: TrainingConfig, options: dict[str, Any]) -> Any:
    """The batch, on the learners' GPU where nothing in the run needs its worlds on the CPU.

    A game refuses a GPU for which it has no rules with ValueError; whatever else goes wrong there is raised.
    """
    named = config.game, config.schedule.worlds
    hosted = config.negotiates or config.curriculum.residents or config.trainer != "own"
    if config.schedule.device == "cuda" and not hosted:
        require_device(config.schedule.device, config.schedule.threads)
        try:
            return make_batch(*named, device="cuda", **options)
        except ValueError as error:
            batch = make_batch(*named, **options)  # what is wrong on the CPU too is said here
            print(f"worlds are stepped on the CPU: {error}", file=sys.stderr)
            return batch
    return make_batch(*named, **options)
