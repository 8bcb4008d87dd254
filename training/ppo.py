"""Proximal policy optimisation for many independent learners at once (Schulman et al. 2017), on one page.

Every learner has its own loss, its own normalised advantages and its own clipped gradient, so that what
one learns does not depend on the data of another; only the order of the minibatches is common.
"""

import torch

from ..agents.networks import Networks
from .config import PPO
from .gae import advantages
from .rollout import Rollout


def update(
    networks: Networks, optimiser: torch.optim.Optimizer, rollout: Rollout, ppo: PPO, progress: float,
    generator: torch.Generator,
) -> dict[str, float]:  # fmt: skip
    """Improve the networks with one rollout; `progress` in 0..1 says how far the run is.

    Returns losses and diagnostics, averaged over minibatches and learners.
    """
    entropy_weight = between(ppo.entropy, ppo.final_entropy, progress)
    for group in optimiser.param_groups:
        group["lr"] = between(ppo.learning_rate, ppo.final_learning_rate, progress)
    advantage = advantages(
        rollout.rewards, rollout.values, rollout.following, rollout.ended, ppo.discount, ppo.trace
    )
    target = advantage + rollout.values
    columns = _as_sequences(rollout, advantage, target, networks.architecture.memory)
    sequences = columns[0].shape[1]
    parts = min(ppo.minibatches, sequences)
    sums: dict[str, torch.Tensor] = {}
    for _ in range(ppo.epochs):
        order = torch.randperm(sequences, generator=generator).to(advantage.device)
        for part in order.tensor_split(parts):
            report = _minibatch(networks, optimiser, [c[:, part] for c in columns], ppo, entropy_weight)
            for name, value in report.items():
                sums[name] = sums.get(name, torch.zeros((), device=value.device)) + value
    report = {name: float(total) / (ppo.epochs * parts) for name, total in sums.items()}
    report["explained_variance"] = explained_variance(rollout.values, target)
    return {**report, "learning_rate": optimiser.param_groups[0]["lr"], "entropy_weight": entropy_weight}


def between(first: float, last: float, progress: float) -> float:
    """Linear from `first` at progress 0 to `last` at progress 1."""
    return first + (last - first) * progress


def _as_sequences(rollout: Rollout, advantage, target, memory: bool) -> list[torch.Tensor]:
    """What a minibatch is drawn from, (steps of a sequence, sequences, ...) each.

    With memory a sequence is a world's whole rollout; without it every step is a sequence of its own.
    """
    r = rollout
    columns = [r.views, r.started, r.actions, r.log_probs, r.values, advantage, target]
    if not memory:
        return [c.flatten(0, 1).unsqueeze(0) for c in columns] + [r.memory.new_zeros(1, r.started.numel(), 0)]
    worlds = r.started.shape[1]
    first_memory = r.memory.view(len(r.memory), worlds, -1, r.memory.shape[-1])  # (L, W, R, H)
    return [*columns, first_memory]


def _minibatch(networks, optimiser, columns, ppo: PPO, entropy_weight: float) -> dict[str, torch.Tensor]:
    views, started, actions, old_log_probs, old_values, advantage, target, first_memory = columns
    memory = first_memory.flatten(1, -2) if networks.architecture.memory else first_memory
    logits, values, _ = networks(views, memory, started)
    log_probs = torch.log_softmax(logits, -1)
    ratio_log = log_probs.gather(-1, actions.unsqueeze(-1)).squeeze(-1) - old_log_probs
    ratio = ratio_log.exp()
    learners = networks.architecture.learners
    advantage = normalised(advantage, learners)
    policy_loss = clipped_loss(ratio, advantage, ppo.clip)
    value_loss = _value_loss(values, old_values, target, ppo.value_clip)
    entropy = -(log_probs.exp() * log_probs).sum(-1)
    loss = policy_loss + ppo.value_weight * value_loss - entropy_weight * entropy
    optimiser.zero_grad(set_to_none=True)
    by_learner(loss, learners).mean(1).sum().backward()  # a sum, so that nobody's gradient depends on L
    norms = clip_each(list(networks.parameters()), ppo.gradient_norm)
    optimiser.step()
    with torch.no_grad():
        return {
            "policy_loss": policy_loss.mean(), "value_loss": value_loss.mean(), "entropy": entropy.mean(),
            "kl": (ratio - 1 - ratio_log).mean(),  # Schulman's low-variance estimate
            "clip_fraction": ((ratio - 1).abs() > ppo.clip).float().mean(), "gradient_norm": norms.mean(),
        }  # fmt: skip


def clipped_loss(ratio, advantage, clip: float):
    """The pessimistic one of the plain and the clipped objective (equation 7 of the paper), negated."""
    return -torch.min(ratio * advantage, ratio.clamp(1 - clip, 1 + clip) * advantage)


def _value_loss(values, old_values, target, value_clip: float):
    loss = (values - target).square()
    if value_clip == 0:
        return loss
    near = old_values + (values - old_values).clamp(-value_clip, value_clip)
    return torch.max(loss, (near - target).square())


def by_learner(x: torch.Tensor, learners: int) -> torch.Tensor:
    """(..., N) -> (L, all samples of that learner)."""
    return x.flatten(0, -2).T.reshape(learners, -1)


def normalised(advantage: torch.Tensor, learners: int) -> torch.Tensor:
    """Advantages (..., N) with mean 0 and deviation 1 for each learner."""
    rows = by_learner(advantage, learners)
    rows = (rows - rows.mean(1, keepdim=True)) / (rows.std(1, correction=0, keepdim=True) + 1e-8)
    return rows.view(advantage.shape[-1], -1).T.reshape(advantage.shape)


def clip_each(parameters: list[torch.Tensor], largest: float) -> torch.Tensor:
    """Shorten every learner's gradient to the norm `largest`; returns the norms before, (L,).

    One common norm would couple independent learners: a surprise of one would slow down all.
    """
    gradients = [p.grad for p in parameters if p.grad is not None]
    norms = torch.stack([torch.linalg.vector_norm(g.flatten(1), dim=1) for g in gradients]).norm(dim=0)
    scale = (largest / (norms + 1e-6)).clamp(max=1.0)
    for g in gradients:
        g.mul_(scale.view(-1, *[1] * (g.dim() - 1)))
    return norms


def explained_variance(values: torch.Tensor, target: torch.Tensor) -> float:
    """1 - Var(target - value) / Var(target), variances within agents, added up; NaN if no target varies."""
    dims = tuple(range(target.dim() - 1))
    variance = target.var(dims, correction=0).sum()
    unexplained = (target - values).var(dims, correction=0).sum()
    return float(1 - unexplained / variance) if variance > 0 else float("nan")
