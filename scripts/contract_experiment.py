"""What contracts change: train with and without one, and write a table and a picture.

python scripts/contract_experiment.py run fishing --seeds 6 --out runs/contracts
python scripts/contract_experiment.py report fishing --seeds 6 --out runs/contracts --docs docs/results

Three runs a seed: *none*, the game without a contract; *play*, the game under contracts drawn at random; and
*deal*, in which those who learned to play so stay as they are, and proposing and voting is learned. Runs that
are complete are not made again; one that was stopped goes on.
"""

import json
import shutil
import sys
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any, Literal

import numpy as np
import tyro
from altared.agents.population import load_population
from altared.envs import make_batch
from altared.scripts import train
from altared.scripts.contract_lake import draw_stocks, known_lines
from altared.scripts.contract_pictures import draw_experiment
from altared.scripts.options import merged
from altared.training.evaluate import Columns, limit_threads, play
from altared.training.folder import RunFolder, description, write_json
from altared.training.log import read_log
from altared.training.statistics import compare, mean_interval
from altared.training.tables import number

ARMS = ("none", "play", "deal")


@dataclass(frozen=True)
class Experiment:
    """A game, a contract, and how its three kinds of runs are trained."""

    game: str
    contract: str
    learning: tuple[str, ...]  # options of none and play
    none_steps: int  # agent-steps
    play_steps: int
    dealing: tuple[str, ...]  # options of deal
    metrics: tuple[str, ...]  # of the table; the first is tested
    env: tuple[str, ...] = ()


EXPERIMENTS = {
    "prisoners_dilemma": Experiment(
        "matrix_games", "action_fee",
        ("--ppo.rollout", "32", "--worlds", "64", "--ppo.learning-rate", "0.01"), 400_000, 400_000,
        ("--ppo.rollout", "32", "--worlds", "64", "--ppo.learning-rate", "0.01", "--steps", "200000"),
        ("cooperation", "collective_return"), ("--env.rounds", "1"),
    ),
    "fishing": Experiment(
        "fishing", "fishing_tax", (), 3_000_000, 3_000_000,
        ("--ppo.rollout", "8", "--ppo.minibatches", "2", "--ppo.reward-scale", "0.01", "--ppo.learning-rate",
         "3e-3", "--steps", "102400"),
        ("collective_return", "optimality", "mean_stock", "depletion"),
    ),
    "harvest": Experiment(
        "commons_harvest", "low_density_harvest", (), 5_000_000, 5_000_000,
        ("--ppo.rollout", "4", "--ppo.minibatches", "2", "--ppo.reward-scale", "0.02", "--ppo.learning-rate",
         "3e-3", "--steps", "26880"),
        ("collective_return", "depletion", "mean_depletion", "dead_patches"),
    ),
}  # fmt: skip


@dataclass(frozen=True)
class Args:
    """What contracts change: train with and without one, and write a table and a picture."""

    task: Annotated[Literal["run", "report"], tyro.conf.Positional]
    """run: train what is not trained yet; report: measure and draw what is."""
    name: Annotated[Literal["prisoners_dilemma", "fishing", "harvest"], tyro.conf.Positional]
    """The experiment."""
    seeds: int = 6
    """Runs of each kind."""
    first: int = 0
    """The first seed."""
    out: Path = Path("runs/contracts")
    """Folder of the runs."""
    docs: Path | None = None
    """Folder for the report's table (NAME.json) and picture (NAME.png); by default `out`."""
    episodes: int = 64
    """Episodes of each population that the report measures."""


def folder_of(args: Args, arm: str, seed: int) -> RunFolder:
    """Where a run lies."""
    return RunFolder(args.out / f"{args.name}_{arm}{seed}")


def commands(args: Args, experiment: Experiment, seed: int) -> dict[str, list[str]]:
    """The command line of `altared train` for each arm."""
    common = ["--seed", str(seed), "--no-video"]
    contract = ["--contract.name", experiment.contract, "--contract.procedure", "random"]
    game = [experiment.game, *experiment.env, *experiment.learning, *common]
    play = ["--play", str(folder_of(args, "play", seed).path), *experiment.dealing, *common]
    return {
        "none": [*game, "--steps", str(experiment.none_steps)],
        "play": [*game, *contract, "--steps", str(experiment.play_steps)],
        "deal": play,
    }


