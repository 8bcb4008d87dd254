"""Runs jobs in parallel, each in a separate process, until all are done or somebody says stop."""

import ctypes
import fcntl
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple, Protocol

from ..run_folder import description
from ..signals import StopRequest
from .jobs import Job, is_done, note_done, ready_command

POLL = 0.2  # seconds
LOCK = ".lock"  # in an experiment's folder
ONE_THREAD = {"OMP_NUM_THREADS": "1"}  # a process a core; more threads only stand in each other's way


class Executor(Protocol):
    """Where jobs run: how many at a time, and how one is started."""

    capacity: int

    def begin(self, folder: Path, job: Job) -> "JobHandle": ...


class JobHandle(Protocol):
    """A job that was started."""

    def result(self) -> int | None:
        """Its exit status; None while it goes on."""
        ...

    def stop(self) -> None:
        """Ask it to save and end."""
        ...

    def wait(self) -> None:
        """Return when it has ended."""
        ...


class RunningJob(NamedTuple):
    """A job that has started and has not been seen to end."""

    handle: JobHandle
    since: float  # time.monotonic()
    about: dict[str, Any]  # `description` of when it was begun


class ProcessHandle:
    """A job in a process on this machine; its output goes to output/NAME.txt."""

    def __init__(self, folder: Path, job: Job, lock: int) -> None:
        with open(output_of(folder, job.name), "ab") as file:
            self.process = subprocess.Popen(
                altared(ready_command(folder, job)), cwd=folder, stdout=file, stderr=subprocess.STDOUT,
                stdin=subprocess.DEVNULL, env=os.environ | ONE_THREAD, start_new_session=True,
                preexec_fn=end_with_parent, pass_fds=(lock,),
            )  # fmt: skip

    def result(self) -> int | None:
        return self.process.poll()

    def stop(self) -> None:
        self.process.terminate()

    def wait(self) -> None:
        self.process.wait()


class LocalExecutor:
    """Processes on this machine. They hold the folder's lock as long as any of them lives."""

    def __init__(self, capacity: int, lock: int) -> None:
        self.capacity, self.lock = capacity, lock

    def begin(self, folder: Path, job: Job) -> JobHandle:
        return ProcessHandle(folder, job, self.lock)


@contextmanager
def sole_worker(folder: Path) -> Iterator[int]:
    """Hold the folder's lock; gives its file descriptor.

    Raises BlockingIOError while another process, or a child that one left behind, is at work in the folder.
    """
    with open(folder / LOCK, "a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise BlockingIOError(f"another process is at work in {folder}: wait, or stop it") from None
        yield file.fileno()


def altared(command: Sequence[str]) -> list[str]:
    """The command line of an `altared` command in this very installation."""
    return [sys.executable, "-m", "altared.scripts.cli", *command]


_LIBC = ctypes.CDLL(None) if sys.platform == "linux" else None  # here: a forked child should load nothing
PARENT_DEATH_SIGNAL = 1  # PR_SET_PDEATHSIG of linux/prctl.h


def end_with_parent() -> None:
    """Where the system can: ask this child to save and stop when its parent dies, however it dies."""
    if _LIBC is not None:
        _LIBC.prctl(PARENT_DEATH_SIGNAL, signal.SIGTERM)


class JobsFailedError(RuntimeError):
    """Jobs that ended with an error; everything that did not depend on them was done."""

    def __init__(self, folder: Path, jobs: Sequence[Job]) -> None:
        super().__init__("\n".join(f"{job.name}: {_last_line(folder, job.name)}" for job in jobs))
        self.jobs = jobs


def run_all(
    folder: Path, jobs: Sequence[Job], executor: Executor, show: Callable[[list[Job], list[Job]], None]
) -> int:
    """Do every job that is not done yet; `show` gets those that run and those that are done, now and then.

    Returns 0, or the number of the signal that stopped it: what was begun has saved, and goes on next time;
    what had failed is tried again then.
    Raises JobsFailedError, with the last line of what they said, where jobs failed.
    """
    begun: dict[Job, RunningJob] = {}
    done = {job.name for job in jobs if is_done(folder, job)}
    failed: set[str] = set()
    with StopRequest() as stop, _stopping(begun):
        while not stop.signum:
            for job, (_, since, about) in list(_ended(begun, done, failed)):
                if job.name in done:
                    note_done(folder, job, time.monotonic() - since, about)
            ready = [j for j in jobs if _is_ready(j, begun, done, failed)]
            for job in ready[: executor.capacity - len(begun)]:
                try:
                    begun[job] = RunningJob(executor.begin(folder, job), time.monotonic(), description())
                except (ValueError, OSError) as error:
                    say(folder, job, str(error))
                    failed.add(job.name)
            show(list(begun), [job for job in jobs if job.name in done])
            if not begun and not any(_is_ready(job, begun, done, failed) for job in jobs):
                break
            time.sleep(POLL)
    if failed and not stop.signum:
        raise JobsFailedError(folder, [job for job in jobs if job.name in failed])
    if left := [job for job in jobs if job.name not in done and not stop.signum]:
        raise ValueError(
            f"{left[0].name} waits for {', '.join(left[0].waits_for)}; allowed: jobs that are there"
        )
    return stop.signum or 0


def _is_ready(job: Job, begun, done: set[str], failed: set[str]) -> bool:
    return job not in begun and job.name not in done | failed and set(job.waits_for) <= done


def _ended(
    begun: dict[Job, RunningJob], done: set[str], failed: set[str]
) -> Iterator[tuple[Job, RunningJob]]:
    """Those that have ended since last asked, and what was begun; sorted into done and failed."""
    for job, one in list(begun.items()):
        if (status := one.handle.result()) is not None:
            del begun[job]
            (failed if status else done).add(job.name)
            yield job, one


@contextmanager
def _stopping(begun: dict[Job, RunningJob]) -> Iterator[None]:
    """Stop what runs when the block is left, whatever the reason."""
    try:
        yield
    finally:
        for one in begun.values():
            one.handle.stop()
        for one in begun.values():
            one.handle.wait()


def output_of(folder: Path, name: str) -> Path:
    """The file for what a job said; its folder is made if need be."""
    path = folder / "output" / f"{name}.txt"
    path.parent.mkdir(exist_ok=True)
    return path


def say(folder: Path, job: Job, line: str) -> None:
    """Add a line to what a job said."""
    with open(output_of(folder, job.name), "a") as file:
        file.write(line + "\n")


def _last_line(folder: Path, name: str) -> str:
    output = output_of(folder, name)
    lines = output.read_text(errors="replace").strip().splitlines() if output.exists() else []
    return f"{lines[-1] if lines else 'said nothing'} (see {output})"
