"""The run folder: everything one training run leaves behind, in one place."""

import platform
import shutil
import subprocess
import sys
from contextlib import suppress
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from ..agents import checkpoint
from ..envs.engine.files import read_json, write_json
from .config import TrainingConfig

PACKAGES = ("altared", "numpy", "numba", "torch", "gymnasium", "pettingzoo", "safetensors")
LIBRARIES = ("stable-baselines3", "ray")  # of the other trainers: noted where they are installed


class RunFolder:
    """Paths inside a run folder, and its two descriptions: config.json (what) and meta.json (with what)."""

    def __init__(self, path: str | Path) -> None:
        self.path = Path(path)
        self.config = self.path / "config.json"
        self.meta = self.path / "meta.json"
        self.log = self.path / "log.jsonl"
        self.tensorboard = self.path / "tensorboard"
        self.curves = self.path / "curves.png"
        self.video = self.path / "video.mp4"
        self.last = self.path / "checkpoints" / "last"
        self.best = self.path / "checkpoints" / "best"
        self.players = self.path / checkpoint.PLAYERS

    def require_new(self) -> None:
        """Raise FileExistsError if the folder holds a run already."""
        if self.config.exists():
            way = f"continue it with --resume {self.path}, or choose another --run"
            raise FileExistsError(f"{self.path} holds a run already: {way}")

    def keep_players(self, trained: str | Path) -> None:
        """Copy the checkpoint of another run: its population plays what this run's learners negotiate."""
        self.require_new()
        source = checkpoint.find(trained)
        self.path.mkdir(parents=True, exist_ok=True)
        shutil.copytree(source, self.players, dirs_exist_ok=True)

    def create(self, config: TrainingConfig, worlds_on: str = "cpu") -> None:
        """Make the folder for a new run, whose worlds are stepped on that device.

        Raises FileExistsError if it holds a run already.
        """
        self.require_new()
        self.path.mkdir(parents=True, exist_ok=True)
        made = {**description(), "worlds_on": worlds_on, "seed": config.schedule.seed, "resumed": []}
        write_json(self.meta, made, "run")
        write_json(self.config, config.to_dict(), "run")

    def reopen(self, config: TrainingConfig, worlds_on: str = "cpu") -> None:
        """Note in meta.json that the run goes on, and with what."""
        meta = self.read_meta()
        meta["resumed"].append({**description(), "worlds_on": worlds_on})
        write_json(self.meta, meta, "run")
        write_json(self.config, config.to_dict(), "run")

    def read_meta(self) -> dict:
        """What the run was begun with, and under "resumed" what it went on with, each a `description`."""
        return read_json(self.meta, "run")

    def read_config(self) -> TrainingConfig:
        """The run's configuration. Raises FileNotFoundError if this is no run folder, ValueError if it cannot
        be read or is of another version.
        """
        if not self.config.exists():
            raise FileNotFoundError(f"{self.path} is no run folder: there is no config.json in it")
        try:
            return TrainingConfig.from_dict(read_json(self.config, "run"))
        except KeyError as missing:
            raise ValueError(f"{self.config} lacks {missing}") from missing
        except TypeError as unknown:
            raise ValueError(f"{self.config} is of another version: {unknown}") from unknown


def description() -> dict:
    """Versions, machine, command line, time, and the commit where the sources are a git checkout."""
    return {
        "started": datetime.now(UTC).isoformat(timespec="seconds"),
        "command": sys.argv,
        "python": platform.python_version(),
        "platform": platform.platform(),
        "versions": {name: version(name) for name in PACKAGES} | _installed(LIBRARIES),
        "git_commit": git_commit(Path(__file__).resolve().parents[1]),
    }


def _installed(packages: tuple[str, ...]) -> dict[str, str]:
    found = {}
    for name in packages:
        with suppress(PackageNotFoundError):
            found[name] = version(name)
    return found


def git_commit(tree: Path) -> str | None:
    """The commit checked out in `tree`, with `+` where files differ from it; None if it is no checkout."""
    if not (tree / ".git").exists():
        return None
    try:
        commit = _git(tree, "rev-parse", "HEAD")
        changed = _git(tree, "status", "--porcelain", "--untracked-files=no")
    except (OSError, subprocess.CalledProcessError):
        return None
    return commit + ("+" if changed else "")


def _git(tree: Path, *command: str) -> str:
    done = subprocess.run(["git", "-C", str(tree), *command], capture_output=True, text=True, check=True)
    return done.stdout.strip()
