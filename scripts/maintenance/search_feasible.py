"""The search that chose the levers of Altared Harvest's preset `feasible`: random candidates, all recorded.

python scripts/maintenance/search_feasible.py --json search.json

A candidate's *slack* is the smallest of its conditions' margins, each a share of what is at stake there
(see `slacks`). The preset is then measured on other seeds by `altared feasibility`.
"""

import random
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from altared.envs import make_batch
from altared.envs.engine.files import write_json
from altared.scripts.help_format import cli
from altared.training.evaluate import Columns, plain
from altared.training.feasibility import CASTS, DWELLS, LAWFUL_EPISODES, LAWFUL_SHARE, judge, populate
from altared.training.tables import markdown

FIXED: dict[str, Any] = {"rule": "one_prohibited", "bonus_source": "target"}
LEVERS: dict[str, tuple[Any, ...]] = {
    "removal_steps": (25, 50, 100),
    "target_penalty": (0.0, 5.0, 10.0, 20.0),
    "close": (0.3, 0.4),
    "open": (0.6, 0.7, 0.8, 0.9),
    "violation_window": (15, 20, 25),
    "regrowth": ((0.0, 0.0025, 0.005, 0.025), (0.0, 0.005, 0.01, 0.05)),
    "beam_length": (3, 5),
}
PLAYED = tuple(cast for cast in CASTS if cast.name not in ("badge_hunter", "vigilante", "random"))


@dataclass(frozen=True)
class Args:
    """The search that chose the levers of the preset `feasible`."""

    json: Path
    """File for every candidate; replaced after each."""
    candidates: int = 24
    """Candidates to draw."""
    episodes: int = 8
    """Episodes of each population on each candidate."""
    seed: int = 1000
    """Of the draws and of the worlds; `altared feasibility` uses others."""


def slacks(played: Mapping[str, Columns], config: Any) -> dict[str, float]:
    """How far each condition holds, as a share: above 0 it does."""
    mean = {
        name: {key: float(np.nanmean(column)) for key, column in one.items()} for name, one in played.items()
    }
    greedy, enforcer, police = (mean[name] for name in ("greedy", "enforcer", "violate_and_police"))
    odd = {name: mean[name]["odd_payoff"] for name in mean if name.startswith("1 ")}
    dwell = min(float(np.median(played[name]["median_dwell"])) for name in ("compliant", "enforcer"))
    found = {
        "return": 1
        - max(greedy["corrected_return"], police["corrected_return"]) / enforcer["corrected_return"],
        "depletion": min(greedy["depletion"], police["depletion"]) - enforcer["depletion"],
        "dwell": dwell / (DWELLS * config.violation_window) - 1,
        "permitted": float(np.quantile(played["compliant"]["open_share"], 1 - LAWFUL_EPISODES)) / LAWFUL_SHARE
        - 1,
    }
    for insiders in ("enforcer", "patroller"):
        complier, violator = odd[f"1 compliant among {insiders}"], odd[f"1 greedy among {insiders}"]
        found[f"violating among {insiders}"] = 1 - violator / complier
    for others in ("greedy", "compliant"):
        loss = -mean[f"1 badge_hunter among {others}"]["odd_sanction_payoff"]
        found[f"hunting among {others}"] = loss / config.sanction_cost
    return found


def measure(levers: dict[str, Any], args: Args) -> dict[str, Any]:
    """One candidate: its levers, its slacks, and what its commons yield with and without a violator."""
    batch = make_batch("altared_harvest", args.episodes, **FIXED, **levers)
    played = populate(batch, args.episodes, args.seed, PLAYED)
    found = slacks(played, batch.game.config)
    yields = {name: float(np.mean(one["corrected_return"])) for name, one in played.items()}
    holds = all(verdict.holds for verdict in judge(played, batch.game.config))
    return {"levers": levers, "slack": min(found.values()), "holds": holds, "slacks": found, "yields": yields}


def table(found: list[dict[str, Any]]) -> str:
    """The candidates as Markdown, the best first."""
    header = [*LEVERS, "slack", "tightest", "enforcers", "with a violator"]
    rows = []
    for one in sorted(found, key=lambda one: -one["slack"]):
        tightest = min(one["slacks"], key=one["slacks"].get)
        yields = (one["yields"]["enforcer"], one["yields"]["1 greedy among enforcer"])
        rows.append(
            [
                *map(str, one["levers"].values()),
                f"{one['slack']:.2f}",
                tightest,
                *(f"{y:.0f}" for y in yields),
            ]
        )
    return markdown([header, *rows])


def main() -> int:
    """Draw, measure, record."""
    args = cli(Args, description=__doc__)
    draws, found = random.Random(args.seed), []
    for number in range(args.candidates):
        levers = {name: draws.choice(values) for name, values in LEVERS.items()}
        found.append(measure(levers, args))
        print(f"{number + 1}/{args.candidates} slack {found[-1]['slack']:.2f} {levers}", file=sys.stderr)
        said = {"fixed": FIXED, "episodes": args.episodes, "seed": args.seed, "candidates": found}
        write_json(args.json, plain(said), strict=True)
    print(table(found))
    return 0


if __name__ == "__main__":
    sys.exit(main())
