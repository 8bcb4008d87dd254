"""Draw the learning curves of several training runs of one kind into one picture.

python scripts/maintenance/draw_seeds.py runs/seed* --levels evaluation.json --out learning.png

A thin line a run, a thick one for their mean; the levels of an evaluation (`altared evaluate ... --json`)
are drawn as horizontal lines, one for each population by itself: groups of runs are left out.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import tyro
from altared.envs.engine.files import read_json
from altared.training.curves import running_mean
from altared.training.groups import Group, require_one_kind
from altared.training.log import read_log
from altared.training.run_folder import RunFolder
from drawing import drawn
from matplotlib.axes import Axes
from matplotlib.figure import Figure

PANELS = (  # metric, what the axis says, lowest and highest value an axis must show
    ("collective_return", "collective return (apples an episode)", 0.0, None),
    ("depletion", "depletion at the end (share of apples)", 0.0, 1.0),
    ("mean_depletion", "mean depletion (share of apples)", 0.0, 1.0),
    ("dead_patches", "dead patches (at the end)", 0.0, None),
    ("equality", "equality (1 - Gini)", 0.0, 1.0),
    ("shots", "shots (an episode, all agents)", 0.0, None),
)
COLUMNS = 3
NEIGHBOURS = 2  # updates on either side over which a thin line is smoothed
RUN, MEAN = "#7fb8dd", "#08519c"
LEVELS = (  # colour, dashes, width; the later lie below and are wider, so that equal levels all show
    ("#d55e00", (0, (5, 2)), 1.5),
    ("#222222", (0, (1, 1.5)), 1.5),
    ("#009e73", (0, (5, 1)), 2.6),
)

Curve = tuple[np.ndarray, np.ndarray]  # million agent-steps, values


@dataclass(frozen=True)
class Args:
    """Draw the learning curves of several training runs of one kind into one picture."""

    runs: Annotated[tuple[str, ...], tyro.conf.Positional]
    """Run folders that differ in their training seed alone."""
    out: Path
    """The PNG to write."""
    levels: Path | None = None
    """An evaluation's JSON; its populations are drawn as horizontal lines, three at most."""

    def __post_init__(self) -> None:
        if not self.runs:
            raise ValueError("runs: name at least one run folder")


def read_runs(runs: Sequence[str]) -> list[list[dict[str, Any]]]:
    """The logs of runs. Raises ValueError where they are not of one kind, OSError for what is no run."""
    folders = {run: RunFolder(run) for run in runs}
    configs = {run: folder.read_config().to_dict() for run, folder in folders.items()}
    require_one_kind(Group("runs", tuple(configs), "run"), configs)
    return [read_log(folder.log) for folder in folders.values()]


def read_levels(path: Path) -> dict[str, dict[str, float | None]]:
    """Population -> metric -> mean, of those in an evaluation's JSON that are measured over episodes."""
    found = read_json(path, "evaluation")["populations"]
    levels = {
        name: {metric: said["mean"]["value"] for metric, said in one["metrics"].items()}
        for name, one in found.items()
        if one["unit"] == "episode"
    }
    if len(levels) > len(LEVELS):
        raise ValueError(f"levels: {', '.join(levels)} are {len(levels)}; allowed: {len(LEVELS)} at most")
    return levels


def curve(rows: list[dict[str, Any]], metric: str) -> Curve:
    """A metric over training, smoothed; updates where it is undefined are left out."""
    points = [(row["agent_steps"], row[metric]) for row in rows if row.get(metric) is not None]
    steps, values = zip(*points, strict=True) if points else ((), ())
    return np.array(steps) / 1e6, np.array(running_mean(list(values), NEIGHBOURS))


def mean_curve(curves: Sequence[Curve]) -> Curve:
    """The mean of curves at the steps of the first, as far as all reach; straight between points."""
    low, high = max(x.min() for x, _ in curves), min(x.max() for x, _ in curves)
    steps = curves[0][0]
    steps = steps[(steps >= low) & (steps <= high)]
    return steps, np.mean([np.interp(steps, x, y) for x, y in curves], 0)


def draw_panel(axes: Axes, logs, levels, metric: str, title: str, low: float, high: float | None) -> None:
    """One metric: the runs, their mean, the levels."""
    curves = [one for rows in logs if len((one := curve(rows, metric))[0])]
    if not curves:
        raise ValueError(f"no run has logged {metric}")
    for i, (steps, values) in enumerate(curves):
        axes.plot(steps, values, color=RUN, linewidth=0.9, label=None if i else "one training seed")
    axes.plot(*mean_curve(curves), color=MEAN, linewidth=2.2, label=f"mean of {len(curves)} seeds")
    for i, (name, level) in enumerate(levels.items()):
        if (value := level.get(metric)) is not None:
            colour, dashes, width = LEVELS[i]
            axes.axhline(
                value, color=colour, linestyle=dashes, linewidth=width, label=name, zorder=1 - i / 10
            )
    axes.set_title(title, fontsize=9.5, loc="left")
    axes.update_datalim([(0, low)] + ([] if high is None else [(0, high)]))
    axes.autoscale_view()
    axes.set_xlim(left=0)
    axes.grid(alpha=0.25, linewidth=0.6)
    axes.tick_params(labelsize=8)
    axes.spines[["top", "right"]].set_visible(False)


def draw(logs: list[list[dict[str, Any]]], levels: dict[str, dict[str, float | None]], path: Path) -> None:
    """Write the picture: a panel for each of PANELS over million agent-steps. Raises OSError, ValueError."""
    lines = -(-len(PANELS) // COLUMNS)
    figure = Figure(figsize=(3.7 * COLUMNS, 2.7 * lines + 0.4), layout="constrained", dpi=130)
    grid = figure.subplots(lines, COLUMNS, squeeze=False)
    for axes, panel in zip(grid.flat, PANELS, strict=True):
        draw_panel(axes, logs, levels, *panel)
    for axes in grid[-1]:
        axes.set_xlabel("million agent-steps", fontsize=9)
    handles, labels = grid[0, 0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside upper left", ncols=len(labels), frameon=False, fontsize=9.5)
    figure.savefig(path)


def draw_all(args: Args) -> None:
    """Draw what the command line names."""
    draw(read_runs(args.runs), read_levels(args.levels) if args.levels else {}, args.out)


def main(argv: list[str] | None = None) -> int:
    """Draw what the command line names."""
    return drawn("draw_seeds", Args, draw_all, argv, __doc__)


if __name__ == "__main__":
    raise SystemExit(main())
