"""Measure training speed, all in, beside stable-baselines3 on the same worlds in the same run.

python scripts/benchmark_training.py commons_harvest --threads 2
"""

from dataclasses import dataclass, field, replace
from typing import Annotated

import tyro
from altared.scripts.options import parse
from altared.training.config import PPO, Schedule
from altared.training.speed import our_speed, sb3_speed


@dataclass(frozen=True)
class Args:
    """Measure training speed, all in, beside stable-baselines3 on the same worlds in the same run."""

    game: Annotated[str, tyro.conf.Positional] = "commons_harvest"
    """The game to learn."""
    updates: int = 8
    """Updates that are measured, after one that is not."""
    schedule: tyro.conf.OmitArgPrefixes[Schedule] = field(default_factory=Schedule)
    ppo: PPO = field(default_factory=PPO)


def main(argv: list[str] | None = None) -> int:
    """Print agent-steps a second of our learners and of SB3, and their ratio."""
    args, env = parse(Args, argv)
    ours = {
        "independent": args.ppo,
        "shared weights": replace(args.ppo, sharing=True),
        "independent, recurrent": replace(args.ppo, network="recurrent"),
    }
    measure = args.game, env
    theirs = sb3_speed(*measure, args.ppo, args.schedule, args.updates)
    print(
        f"{args.game}: {args.schedule.worlds} worlds, rollouts of {args.ppo.rollout}, "
        f"{args.ppo.epochs} x {args.ppo.minibatches} minibatches, {args.ppo.hidden} units, "
        f"{args.schedule.threads} thread(s) on {args.schedule.device}"
    )
    print(f"{'stable-baselines3 PPO, shared weights':40}{theirs:10,.0f} agent-steps/s")
    for name, ppo in ours.items():
        speed = our_speed(*measure, ppo, args.schedule, args.updates)
        print(f"{'altared, ' + name:40}{speed:10,.0f} agent-steps/s{speed / theirs:8.1f} x")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
