"""An experiment as jobs: commands of `altared`, what each waits for, and what it leaves behind.

A job is a command line that anyone can type in the experiment's folder. What is done is noted in done/,
a file a job; a training run that was stopped goes on from its last checkpoint.
"""

import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from ...envs.engine.files import read_json, write_json
from ..run_folder import RunFolder
from .plan import Condition, Experiment

MEASURED_FROM = 10_000  # seed of the worlds in which the runs of seed 0 are measured; seed 1: one more
FILM = ("--cell", "10", "--fps", "30")


@dataclass(frozen=True)
class Job:
    """One command, to be run in the experiment's folder."""

    name: str  # also of its files in done/ and output/
    command: tuple[str, ...]  # behind `altared`
    waits_for: tuple[str, ...] = ()  # names of jobs
    run: str = ""  # the run folder that it trains
    optional: bool = False  # a report does without it


def jobs_of(experiment: Experiment, seeds: Sequence[int], films: bool = True) -> list[Job]:
    """All jobs, each after those that it waits for; seed by seed, so that what is there is whole seeds."""
    each = [(condition, seed) for seed in seeds for condition in experiment.conditions]
    jobs = [job for condition, seed in each for job in _of_seed(experiment, condition, seed)]
    return jobs + ([_film(condition, seeds[0]) for condition in experiment.conditions] if films else [])


def _of_seed(experiment: Experiment, condition: Condition, seed: int) -> list[Job]:
    return [
        *([_training(condition, seed)] if condition.trained else []),
        _measuring(experiment, condition, seed),
    ]


def trained_by(condition: Condition, seed: int) -> str:
    """Name of the job that trains who is measured in a condition; "" for a scripted population."""
    return "" if condition.population else f"train-{condition.runs_of or condition.name}-{seed}"


def run_of(condition: Condition, seed: int) -> str:
    """The folder of the run that is measured in a condition."""
    return f"runs/{condition.runs_of or condition.name}-{seed}"


def measured(condition: Condition, seed: int) -> str:
    """The file with a condition's measurements of one seed."""
    return f"measured/{condition.name}-{seed}.json"


def film(condition: Condition) -> str:
    """The film of a condition."""
    return f"films/{condition.name}.mp4"


def _training(condition: Condition, seed: int) -> Job:
    run, before = run_of(condition, seed), f"runs/{condition.needs}-{seed}"
    who = ["--play", before] if condition.players_of else [condition.game]
    begin = ["--weights", before] if condition.starts_from else []
    schedule = ["--steps", str(condition.steps), "--seed", str(seed), "--no-video", "--run", run]
    command = ("train", *who, *condition.env, *condition.learn, *begin, *schedule)
    waits_for = [f"train-{condition.needs}-{seed}"] if condition.needs else []
    waits_for += [f"measure-{word[1:].partition(':')[0]}-{seed}" for word in command if word.startswith("@")]
    command = tuple(f"{word}:{seed}" if word.startswith("@") else word for word in command)
    return Job(trained_by(condition, seed), command, tuple(waits_for), run)


def _who(condition: Condition, seed: int) -> list[str]:
    """Who is measured or filmed, in which game."""
    if condition.population:
        return [condition.population, "--game", condition.game, *condition.env]
    return [run_of(condition, seed), *(condition.env if condition.runs_of else ())]


def _waits(condition: Condition, seed: int) -> tuple[str, ...]:
    return tuple(filter(None, [trained_by(condition, seed)]))


def _measuring(experiment: Experiment, condition: Condition, seed: int) -> Job:
    said = ["--seed", str(MEASURED_FROM + seed), "--episodes", str(experiment.episodes), "--no-episode-rows"]
    endpoints = ["--endpoints", "collective_return", "--json", measured(condition, seed)]
    command = ("evaluate", *_who(condition, seed), *said, *endpoints)
    return Job(f"measure-{condition.name}-{seed}", command, _waits(condition, seed))


def _film(condition: Condition, seed: int) -> Job:
    command = ("watch", *_who(condition, seed), "--video", film(condition), *FILM)
    return Job(f"film-{condition.name}", command, _waits(condition, seed), optional=True)


def is_done(folder: Path, job: Job) -> bool:
    return _note(folder, job).exists()


def note_done(folder: Path, job: Job, seconds: float, begun: dict) -> None:
    """Write that a job is done: its command, its time and the versions it ran with.

    seconds: of its last session; a training run's log knows those of all. begun: the `description` of where
    it was begun; a training run has noted its own, of every session.
    """
    command = ["altared", *(_settled(folder, word) for word in job.command)]
    about = RunFolder(folder / job.run).read_meta() if job.run else begun
    write_json(_note(folder, job), {**about, "command": command, "seconds": round(seconds, 1)})


def read_note(folder: Path, job: Job) -> dict:
    return read_json(_note(folder, job))


def _note(folder: Path, job: Job) -> Path:
    return folder / "done" / f"{job.name}.json"


def ready_command(folder: Path, job: Job) -> list[str]:
    """The command that does what is left of a job, behind `altared`.

    Raises ValueError where a number that it takes from another's measurements is not there.
    """
    if job.run:
        run = RunFolder(folder / job.run)
        if (run.last / "state.json").exists():
            return ["train", "--resume", job.run, "--no-video"]
        shutil.rmtree(run.path, ignore_errors=True)  # stopped before its first checkpoint
    return [_settled(folder, word) for word in job.command]


def _settled(folder: Path, word: str) -> str:
    """`@CONDITION:METRIC/METRIC:SEED` as the ratio of two measured metrics; other words as they are."""
    if not word.startswith("@"):
        return word
    name, metrics, seed = word[1:].split(":")
    said = read_json(folder / "measured" / f"{name}-{seed}.json", "evaluation")["populations"]
    (known,) = (population["metrics"] for population in said.values())
    above, below = (known[metric]["mean"]["value"] for metric in metrics.split("/"))
    if above is None or not below:
        raise ValueError(f"{name} with seed {seed} has {metrics} = {above}/{below}; allowed: a number")
    return repr(max(above / below, 1e-12))  # where a rate is asked for, none at all would look forgotten
