"""What a person sees of something that may take long: nothing at first, then a bar."""

import time
from collections.abc import Callable

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

QUIET = 2.0  # seconds before a bar shows


class Waiting:
    """A progress bar that shows only after two seconds, and only in a terminal. A context manager."""

    def __init__(self, console: Console) -> None:
        parts = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeRemainingColumn())
        self._bar = Progress(*parts, console=console, transient=True, disable=not console.is_terminal)
        self._shows_at = time.perf_counter() + QUIET

    def task(self, name: str, total: int) -> Callable[[int], None]:
        """A new line; call the result with what is done so far, of `total`."""
        line = self._bar.add_task(name, total=total)

        def done(so_far: int) -> None:
            self._bar.update(line, completed=so_far)
            if not self._bar.live.is_started and time.perf_counter() > self._shows_at:
                self._bar.start()

        return done

    def __enter__(self) -> "Waiting":
        return self

    def __exit__(self, *_: object) -> None:
        self._bar.stop()
