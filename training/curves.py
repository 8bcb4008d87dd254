"""Learning curves: the log of a run as one picture."""

import math
from pathlib import Path
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure

PANELS = (  # column of the log, title, lowest and highest value an axis must show
    ("collective_return", "collective return", 0.0, None),
    ("depletion", "depletion at the end", 0.0, 1.0),
    ("mean_depletion", "mean depletion", 0.0, 1.0),
    ("dead_patches", "dead patches", 0.0, None),
    ("equality", "equality", 0.0, 1.0),
    ("sustainability", "sustainability (step)", 0.0, None),
    ("peace", "peace (agents present)", 0.0, None),
    ("corrected_return", "corrected return (meals alone)", 0.0, None),
    ("violations", "violations an episode", 0.0, None),
    ("compliance", "compliance", 0.0, 1.0),
    ("correct_sanctions", "correct sanctions an episode", 0.0, None),
    ("misdirected_sanctions", "misdirected sanctions an episode", 0.0, None),
    ("precision", "precision of sanctions", 0.0, 1.0),
    ("base_rate", "base rate (precision of blind ones)", 0.0, 1.0),
    ("visits", "visits of the altar an episode", 0.0, None),
    ("fraction_poisoned", "fraction of time poisoned", 0.0, 1.0),
    ("fraction_marked", "fraction of time marked", 0.0, 1.0),
    ("shots", "shots an episode", 0.0, None),
    ("removals", "removals an episode", 0.0, None),
    ("entropy", "entropy (nats)", 0.0, None),
    ("explained_variance", "explained variance", None, 1.0),
    ("agent_steps_per_second", "agent-steps a second", 0.0, None),
)
COLUMNS = 4


def draw_curves(rows: list[dict[str, Any]], path: Path, title: str) -> None:
    """Write a PNG with a panel for every metric of PANELS that the log has, over agent-steps."""
    panels = [panel for panel in PANELS if any(_points(rows, panel[0]))]
    lines = max(1, math.ceil(len(panels) / COLUMNS))
    figure = Figure(figsize=(3.2 * COLUMNS, 2.3 * lines + 0.5), layout="constrained", dpi=110)
    figure.suptitle(title, x=0.01, ha="left", fontsize=11, fontweight="bold")
    grid = figure.subplots(lines, COLUMNS, squeeze=False, sharex=True)
    for axes, panel in zip(grid.flat, panels, strict=False):
        _draw_panel(axes, rows, *panel)
    for axes in list(grid.flat)[len(panels) :]:
        axes.axis("off")
    for axes in list(grid.flat)[max(0, len(panels) - COLUMNS) : len(panels)]:
        axes.set_xlabel("million agent-steps", fontsize=8)
        axes.tick_params(labelbottom=True)
    figure.savefig(path)


def _draw_panel(axes: Axes, rows, name: str, title: str, low: float | None, high: float | None) -> None:
    points = _points(rows, name)
    steps, values = [x / 1e6 for x, _ in points], [y for _, y in points]
    width = len(points) // 40
    axes.plot(steps, values, color="#9ecae1", linewidth=0.8)
    axes.plot(steps, running_mean(values, width), color="#08519c", linewidth=1.8)
    axes.set_title(title, fontsize=9, loc="left")
    bottom = min(values) if low is None else min(low, *values)
    top = max(values) if high is None else max(high, *values)
    margin = 0.05 * (top - bottom) or 0.5
    axes.set_ylim(bottom - margin, top + margin)
    axes.grid(alpha=0.25, linewidth=0.6)
    axes.tick_params(labelsize=7)
    axes.spines[["top", "right"]].set_visible(False)


def _points(rows: list[dict[str, Any]], name: str) -> list[tuple[float, float]]:
    """Agent-steps and value of every update where the metric is defined."""
    return [(row["agent_steps"], row[name]) for row in rows if isinstance(row.get(name), int | float)]


def running_mean(values: list[float], width: int) -> list[float]:
    """The mean of each value and its neighbours, `width` on either side where there are as many."""
    parts = [values[max(0, i - width) : i + width + 1] for i in range(len(values))]
    return [sum(part) / len(part) for part in parts]
