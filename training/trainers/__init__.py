"""The trainers: one signature, one run folder, whoever does the learning.

Each is a function `train(config, batch, folder, resume, show)` in a module of its own, loaded when it is
asked for, so that a library that is not installed is missed by nobody else. What all of them leave behind is
the same (`folder.RunFolder`): config.json, meta.json, log.jsonl with a row an update, and checkpoints of
`agents.networks.Networks` as safetensors, which `evaluate`, `watch` and `load_residents` read.
"""

from collections.abc import Callable
from importlib import import_module
from typing import Any, get_args

from ..config import TrainerName

Train = Callable[..., Any]

MODULES = {
    "ippo": ".ippo.trainer",
    "sb3": ".sb3.trainer",
    "rllib": ".rllib.trainer",
}  # trainer: where its `train` is
EXTRAS = {"stable_baselines3": "train", "ray": "rllib"}  # library: the extra that brings it


def trainer_named(name: str) -> Train:
    """The `train` of a trainer. Raises ValueError for an unknown name, or a library that is not installed."""
    if name not in MODULES:
        raise ValueError(f"trainer is {name!r}; allowed: {', '.join(map(repr, get_args(TrainerName)))}")
    try:
        return import_module(MODULES[name], __package__).train
    except ModuleNotFoundError as missing:
        library = (missing.name or "").partition(".")[0]
        if library not in EXTRAS:
            raise
        extra = EXTRAS[library]
        raise ValueError(f"trainer {name!r} needs {library}: pip install 'altared[{extra}]'") from missing
