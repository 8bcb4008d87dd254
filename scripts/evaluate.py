"""Measure trained and scripted populations on the same worlds.

altared evaluate sustainable greedy random
altared evaluate altared_harvest --populations enforcer greedy,enforcer*6 --metrics corrected_return precision
altared evaluate runs/first greedy --episodes 200 --json out.json
altared evaluate greedy,greedy,sustainable --env.num-agents 3 --markdown
altared evaluate trained=runs/seed0+runs/seed1+runs/seed2 random
altared evaluate last=runs/seed0+runs/seed1 best=runs/seed0/checkpoints/best+runs/seed1/checkpoints/best

A population is measured over episodes, and its numbers hold for that population. For what training does,
join runs that differ in their seed alone into a group, LABEL=RUN+RUN+...: there a run is one value.
"""

import shlex
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import tyro
from altared.agents.policy import Population
from altared.agents.population import is_scripted, load_population, require_known
from altared.envs import game_module, games, make_batch
from altared.envs.engine.files import write_json
from altared.scripts.argument_checks import require_at_least, require_place
from altared.scripts.evaluation_report import INTERVAL, of_group, of_pairs
from altared.scripts.options import merged, parse
from altared.scripts.playback import population_names, require_end, settings_of_run
from altared.scripts.progress import DelayedProgress
from altared.training.evaluate import Columns, contrasts, limit_threads, play, summary
from altared.training.groups import Group, heading, read_group, require_one_kind, sample
from altared.training.tables import Cells, Folded, contrast_cells, markdown, metric_cells
from rich.console import Console


@dataclass(frozen=True)
class Args:
    """Measure trained and scripted populations on the same worlds."""

    populations: Annotated[tuple[str, ...], tyro.conf.Positional, tyro.conf.arg(metavar="WHO [WHO ...]")]
    """Run folders, checkpoints or scripted names: random, greedy, sustainable ...; with commas, one a slot
    (greedy,enforcer*6 is one and six). LABEL=RUN+RUN+... joins runs of different training seeds into one
    column, whose unit is the run. A game's name may stand before them."""
    game: str = ""
    """The game; by default the one the runs were trained on."""
    episodes: int = 100
    """Episodes of each population and of each run of a group, all counted."""
    seed: int = 0
    """Of the worlds and of the populations' choices."""
    worlds: int = 32
    """Worlds side by side; each gives its first episodes."""
    threads: int = 1
    """Threads of the worlds and of the learned networks; on a busy machine more can be slower."""
    endpoints: tuple[str, ...] = ("collective_return",)
    """Metrics on which every pair of populations is tested."""
    metrics: tuple[str, ...] = ()
    """Metrics that are printed; by default all."""
    json: Path | None = None
    """File for everything: settings, estimates, contrasts, every run's and every episode's row."""
    episode_rows: bool = True
    """Write the episodes' rows into that file; without them it is small."""
    markdown: bool = False
    """Print the tables as Markdown."""

    def __post_init__(self) -> None:
        if not self.populations:
            raise ValueError("populations: name at least one")
        require_at_least(self, episodes=1, worlds=1, threads=1, seed=0)
        labels = [group.label for group in self.groups()]
        if len(set(labels)) < len(labels):
            raise ValueError(f"populations: {' '.join(labels)} names one twice")
        require_place("json", self.json)

    def groups(self) -> list[Group]:
        """What the populations' words name, in their order. Raises ValueError for a malformed word."""
        return [read_group(word) for word in self.populations]

    def members(self) -> tuple[str, ...]:
        """Every population that is to be played, once."""
        return tuple(dict.fromkeys(member for group in self.groups() for member in group.members))


def common_settings(
    populations: tuple[str, ...], game: str, overrides: dict[str, Any]
) -> tuple[str, dict[str, Any]]:
    """The game and settings on which all are measured: what was chosen for the runs, with overrides on top.

    Another map, preset or condition brings its numbers, but what was chosen for the run stands: a run of
    `--env.num-agents 2` is measured with 2 agents on any map, one without on the map's or the game's number.
    Raises ValueError where runs would be measured on different games or settings.
    """
    members = [one for named in populations for one in population_names(named)]
    for one in members:
        require_known(one)
    runs = [one for one in members if not is_scripted(one)]
    first_game, chosen = settings_of_run(runs[0] if runs else members[0])
    if game not in ("", first_game):
        return game, overrides
    for run in runs[1:]:
        other_game, other = settings_of_run(run)
        if other_game != first_game:
            raise ValueError(
                f"{runs[0]} was trained on {first_game}, {run} on {other_game}: name one with --game"
            )
        require_same_settings(
            first_game, (runs[0], merged(chosen, overrides)), (run, merged(other, overrides))
        )
    return first_game, merged(chosen, overrides)


def require_same_settings(game: str, one: tuple[str, dict], other: tuple[str, dict]) -> None:
    """Raise ValueError unless two runs, each with what is put in, come to the same settings of the game.

    Named is a setting that was chosen, if one differs, rather than one that follows from it.
    """
    (run, chosen), (other_run, other_chosen) = one, other
    here, there = (game_module(game).configure(**each).to_dict() for each in (chosen, other_chosen))
    different = [name for name in here | there if here.get(name) != there.get(name)]
    if different:
        name = min(different, key=lambda name: (name not in chosen | other_chosen, name))
        option = "contract.procedure" if name == "contract" else f"env.{name.replace('_', '-')}"
        both = f"{here.get(name)!r} in {run} and {there.get(name)!r} in {other_run}"
        raise ValueError(f"{name} is {both}: give one with --{option}")


