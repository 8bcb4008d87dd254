"""Checkpoints: a folder of safetensors files and one `state.json` that says which of them count.

A checkpoint is replaced atomically: its files are written under new names, then `state.json`,
which lists them, is renamed into place; only after that the old files go. Whatever interrupts a save (a
kill, a full disk), the folder still holds a complete checkpoint, the old or the new one. Nothing is pickled.
"""

from pathlib import Path
from typing import Any

import safetensors.torch
import torch
from safetensors import SafetensorError

from ..envs.engine.files import read_json, write_atomically, write_json

STATE = "state.json"


def save(folder: Path, tensors: dict[str, dict[str, torch.Tensor]], state: dict[str, Any]) -> None:
    """Replace the checkpoint in `folder`: one file for each group of named tensors, and `state` as JSON.

    Raises OSError (disk full, unwritable folder) and leaves the old checkpoint as it was.
    """
    folder.mkdir(parents=True, exist_ok=True)
    files = {group: f"{group}-{state['update']:07d}.safetensors" for group in tensors}
    kept = _files_of(folder)
    written: list[Path] = []
    try:
        for group, named in tensors.items():
            if files[group] in kept:  # the same update saved once more must not touch the file that counts
                files[group] = f"{group}-{state['update']:07d}-again.safetensors"
            written.append(folder / files[group])
            write_atomically(written[-1], safetensors.torch.save(_plain(named)))
        write_json(folder / STATE, {"files": files, **state}, "checkpoint")
    except BaseException:
        for path in written:
            path.unlink(missing_ok=True)
        raise
    for path in folder.glob("*.safetensors"):
        if path.name not in files.values():
            path.unlink()


def _files_of(folder: Path) -> set[str]:
    return set(read_state(folder)["files"].values()) if (folder / STATE).exists() else set()


def _plain(named: dict[str, torch.Tensor]) -> dict[str, torch.Tensor]:
    return {name: tensor.detach().cpu().contiguous().clone() for name, tensor in named.items()}


def read_state(folder: Path) -> dict[str, Any]:
    """The JSON part of a checkpoint, without its header.

    Raises FileNotFoundError, or ValueError naming a file that is damaged or of another version.
    """
    path = folder / STATE
    if not path.exists():
        raise FileNotFoundError(f"{folder} holds no checkpoint: there is no {STATE} in it")
    return read_json(path, "checkpoint")


def read_tensors(folder: Path, group: str) -> dict[str, torch.Tensor]:
    """One group of named tensors, on the CPU. Raises ValueError naming a file that is damaged."""
    path = folder / read_state(folder)["files"][group]
    try:
        return safetensors.torch.load(path.read_bytes())
    except SafetensorError as error:
        raise ValueError(f"{path} is damaged: {error}") from error


PLAYERS = "players"  # in a run folder: the checkpoint of those who play what the learners negotiate


def players_of(folder: Path) -> Path:
    """The players' checkpoint that belongs to a checkpoint of negotiators."""
    return folder.resolve().parents[1] / PLAYERS


def find(path: str | Path) -> Path:
    """The checkpoint meant by a path: that folder itself, or `checkpoints/last` of a run folder."""
    path = Path(path)
    for folder in (path, path / "checkpoints" / "last"):
        if (folder / STATE).exists():
            return folder
    raise FileNotFoundError(f"{path} is neither a checkpoint nor a run folder with one")
