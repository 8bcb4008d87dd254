"""What several commands ask of their arguments, said before any work is done."""

import os
from pathlib import Path
from typing import Any

LARGEST_CELL = 256  # pixels


def require_at_least(args: Any, **least: float) -> None:
    """Raise ValueError for a field below its bound, or that is no number."""
    for name, low in least.items():
        if not getattr(args, name) >= low:
            raise ValueError(f"{name} is {getattr(args, name)}; allowed: {low} or more")


def require_picture(args: Any) -> None:
    """Raise ValueError for a size of cells or a rate with which nothing can be shown."""
    if not 1 <= args.cell <= LARGEST_CELL:
        raise ValueError(f"cell is {args.cell}; allowed: 1 .. {LARGEST_CELL} pixels")
    if args.fps is not None:
        require_at_least(args, fps=0)


def require_place(name: str, path: Path | None) -> None:
    """Raise ValueError unless a file can be written there."""
    if path is None:
        return
    if not path.parent.is_dir():
        raise ValueError(f"{name}: there is no folder {path.parent} to write {path.name} into")
    if path.is_dir():
        raise ValueError(f"{name}: {path} is a folder; allowed: a file")
    if not os.access(path.parent, os.W_OK):
        raise ValueError(f"{name}: the folder {path.parent} cannot be written into")
