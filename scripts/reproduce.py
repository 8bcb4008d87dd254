"""Reproduce a published result: train every condition with every seed, measure, judge, draw, report.

altared reproduce tragedy
altared reproduce altar --preset laptop --seeds 6 --out runs/altar
altared reproduce altar --resume --out runs/altar

The folder holds runs/ (a run folder for each condition and seed, with its log), measured/, films/, output/
(what each command said), done/, and in the end figure.png, results.json, report.md and report.html. It may be
killed at any moment; the same command with --resume goes on.
"""

import os
import shlex
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal

import tyro
from altared.envs.engine.files import read_json, write_json
from altared.scripts.help_format import cli
from altared.training.experiments.job_runner import (
    Executor,
    JobsFailedError,
    LocalExecutor,
    run_all,
    sole_worker,
)
from altared.training.experiments.jobs import Job, jobs_of
from altared.training.experiments.plan import Experiment
from altared.training.experiments.registry import experiment_named
from altared.training.experiments.report import claims, write_report
from altared.training.run_folder import description
from altared.training.tables import terminal
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

BEGUN = "experiment.json"  # in the folder: what was asked for, and the commands of all jobs but films


@dataclass(frozen=True)
class Args:
    """Reproduce a published result: train, measure, judge, draw, report."""

    name: Annotated[
        Literal[
            "tragedy",
            "altar",
            "altar-remedies",
            "altar-residents",
            "altar-learned",
            "silly-rule",
            "silly-remedies",
            "silly-learned",
            "transfer",
            "contracts",
            "contracts-signed",
        ],
        tyro.conf.Positional,
        tyro.conf.arg(metavar="NAME"),
    ]
    """The experiment.
    - tragedy: learning empties a commons
    - altar: a rule that can be read against a hidden one
    - altar-remedies: settings under which the altar might matter
    - altar-residents: learners among residents that punish by it
    - altar-learned: learners that come to read it
    - silly-rule: does a pointless taboo help?
    - silly-remedies: settings under which enforcement might rise
    - silly-learned: the same where enforcement and compliance are learned
    - transfer: from one game with an altar to another
    - contracts: with and without
    - contracts-signed: when are they signed?
    """
    preset: Literal["laptop", "full"] = "laptop"
    """laptop: at most 90 minutes on 2 cores; full: for a GPU or a cluster."""
    seeds: int | None = None
    """Runs of each condition; by default the experiment's own: 6, in explorations 2. Fewer than 6 give an
    illustration, no test."""
    first_seed: int | None = None
    """The first seed; the others follow it. By default the experiment's own."""
    share: float = 1.0
    """Share of the preset's training steps and episodes, for a try-out without verdicts: 0.01 shows whether
    everything works. Every command takes seconds to start, so few --seeds and --no-films shorten it most."""
    films: bool = True
    """Film an episode of each condition."""
    out: Path | None = None
    """Folder for the experiment; by default runs/NAME-PRESET."""
    resume: bool = False
    """Go on with the experiment in that folder, with the same options; seeds may be more."""
    processes: int = 0
    """Commands at a time; 0: one for each core that this process may use, and with a GPU one."""
    ray_address: str = ""
    """Carry out the commands on a Ray cluster that sees the same folder: an address, or auto."""

    def __post_init__(self) -> None:
        for field, low, high in (("seeds", 1, 1000), ("first_seed", 0, 2**31), ("processes", 0, 1024)):
            value = getattr(self, field)
            if value is not None and not low <= value <= high:
                raise ValueError(f"{field} is {value}; allowed: from {low} to {high}")
        if not 0 < self.share <= 1:
            raise ValueError(f"share is {self.share}; allowed: above 0, at most 1")

    @property
    def folder(self) -> Path:
        return self.out or Path("runs") / f"{self.name}-{self.preset}"

    @property
    def asked(self) -> dict[str, Any]:
        """What cannot change when it goes on; seeds may become more."""
        seeds = self.numbers()
        return {"preset": self.preset, "share": self.share, "first_seed": seeds[0], "seeds": len(seeds)}

    def experiment(self) -> Experiment:
        whole = experiment_named(self.name, self.preset)
        return whole.shortened(self.share) if self.share < 1 else whole

    def numbers(self) -> range:
        """The seeds."""
        experiment = self.experiment()
        first = experiment.first_seed if self.first_seed is None else self.first_seed
        return range(first, first + (self.seeds or experiment.seeds))


def require_folder(args: Args) -> None:
    """Raises ValueError for a folder that holds something already, or no experiment to go on with."""
    begun = (args.folder / BEGUN).exists()
    if args.resume and not begun:
        raise ValueError(f"{args.folder} holds no experiment: there is no {BEGUN} in it")
    if begun and not args.resume:
        way = f"go on with --resume --out {args.folder}, or choose another --out"
        raise ValueError(f"{args.folder} holds an experiment already: {way}")
    if not begun and args.folder.exists() and any(path.name[0] != "." for path in args.folder.iterdir()):
        raise ValueError(f"out is {args.folder}, which holds other things; allowed: a new or empty folder")


