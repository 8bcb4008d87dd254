"""Measure training speed, end to end, against stable-baselines3 on the same worlds in the same run.

All are measured on one thread and, if more are given, on these too; the better of both is printed.

python scripts/benchmark_training.py commons_harvest --threads 2
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Annotated

import tyro
from altared.scripts.options import parse
from altared.training.benchmark import (
    as_planes,
    our_speed,
    sb3_planes_speed,
    sb3_shared_speed,
    sb3_speed,
    where_time_goes,
)
from altared.training.config import PPO, Schedule

Speed = Callable[[str, dict, PPO, Schedule, int], float]
SB3_INDEPENDENT = "stable-baselines3, independent"  # altared train --trainer sb3
SB3_SHARED = "stable-baselines3, shared weights"  # its own loop on planes


@dataclass(frozen=True)
class Args:
    """Measure training speed, end to end, against stable-baselines3 on the same worlds in the same run."""

    game: Annotated[str, tyro.conf.Positional] = "commons_harvest"
    """The game to learn."""
    updates: int = 8
    """Updates that are measured, after one that is not."""
    schedule: tyro.conf.OmitArgPrefixes[Schedule] = field(default_factory=Schedule)
    ppo: PPO = field(default_factory=PPO)


def learners(ppo: PPO, has_planes: bool) -> dict[str, tuple[Speed, PPO]]:
    """Who is measured: by what, and with which settings."""
    on_planes = {f"{SB3_INDEPENDENT}, planes": (sb3_planes_speed, ppo)} if has_planes else {}
    return {
        SB3_SHARED: (sb3_shared_speed, ppo),
        **on_planes,
        SB3_INDEPENDENT: (sb3_speed, ppo),
        "altared, independent": (our_speed, ppo),
        "altared, shared weights": (our_speed, replace(ppo, share_parameters=True)),
        "altared, independent, recurrent": (our_speed, replace(ppo, network="recurrent")),
    }


def best_of(speed: Speed, ppo: PPO, args: Args, env: dict) -> tuple[float, int]:
    """The higher speed of one thread and of as many as were given, and on how many it was reached."""
    options = sorted({1, args.schedule.threads})
    schedules = [replace(args.schedule, threads=threads) for threads in options]
    return max((speed(args.game, env, ppo, s, args.updates), s.threads) for s in schedules)


def main(argv: list[str] | None = None) -> int:
    """Print agent-steps a second of IPPO and of SB3, their ratios, and where the time of IPPO goes."""
    args, env = parse(Args, argv)
    print(
        f"{args.game}: {args.schedule.worlds} worlds, rollouts of {args.ppo.rollout_steps}, "
        f"{args.ppo.epochs} x {args.ppo.minibatches} minibatches, {args.ppo.hidden_size} units, "
        f"up to {args.schedule.threads} thread(s) on {args.schedule.device}"
    )
    print(f"{'':44}{'threads':>8}{'agent-steps/s':>14}{'x shared SB3':>14}{'x indep. SB3':>14}")
    speeds: dict[str, tuple[float, int]] = {}
    for name, (speed, ppo) in learners(args.ppo, bool(as_planes(args.game, env))).items():
        speeds[name] = best_of(speed, ppo, args, env)
    for name, (speed, threads) in speeds.items():
        ratios = speed / speeds[SB3_SHARED][0], speed / speeds[SB3_INDEPENDENT][0]
        print(f"{name:44}{threads:8}{speed:14,.0f}{ratios[0]:14.1f}{ratios[1]:14.1f}")
    print("where the time of altared, independent, goes:")
    for name, share in where_time_goes(args.game, env, args.ppo, args.schedule, args.updates).items():
        print(f"  {name:20}{share:6.0%}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
