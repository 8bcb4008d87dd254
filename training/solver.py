"""The solver: which contract would be proposed and accepted, by the value estimates of trained critics.

An alternative to learning the negotiation (Christoffersen et al. 2022, arXiv 2208.10469): the critics of
agents that learned to play under any contract say what each theta is worth to them at the start.
"""

from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np
import torch

from ..agents.networks import Networks
from ..envs import make_batch
from ..envs.contracts import Terms, terms_of
from .trainers.ippo.rollout import to_tensor

OBJECTIVES = ("proposer", "welfare")


class Solution(NamedTuple):
    """Contracts, their values, and the best of those that would be accepted."""

    thetas: np.ndarray  # (K,) the first is the null contract
    values: np.ndarray  # (K, N) expected return, mean over worlds, in the critics' discount; signing included
    accepted: np.ndarray  # (K,) bool
    best: float  # theta


def solve(
    networks: Networks, game: str, env: dict[str, Any], thetas: np.ndarray, worlds: int = 64, seed: int = 0,
    reward_scale: float = 1.0, objective: str = "proposer",
) -> Solution:  # fmt: skip
    """Ask the critics about `thetas` and keep the best that is accepted.

    A contract is accepted if its worth is at least that of the null contract to all agents but the
    proposer, or to more than half of them where the terms say majority. Best is what is worth most to
    the proposer, or to all together (`objective="welfare"`); the null contract if nothing is worth more.
    """
    if objective not in OBJECTIVES:
        raise ValueError(f"objective={objective!r} is unknown; known: {', '.join(OBJECTIVES)}")
    terms = terms_of(env.get("contract"))
    tried = np.concatenate([[terms.contract.null], np.asarray(thetas, np.float64)])
    values = np.stack([worth(networks, game, env, theta, worlds, seed) for theta in tried]) / reward_scale
    proposer = max(terms.proposer, 0)
    values[tried != terms.contract.null] += _signing(terms, values.shape[1], proposer)
    others = np.delete(values >= values[0], proposer, 1)
    enough = others.all(1) if terms.acceptance == "unanimous" else others.sum(1) * 2 > others.shape[1]
    score = values[:, proposer] if objective == "proposer" else values.sum(1)
    return Solution(tried, values, enough, float(tried[np.argmax(np.where(enough, score, -np.inf))]))


def _signing(terms: Terms, agents: int, proposer: int) -> np.ndarray:
    """(N,) what each receives when a contract is signed."""
    payment = terms.contract.signing_payment
    return np.where(np.arange(agents) == proposer, -payment, payment / (agents - 1))


@torch.inference_mode()
def worth(
    networks: Networks, game: str, env: dict[str, Any], theta: float, worlds: int, seed: int
) -> np.ndarray:
    """(N,) the critics' mean value of the first view of an episode under the contract theta."""
    terms = replace(terms_of(env["contract"]), procedure="fixed", theta=float(theta))
    batch = make_batch(game, worlds, **{**env, "contract": terms})
    if networks.architecture.agents != batch.num_agents:
        there = f"the run has {networks.architecture.agents} policies for the slots of {game}"
        raise ValueError(f"{there}; allowed: one a slot, {batch.num_agents}")
    views = to_tensor(batch.reset(seed), torch.device("cpu")).unsqueeze(0)
    started = torch.ones(1, worlds, dtype=torch.bool)
    _, values, _ = networks(views, networks.blank_memory(worlds), started)
    return values[0].mean(0).double().numpy()
