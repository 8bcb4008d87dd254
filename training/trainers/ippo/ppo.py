"""Proximal policy optimisation for many independent learners at once (Schulman et al. 2017), on one page.

An iteration of the paper's algorithm 1 has two phases: the current policies act (rollout.py), then they are
improved on what they did, which is this page. `update` computes the advantages, then for each epoch shuffles
the rollout and takes a step of Adam for each minibatch. Equations are numbered as in arXiv 1707.06347.

Every learner has its own loss, its own normalised advantages and its own clipped gradient, so that what
one learns does not depend on the data of another; only the order of the minibatches is common. Where a
rollout has a mask, nobody learns from what it did not do itself (masks.py).
"""

from collections.abc import Sequence

import torch

from ....agents.networks import Networks, log_softmax
from ...config import PPO
from .gae import advantages
from .masks import learning, mean_of_each, normalised, step_of, tally, unexplained
from .rollout import Rollout

Tallies = dict[str, torch.Tensor]  # (2,) each: a sum, and what it is to be divided by


def update(
    networks: Networks, optimiser: torch.optim.Optimizer, rollout: Rollout, ppo: PPO, progress: float,
    generator: torch.Generator,
) -> Tallies:  # fmt: skip
    """Improve the networks with one rollout; `progress` in 0..1 says how far the run is.

    Returns losses and diagnostics, added up over samples and minibatches; see `report_of`.
    """
    # Learning rate and entropy bonus go linearly to their final values.
    now = annealed(ppo, progress)
    for group in optimiser.param_groups:
        group["lr"] = now["learning_rate"]
    # Advantages (equations 11 and 12) and value targets: A[t] + V(s[t]), the return that lambda weighs.
    # Both stay as they are over all epochs.
    advantage = advantages(
        rollout.rewards, rollout.values, rollout.following, rollout.ended, ppo.gamma, ppo.gae_lambda
    )
    target = advantage + rollout.values
    columns = _as_sequences(rollout, advantage, target, networks.architecture.recurrent)
    sequences = columns[0].shape[1]
    tallies = {"unexplained": unexplained(rollout.values, target, rollout.mask)}
    # K epochs over the same rollout, each in a new order, cut into minibatches.
    for _ in range(ppo.epochs):
        order = torch.randperm(sequences, generator=generator, device=generator.device)
        order = order.to(advantage.device)
        for part in order.tensor_split(ppo.minibatches):
            chosen = [c.index_select(1, part) for c in columns]
            learned = _minibatch(networks, optimiser, chosen, ppo, now["entropy_coef"])
            for name, added in learned.items():
                tallies[name] = tallies[name] + added if name in tallies else added
    return tallies


def report_of(groups: Sequence[Tallies]) -> dict[str, float]:
    """What groups of learners report of an update, averaged over all samples: the columns of the log."""
    report = {}
    for name in groups[0]:
        total, number = torch.stack([tallies[name] for tallies in groups]).sum(0).tolist()
        report[name] = total / number if number else float("nan")
    report["explained_variance"] = 1 - report.pop("unexplained")
    return report


def annealed(ppo: PPO, progress: float) -> dict[str, float]:
    """What changes over a run, as it is at `progress`."""
    return {
        "learning_rate": between(ppo.learning_rate, ppo.final_learning_rate, progress),
        "entropy_coef": between(ppo.entropy_coef, ppo.final_entropy_coef, progress),
    }


def between(first: float, last: float, progress: float) -> float:
    """Linear from `first` at progress 0 to `last` at progress 1."""
    return first + (last - first) * progress


def _as_sequences(rollout: Rollout, advantage, target, memory: bool) -> list[torch.Tensor]:
    """What a minibatch is drawn from, (steps of a sequence, sequences, ...) each.

    With memory a sequence is a world's whole rollout; without it every step is a separate sequence.
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


def _minibatch(networks, optimiser, columns, ppo: PPO, entropy_coef: float) -> Tallies:
    first_memory, views, started, actions, old_log_probs, old_values, advantage, target, *rest = columns
    mask = rest[0] if rest else None
    # What the networks say now of what was seen then. A recurrent network reads the whole sequence again.
    memory = first_memory.flatten(1, -2) if networks.architecture.recurrent else first_memory
    logits, values, _ = networks(views, memory, started)
    log_probs = log_softmax(logits)
    # Probability ratio of the new policy to the one that acted (equation 6).
    ratio_log = log_probs.gather(-1, actions.unsqueeze(-1)).squeeze(-1) - old_log_probs
    ratio = ratio_log.exp()
    learners = networks.architecture.learners
    # Advantages with mean 0 and deviation 1 in the minibatch (Huang et al. 2022), for each learner by itself.
    advantage = normalised(advantage, learners, mask)
    policy_loss = clipped_loss(ratio, advantage, ppo.clip_range)
    value_loss = _value_loss(values, old_values, target, ppo.clip_range_value)
    entropy = -(log_probs.exp() * log_probs).sum(-1)
    # Clipped objective, squared error of the value and entropy bonus (equation 9), with the sign of a loss.
    loss = policy_loss + ppo.value_coef * value_loss - entropy_coef * entropy
    optimiser.zero_grad(set_to_none=True)
    mean_of_each(loss, learners, mask).sum().backward()  # a sum: nobody's gradient depends on L
    # One step of Adam, with each learner's gradient cut to its largest norm.
    norms = clip_each(list(networks.parameters()), ppo.max_grad_norm)
    who = learning(learners, mask)
    step_of(optimiser, who)
    with torch.no_grad():
        reported = {
            "policy_loss": policy_loss, "value_loss": value_loss, "entropy": entropy,
            # KL(old || new), estimated without bias and with low variance (Schulman 2020, "Approximating KL
            # divergence")
            "approx_kl": ratio - 1 - ratio_log,
            "clip_fraction": ((ratio - 1).abs() > ppo.clip_range).float(),
        }  # fmt: skip
        return {**{name: tally(x, mask) for name, x in reported.items()}, "grad_norm": tally(norms, who)}


def clipped_loss(ratio, advantage, clip_range: float):
    """The smaller one of the plain and the clipped objective (equation 7), negated."""
    return -torch.min(ratio * advantage, ratio.clamp(1 - clip_range, 1 + clip_range) * advantage)


def _value_loss(values, old_values, target, clip_range_value: float):
    """Squared error of the value; with a range, the larger of it and that of a value kept in the range.

    The clipping is no part of the paper but of its authors' code (Huang et al. 2022, detail 9).
    """
    loss = (values - target).square()
    if clip_range_value == 0:
        return loss
    near = old_values + (values - old_values).clamp(-clip_range_value, clip_range_value)
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
