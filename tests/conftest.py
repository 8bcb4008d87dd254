"""Maintainers' scripts and examples are not in the package: tests import them as they import each other.

Orchard, a game from outside, is registered before any test: what holds for every game holds for it, and what
is recorded of the other games holds beside it.
"""

import sys
from importlib import import_module
from pathlib import Path

ROOT = Path(__file__).parents[1]

sys.path[:0] = [str(ROOT / "scripts" / "maintenance"), str(ROOT / "examples"), str(ROOT / "tests")]
import_module("outside.orchard")
