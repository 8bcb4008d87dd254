"""Where the numbers of an experiment come from: commands, time, commit, versions."""

import shlex
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ..log import read_log
from ..run_folder import RunFolder
from .jobs import Job, is_done, jobs_of, read_note
from .plan import Experiment


def provenance(experiment: Experiment, folder: Path, seeds: Sequence[int]) -> dict[str, Any]:
    """The commands that were run, how long they took together, and what they were made with."""
    notes = {job: read_note(folder, job) for job in jobs_of(experiment, seeds) if is_done(folder, job)}
    seconds = sum(_seconds(folder, job, note) for job, note in notes.items())
    return {
        "commands": "\n".join(shlex.join(note["command"]) for note in notes.values()),
        "hours": f"{seconds / 3600:.1f}",
        "made": _made_with(list(notes.values())),
        "date": max(note["started"] for note in notes.values())[:10],
    }


def _seconds(folder: Path, job: Job, note: dict[str, Any]) -> float:
    """How long a command took; of training all sessions, which its log adds up, and no waiting in queues."""
    return read_log(RunFolder(folder / job.run).log)[-1]["seconds"] if job.run else note["seconds"]


def _made_with(notes: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Commit, platform, Python and versions; where notes differ, all of them."""

    def all_of(values) -> str:
        return " / ".join(
            sorted({"unknown (no checkout)" if value is None else str(value) for value in values})
        )

    sessions = [session for note in notes for session in (note, *note.get("resumed", ()))]
    whole = {name: all_of(one[name] for one in sessions) for name in ("git_commit", "platform", "python")}
    libraries = dict.fromkeys(name for one in sessions for name in one["versions"])
    versions = {name: all_of(one["versions"].get(name, "none") for one in sessions) for name in libraries}
    return {**whole, "versions": versions}
