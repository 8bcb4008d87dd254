"""Maintainers' scripts and examples are not in the package: tests import them as they import each other."""

import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]

sys.path[:0] = [str(ROOT / "scripts" / "maintenance"), str(ROOT / "examples")]
