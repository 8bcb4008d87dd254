"""The file of recorded digests: a line for each case, so that differences can be read."""

import json
from pathlib import Path
from typing import Any

DIGESTS = Path(__file__).with_name("digests.json")
ORIGIN = {"version": "0.1.0", "commit": "e325e31"}


def read() -> dict[str, Any]:
    """What was recorded, by case; {} if nothing was."""
    return json.loads(DIGESTS.read_text("utf-8"))["cases"] if DIGESTS.exists() else {}


def write(cases: dict[str, Any]) -> None:
    """Cases by name, sorted."""
    lines = [f"{json.dumps(name)}: {compact(cases[name])}" for name in sorted(cases)]
    head = ", ".join(f"{json.dumps(name)}: {json.dumps(value)}" for name, value in ORIGIN.items())
    DIGESTS.write_text(f'{{{head}, "cases": {{\n' + ",\n".join(lines) + "\n}}\n", "utf-8")


def compact(value: Any) -> str:
    """JSON without spaces, keys sorted."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"))
