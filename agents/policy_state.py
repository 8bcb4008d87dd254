"""What a policy or population remembers, as named arrays: to save it, and to go on later as if never stopped.

Whatever follows the two protocols of policy.py keeps its memory in attributes: arrays, tensors, generators of
random numbers, or tuples, lists and objects of these. They are found there; what is of another kind (its
numbers, its networks) is made again with the policy.
"""

import json
from typing import Any

import numpy as np
import torch

from .tensors import Tensors

GENERATORS = np.random.Generator | torch.Generator


def state_of(policy: Any) -> Tensors:
    """All that it remembers, by the path of attributes that leads there; copies."""
    return {path: _saved(holder[key]) for path, holder, key in _places(policy, "")}


def restore(policy: Any, state: Tensors) -> None:
    """Make it remember what `state_of` gave of one like it. Raises ValueError where that was unlike it."""
    places = list(_places(policy, ""))
    if {path for path, *_ in places} != state.keys():
        raise ValueError(f"{type(policy).__name__} remembers other things than those that were saved")
    for path, holder, key in places:
        _load(holder, key, state[path], path)


def _places(thing: Any, path: str):
    """(path, holder, key) of every memory: `holder[key]` is an array, a tensor or a generator."""
    for key, value in _members(thing):
        holder, where = (vars(thing) if hasattr(thing, "__dict__") else thing), f"{path}{key}"
        if isinstance(value, np.ndarray | torch.Tensor | GENERATORS):
            yield where, holder, key
        elif isinstance(value, tuple | list) or _has_parts(value):
            yield from _places(value, f"{where}.")


def _members(thing: Any):
    return enumerate(thing) if isinstance(thing, tuple | list) else vars(thing).items()


def _has_parts(value: Any) -> bool:
    """Whether it is an object to look into; what can be called is none (networks are)."""
    return hasattr(value, "__dict__") and not callable(value)


def _saved(value: Any) -> torch.Tensor:
    if isinstance(value, torch.Generator):
        return value.get_state()
    if isinstance(value, np.random.Generator):
        return torch.from_numpy(
            np.frombuffer(json.dumps(value.bit_generator.state).encode(), np.uint8).copy()
        )
    return torch.as_tensor(value).clone()


def _load(holder: Any, key: Any, saved: torch.Tensor, path: str) -> None:
    value = holder[key]
    if isinstance(value, torch.Generator):
        value.set_state(saved)
    elif isinstance(value, np.random.Generator):
        value.bit_generator.state = json.loads(saved.numpy().tobytes())
    elif tuple(value.shape) != tuple(saved.shape):
        raise ValueError(f"{path} has shape {tuple(saved.shape)}; allowed: {tuple(value.shape)}")
    elif isinstance(value, np.ndarray):
        value[...] = saved.numpy()
    else:
        holder[key] = saved.clone()