def run(args: Args) -> None:
    """Train every seed's runs. Raises RuntimeError where one fails."""
    for seed in range(args.first, args.first + args.seeds):
        for arm, command in commands(args, EXPERIMENTS[args.name], seed).items():
            folder = folder_of(args, arm, seed)
            if is_complete(folder):
                continue
            going_on = (folder.last / "state.json").exists()
            if not going_on:
                shutil.rmtree(folder.path, ignore_errors=True)  # stopped before its first checkpoint
            words = ["--resume", str(folder.path), "--no-video"]
            if code := train.main(words if going_on else [*command, "--run", str(folder.path)]):
                raise RuntimeError(f"training {folder.path} ended with status {code}")


def is_complete(folder: RunFolder) -> bool:
    """Whether a run has reached its end: curves are drawn after the last update."""
    return folder.curves.exists()


def measured(args: Args, arm: str, seed: int, **contract: Any) -> Columns:
    """Episodes of a run's last population in the game it was trained on, its contract changed by fields."""
    folder = folder_of(args, arm, seed)
    config = folder.read_config()
    env = merged(config.env, {"contract": contract} if contract else {})
    batch = make_batch(config.game, min(32, args.episodes), **env)
    population = load_population(str(folder.path), batch.num_agents, batch.observation_space.shape)
    return play(batch, population, args.episodes, 10_000 + seed)


def report(args: Args) -> None:
    """Measure all runs, and write the table and the picture."""
    experiment, docs = EXPERIMENTS[args.name], args.docs or args.out
    limit_threads(1)
    seeds = range(args.first, args.first + args.seeds)
    arms = {
        "none": [measured(args, "none", seed) for seed in seeds],
        "negotiated": [measured(args, "deal", seed) for seed in seeds],
        "null": [measured(args, "play", seed, procedure="fixed") for seed in seeds],
    }
    rows = {
        metric: {arm: values(runs, metric) for arm, runs in arms.items()} for metric in experiment.metrics
    }
    for metric in ("contracted", "theta", "transferred"):
        rows[metric] = {"negotiated": values(arms["negotiated"], metric)}
    tested = experiment.metrics[0]
    comparison = compare(rows[tested]["negotiated"], rows[tested]["none"])
    print(table(rows))
    print(
        f"\n{tested}, negotiated - none: {number(comparison.difference)}, p {comparison.p} {comparison.note}"
    )
    logs = {arm: [read_log(folder_of(args, arm, seed).log) for seed in seeds] for arm in ARMS}
    picture = docs / f"contract_{args.name}.png"
    lines = {}
    if args.name == "fishing":
        runs = {arm: [folder_of(args, arm, seed) for seed in seeds] for arm in ("none", "deal")}
        lines = known_lines(runs["none"][0])
        draw_stocks(runs, docs / "contract_fishing_stock.png")
    draw_experiment(args.name, experiment.metrics, logs, lines, picture)
    content = {
        "date": f"{datetime.now(UTC):%Y-%m-%d}",
        "made with": {name: description()[name] for name in ("python", "versions")},
        "commands": {
            arm: ["altared", "train", *words] for arm, words in commands(args, experiment, 0).items()
        },
        "episodes": args.episodes,
        "runs": {
            metric: {arm: list(map(float, v)) for arm, v in each.items()} for metric, each in rows.items()
        },
        "difference": {"metric": tested, **comparison.difference._asdict(), "p": comparison.p},
    }
    write_json(docs / f"contract_{args.name}.json", json.loads(json.dumps(content).replace("NaN", "null")))


def values(runs: list[Columns], metric: str) -> np.ndarray:
    """(runs,) the mean of a metric over each run's episodes, those where it is undefined left out."""
    return np.array([np.nan if np.isnan(run[metric]).all() else np.nanmean(run[metric]) for run in runs])


def table(rows: dict[str, dict[str, np.ndarray]]) -> str:
    """Markdown: a line a metric, a column an arm, mean over runs and half a 95 % interval."""
    arms = list(next(iter(rows.values())))
    lines = [f"| metric | {' | '.join(arms)} |", "|---" * (len(arms) + 1) + "|"]
    for metric, each in rows.items():
        cells = [number(mean_interval(each[arm])) if arm in each else "" for arm in arms]
        lines.append(f"| {metric.replace('_', ' ')} | {' | '.join(cells)} |")
    return "\n".join(lines)


def main(argv: list[str] | None = None) -> int:
    """Train, or report."""
    args = tyro.cli(Args, args=argv, description=__doc__)
    try:
        (run if args.task == "run" else report)(args)
    except (ValueError, OSError, RuntimeError) as error:
        print(f"contract_experiment: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
