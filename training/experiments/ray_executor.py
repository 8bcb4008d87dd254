"""Doing jobs on a Ray cluster: every node must see the experiment's folder under the same path."""

import fcntl
import subprocess
import time
from pathlib import Path

import ray  # pyright: ignore[reportMissingImports] (comes with the extra `rllib`)

from .job_runner import POLL, altared, end_with_parent, output_of, say
from .jobs import Job, ready_command


class RayExecutor:
    """One job for each CPU of the cluster, or `capacity` at a time."""

    def __init__(self, address: str, capacity: int = 0) -> None:
        """Raises ConnectionError where there is no cluster at the address."""
        ray.init(address=address, log_to_driver=False)
        self.capacity = capacity or int(ray.cluster_resources().get("CPU", 1))

    def begin(self, folder: Path, job: Job) -> "RayJobHandle":
        return RayJobHandle(folder.resolve(), job)


class RayJobHandle:
    """A job that was submitted to the cluster."""

    def __init__(self, folder: Path, job: Job) -> None:
        gpus = 1 if "cuda" in job.command else 0
        task = ray.remote(num_cpus=1, num_gpus=gpus, max_retries=0)(run_job)
        self.folder, self.job = folder, job
        self.reference = task.remote(folder, job)

    def result(self) -> int | None:
        done, _ = ray.wait([self.reference], timeout=0)
        return self._status() if done else None

    def stop(self) -> None:
        ray.cancel(self.reference)

    def wait(self) -> None:
        self._status()

    def _status(self) -> int:
        try:
            return ray.get(self.reference)
        except ray.exceptions.TaskCancelledError:
            return 1
        except ray.exceptions.RayError as error:  # what it saved is in the folder
            say(self.folder, self.job, f"on the cluster: {str(error).strip()}")
            return 1


def run_job(folder: Path, job: Job) -> int:
    """On a node: do what is left of a job; being cancelled asks it to save and stop.

    Raises BlockingIOError while the same job, begun by somebody else, still goes on, and ValueError for a job
    that cannot begin.
    """
    with open(output_of(folder, job.name), "ab") as file:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)  # the process inherits it, and holds it to its end
        process = subprocess.Popen(
            altared(ready_command(folder, job)), cwd=folder, stdout=file, stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL, preexec_fn=end_with_parent,
        )  # fmt: skip
        try:
            while process.poll() is None:
                time.sleep(POLL)
        except KeyboardInterrupt:
            process.terminate()
            process.wait()
            raise
    return process.returncode
