"""Who acts in which slot of which world: learners, sampled policies and residents.

Sizes: W worlds, N slots, P columns of learners (P = N where no population is drawn).
"""

from collections.abc import Sequence
from typing import Any, Protocol

import numpy as np
import torch

from ..agents.policy_sampling import PolicySampler
from ..agents.tensors import Tensors, part_of

NO_POLICY = -1  # in the place of a policy's number: a resident has the slot


class Residents(Protocol):
    """Others who have some slots of some worlds, each for whole episodes; see curriculum.py."""

    def start(self, worlds: int, seed: int) -> None: ...
    def act(self, observations: np.ndarray, started: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """(W, N, *view) and bool (W,) to their actions, int (W, N), and the slots they hold, bool (W, N)."""
        ...

    def state(self) -> Tensors: ...
    def load_state(self, state: Tensors) -> None: ...


class SlotAssignment:
    """Everybody who acts in a batch: learners, in fixed or in drawn slots, and residents in some of these.

    The learner of a slot that a resident has still sees, and remembers what it saw, but the mask says that it
    did not act; slots are reassigned at the start of an episode, when memory begins anew, so that nothing of
    another's life is ever remembered by one that acts. A learner without a slot sees zeros.
    """

    def __init__(
        self,
        shape: tuple[int, int],
        device: torch.device,
        sampler: PolicySampler | None,
        residents: Residents | None,
    ) -> None:
        """shape: (W, N)."""
        self.sampler, self.residents = sampler, residents
        self.fixed = sampler is None and residents is None  # every learner acts in its own slot, always
        self._own = torch.ones(shape, dtype=torch.bool, device=device)  # (W, N) a learner acts
        self._slots = torch.arange(shape[1], device=device).expand(shape)

    def columns(self, slots: torch.Tensor) -> torch.Tensor:
        """(W, N, ...) of slots to (W, P, ...) of learners."""
        return self.sampler.gather(slots) if self.sampler else slots

    def play(self, actions: torch.Tensor, views: torch.Tensor, started: torch.Tensor) -> torch.Tensor:
        """The learners' actions (W, P) to those of all slots (W, N); residents see views (W, N, *view)."""
        actions = self.sampler.scatter(actions) if self.sampler else actions
        if not self.residents:
            return actions
        theirs, taken = self.residents.act(views.cpu().numpy(), started.cpu().numpy())
        self._own = torch.from_numpy(~taken).to(actions.device)
        return torch.where(self._own, actions, torch.from_numpy(theirs).to(actions))

    def mask(self) -> torch.Tensor:
        """(W, P) bool: who acted in the last step."""
        return self.columns(self._own)

    def policies(self, worlds: np.ndarray) -> np.ndarray:
        """(E, N) int64: the policy in each slot of some worlds, or NO_POLICY."""
        policy = self.sampler.assignment if self.sampler else self._slots
        return torch.where(self._own, policy, NO_POLICY).cpu().numpy()[worlds]

    def redraw(self, ended: torch.Tensor) -> None:
        """Draw the policies of the next episodes of the worlds (W,) bool that ended."""
        if self.sampler:
            self.sampler.draw(ended)

    def state(self) -> Tensors:
        """All that the next actions depend on besides the learners'."""
        parts = {"sampler": self.sampler, "residents": self.residents}
        return {f"{n}.{name}": t for n, part in parts.items() if part for name, t in part.state().items()}

    def load_state(self, state: Tensors) -> None:
        """The inverse of `state`."""
        if self.sampler:
            self.sampler.load_state(part_of(state, "sampler."))
        if self.residents:
            self.residents.load_state(part_of(state, "residents."))


def slot_columns(episodes: Sequence[dict[str, np.ndarray]], policies: int) -> dict[str, Any]:
    """Columns of the log, from columns of episodes with `slot_policies` (E, N): a policy each, or NO_POLICY.

    `slot_policies`: for each episode the policies in the order of the slots. `policy_return`: for each policy
    the mean of its returns, NaN where it ended no episode. Nothing where every learner has its own slot.
    """
    parts = [part for part in episodes if "slot_policies" in part]
    if not parts:
        return {}
    assigned = np.concatenate([part["slot_policies"] for part in parts])
    returns = np.concatenate([part["agent_return"] for part in parts])
    return {"policy_return": returns_of_each(assigned, returns, policies), "slot_policies": assigned.tolist()}


def returns_of_each(assigned: np.ndarray, returns: np.ndarray, policies: int) -> list[float]:
    """Mean return of each policy, from its slots `assigned` (E, N) and the slots' returns (E, N)."""
    mine = [returns[assigned == policy] for policy in range(policies)]
    return [float(own.mean()) if own.size else float("nan") for own in mine]
