"""What the scripts that draw have in common: a command line in; a picture out, or one line of why not."""

import sys
from collections.abc import Callable
from typing import Any

from altared.scripts.help_format import cli


def drawn(
    name: str, args: type[Any], draw: Callable[[Any], None], argv: list[str] | None, about: str | None
) -> int:
    """Parse `args`, with the picture's path as `out`, and draw; the exit status, 1 for what cannot be."""
    try:
        parsed = cli(args, args=argv, description=about)
        draw(parsed)
    except (ValueError, OSError) as error:
        print(f"{name}: {error}", file=sys.stderr)
        return 1
    print(f"wrote {parsed.out}")
    return 0
