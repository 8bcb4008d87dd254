"""The learners of a run, in groups that are improved side by side, by as many threads as there are.

Learners share nothing, so no group waits for another within an update. A group's networks and its moments of
Adam lie in the memory of the whole, and all groups shuffle alike. Stacks of different heights differ in their
last bits, so the groups are the same on any number of threads, and what is learned is, too.
"""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

import torch

from ....agents.networks import Networks
from ....agents.tensors import Tensors
from ...config import PPO
from .masks import MOMENTS
from .ppo import Tallies, annealed, report_of, update
from .rollout import Rollout

SMALLEST = 3  # learners of a group: each costs some 4 % more where there is but one thread
ADAM = ("step", *MOMENTS)  # what it remembers of a parameter


class Group(NamedTuple):
    """Some of the learners."""

    who: slice
    networks: Networks
    optimiser: torch.optim.Optimizer
    shuffle: torch.Generator


class Learners:
    """Networks and whatever improves them."""

    def __init__(self, networks: Networks, ppo: PPO, seed: int, threads: int) -> None:
        """`seed`: of the order in which they go through a rollout."""
        self.networks, self.ppo = networks, ppo
        self.groups = [_group(networks, who, ppo, seed) for who in _shares(networks)]
        self._threads = ThreadPoolExecutor(threads) if min(threads, len(self.groups)) > 1 else None

    def improve(self, rollout: Rollout, progress: float) -> dict[str, float]:
        """Learn from a rollout, `progress` 0 .. 1 into the run; returns losses and diagnostics."""

        def improve_group(group: Group) -> Tallies:
            own = rollout.of(group.who)
            return update(group.networks, group.optimiser, own, self.ppo, progress, group.shuffle)

        side_by_side = self._threads.map if self._threads else map
        tallies = list(side_by_side(improve_group, self.groups))
        return {**report_of(tallies), **annealed(self.ppo, progress)}

    def state(self) -> Tensors:
        """All that an improvement depends on besides weights and rollout, of all groups in one piece."""
        each = [_adam_of(group) for group in self.groups]
        adam = {f"adam.{name}": _whole([moments[name] for moments in each]) for name in each[0]}
        return {**adam, "shuffle": self.groups[0].shuffle.get_state()}

    def load_state(self, state: Tensors) -> None:
        """The inverse of `state`."""
        for group in self.groups:
            for name, parameter in group.networks.named_parameters():
                saved = {key: state[f"adam.{key}.{name}"].to(parameter.device) for key in ADAM}
                group.optimiser.state[parameter] = {key: _part(t, group.who) for key, t in saved.items()}
            group.shuffle.set_state(state["shuffle"])


def _shares(networks: Networks) -> list[slice]:
    """Who is in which group: all in one where a thread keeps a GPU busy, or a GRU's steps are too small."""
    a = networks.architecture
    alone = a.recurrent or networks.critic.bias.device.type != "cpu"
    groups = 1 if alone else a.learners // SMALLEST
    if groups <= 1:
        return [slice(None)]
    return [slice(a.learners * k // groups, a.learners * (k + 1) // groups) for k in range(groups)]


def _group(networks: Networks, who: slice, ppo: PPO, seed: int) -> Group:
    own = networks.of(who)
    optimiser = torch.optim.Adam(own.parameters(), lr=ppo.learning_rate, eps=1e-5, fused=True)
    return Group(who, own, optimiser, torch.Generator(own.critic.bias.device).manual_seed(seed))


def _adam_of(group: Group) -> Tensors:
    state, parameters = group.optimiser.state, group.networks.named_parameters()
    return {f"{key}.{name}": tensor for name, p in parameters for key, tensor in state[p].items()}


def _whole(parts: Sequence[torch.Tensor]) -> torch.Tensor:
    """Moments of all learners; the number of steps is no tensor with an axis, and the same for all."""
    return torch.cat(list(parts)) if parts[0].dim() else parts[0]


def _part(whole: torch.Tensor, who: slice) -> torch.Tensor:
    return whole[who].clone() if whole.dim() else whole.clone()