def begin(args: Args, jobs: Sequence[Job]) -> None:
    """Write what is begun, or see that this very thing was begun there, if with fewer seeds.

    Raises ValueError where it was something else.
    """
    commands = {job.name: list(job.command) for job in jobs if not job.optional}
    content = {"experiment": args.name, "asked": args.asked, "began": description(), "commands": commands}
    if args.resume:
        begun = read_json(args.folder / BEGUN, "experiment")
        require_same(args, begun, commands)
        content["began"] = begun["began"]
    write_json(args.folder / BEGUN, content, "experiment")  # first: with it alone, --resume goes on
    for part in ("done", "measured", "films", "output", "runs"):
        (args.folder / part).mkdir(exist_ok=True)


def require_same(args: Args, begun: dict[str, Any], commands: dict[str, list[str]]) -> None:
    """Raises ValueError unless what was begun in the folder is part of what is asked for."""
    before = {"experiment": begun["experiment"], **begun.get("asked", {})}
    for field, here in (("experiment", args.name), *args.asked.items()):
        there = before.get(field, here)
        if (there > here) if field == "seeds" else (there != here):
            allowed = f"{there} or more" if field == "seeds" else f"{there}, with which it was begun"
            raise ValueError(f"{field} is {here}; allowed in {args.folder}: {allowed}")
    for name, there in begun["commands"].items():
        if (here := commands.get(name)) != there:
            both = f"{name} is {shlex.join(there)!r} there and {shlex.join(here or ['nothing'])!r} here"
            raise ValueError(f"{args.folder} was begun with another version: {both}")


def again(args: Args) -> str:
    """The command that does it all once more."""
    seeds = args.numbers()
    options = ["--preset", args.preset, "--seeds", str(len(seeds)), "--first-seed", str(seeds[0])]
    shorter = ["--share", str(args.share)] if args.share < 1 else []
    return shlex.join(["altared", "reproduce", args.name, *options, *shorter])


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
        self.reported: set[str] = set()

    def __enter__(self) -> "Bar":
        if self.console.is_terminal:
            self.bar.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.bar.stop()

    def show(self, total: int, running: Sequence[Job], done: Sequence[Job]) -> None:
        news = f"{len(done)}/{total}  {', '.join(job.name for job in running)}"
        self.bar.update(self.task, total=total, completed=len(done), news=news)
        if not self.console.is_terminal:
            for job in done:
                if job.name not in self.reported:
                    self.console.print(f"{len(done)}/{total} {job.name}", highlight=False, soft_wrap=True)
        self.reported |= {job.name for job in done}


def executor_for(args: Args, jobs: Sequence[Job], lock: int) -> Executor:
    """Where the commands are carried out. Raises ValueError where Ray is asked for and not installed."""
    if not args.ray_address:
        one_gpu = any("cuda" in job.command for job in jobs)
        return LocalExecutor(args.processes or (1 if one_gpu else cores()), lock)
    try:
        from altared.training.experiments.ray_executor import RayExecutor
    except ModuleNotFoundError as missing:
        if (missing.name or "").partition(".")[0] != "ray":
            raise
        raise ValueError("ray_address needs ray: pip install 'altared[rllib]'") from missing
    return RayExecutor(args.ray_address, args.processes)


def cores() -> int:
    """Those that this process may use, where the system says so; else those there are."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def carry_out(folder: Path, jobs: Sequence[Job], executor: Executor, bar: Bar) -> int:
    """Do all jobs. Returns the number of the signal that stopped it, or 0.

    Raises JobsFailedError where others than films failed: a report does without films.
    """
    with bar:
        try:
            return run_all(folder, jobs, executor, lambda *news: bar.show(len(jobs), *news))
        except JobsFailedError as failed:
            if not all(job.optional for job in failed.jobs):
                raise
            print(f"without these films: {failed}", file=sys.stderr)
            return 0


def reproduce(args: Args) -> int:
    """All of it; returns the exit status."""
    require_folder(args)
    args.folder.mkdir(parents=True, exist_ok=True)
    with sole_worker(args.folder) as lock:
        require_folder(args)  # another may have begun it in between
        return _reproduce(args, lock)


def _reproduce(args: Args, lock: int) -> int:
    experiment, seeds = args.experiment(), args.numbers()
    jobs = jobs_of(experiment, seeds, args.films)
    executor = executor_for(args, jobs, lock)  # first: without them nothing is begun
    begin(args, jobs)
    bar = Bar(str(args.folder))
    if signum := carry_out(args.folder, jobs, executor, bar):
        print(
            f"stopped and saved; repeat the command with --resume to go on in {args.folder}", file=sys.stderr
        )
        return 128 + signum
    judged = write_report(experiment, args.preset, args.folder, seeds, again(args))
    rows = claims(judged)
    kept = [rows[0].index(name) for name in ("claim", "difference", "p", "verdict", "why")]
    if experiment.warning:
        bar.console.print(experiment.warning, highlight=False)
    bar.console.print(terminal([[row[i] for i in kept] for row in rows], experiment.title))
    bar.console.print(f"{args.folder / 'report.html'}", highlight=False, soft_wrap=True)
    return 0


def main(argv: list[str] | None = None) -> int:
    """The command `altared reproduce`."""
    try:
        return reproduce(cli(Args, prog="altared reproduce", args=argv))
    except (ValueError, OSError, JobsFailedError) as error:
        print(f"altared reproduce: {error}", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
