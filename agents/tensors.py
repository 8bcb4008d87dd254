"""Tensors by name: what a checkpoint holds, and the state of whatever goes on from one."""

import torch

Tensors = dict[str, torch.Tensor]


def part_of(named: Tensors, prefix: str) -> Tensors:
    """The tensors whose names begin with a prefix, under the rest of their names."""
    return {name.removeprefix(prefix): t for name, t in named.items() if name.startswith(prefix)}
