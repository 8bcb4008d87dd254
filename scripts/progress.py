"""What a person sees of a training run: a bar while it runs, a table when it is done."""

import math
import time
from collections.abc import Callable
from typing import Any

from altared.training.run_folder import RunFolder
from rich.console import Console
from rich.progress import (
    BarColumn,
    TaskProgressColumn,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)
from rich.progress import Progress as Bar
from rich.table import Table

Row = dict[str, Any]
SUMMARY = (  # column of the log, what it says
    ("collective_return", "collective return"),
    ("efficiency", "efficiency (harvest a step)"),
    ("depletion", "depletion at the end"),
    ("mean_depletion", "mean depletion"),
    ("dead_patches", "dead patches"),
    ("equality", "equality"),
    ("sustainability", "sustainability (step)"),
    ("peace", "peace (agents present)"),
    ("corrected_return", "corrected return (meals alone)"),
    ("violations", "violations"),
    ("compliance", "compliance"),
    ("correct_sanctions", "correct sanctions"),
    ("misdirected_sanctions", "misdirected sanctions"),
    ("precision", "precision of sanctions"),
    ("base_rate", "base rate (precision of blind ones)"),
    ("visits", "visits of the altar"),
    ("fraction_poisoned", "fraction of time poisoned"),
    ("shots", "shots"),
    ("removals", "removals"),
)
LINES = 20  # printed in a whole run where there is no terminal to draw a bar in


class Progress:
    """A bar with the newest numbers; without a terminal a line now and then."""

    def __init__(self, title: str) -> None:
        self.title = title
        self.console = Console()
        columns = TextColumn("{task.description}"), BarColumn(), TextColumn("{task.fields[news]}")
        self.bar = Bar(*columns, TimeElapsedColumn(), TimeRemainingColumn(), console=self.console)
        self.task = self.bar.add_task(title, total=None, news="compiling")
        self.last: Row = {}  # newest row in which episodes ended
        self.updates = 0  # shown so far

    def __enter__(self) -> "Progress":
        if self.console.is_terminal:
            self.bar.start()
        return self

    def __exit__(self, *_) -> None:
        self.bar.stop()

    def show(self, row: Row, updates: int) -> None:
        """Take in one row of the log, of a run of so many updates."""
        self.last = row if row["episodes"] else self.last
        self.updates += 1
        self.bar.update(self.task, completed=row["update"], total=updates, news=news(row, self.last))
        every = math.ceil(updates / LINES)
        if not self.console.is_terminal and (row["update"] % every == 0 or row["update"] == updates):
            line = f"{row['update']}/{updates} {news(row, self.last)}"
            self.console.print(line, highlight=False, soft_wrap=True)


def news(row: Row, last: Row) -> str:
    """The newest numbers in a few words."""
    words = [f"return {last['collective_return']:.1f}"] if "collective_return" in last else []
    words += [f"depletion {last['depletion']:.2f}"] if "depletion" in last else []
    return "  ".join([*words, f"{row['agent_steps_per_second'] / 1000:.1f}k agent-steps/s"])


def mean_over_episodes(rows: list[Row], name: str) -> float:
    """Mean of a metric over all episodes of some rows; NaN where it is nowhere defined."""
    known = [row for row in rows if _known(row, name)]
    weights = [row["episodes"] - row.get(f"{name}_undefined", 0) for row in known]
    total = sum(weight * row[name] for weight, row in zip(weights, known, strict=True))
    return total / sum(weights) if known else math.nan


def _known(row: Row, name: str) -> bool:
    return isinstance(row.get(name), int | float)


def print_summary(rows: list[Row], folder: RunFolder) -> None:
    """A table of the first and last tenth of the updates with episodes, and where everything lies."""
    played = [row for row in rows if row["episodes"]]
    tenth = max(1, len(played) // 10)
    table = Table(title="an episode, on average", title_justify="left")
    for name in ("", "first tenth", "last tenth"):
        table.add_column(name, justify="right" if name else "left")
    for name, words in SUMMARY:
        if any(_known(row, name) for row in played):
            means = mean_over_episodes(played[:tenth], name), mean_over_episodes(played[-tenth:], name)
            table.add_row(words, *(f"{mean:.3g}" for mean in means))
    console = Console()
    console.print(table if played else "no episode ended: there are no metrics yet")
    last = rows[-1]
    speed = last["agent_steps"] / last["seconds"]
    updates = f"{last['update']:,} updates of {last['agent_steps'] // last['update']:,}"
    console.print(
        f"{last['agent_steps']:,} agent-steps ({updates}) in {last['seconds']:.0f} s, {speed:,.0f} a second"
    )
    for path in (folder.curves, folder.video, folder.log, folder.last):
        if path.exists():
            console.print(f"{path}", highlight=False, soft_wrap=True)


QUIET = 2.0  # seconds before a bar shows


class DelayedProgress:
    """A progress bar that shows only after two seconds, and only in a terminal. A context manager."""

    def __init__(self, console: Console) -> None:
        parts = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeRemainingColumn())
        self._bar = Bar(*parts, console=console, transient=True, disable=not console.is_terminal)
        self._shows_at = time.perf_counter() + QUIET

    def task(self, name: str, total: int) -> Callable[[int], None]:
        """A new line; call the result with what is done so far, of `total`."""
        line = self._bar.add_task(name, total=total)

        def done(so_far: int) -> None:
            self._bar.update(line, completed=so_far)
            if not self._bar.live.is_started and time.perf_counter() > self._shows_at:
                self._bar.start()

        return done

    def __enter__(self) -> "DelayedProgress":
        return self

    def __exit__(self, *_: object) -> None:
        self._bar.stop()
