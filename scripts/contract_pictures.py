"""Pictures of what contracts change."""

from pathlib import Path
from typing import Any

import numpy as np
from altared.training.curves import running_mean
from matplotlib.axes import Axes
from matplotlib.figure import Figure

Rows = list[dict[str, Any]]
Lines = dict[str, dict[str, float]]
DASHES = ((0, (5, 2)), (0, (1, 1)), (0, (5, 1, 1, 1)))
PATHS = (("#d55e00", "-"), ("#009e73", "-"), ("#444444", DASHES[0]), ("#444444", DASHES[1]))
ARMS = {"none": ("#d55e00", "no contract"), "play": ("#08519c", "contracts drawn at random")}


def draw_experiment(
    name: str, metrics: tuple[str, ...], logs: dict[str, list[Rows]], lines: Lines, path: Path
) -> None:
    """Learning curves of all seeds, a panel a metric, and what the negotiators came to agree on.

    lines: for a metric, levels to hold the curves against, by name.
    """
    figure = Figure(figsize=(3.3 * (len(metrics) + 1), 2.9), layout="constrained", dpi=110)
    panels = figure.subplots(1, len(metrics) + 1)
    for axes, metric in zip(panels, metrics, strict=False):
        for arm, (colour, label) in ARMS.items():
            for seed, rows in enumerate(logs[arm]):
                draw_curve(axes, rows, metric, colour, label if seed == 0 else None)
        for dashes, (label, level) in zip(DASHES, lines.get(metric, {}).items(), strict=False):
            axes.axhline(level, color="#444444", linewidth=1, linestyle=dashes, label=label)
        furnish(axes, metric.replace("_", " "), "million agent-steps")
    for seed, rows in enumerate(logs["deal"]):
        draw_curve(panels[-1], rows, "theta", "#009e73", "theta agreed on" if seed == 0 else None, 1e3)
    furnish(panels[-1], "negotiation: theta", "thousand agent-steps")
    handles, labels = panels[0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside lower center", ncols=len(labels), fontsize=9, frameon=False)
    figure.suptitle(f"{name.replace('_', ' ')}, a line a seed", x=0.01, ha="left", fontsize=11)
    figure.savefig(path)


def draw_paths(paths: dict[str, list[np.ndarray]], levels: dict[str, float], path: Path) -> None:
    """The stock over an episode: for each label one or more paths (T + 1,) in fish; levels by name."""
    figure = Figure(figsize=(7.2, 3.4), layout="constrained", dpi=110)
    axes = figure.subplots()
    for (label, stocks), (colour, dashes) in zip(paths.items(), PATHS, strict=True):
        for seed, stock in enumerate(stocks):
            named = label if seed == 0 else None
            axes.plot(stock, color=colour, linestyle=dashes, linewidth=1.4, alpha=0.85, label=named)
    for label, level in levels.items():
        axes.axhline(level, color="#999999", linewidth=0.8, linestyle=(0, (1, 2)))
        axes.annotate(
            label, (1.0, level), xycoords=("axes fraction", "data"), fontsize=7, va="bottom", ha="right"
        )
    furnish(axes, "stock, fish", "step")
    figure.legend(loc="outside lower center", ncols=len(paths), fontsize=9, frameon=False)
    figure.savefig(path)


def draw_curve(
    axes: Axes, rows: Rows, metric: str, colour: str, label: str | None, unit: float = 1e6
) -> None:
    """One metric of one run over agent-steps, smoothed over a fortieth of the run on either side."""
    points = [(row["agent_steps"] / unit, row[metric]) for row in rows if row.get(metric) is not None]
    if points:
        steps, values = zip(*points, strict=True)
        smooth = running_mean(list(values), max(1, len(points) // 40))
        axes.plot(steps, smooth, color=colour, linewidth=1.2, alpha=0.8, label=label)


def furnish(axes: Axes, title: str, below: str) -> None:
    """Title, axis and grid of a panel."""
    axes.set_title(title, fontsize=9, loc="left")
    axes.set_xlabel(below, fontsize=8)
    axes.set_ylim(bottom=0)
    axes.grid(alpha=0.25, linewidth=0.6)
    axes.tick_params(labelsize=7)
    axes.spines[["top", "right"]].set_visible(False)
