"""Proximal policy optimisation for many independent learners at once (Schulman et al. 2017), on one page.

Every learner has its own loss, its own normalised advantages and its own clipped gradient, so that what
one learns does not depend on the data of another; only the order of the minibatches is common. Where a
rollout has a mask, nobody learns from what it did not do itself (masks.py).
"""

import torch

from ..agents.networks import Networks, log_softmax
from .config import PPO
from .gae import advantages
from .masks import explained_variance, learning, mean, mean_of_each, normalised, step_of
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
    sums: dict[str, torch.Tensor] = {}
    for _ in range(ppo.epochs):
        order = torch.randperm(sequences, generator=generator, device=generator.device)
        order = order.to(advantage.device)
        for part in order.tensor_split(ppo.minibatches):
            report = _minibatch(networks, optimiser, [c.index_select(1, part) for c in columns], ppo, entropy_weight)
            for name, value in report.items():
                sums[name] = sums.get(name, torch.zeros((), device=value.device)) + value
    report = {name: float(total) / (ppo.epochs * ppo.minibatches) for name, total in sums.items()}
    report["explained_variance"] = explained_variance(rollout.values, target, rollout.mask)
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
    columns += [] if r.mask is None else [r.mask]
    if not memory:
        nothing = r.memory.new_zeros(1, r.started.numel(), 0)
        return [nothing, *(c.flatten(0, 1).unsqueeze(0) for c in columns)]
    worlds = r.started.shape[1]
    first_memory = r.memory.view(len(r.memory), worlds, -1, r.memory.shape[-1])  # (L, W, R, H)
    return [first_memory, *columns]


def _minibatch(networks, optimiser, columns, ppo: PPO, entropy_weight: float) -> dict[str, torch.Tensor]:
    first_memory, views, started, actions, old_log_probs, old_values, advantage, target, *rest = columns
    mask = rest[0] if rest else None
    memory = first_memory.flatten(1, -2) if networks.architecture.memory else first_memory
    logits, values, _ = networks(views, memory, started)
    log_probs = log_softmax(logits)
    ratio_log = log_probs.gather(-1, actions.unsqueeze(-1)).squeeze(-1) - old_log_probs
    ratio = ratio_log.exp()
    learners = networks.architecture.learners
    advantage = normalised(advantage, learners, mask)
    policy_loss = clipped_loss(ratio, advantage, ppo.clip)
    value_loss = _value_loss(values, old_values, target, ppo.value_clip)
    entropy = -(log_probs.exp() * log_probs).sum(-1)
    loss = policy_loss + ppo.value_weight * value_loss - entropy_weight * entropy
    optimiser.zero_grad(set_to_none=True)
    mean_of_each(loss, learners, mask).sum().backward()  # a sum: nobody's gradient depends on L
    norms = clip_each(list(networks.parameters()), ppo.gradient_norm)
    who = learning(learners, mask)
    step_of(optimiser, who)
    with torch.no_grad():
        return {
            "policy_loss": mean(policy_loss, mask), "value_loss": mean(value_loss, mask),
            "entropy": mean(entropy, mask), "kl": mean(ratio - 1 - ratio_log, mask),  # Schulman's estimate
            "clip_fraction": mean(((ratio - 1).abs() > ppo.clip).float(), mask),
            "gradient_norm": mean(norms, who),
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
