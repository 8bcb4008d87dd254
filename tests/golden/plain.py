"""A case played in plain Python, by a separate process: where compiling would take longer than playing.

Plain and compiled rules make the same bytes.
"""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from . import names

FOLDER = Path(__file__).parents[1]  # where the package of this module lies
THEN = "then"  # said to a process that is to leave the tables of names aside


def digested_in_plain_python(name: str) -> dict[str, Any]:
    """The digests of a case."""
    command = [sys.executable, "-W", "ignore", "-m", "golden.plain", name, *[THEN] * names.forgotten()]
    path = os.pathsep.join(filter(None, [str(FOLDER), os.environ.get("PYTHONPATH")]))
    environment = os.environ | {"NUMBA_DISABLE_JIT": "1", "PYTHONPATH": path}
    done = subprocess.run(command, capture_output=True, text=True, env=environment, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def main() -> None:
    """Play the case that is named, and print its digests."""
    from .cases import all_cases
    from .digest import digested

    if THEN in sys.argv[2:]:
        names.forget()
    print(json.dumps(digested(all_cases()[sys.argv[1]])))


if __name__ == "__main__":
    main()
