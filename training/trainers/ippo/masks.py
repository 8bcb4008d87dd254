"""Means over what learners did themselves: a mask says which samples count, None that all do.

A mask is bool in the shape of the samples, (..., N): true where the network of that column chose the action.
With None every function is the plain one, to the bit, and costs what that costs.
"""

import torch


def by_learner(x: torch.Tensor, learners: int) -> torch.Tensor:
    """(..., N) -> (L, all samples of that learner)."""
    return x.flatten(0, -2).T.reshape(learners, -1)


def mean_of_each(x: torch.Tensor, learners: int, mask: torch.Tensor | None = None) -> torch.Tensor:
    """Mean of (..., N) over the samples of each learner, (L,); 0 for a learner that has none."""
    return _row_means(by_learner(x, learners), _counted(mask, learners)).squeeze(1)


def tally(x: torch.Tensor, mask: torch.Tensor | None = None) -> torch.Tensor:
    """The sum of all samples that count, and their number, (2,)."""
    both = [x.sum(), x.new_full((), x.numel())] if mask is None else [(x * mask).sum(), mask.sum()]
    return torch.stack(both)


def normalised(x: torch.Tensor, learners: int, mask: torch.Tensor | None = None) -> torch.Tensor:
    """(..., N) with mean 0 and deviation 1 over what counts of each learner; 0 where nothing does."""
    rows, counted = by_learner(x, learners), _counted(mask, learners)
    centred = rows - _row_means(rows, counted)
    if counted is None:
        rows = centred / (rows.std(1, correction=0, keepdim=True) + 1e-8)
    else:
        centred = centred * counted
        rows = centred / (_row_means(centred.square(), counted).sqrt() + 1e-8)
    return rows.view(x.shape[-1], -1).T.reshape(x.shape)


def unexplained(values: torch.Tensor, target: torch.Tensor, mask: torch.Tensor | None = None) -> torch.Tensor:
    """Var(target - value) and Var(target), variances within agents, added up, (2,)."""
    return torch.stack([_variances(target - values, mask).sum(), _variances(target, mask).sum()])


def learning(learners: int, mask: torch.Tensor | None) -> torch.Tensor | None:
    """(L,) bool: who has a sample that counts; None where all have."""
    return None if mask is None else by_learner(mask, learners).any(1)


@torch.no_grad()
def step_of(optimiser: torch.optim.Optimizer, who: torch.Tensor | None) -> None:
    """A step of Adam for the learners `who` (L,) bool; the others keep weights and momentum.

    With a gradient of zero their momentum would still carry them on. The number of steps, by which Adam
    corrects its moments, is common to all: who first acts late takes steps up to 6.6 times too long at first,
    and still twice as long after 300 of them.
    """
    kept = [] if who is None or who.all() else _by_learner_in(optimiser)
    before = [tensor.clone() for tensor in kept]
    optimiser.step()
    for tensor, old in zip(kept, before, strict=True):
        tensor.copy_(torch.where(who.view(-1, *[1] * (old.dim() - 1)), tensor, old))  # type: ignore[union-attr]


def _by_learner_in(optimiser: torch.optim.Optimizer) -> list[torch.Tensor]:
    """What Adam changes and has the learner as first axis; the number of steps is common to all."""
    parameters = [p for group in optimiser.param_groups for p in group["params"]]
    moments = [optimiser.state[p][name] for p in parameters if p in optimiser.state for name in MOMENTS]
    return parameters + moments


MOMENTS = ("exp_avg", "exp_avg_sq")


def _counted(mask: torch.Tensor | None, learners: int) -> torch.Tensor | None:
    return None if mask is None else by_learner(mask, learners)


def _row_means(rows: torch.Tensor, counted: torch.Tensor | None) -> torch.Tensor:
    """(L, S) -> (L, 1)."""
    if counted is None:
        return rows.mean(1, keepdim=True)
    return (rows * counted).sum(1, keepdim=True) / counted.sum(1, keepdim=True).clamp(min=1)


def _variances(x: torch.Tensor, mask: torch.Tensor | None) -> torch.Tensor:
    """(..., N) -> (N,)."""
    if mask is None:
        return x.var(tuple(range(x.dim() - 1)), correction=0)
    rows, counted = by_learner(x, x.shape[-1]), by_learner(mask, x.shape[-1])
    return _row_means((rows - _row_means(rows, counted)).square(), counted).squeeze(1)
