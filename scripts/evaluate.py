"""Measure trained and scripted populations on the same worlds.

altared evaluate sustainable greedy random
altared evaluate runs/first greedy --episodes 200 --json out.json
altared evaluate greedy,greedy,sustainable --env.num-agents 3 --markdown
"""

import json
import shlex
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Annotated, Any

import tyro
from altared.agents.policy import Population
from altared.agents.population import is_scripted, load_population
from altared.envs import make_batch
from altared.scripts.options import parse
from altared.scripts.stage import home
from altared.training.evaluate import Columns, Contrast, contrasts, limit_threads, plain, play, rows, summary
from altared.training.tables import Cells, contrast_cells, markdown, metric_cells, terminal
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

UNIT = "mean over episodes ± half a 95 % t interval; the unit is the episode"
QUIET = 2.0  # seconds before a progress bar shows


@dataclass(frozen=True)
class Args:
    """Measure trained and scripted populations on the same worlds."""

    populations: Annotated[tuple[str, ...], tyro.conf.Positional]
    """Run folders, checkpoints or scripted names: random, greedy, sustainable; with commas, one a slot."""
    game: str = ""
    """The game; by default the one the runs were trained on."""
    episodes: int = 100
    """Episodes of each population, all counted."""
    seed: int = 0
    """Of the worlds and of the populations' choices."""
    worlds: int = 32
    """Worlds side by side; each gives its first episodes."""
    threads: int = 1
    """Threads of the worlds and of the learned networks; on a busy machine more can be slower."""
    endpoints: tuple[str, ...] = ("collective_return",)
    """Metrics on which every pair of populations is tested."""
    json: Path | None = None
    """File for everything: settings, estimates, contrasts and every episode's row."""
    markdown: bool = False
    """Print the tables as Markdown."""

    def __post_init__(self) -> None:
        if not self.populations:
            raise ValueError("populations: name at least one")
        for name in ("episodes", "worlds", "threads"):
            if getattr(self, name) < 1:
                raise ValueError(f"{name} is {getattr(self, name)}; allowed: 1 or more")
        if len(set(self.populations)) < len(self.populations):
            raise ValueError(f"populations: {' '.join(self.populations)} names one twice")
        if self.json is not None and not self.json.parent.is_dir():
            raise ValueError(f"json: there is no folder {self.json.parent} to write {self.json.name} into")


def common_home(
    populations: tuple[str, ...], game: str, overrides: dict[str, Any]
) -> tuple[str, dict[str, Any]]:
    """The game and settings on which all are measured: those of the runs named, with overrides on top.

    Raises ValueError where runs were trained on different games, or settings that are not overridden.
    """
    members = [one for named in populations for one in named.split(",")]
    runs = [one for one in members if not is_scripted(one)]
    first_game, settings = home(runs[0] if runs else members[0])
    if game not in ("", first_game):
        return game, overrides
    for run in runs[1:]:
        other_game, other = home(run)
        if other_game != first_game:
            raise ValueError(
                f"{runs[0]} was trained on {first_game}, {run} on {other_game}: name one with --game"
            )
        for name in sorted((settings | other).keys() - overrides.keys()):
            if settings.get(name) != other.get(name):
                both = f"{settings.get(name)!r} in {runs[0]} and {other.get(name)!r} in {run}"
                raise ValueError(f"{name} is {both}: give one with --env.{name.replace('_', '-')}")
    return first_game, settings | overrides


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


def load_all(args: Args, batch: Any) -> dict[str, Population]:
    """Every population, by the words that name it. Raises ValueError for one that does not fit the game."""
    view = batch.observation_space.shape
    specs = {named: named.split(",") for named in args.populations}
    if not all(is_scripted(one) for members in specs.values() for one in members):
        limit_threads(args.threads)
    return {
        named: load_population(members if len(members) > 1 else named, batch.num_agents, view)
        for named, members in specs.items()
    }


def play_all(
    args: Args, batch: Any, populations: dict[str, Population], waiting: Waiting
) -> dict[str, Columns]:
    """Every population's episodes, all begun in the same worlds."""
    rounds = -(-args.episodes // batch.num_worlds)
    horizon = rounds * batch.game.config.to_dict().get("max_cycles", 0)  # steps; 0: not known beforehand
    played = {}
    for named, population in populations.items():
        done = waiting.task(named, horizon or args.episodes)

        def tick(steps: int, counted: int, done=done) -> None:
            done(steps if horizon else counted)

        played[named] = play(batch, population, args.episodes, args.seed, tick)
    return played


def report(
    args: Args, command: list[str], batch: Any, played: dict[str, Columns], drawn: list[Contrast]
) -> dict[str, Any]:
    """Everything that was measured, ready for JSON."""
    return {
        "altared": version("altared"),
        "command": shlex.join(["altared", "evaluate", *command]),
        "game": batch.game.name,
        "env": batch.game.config.to_dict(),
        "episodes": args.episodes,
        "seed": args.seed,
        "worlds": batch.num_worlds,
        "interval": UNIT,
        "populations": {
            name: {"metrics": plain(summary(columns)), "episodes": rows(columns)}
            for name, columns in played.items()
        },
        "contrasts": plain([one._asdict() for one in drawn]),
    }


def write_report(path: Path, content: dict[str, Any]) -> None:
    """Replace the file in one instant. Raises OSError and leaves the old one where that fails."""
    from altared.agents.checkpoint import write_atomically  # here, so that scripted agents need no torch

    write_atomically(path, (json.dumps(content, indent=1, allow_nan=False) + "\n").encode())


def show(tables: dict[str, Cells], as_markdown: bool) -> None:
    """Print the tables, each under its title, and what the intervals are."""
    console = Console()
    for title, cells in tables.items():
        if as_markdown:
            print(f"**{title}**\n\n{markdown(cells)}\n")
        else:
            console.print(terminal(cells, title))
    print(UNIT)


def evaluate(args: Args, overrides: dict[str, Any], command: list[str]) -> None:
    """Play, print, write. Raises ValueError or OSError for what cannot be done."""
    game, env = common_home(args.populations, args.game, overrides)
    batch = make_batch(game, min(args.worlds, args.episodes), "tiles", threads=args.threads, **env)
    populations = load_all(args, batch)
    with Waiting(Console(stderr=True)) as waiting:
        played = play_all(args, batch, populations, waiting)
    drawn = contrasts(played, args.endpoints)
    title = f"{batch.game.title}, {batch.num_agents} agents, {args.episodes} episodes each"
    tables = {title: metric_cells({name: summary(columns) for name, columns in played.items()})}
    if drawn:
        tables["Differences of the means"] = contrast_cells(drawn)
    show(tables, args.markdown)
    if args.json is not None:
        write_report(args.json, report(args, command, batch, played, drawn))
    batch.close()


def main(argv: list[str] | None = None) -> int:
    """The command `altared evaluate`."""
    command = list(sys.argv[1:] if argv is None else argv)
    args, overrides = parse(Args, command)
    try:
        evaluate(args, overrides, command)
    except (ValueError, OSError) as error:
        print(f"altared evaluate: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
