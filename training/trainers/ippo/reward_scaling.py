"""Rewards divided by how much a learner's return varies, so that one step size fits games of any stakes.

Huang et al. 2022 (the 37 implementation details, "reward scaling"), but for each learner by itself: a pooled
scale would make one learner depend on another's rewards.
"""

import torch

from .masks import by_learner

SMALL = 1e-8


class RewardScaling:
    """The running variance of each learner's discounted return, over all samples that counted so far."""

    def __init__(self, learners: int, worlds: int, agents: int, gamma: float, device: torch.device) -> None:
        self.learners, self.gamma = learners, gamma
        self.returns = torch.zeros(worlds, agents, device=device)  # discounted, of the episodes so far
        self.count, self.mean, self.squares = torch.zeros(3, learners, dtype=torch.float64, device=device)

    def __call__(self, rewards: torch.Tensor, ended: torch.Tensor, mask: torch.Tensor | None) -> torch.Tensor:
        """Take a rollout in, and give its rewards (T, W, N) divided by the deviations.

        ended bool (T, W); mask bool (T, W, N) says which samples count, None that all do.
        """
        returns = torch.empty_like(rewards)
        for t, reward in enumerate(rewards):
            self.returns = self.returns * self.gamma + reward
            returns[t] = self.returns
            self.returns = self.returns * ~ended[t].unsqueeze(-1)
        self._take_in(returns, torch.ones_like(rewards, dtype=torch.bool) if mask is None else mask)
        each = self.deviation().to(rewards.dtype)
        return rewards / each  # (L,) fits (T, W, N), since L is N or 1

    def deviation(self) -> torch.Tensor:
        """(L,) float64; 1 for a learner of which nothing is known."""
        variance = self.squares / self.count.clamp(min=1)
        return torch.where(self.count > 0, (variance + SMALL).sqrt(), 1.0)

    def _take_in(self, returns: torch.Tensor, mask: torch.Tensor) -> None:
        """Join the moments of new samples with those so far (Chan et al. 1979)."""
        rows, counted = by_learner(returns, self.learners).double(), by_learner(mask, self.learners)
        new = counted.sum(1)
        mean = (rows * counted).sum(1) / new.clamp(min=1)
        squares = ((rows - mean.unsqueeze(1)).square() * counted).sum(1)
        total = (self.count + new).clamp(min=1)
        apart = (mean - self.mean) * (new > 0)
        self.squares = self.squares + squares + apart.square() * self.count * new / total
        self.mean = self.mean + apart * new / total
        self.count = self.count + new

    def state(self) -> dict[str, torch.Tensor]:
        """All that it goes by."""
        return {name: getattr(self, name) for name in ("returns", "count", "mean", "squares")}

    def load_state(self, state: dict[str, torch.Tensor]) -> None:
        """The inverse of `state`."""
        for name, tensor in state.items():
            setattr(self, name, tensor.to(self.returns.device).clone())
