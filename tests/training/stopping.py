"""A training in a separate process, stopped by a signal."""

import subprocess
import sys
from pathlib import Path

PROGRAM = """
import sys
from tests.training.{module} import config_for, go, Path
from altared.training.signals import Stopped
try:
    go(Path(sys.argv[1]), config_for(10**6), show=lambda row, updates: print(row["update"], flush=True))
except Stopped as stopped:
    print(stopped)
    sys.exit(stopped.exit_code)
"""


def stopped_after(module: str, folder: Path, updates: int, signum: int) -> tuple[int, str]:
    """The exit status and last line of a million updates that `signum` stops after the first few.

    `module` of tests.training gives the config and how it is trained: its config_for and go.
    """
    command = [sys.executable, "-c", PROGRAM.format(module=module), str(folder)]
    root = Path(__file__).parents[2]
    with subprocess.Popen(command, cwd=root, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        for _ in range(updates):
            process.stdout.readline()
        process.send_signal(signum)
        rest, _ = process.communicate(timeout=120)  # a million updates would take hours
    return process.returncode, rest.strip().splitlines()[-1]
