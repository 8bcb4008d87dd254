"""Pictures of what contracts change."""

from pathlib import Path
from typing import Any

from altared.training.curves import running_mean
from matplotlib.axes import Axes
from matplotlib.figure import Figure

Rows = list[dict[str, Any]]
ARMS = {"none": ("#d55e00", "no contract"), "play": ("#08519c", "contracts drawn at random")}


def draw_experiment(name: str, metrics: tuple[str, ...], logs: dict[str, list[Rows]], path: Path) -> None:
    """Learning curves of all seeds, a panel a metric, and what the negotiators came to agree on."""
    figure = Figure(figsize=(3.3 * (len(metrics) + 1), 2.9), layout="constrained", dpi=110)
    panels = figure.subplots(1, len(metrics) + 1)
    for axes, metric in zip(panels, metrics, strict=False):
        for arm, (colour, label) in ARMS.items():
            for seed, rows in enumerate(logs[arm]):
                draw_curve(axes, rows, metric, colour, label if seed == 0 else None)
        furnish(axes, metric.replace("_", " "), "million agent-steps")
    for seed, rows in enumerate(logs["deal"]):
        draw_curve(panels[-1], rows, "theta", "#009e73", "theta agreed on" if seed == 0 else None, 1e3)
    furnish(panels[-1], "negotiation: theta", "thousand agent-steps")
    handles, labels = panels[0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside lower center", ncols=2, fontsize=9, frameon=False)
    figure.suptitle(f"{name.replace('_', ' ')}, a line a seed", x=0.01, ha="left", fontsize=11)
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
