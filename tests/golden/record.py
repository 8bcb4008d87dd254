"""Records what version 0.1.0 does: `python tests/golden/record.py`, with its sources importable as `altared`.

The tables of names are left aside, for it is 0.1.0 that speaks. With `--missing` the cases that are recorded
stay, and the others are added as the current version plays them, its names translated.
"""

import sys
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import Any

if __name__ == "__main__":  # as a script, next to whose folder this package lies
    sys.path.insert(0, str(Path(__file__).parents[1]))

from golden import book, names
from golden.cases import all_cases
from golden.digest import digested


def record(name: str, translating: bool) -> tuple[str, Any]:
    """One case, played in a separate process."""
    if not translating:
        names.forget()
    return name, digested(all_cases()[name])


def main() -> None:
    """Play every case, or those that are missing, and write the file."""
    missing = "--missing" in sys.argv[1:]
    kept = book.read() if missing else {}
    wanted = [name for name in all_cases() if name not in kept]
    with ProcessPoolExecutor(2, get_context("spawn")) as pool:
        played = dict(pool.map(record, wanted, [missing] * len(wanted)))
    book.write({name: (kept | played)[name] for name in all_cases()})
    print(f"{len(played)} cases recorded, {book.DIGESTS.stat().st_size / 1e6:.2f} MB")


if __name__ == "__main__":
    main()
