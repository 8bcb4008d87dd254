"""Which contract would be accepted, by the value estimates of critics that learned to play under any.

altared solve runs/play
altared solve runs/play --samples 101 --objective welfare
"""

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

import numpy as np
import tyro
from altared.agents import checkpoint
from altared.agents.trained import load_networks
from altared.envs.contracts import terms_of
from altared.scripts.argument_checks import require_at_least
from altared.scripts.help_format import cli
from altared.training.config import TrainingConfig
from altared.training.solver import Solution, solve

SHOWN = 11  # contracts in the table


@dataclass(frozen=True)
class Args:
    """Which contract would be proposed and accepted, by the critics' value estimates."""

    run: Annotated[Path, tyro.conf.Positional, tyro.conf.arg(metavar="RUN")]
    """A run trained with --contract.procedure random."""
    samples: int = 51
    """Contracts tried, in equal steps from low to high, 2 or more."""
    objective: Literal["proposer", "welfare"] = "proposer"
    """Whose gain is sought: the proposer's, or that of all together."""
    worlds: int = 64
    """Starts over which the critics' value estimates are averaged, 1 or more."""
    seed: int = 0
    """Of those starts."""

    def __post_init__(self) -> None:
        require_at_least(self, samples=2, worlds=1, seed=0)


def solve_run(args: Args) -> Solution:
    """Ask the run's critics. Raises ValueError where there is no random contract."""
    folder = checkpoint.find(args.run)
    config = TrainingConfig.from_dict(checkpoint.read_state(folder)["config"])
    terms = config.env_resolved.get("contract")
    if not terms or terms["procedure"] != "random":
        raise ValueError(
            f"{args.run} was not trained under contracts drawn at random; solve needs such a run"
        )
    contract = terms_of(terms).contract
    thetas = np.linspace(contract.low, contract.high, args.samples)
    thetas = thetas[thetas != contract.null]  # asked about in any case
    networks = load_networks(folder).networks
    scale = config.ppo.reward_scale
    return solve(
        networks, config.game, config.env_resolved, thetas, args.worlds, args.seed, scale, args.objective
    )


def show(found: Solution) -> None:
    """A table of some of the contracts, and the best."""
    agents = " ".join(f"{f'agent_{i}':>8}" for i in range(found.values.shape[1]))
    print(
        f"what each contract is worth to whom at the start, discounted\n{'theta':<12}{'accepted':<10}{agents}"
    )
    every = max(1, (len(found.thetas) - 1) // (SHOWN - 1))
    best = int(np.flatnonzero(found.thetas == found.best)[0])
    for k in sorted({0, best, *range(1, len(found.thetas), every)}):
        name = "none" if k == 0 else f"{found.thetas[k]:.4g}"
        worth = " ".join(f"{value:8.3f}" for value in found.values[k])
        print(f"{name:<12}{'yes' if found.accepted[k] else 'no':<10}{worth}")
    none = found.best == found.thetas[0]
    print("best: no contract" if none else f"best: theta {found.best:.4g}")


def main(argv: list[str] | None = None) -> int:
    """The command `altared solve`."""
    try:
        show(solve_run(cli(Args, prog="altared solve", args=argv)))
    except (ValueError, OSError) as error:
        print(f"altared solve: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
