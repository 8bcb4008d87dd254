"""The formats of all files: their names and versions, and the one sentence that refuses another version.

A header has three keys: `format` (a name below), `format_version` (a whole number) and `altared` (the version
of the package that wrote the file). docs/formats.md describes what follows it, and what raises a version.
"""

from collections.abc import Mapping, Sequence
from functools import cache
from importlib.metadata import version
from typing import Any, NamedTuple

NAMES = ("actions", "planes", "extra_channels")  # of a game, see engine/game.py
HEADER = ("format", "format_version", "altared")


class Format(NamedTuple):
    """One kind of file."""

    name: str
    version: int
    again: str  # what to do with a file of another version


FORMATS = {
    "snapshot": Format("altared-snapshot", 2, "take the snapshot again"),
    "recording": Format("altared-recording", 2, "record it again"),
    "checkpoint": Format("altared-checkpoint", 2, "train it again"),
    "run": Format("altared-run", 2, "train it again"),
    "evaluation": Format("altared-evaluation", 2, "evaluate again"),
    "experiment": Format("altared-experiment", 2, "reproduce it in another folder"),
    "results": Format("altared-results", 2, "reproduce it again"),
}


@cache
def writer() -> str:
    """The version of altared that writes here."""
    return version("altared")


def header_of(kind: str) -> dict[str, Any]:
    """What a file of that kind begins with."""
    made = FORMATS[kind]
    return dict(zip(HEADER, (made.name, made.version, writer()), strict=True))


def without_header(content: Mapping[str, Any]) -> dict[str, Any]:
    """What a file says besides its header."""
    return {name: value for name, value in content.items() if name not in HEADER}


def require_format(where: Any, kind: str, header: Mapping[str, Any]) -> None:
    """Raise ValueError, saying what to do, unless `header` is of that kind and of the version read here.

    `where`: the file, or what else is to be named.
    """
    expected, said = FORMATS[kind], [header[key] for key in HEADER[:2] if header.get(key) is not None]
    if said == [expected.name, expected.version]:
        return
    if said and said[0] in [one.name for one in FORMATS.values() if one != expected]:
        raise ValueError(f"{where} has format {said[0]}; allowed: {expected.name}")
    found = " ".join(map(str, said))
    other = f"altared {header['altared']}" if "altared" in header else "the altared that wrote it"
    raise ValueError(
        f"{where} has {f'format {found}' if found else 'no format'}; altared {writer()} reads "
        f"{expected.name} {expected.version}: {expected.again}, or use {other}"
    )


def difference(there: Sequence[str], here: Sequence[str]) -> str:
    """How the names in a file differ from those known here, in words; "" where they do not."""
    if list(there) == list(here):
        return ""
    gone = [name for name in there if name not in here]
    new = [name for name in here if name not in there]
    parts = [("only there", gone), ("only here", new)]
    return "; ".join(f"{side} {', '.join(names)}" for side, names in parts if names) or "in another order"


def different_names(there: Any, game: Any) -> str:
    """Which names of a game are other than those that something was trained on; "" where none are.

    there: has NAMES as attributes, or is None, which knows no names.
    """
    for field in NAMES if there is not None else ():
        if said := difference(getattr(there, field), getattr(game, field)):
            return f"other {field} than {game.name} has: {said}"
    return ""