def read_states(group: Group) -> dict[str, dict[str, Any]]:
    """The checkpoint's JSON of each run of a group; nothing for a single population.

    Raises ValueError for a member that is no run, and where they are not of one kind.
    """
    if group.unit != "run":
        return {}
    for member in group.members:
        require_known(member)
        if is_scripted(member):
            raise ValueError(f"group {group.label}: {member} is a scripted agent; a group joins runs")
    from altared.agents import checkpoint  # here, so that scripted agents need no torch

    states = {member: checkpoint.read_state(checkpoint.find(member)) for member in group.members}
    require_one_kind(group, {member: state["config"] for member, state in states.items()})
    return states


def load_all(args: Args, batch: Any) -> dict[str, Population]:
    """Every population, by the words that name it. Raises ValueError for one that does not fit the game."""
    view = batch.observation_space.shape
    specs = {named: population_names(named) for named in args.members()}
    if not all(is_scripted(one) for members in specs.values() for one in members):
        limit_threads(args.threads)
    return {
        named: load_population(members if len(members) > 1 else named, batch.num_agents, view, batch.game)
        for named, members in specs.items()
    }


def play_all(
    args: Args, batch: Any, populations: dict[str, Population], progress: DelayedProgress
) -> dict[str, Columns]:
    """Every population's episodes, all begun in the same worlds."""
    rounds = -(-args.episodes // batch.num_worlds)
    horizon = rounds * batch.game.max_cycles  # steps; 0: not known beforehand
    played = {}
    for named, population in populations.items():
        done = progress.task(named, horizon or args.episodes)

        def tick(steps: int, counted: int, done=done) -> None:
            done(steps if horizon else counted)

        played[named] = play(batch, population, args.episodes, args.seed, tick)
    return played


def show(tables: dict[str, Cells], as_markdown: bool) -> None:
    """Print the tables, each under its title, and what the intervals are."""
    console = Console()
    for title, cells in tables.items():
        if as_markdown:
            print(f"**{title}**\n\n{markdown(cells)}\n")
        else:
            console.print(Folded(cells, title))
    print(INTERVAL)


def chosen(said: dict[str, Any], metrics: tuple[str, ...]) -> dict[str, Any]:
    """The metrics that were asked for. Raises ValueError for an unknown one."""
    for name in metrics:
        if name not in said:
            raise ValueError(f"metrics: no metric {name!r}; known: {', '.join(said)}")
    return {name: said[name] for name in metrics or said}


def game_first(command: list[str]) -> list[str]:
    """`GAME --populations A B` as `A B --game GAME`."""
    if not command or command[0] not in games():
        return command
    return [*(word for word in command[1:] if word != "--populations"), "--game", command[0]]


def game_of_first_run(command: list[str]) -> str:
    """The game of the first run among the populations; for scripted ones alone the default game.

    "" where a word is malformed: `Args` says how.
    """
    before = ["", *command]
    words = [word for word, last in zip(command, before, strict=False) if "--" not in (word[:2], last[:2])]
    try:
        members = [member for word in words for member in read_group(word).members]
        names = [name for member in members for name in population_names(member)]
    except ValueError:
        return ""
    runs = (name for name in names if not is_scripted(name) and Path(name).is_dir())
    return settings_of_run(next(runs, "random"))[0]


def asked(args: Args, command: list[str], batch: Any) -> dict[str, Any]:
    """What was measured, with what: the head of the JSON."""
    return {
        "command": shlex.join(["altared", "evaluate", *command]),
        "game": batch.game.name,
        "env": batch.game.config.to_dict(),
        "episodes": args.episodes,
        "seed": args.seed,
        "worlds": batch.num_worlds,
        "interval": INTERVAL,
    }


def evaluate(args: Args, overrides: dict[str, Any], command: list[str]) -> None:
    """Play, print, write. Raises ValueError or OSError for what cannot be done."""
    groups = args.groups()
    states = {group.label: read_states(group) for group in groups}
    game, env = common_settings(args.members(), args.game, overrides)
    batch = make_batch(game, min(args.worlds, args.episodes), threads=args.threads, **env)
    require_end(batch)
    populations = load_all(args, batch)
    with DelayedProgress(Console(stderr=True)) as progress:
        played = play_all(args, batch, populations, progress)
    samples = {group.label: sample(group, played) for group in groups}
    drawn = contrasts(samples, args.endpoints)
    summaries = {label: chosen(summary(one), args.metrics) for label, one in samples.items()}
    title = f"{batch.game.title}, {batch.num_agents} agents, {args.episodes} episodes each"
    headings = [heading(group, samples[group.label]) for group in groups]
    tables = {title: metric_cells(dict(zip(headings, summaries.values(), strict=True)))}
    if drawn:
        tables["Differences of the means"] = contrast_cells(drawn)
    show(tables, args.markdown)
    if args.json is not None:
        found = {
            group.label: of_group(group, states[group.label], played, args.episode_rows) for group in groups
        }
        content = {**asked(args, command, batch), "populations": found, "contrasts": of_pairs(drawn)}
        write_json(args.json, content, "evaluation", strict=True)
    batch.close()


def main(argv: list[str] | None = None) -> int:
    """The command `altared evaluate`."""
    command = list(sys.argv[1:] if argv is None else argv)
    try:
        words = game_first(command)
        args, overrides = parse(Args, words, fields_of=game_of_first_run(words))
        evaluate(args, overrides, command)
    except (ValueError, OSError) as error:
        print(f"altared evaluate: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
