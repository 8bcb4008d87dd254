"""Calibrate poison berries on uniform-random agents, and show how well it fits.

python scripts/maintenance/calibrate_berries.py                     # the shipped numbers
python scripts/maintenance/calibrate_berries.py --search            # how they were found (two minutes)
python scripts/maintenance/calibrate_berries.py --search --env.map my_berries.txt

The exit status is 1 if a number is farther from its target than it may be.
"""

import math
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, NamedTuple

import tyro
from altared.agents.population import load_population
from altared.envs import make_batch
from altared.envs.engine.files import write_json
from altared.envs.grid.harvest import ACTIONS
from altared.scripts.options import parse
from altared.training.evaluate import Columns, plain, play
from altared.training.statistics import Estimate, mean_interval
from altared.training.tables import Cells, markdown, number, terminal
from coordinate_search import Trial, found, search
from rich.console import Console

GAME = "poison_berries"
ALLOWED = 0.2  # how far from its target, as a share of it, a number may be
WORLDS = 64  # side by side

Played = dict[str, Columns]  # condition -> columns of episodes


class Target(NamedTuple):
    """What a metric should be under a condition."""

    condition: str
    metric: str
    value: float
    weight: float = 1.0  # in the misfit

    def measured(self, played: Played) -> Estimate:
        """The mean over episodes, with its interval."""
        return mean_interval(played[self.condition][self.metric])

    def ratio(self, played: Played) -> float:
        """Measured to wanted."""
        return self.measured(played).value / self.value

    def row(self, played: Played) -> list[str]:
        """Of a table."""
        words = f"{self.metric}, {self.condition}".replace("_", " ")
        return [words, f"{self.value:g}", number(self.measured(played)), f"{self.ratio(played):.2f}"]


TARGETS = (  # Köster et al. 2022, figure 4 at 2e6 steps, digitised
    Target("important_rule", "fraction_poisoned", 0.52),
    Target("important_rule", "violations", 49.0),
    Target("silly_rule", "violations", 99.0),
    Target("important_rule", "fraction_marked", 0.61),
    Target("silly_rule", "fraction_marked", 0.66),
    Target("no_rule", "corrected_return", 3704.0),
    Target("silly_rule", "hits", 29.5, weight=0.25),  # inferred: 25 to 34 fit both fractions marked
)
REPORTED = (  # the figure's agents have already learned when to fire: shown, not matched
    Target("no_rule", "collective_return", 3704.0),
    Target("important_rule", "collective_return", 3116.0),
    Target("silly_rule", "collective_return", 2623.0),
    Target("no_rule", "misdirected_sanctions", 0.26),
    Target("important_rule", "misdirected_sanctions", 5.9),
    Target("silly_rule", "misdirected_sanctions", 9.5),
    Target("important_rule", "correct_sanctions", 9.9),
    Target("silly_rule", "correct_sanctions", 24.1),
)


class Numbers(NamedTuple):
    """What is searched; all other numbers stay."""

    chances: tuple[float, ...]  # of regrowth a step, one for each kind
    cooldown: int  # steps

    @property
    def levers(self) -> int:
        return len(self.chances) + 1

    def moved(self, lever: int, factor: float) -> "Numbers":
        """A chance times `factor`; or, the last, the mean steps between two shots of a random agent."""
        if lever < len(self.chances):
            chances = list(self.chances)
            chances[lever] = min(1.0, float(f"{chances[lever] * factor:.2g}"))
            return self._replace(chances=tuple(chances))
        between = (len(ACTIONS) + self.cooldown) * factor
        return self._replace(cooldown=max(0, round(between) - len(ACTIONS)))

    def fields(self) -> dict[str, Any]:
        """As fields of the game."""
        return {"regrowth": self.chances, "cooldown": self.cooldown}


Trials = list[Trial[Numbers]]
START = Numbers(chances=(0.01, 0.01, 0.01), cooldown=2)  # of the search; the cooldown of the other games


