"""The figure of an experiment: a row a part, a panel a metric; means over seeds with 95 % intervals."""

from collections.abc import Sequence
from io import BytesIO
from pathlib import Path

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from ...envs.engine.files import write_atomically
from ..curves import running_mean
from ..statistics import mean_interval
from .findings import curve, has, logs, values
from .plan import Condition, Experiment, Panel
from .reference_curves import published_curve

COLOURS = ("#08519c", "#d55e00", "#009e73", "#7a4fa3", "#b8860b", "#555555", "#c2185b")  # MOST_IN_A_PART
FEWEST_FOR_A_BAND = 3  # seeds; of two the t interval is wider than any picture
POINTS = 200  # of a drawn curve
SMOOTHING = 40  # a curve is smoothed over one part in so many on either side


def draw_figure(experiment: Experiment, folder: Path, seeds: Sequence[int], path: Path) -> None:
    """Write the PNG. Curves are of training; what did not learn on that axis is drawn as a level."""
    rows = [(part, _panels(experiment, folder, part, seeds)) for part in experiment.parts]
    columns = max(len(panels) for _, panels in rows)
    count = len(rows) + bool(experiment.original)
    figure = Figure(figsize=(3.1 * columns, 2.7 * count + 0.5), layout="constrained", dpi=110)
    title = experiment.title + (f" (a try-out, share {experiment.share:g})" if experiment.share < 1 else "")
    figure.suptitle(title, x=0.01, ha="left", fontsize=11, fontweight="bold")
    bands = figure.subfigures(count, 1, squeeze=False)[:, 0]
    for band, (part, panels) in zip(bands, rows, strict=False):
        _draw_part(
            band.subplots(1, columns, squeeze=False)[0], folder, experiment.of_part(part), panels, seeds
        )
        _title(band, f"{part}, {len(seeds)} seed{'s' if len(seeds) > 1 else ''}")
    if experiment.original:
        _draw_original(bands[-1].subplots(1, columns, squeeze=False)[0], experiment)
        _title(bands[-1], f"as published: {experiment.source}")
    drawn = BytesIO()
    figure.savefig(drawn)
    write_atomically(path, drawn.getvalue())


def _title(band, said: str) -> None:
    """A row's title above it, and below it which colour is whose."""
    band.suptitle(said, x=0.01, ha="left", fontsize=9)
    legends = [axes.get_legend_handles_labels() for axes in band.axes]
    lines = {label: line for handles, labels in legends for line, label in zip(handles, labels, strict=True)}
    if lines:
        where = {"loc": "outside lower center", "ncols": len(lines), "fontsize": 8, "frameon": False}
        band.legend(lines.values(), lines.keys(), **where)


def _panels(experiment: Experiment, folder: Path, part: str, seeds: Sequence[int]) -> list[Panel]:
    """The panels whose metric some condition of the part has."""
    conditions = experiment.of_part(part)
    return [p for p in experiment.panels if any(has(folder, c, p.metric, seeds[0]) for c in conditions)]


def _draw_part(grid, folder: Path, conditions: Sequence[Condition], panels: Sequence[Panel], seeds) -> None:
    for axes, panel in zip(grid, panels, strict=False):
        _draw_panel(axes, folder, conditions, panel, seeds)
    for axes in grid[len(panels) :]:
        axes.axis("off")


def _draw_panel(axes: Axes, folder: Path, conditions: Sequence[Condition], panel: Panel, seeds) -> None:
    learned = False
    for condition, colour in zip(conditions, COLOURS, strict=False):
        if not has(folder, condition, panel.metric, seeds[0]):
            continue
        if condition.trained and not condition.players_of:
            learned |= _draw_learning(axes, folder, condition, panel.metric, colour, seeds)
        else:
            _draw_level(axes, values(folder, condition, panel.metric, seeds), condition.label, colour)
    _furnish(axes, panel, "million agent-steps" if learned else "no episode ended in training")
    if not learned:
        axes.set_xticks([])


def _draw_learning(axes: Axes, folder: Path, condition: Condition, metric: str, colour: str, seeds) -> bool:
    """A thin line a seed, their mean, and its interval as a band; False where there is nothing to draw."""
    curves = [np.array(points) for log in logs(folder, condition, seeds) if (points := curve(log, metric))]
    if not curves:
        axes.plot([], [], color=colour, linewidth=1.8, label=condition.label)  # in the legend none the less
        return False
    steps = np.linspace(max(c[0, 0] for c in curves), min(c[-1, 0] for c in curves), POINTS)
    lines = np.array([np.interp(steps, c[:, 0], _smooth(c[:, 1])) for c in curves])
    mark = "o-" if steps[0] == steps[-1] else "-"
    for line in lines:
        axes.plot(steps / 1e6, line, color=colour, linewidth=0.5, alpha=0.35)
    axes.plot(steps / 1e6, lines.mean(0), mark, color=colour, linewidth=1.8, label=condition.label)
    if len(lines) >= FEWEST_FOR_A_BAND:
        low, high = zip(*(mean_interval(column)[1:3] for column in lines.T), strict=True)
        axes.fill_between(steps / 1e6, low, high, color=colour, alpha=0.15, linewidth=0)
    return True


def _smooth(column: np.ndarray) -> list[float]:
    return running_mean(column.tolist(), max(1, len(column) // SMOOTHING))


def _draw_level(axes: Axes, sample: np.ndarray, label: str, colour: str) -> None:
    estimate = mean_interval(sample)
    if estimate.count:
        axes.axhline(estimate.value, color=colour, linestyle=(0, (5, 2)), linewidth=1.4, label=label)
    if estimate.count > 1:
        axes.axhspan(estimate.low, estimate.high, color=colour, alpha=0.12, linewidth=0)


def _draw_original(grid, experiment: Experiment) -> None:
    """The published mean curves, a panel a metric."""
    for axes, panel in zip(grid, experiment.panels, strict=True):
        for condition, colour in zip(experiment.conditions, COLOURS, strict=False):
            steps, column = published_curve(experiment.original, condition.name, panel.metric)
            axes.plot([step / 1e6 for step in steps], column, color=colour, linewidth=1.8)
        _furnish(axes, panel, "million environment steps")


def _furnish(axes: Axes, panel: Panel, below: str) -> None:
    axes.set_title(panel.title, fontsize=8.5, loc="left")
    axes.set_xlabel(below, fontsize=7.5)
    axes.set_ylim(0 if panel.share else min(0, axes.get_ylim()[0]), 1.03 if panel.share else None)
    axes.grid(alpha=0.25, linewidth=0.6)
    axes.tick_params(labelsize=7)
    axes.spines[["top", "right"]].set_visible(False)
