"""Reproduce a published result: train every condition with every seed, measure, judge, draw, report.

altared reproduce tragedy
altared reproduce altar --preset laptop --seeds 6 --out runs/altar
altared reproduce --resume runs/altar

The folder holds runs/ (a run folder for each condition and seed, with its log), measured/, films/, output/
(what each command said), done/, and in the end figure.png, results.json, report.md and report.html. It may be
killed at any moment, and goes on with --resume.
"""

import json
import os
import shlex
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal

import tyro
from altared.training.experiments.catalogue import experiment_named
from altared.training.experiments.jobs import Job, jobs_of
from altared.training.experiments.plan import Experiment
from altared.training.experiments.report import claims, write_report
from altared.training.experiments.workshop import Here, JobsFailedError, do_all, sole_worker
from altared.training.folder import description, write_json
from altared.training.tables import terminal
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

CHOICES = "experiment.json"  # in the folder: what was asked for


@dataclass(frozen=True)
class Args:
    """Reproduce a published result: train every condition with every seed, measure, judge, draw, report."""

    name: Annotated[
        Literal["", "tragedy", "altar", "altar-remedies", "silly-rule", "transfer", "contracts"],
        tyro.conf.Positional,
    ] = ""
    """The experiment; with --resume it may be left out."""
    preset: Literal["laptop", "full"] = "laptop"
    """laptop: at most 90 minutes on 2 cores with 6 seeds; full: for a GPU or a cluster."""
    seeds: int = 6
    """Runs of each condition; fewer than 6 give an illustration, no test."""
    first_seed: int = 0
    """The first seed; the others follow it."""
    share: float = 1.0
    """Share of the preset's training steps: 0.01 tries out whether everything works."""
    films: bool = True
    """Film an episode of each condition."""
    out: Path | None = None
    """Folder for the experiment; by default runs/NAME-PRESET."""
    resume: Path | None = None
    """Go on with the experiment in this folder."""
    processes: int = 0
    """Commands at a time; 0: one for each core that this process may use."""
    ray_address: str = ""
    """Carry out the commands on a Ray cluster that sees the same folder: an address, or auto."""

    def __post_init__(self) -> None:
        for field, low, high in (("seeds", 1, 1000), ("first_seed", 0, 2**31), ("processes", 0, 1024)):
            if not low <= (value := getattr(self, field)) <= high:
                raise ValueError(f"{field} is {value}; allowed: from {low} to {high}")
        if not 0 < self.share <= 1:
            raise ValueError(f"share is {self.share}; allowed: above 0, at most 1")
        if bool(self.name) == bool(self.resume):
            raise ValueError("name an experiment, or a folder with --resume: one of the two")


CHOSEN = ("name", "preset", "seeds", "first_seed", "share", "films")  # what --resume must not change


def begin(args: Args) -> tuple[Path, dict[str, Any]]:
    """The folder and what is to be done in it: new, or as it was begun.

    Raises ValueError for a folder that holds an experiment already, or none to go on with.
    """
    if args.resume:
        path = args.resume / CHOICES
        if not path.exists():
            raise ValueError(f"{args.resume} holds no experiment: there is no {CHOICES} in it")
        return args.resume, json.loads(path.read_text())
    folder = args.out or Path("runs") / f"{args.name}-{args.preset}"
    if (folder / CHOICES).exists():
        raise ValueError(
            f"{folder} holds an experiment already: go on with --resume {folder}, or choose another --out"
        )
    chosen = {name: getattr(args, name) for name in CHOSEN}
    for part in ("done", "measured", "films", "output", "runs"):
        (folder / part).mkdir(parents=True, exist_ok=True)
    write_json(folder / CHOICES, {**chosen, "began": description()})
    return folder, chosen


def plan(chosen: dict[str, Any]) -> tuple[Experiment, range]:
    """The experiment and its seeds."""
    experiment = experiment_named(chosen["name"], chosen["preset"])
    if chosen["share"] < 1:
        experiment = experiment.shortened(chosen["share"], episodes=4)
    return experiment, range(chosen["first_seed"], chosen["first_seed"] + chosen["seeds"])


def again(chosen: dict[str, Any]) -> str:
    """The command that does it all once more."""
    options = [
        f"--{name.replace('_', '-')}={chosen[name]}" for name in ("preset", "seeds", "first_seed", "share")
    ]
    return shlex.join(["altared", "reproduce", chosen["name"], *options])


class Bar:
    """How many commands are done, and which are at work."""

    def __init__(self, title: str) -> None:
        parts = (
            TextColumn("{task.description}"),
            BarColumn(),
            TextColumn("{task.fields[news]}"),
            TimeElapsedColumn(),
        )
        self.console = Console()
        self.bar = Progress(*parts, console=self.console)
        self.task = self.bar.add_task(title, total=None, news="")
        self.told: set[str] = set()

    def show(self, total: int, running: Sequence[Job], done: Sequence[Job]) -> None:
        news = f"{len(done)}/{total}  {', '.join(job.name for job in running)}"
        self.bar.update(self.task, total=total, completed=len(done), news=news)
        if not self.console.is_terminal:
            for job in done:
                if job.name not in self.told:
                    self.console.print(f"{len(done)}/{total} {job.name}", highlight=False, soft_wrap=True)
        self.told |= {job.name for job in done}


def hands_for(args: Args, lock: int):
    """Where the commands are carried out."""
    if args.ray_address:
        from altared.training.experiments.cluster import Cluster

        return Cluster(args.ray_address, args.processes)
    return Here(args.processes or len(os.sched_getaffinity(0)), lock)


def reproduce(args: Args) -> int:
    """All of it; returns the exit status."""
    folder, chosen = begin(args)
    experiment, seeds = plan(chosen)
    jobs = jobs_of(experiment, seeds, chosen["films"])
    bar = Bar(str(folder))
    with sole_worker(folder) as lock:
        if bar.console.is_terminal:
            bar.bar.start()
        try:
            signum = do_all(folder, jobs, hands_for(args, lock), lambda *news: bar.show(len(jobs), *news))
        finally:
            bar.bar.stop()
        if signum:
            print(f"stopped; saved, go on with: altared reproduce --resume {folder}", file=sys.stderr)
            return 128 + signum
        judged = write_report(experiment, chosen["preset"], folder, seeds, again(chosen))
    rows = claims(judged)
    kept = [rows[0].index(name) for name in ("claim", "difference", "p", "verdict", "why")]
    bar.console.print(terminal([[row[i] for i in kept] for row in rows], experiment.title))
    bar.console.print(f"{folder / 'report.html'}", highlight=False, soft_wrap=True)
    return 0


def main(argv: list[str] | None = None) -> int:
    """The command `altared reproduce`."""
    try:
        return reproduce(tyro.cli(Args, prog="altared reproduce", args=argv, description=__doc__))
    except (ValueError, OSError, JobsFailedError) as error:
        print(f"altared reproduce: {error}", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
