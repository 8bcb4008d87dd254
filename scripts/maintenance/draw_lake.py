"""The stock of a lake over an episode: learned without a contract and with one, and computed.

altared reproduce contracts --out runs/contracts
python scripts/maintenance/draw_lake.py runs/contracts --out docs/results/contracts/stock.png
"""

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import numpy as np
import tyro
from altared.agents.population import load_population
from altared.envs import game_module, make_batch
from altared.envs.contracts.state import PLAYING
from altared.envs.games.fishing.benchmarks import maximum_sustainable_yield
from altared.envs.games.fishing.config import FishingConfig
from altared.envs.games.fishing.playouts import myopic, optimal, play_out
from altared.training.run_folder import RunFolder
from drawing import drawn
from matplotlib.axes import Axes
from matplotlib.figure import Figure

LEARNED = {
    "lake-none": ("learned, no contract", "#d55e00"),
    "lake-deal": ("learned, negotiated tax", "#009e73"),
}
COMPUTED = {"social optimum": (optimal, (0, (5, 2))), "myopic equilibrium": (myopic, (0, (1, 1)))}


@dataclass(frozen=True)
class Args:
    """Draw the paths of all runs of a reproduction of the contracts' experiment."""

    folder: Annotated[Path, tyro.conf.Positional]
    """Where it was made (`altared reproduce contracts --out`)."""
    out: Path = Path("stock.png")
    """The picture."""


def draw(args: Args) -> None:
    """Raises FileNotFoundError where the folder lacks the runs."""
    figure = Figure(figsize=(7.2, 3.4), layout="constrained", dpi=110)
    axes = figure.subplots()
    lake = lake_of(runs_of(args.folder, "lake-none")[0])
    draw_computed(axes, lake)
    for condition, (label, colour) in LEARNED.items():
        for i, run in enumerate(runs_of(args.folder, condition)):
            axes.plot(stock_path(run), color=colour, linewidth=1.4, label=None if i else label)
    draw_levels(axes, lake)
    axes.set_title("stock, fish", fontsize=9, loc="left")
    axes.set_xlabel("step", fontsize=8)
    axes.set_ylim(bottom=0)
    axes.grid(alpha=0.25, linewidth=0.6)
    axes.spines[["top", "right"]].set_visible(False)
    figure.legend(loc="outside lower center", ncols=4, fontsize=8, frameon=False)
    figure.savefig(args.out)


def draw_computed(axes: Axes, lake: FishingConfig) -> None:
    """What those do who know the lake: all together at best, and each for this step alone."""
    for label, (policy, dashes) in COMPUTED.items():
        axes.plot(play_out(lake, policy).stocks[:, 0], color="#777777", linestyle=dashes, label=label)


def draw_levels(axes: Axes, lake: FishingConfig) -> None:
    """Levels of the stock to hold the paths against."""
    _, left = maximum_sustainable_yield(lake)
    levels = {"critical stock": lake.critical_stock, "left by the largest lasting catch": left}
    for label, level in levels.items():
        axes.axhline(level, color="#999999", linewidth=0.8, linestyle=(0, (1, 2)))
        axes.annotate(label, (0.1, level), xycoords=("axes fraction", "data"), fontsize=7, va="bottom")


def runs_of(folder: Path, condition: str) -> list[RunFolder]:
    """Raises FileNotFoundError where there are none."""
    runs = [RunFolder(path) for path in sorted((folder / "runs").glob(f"{condition}-*"))]
    if not runs:
        raise FileNotFoundError(f"{folder}/runs has no {condition}-*; made by: altared reproduce contracts")
    return runs


def lake_of(run: RunFolder) -> FishingConfig:
    """The lake of a run without a contract."""
    return game_module("fishing").configure(**run.read_config().env_resolved)


def stock_path(run: RunFolder, worlds: int = 16, seed: int = 20_000) -> np.ndarray:
    """(T + 1,) fish: the mean stock after each step of an episode; a collapsed lake keeps its last."""
    config = run.read_config()
    batch = make_batch(config.game, worlds, auto_reset=False, **config.env_resolved)
    population = load_population(str(run.path), batch.num_agents, batch.observation_space.shape)
    population.start(worlds, seed)
    observations, started = batch.reset(seed), np.ones(worlds, bool)
    stocks, over = [batch.state.stock.mean()], np.zeros(worlds, bool)
    while not over.all():
        talking = config.negotiates and batch.state.stage[0, 0] != PLAYING
        step = batch.step(population.act(observations, started))
        observations, started = step.observations, np.zeros(worlds, bool)
        over |= step.terminated | step.truncated
        if not talking:
            stocks.append(batch.state.stock.mean())
    return np.array(stocks)


def main(argv: list[str] | None = None) -> int:
    """Draw what the command line names."""
    return drawn("draw_lake", Args, draw, argv, __doc__)


if __name__ == "__main__":
    sys.exit(main())