@dataclass(frozen=True)
class Args:
    """Calibrate poison berries on uniform-random agents, and show how well it fits."""

    search: bool = False
    """Search the numbers first; else measure those that are given, which by default are the shipped ones."""
    game: Annotated[str, tyro.conf.Suppress] = GAME
    """The one that this is for."""
    episodes: int = 256
    """Episodes of each condition in the tables."""
    seed: int = 1
    """Of the tables' worlds."""
    search_episodes: int = 128
    """Episodes of each condition in one evaluation of the search."""
    search_seed: int = 0
    """Of the search's worlds: the same in every evaluation, and others than the tables'."""
    json: Path | None = None
    """File for the numbers, and for the course of the search."""
    markdown: bool = False
    """Print the tables as Markdown."""


def play_random(episodes: int, seed: int, **fields: Any) -> Played:
    """Uniform-random agents under each condition, in the same worlds."""
    played = {}
    for condition in ("no_rule", "important_rule", "silly_rule"):
        batch = make_batch(GAME, min(episodes, WORLDS), **{**fields, "condition": condition})
        population = load_population(["random"] * batch.num_agents, batch.num_agents)
        played[condition] = play(batch, population, episodes, seed)
    return played


def misfit(played: Played) -> float:
    """Weighted root mean square of the logarithms of the targets' ratios; infinite where there is nothing."""
    ratios = [target.ratio(played) for target in TARGETS]
    if not min(ratios) > 0:
        return math.inf
    squares = [target.weight * math.log(one) ** 2 for target, one in zip(TARGETS, ratios, strict=True)]
    return math.sqrt(sum(squares) / sum(target.weight for target in TARGETS))


def run_search(args: Args, fields: dict[str, Any]) -> Trials:
    """Search, with a line a trial."""

    def reported(numbers: Numbers) -> float:
        value = misfit(play_random(args.search_episodes, args.search_seed, **{**fields, **numbers.fields()}))
        print(f"misfit {value:.4f}: {numbers}", file=sys.stderr)
        return value

    return search(reported, START)


def target_table(played: Played, targets: tuple[Target, ...]) -> Cells:
    """One row a target."""
    return [["uniform-random agents", "source", "measured", "ratio"], *(one.row(played) for one in targets)]


def search_table(trials: Trials) -> Cells:
    """One row for each trial that was better than all before it."""
    rows = [
        [str(k), *map(str, trial.setting.chances), str(trial.setting.cooldown), f"{trial.misfit:.3f}"]
        for k, trial in enumerate(trials, 1)
        if trial.better
    ]
    return [["trial", "chance a", "chance b", "chance c", "cooldown", "misfit"], *rows]


def show(cells: Cells, title: str, as_markdown: bool) -> None:
    """Print a table."""
    if as_markdown:
        print(f"**{title}**\n\n{markdown(cells)}\n")
    else:
        Console().print(terminal(cells, title))


def contents(args: Args, fields: dict[str, Any], played: Played, trials: Trials) -> dict[str, Any]:
    """What the file holds."""
    targets = {"matched": TARGETS, "reported": REPORTED}
    tables = {
        name: [{"of": f"{t.metric}, {t.condition}", "measured": t.measured(played)} for t in each]
        for name, each in targets.items()
    }
    said = {name: getattr(args, name) for name in ("episodes", "seed", "search_episodes", "search_seed")}
    course = [trial if math.isfinite(trial.misfit) else trial._replace(misfit=math.nan) for trial in trials]
    return plain({**said, "fields": fields, **tables, "search": course})


def main(argv: list[str] | None = None) -> int:
    """Search if asked to, measure, print; 1 if a target is missed."""
    args, fields = parse(Args, argv)
    trials = run_search(args, fields) if args.search else []
    if trials:
        title = (
            f"Search, {len(trials)} trials of {args.search_episodes} episodes a condition: the better ones"
        )
        show(search_table(trials), title, args.markdown)
        fields |= found(trials).fields()
    played = play_random(args.episodes, args.seed, **fields)
    title = f"{args.episodes} episodes a condition, mean ± half a 95 % interval"
    show(target_table(played, TARGETS), f"Matched within {ALLOWED:.0%}: {title}", args.markdown)
    show(target_table(played, REPORTED), f"Reported, not matched: {title}", args.markdown)
    if args.json is not None:
        write_json(args.json, contents(args, fields, played, trials), strict=True)
    return int(any(not abs(target.ratio(played) - 1) <= ALLOWED for target in TARGETS))


if __name__ == "__main__":
    sys.exit(main())
