"""The trainers, with one signature and one run folder.

Each is a function `train(config, batch, folder, resume, show)` in a separate module, loaded when it is
asked for, so that the others work without its library. All of them write the same files
(`run_folder.RunFolder`): config.json, meta.json, log.jsonl with a row an update, and checkpoints of
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
