"""Doing jobs on a Ray cluster: every node must see the experiment's folder under the same path."""

import fcntl
import subprocess
import time
from pathlib import Path

import ray  # pyright: ignore[reportMissingImports] (comes with the extra `rllib`)

from .jobs import Job, ready_command
from .workshop import POLL, altared, end_with_parent


class Cluster:
    """One job for each CPU of the cluster, or `places` at a time."""

    def __init__(self, address: str, places: int = 0) -> None:
        """Raises ConnectionError where there is no cluster at the address."""
        ray.init(address=address, log_to_driver=False)
        self.places = places or int(ray.cluster_resources().get("CPU", 1))

    def begin(self, folder: Path, job: Job) -> "RemoteWork":
        return RemoteWork(folder.resolve(), job)


class RemoteWork:
    """A job that was handed to the cluster."""

    def __init__(self, folder: Path, job: Job) -> None:
        gpus = 1 if "cuda" in job.command else 0
        task = ray.remote(num_cpus=1, num_gpus=gpus, max_retries=0)(carry_out)
        output = folder / "output" / f"{job.name}.txt"
        output.parent.mkdir(exist_ok=True)
        self.reference = task.remote(ready_command(folder, job), str(folder), str(output))

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
        except ray.exceptions.RayError:  # cancelled, or its node is gone: what it saved is in the folder
            return 1


def carry_out(command: list[str], folder: str, output: str) -> int:
    """On a node: run an `altared` command in the folder; being cancelled asks it to save and stop.

    Raises BlockingIOError while the same job, begun by somebody else, still goes on.
    """
    with open(output, "ab") as file:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)  # the process inherits it, and holds it to its end
        process = subprocess.Popen(
            altared(command), cwd=folder, stdout=file, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL,
            preexec_fn=end_with_parent,
        )  # fmt: skip
        try:
            while process.poll() is None:
                time.sleep(POLL)
        except KeyboardInterrupt:
            process.terminate()
            process.wait()
            raise
    return process.returncode
