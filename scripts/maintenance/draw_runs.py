"""Draw the learning curves of runs under different conditions into one picture, a colour each.

python scripts/maintenance/draw_runs.py altar=runs/a hidden=runs/b --metrics compliance --out learning.png

One run a label shows what happened in that run; what a condition does needs several, see `altared evaluate`.
"""

import math
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import tyro
from altared.training.curves import running_mean
from altared.training.log import read_log
from altared.training.run_folder import RunFolder
from drawing import drawn
from matplotlib.axes import Axes
from matplotlib.figure import Figure

COLOURS = ("#08519c", "#d55e00", "#009e73", "#7a4fa3", "#b8860b", "#555555")
DASHES = ((0, ()), (0, (5, 1.5)), (0, (1.5, 1)), (0, (6, 1, 1, 1)), (0, (3, 1)), (0, (1, 1)))
COLUMNS = 4
UNITS = ("compliance", "precision", "base_rate", "depletion", "fraction_poisoned", "fraction_marked")

Rows = list[dict[str, Any]]


@dataclass(frozen=True)
class Args:
    """Draw the learning curves of runs under different conditions into one picture."""

    runs: Annotated[tuple[str, ...], tyro.conf.Positional]
    """LABEL=FOLDER, six at most."""
    out: Path
    """The PNG to write."""
    metrics: tuple[str, ...] = (
        "corrected_return",
        "depletion",
        "compliance",
        "correct_sanctions",
        "misdirected_sanctions",
        "precision",
        "base_rate",
        "visits",
    )
    """Columns of the logs, a panel each."""
    title: str = ""
    """Above the picture."""

    def __post_init__(self) -> None:
        if not 1 <= len(self.runs) <= len(COLOURS):
            raise ValueError(f"runs: {len(self.runs)} are named; allowed: 1 to {len(COLOURS)}")
        for run in self.runs:
            if "=" not in run:
                raise ValueError(f"runs: {run!r} is not LABEL=FOLDER")


def read_runs(words: tuple[str, ...]) -> dict[str, Rows]:
    """Label -> log. Raises OSError for what is no run."""
    named = dict(word.split("=", 1) for word in words)
    return {label: read_log(RunFolder(folder).log) for label, folder in named.items()}


def draw_panel(axes: Axes, runs: dict[str, Rows], metric: str) -> None:
    """One metric of every run over agent-steps, smoothed over a fortieth of the run on either side."""
    for (label, rows), colour, dashes in zip(runs.items(), COLOURS, DASHES, strict=False):
        points = [(row["agent_steps"] / 1e6, row[metric]) for row in rows if row.get(metric) is not None]
        if points:
            steps, values = zip(*points, strict=True)
            smooth = running_mean(list(values), max(1, len(points) // 40))
            axes.plot(steps, smooth, color=colour, linestyle=dashes, linewidth=1.7, label=label)
    axes.set_title(metric.replace("_", " "), fontsize=9, loc="left")
    axes.set_ylim(0, 1.03 if metric in UNITS else None)
    axes.grid(alpha=0.25, linewidth=0.6)
    axes.tick_params(labelsize=7)
    axes.spines[["top", "right"]].set_visible(False)


def draw(runs: dict[str, Rows], args: Args) -> None:
    """Write the picture. Raises ValueError for a metric that no run has."""
    for metric in args.metrics:
        if not any(row.get(metric) is not None for rows in runs.values() for row in rows):
            raise ValueError(f"metrics: no run has a metric {metric!r}")
    columns = min(COLUMNS, len(args.metrics))
    lines = math.ceil(len(args.metrics) / columns)
    figure = Figure(figsize=(3.2 * columns, 2.4 * lines + 0.8), layout="constrained", dpi=110)
    grid = figure.subplots(lines, columns, squeeze=False)
    for axes, metric in zip(grid.flat, args.metrics, strict=False):
        draw_panel(axes, runs, metric)
    for axes in list(grid.flat)[len(args.metrics) :]:
        axes.axis("off")
    for axes in grid[-1]:
        axes.set_xlabel("million agent-steps", fontsize=8)
    handles, labels = grid.flat[0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside lower center", ncols=len(labels), fontsize=9, frameon=False)
    if args.title:
        figure.suptitle(args.title, x=0.01, ha="left", fontsize=11, fontweight="bold")
    figure.savefig(args.out)


def main(argv: list[str] | None = None) -> int:
    """Draw what the command line names."""
    return drawn("draw_runs", Args, lambda args: draw(read_runs(args.runs), args), argv, __doc__)


if __name__ == "__main__":
    sys.exit(main())
