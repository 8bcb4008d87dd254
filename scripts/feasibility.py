"""Tables of scripted populations on a game with an institution, and whether that pays.

altared feasibility
altared feasibility --presets feasible --env.target-penalty 5 --json out.json
"""

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import tyro
from altared.envs import game_module, games, make_batch
from altared.envs.engine.files import write_json
from altared.scripts.argument_checks import require_at_least, require_place
from altared.scripts.options import parse
from altared.training.evaluate import plain
from altared.training.feasibility import CASTS, Verdict, judge, populate
from altared.training.statistics import mean_interval
from altared.training.tables import Cells, Folded, markdown, number
from rich.console import Console

COLUMNS = (
    "corrected_return",
    "collective_return",
    "depletion",
    "compliance",
    "sanctions",
    "precision",
    "base_rate",
    "sanction_payoff",
    "median_dwell",
    "open_share",
    "others_payoff",
    "odd_payoff",
    "odd_sanction_payoff",
)


@dataclass(frozen=True)
class Args:
    """Tables of scripted populations, and whether the institution pays."""

    game: Annotated[str, tyro.conf.Positional, tyro.conf.arg(metavar="[GAME]")] = "altared_harvest"
    """The game; one with an institution."""
    presets: tuple[str, ...] = ()
    """The presets to measure; none: all that the game has."""
    episodes: int = 64
    """Episodes of each population."""
    seed: int = 0
    """Of the worlds and of the populations' choices."""
    worlds: int = 32
    """Worlds side by side."""
    json: Path | None = None
    """File for the estimates and verdicts."""
    markdown: bool = False
    """Print the tables as Markdown."""

    def __post_init__(self) -> None:
        require_at_least(self, episodes=1, worlds=1, seed=0)
        require_place("json", self.json)


def columns_table(summaries: dict[str, dict[str, Any]]) -> Cells:
    """One row a population."""
    header = ["population", *(name.replace("_", " ") for name in COLUMNS)]
    return [header, *([name, *map(number, said.values())] for name, said in summaries.items())]


def verdict_table(verdicts: list[Verdict]) -> Cells:
    """One row a verdict."""
    rows = [[v.condition, number(v.value), f"> {v.bound:.6g}", "yes" if v.holds else "NO"] for v in verdicts]
    return [["condition", "value", "needed", "holds"], *rows]


def show(cells: Cells, title: str, as_markdown: bool) -> None:
    """Print a table."""
    if as_markdown:
        print(f"**{title}**\n\n{markdown(cells)}\n")
    else:
        Console().print(Folded(cells, title))


def presets_of(game: str) -> tuple[str, ...]:
    """Those of a game with institutions; refuses any other game."""
    module = game_module(game)
    if "institution" not in module.configure().to_dict():
        known = [one for one in games() if "institution" in game_module(one).configure().to_dict()]
        raise ValueError(f"game is {game!r}, which has no institution; allowed: {', '.join(known)}")
    return tuple(module.PRESETS)


def measure(args: Args, preset: str, overrides: dict[str, Any]) -> dict[str, Any]:
    """Play, print, and return everything for the file."""
    batch = make_batch(args.game, min(args.worlds, args.episodes), **{**overrides, "preset": preset})
    console = Console(stderr=True)
    with console.status(f"{preset}: playing") as status:

        def report(name: str) -> None:
            status.update(f"{preset}: {name}")

        played = populate(batch, args.episodes, args.seed, CASTS, report)
    summaries = {
        name: {column: mean_interval(one[column]) for column in COLUMNS} for name, one in played.items()
    }
    verdicts = judge(played, batch.game.config)
    title = f"{batch.game.title}, preset {preset}, {batch.num_agents} agents, {args.episodes} episodes each"
    show(columns_table(summaries), title, args.markdown)
    show(verdict_table(verdicts), f"Does preset {preset} pay?", args.markdown)
    said = [{**v._asdict(), "holds": v.holds} for v in verdicts]
    return plain({"env": batch.game.config.to_dict(), "populations": summaries, "verdicts": said})


def main(argv: list[str] | None = None) -> int:
    """The command `altared feasibility`."""
    args, overrides = parse(Args, argv)
    try:
        known = presets_of(args.game)
        found = {preset: measure(args, preset, overrides) for preset in args.presets or known}
        if args.json is not None:
            write_json(
                args.json, {"episodes": args.episodes, "seed": args.seed, "presets": found}, strict=True
            )
    except (ValueError, OSError) as error:
        print(f"altared feasibility: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
