"""What an experiment is: conditions to train and measure, and claims to hold against what was measured."""

from dataclasses import dataclass, replace
from typing import Literal

Words = tuple[str, ...]  # of a command line
Over = Literal[
    "end", "training", "beginning"
]  # the last checkpoint's episodes; means over the log, or its first
MOST_IN_A_PART = 7  # conditions; a figure has no more distinguishable colours
BEGINNING = 0.2  # share of the updates


def words(said: str) -> Words:
    """Words that are written with spaces between them."""
    return tuple(said.split())


@dataclass(frozen=True)
class Condition:
    """One thing that is measured with every seed: trained learners, or a scripted population.

    Of `population`, `runs_of` and `learn` one says who is measured: a scripted population; the runs of
    another condition, in a game with other settings; or learners trained for it.
    """

    name: str  # in the names of files; unique in the experiment
    label: str  # in tables and figures
    part: str  # rows of the figure: conditions of one part are drawn and compared together
    game: str
    env: Words = ()  # settings of the game, in training and when measured
    learn: Words = ()  # options of `altared train`
    steps: int = 0  # agent-steps of training
    population: str = ""  # a scripted population, as `altared evaluate` names it
    runs_of: str = ""  # condition whose runs are measured here, with `env` on top of theirs
    players_of: str = ""  # condition whose run of the same seed plays what these learners negotiate
    starts_from: str = ""  # condition whose weights of the same seed these learners begin with

    def __post_init__(self) -> None:
        ways = {name: getattr(self, name) for name in ("population", "runs_of", "players_of", "starts_from")}
        if len(said := {name: value for name, value in ways.items() if value}) > 1:
            raise ValueError(f"condition {self.name!r} has {said}; allowed: at most one of {', '.join(ways)}")
        if not self.trained and (self.learn or self.steps):
            raise ValueError(
                f"condition {self.name!r} has learn={self.learn} and steps={self.steps}; "
                f"allowed with {' and '.join(said)}: neither, as nobody learns"
            )

    @property
    def trained(self) -> bool:
        return not (self.population or self.runs_of)

    @property
    def needs(self) -> str:
        """The condition that must be trained before this one, if any."""
        return self.players_of or self.starts_from or self.runs_of


@dataclass(frozen=True)
class Endpoint:
    """A claim about two conditions, named before the runs: `metric` is larger in `higher` than in `lower`."""

    claim: str  # in a sentence
    metric: str  # of an evaluation
    higher: str  # name of a condition
    lower: str
    smallest: float  # the smallest difference that would matter, in the metric's unit, > 0
    over: Over = "end"
    primary: bool = True  # tested, and corrected for, together with the other primary ones


def secondary(claim: str, metric: str, higher: str, lower: str, smallest: float) -> Endpoint:
    """A claim that is reported in addition to the primary ones, and tested by itself."""
    return Endpoint(claim, metric, higher, lower, smallest, primary=False)


@dataclass(frozen=True)
class Panel:
    """A curve of the figure: a metric over training."""

    metric: str
    title: str
    share: bool = False  # lies in [0, 1]


@dataclass(frozen=True)
class Experiment:
    """Everything that `altared reproduce NAME` does, as data."""

    name: str
    title: str
    source: str  # whose result it is
    claimed: str  # what was claimed there, in our words
    conditions: tuple[Condition, ...]
    endpoints: tuple[Endpoint, ...]
    metrics: Words  # rows of the table
    panels: tuple[Panel, ...]
    first_seed: int = 0
    seeds: int = 6  # runs of each condition, by default, with the seeds from the first on
    episodes: int = 64  # that measure each run
    original: str = ""  # the published curves, a file among the assets, drawn below ours
    notes: str = ""  # what a reader must know besides the verdict
    share: float = 1.0  # of its training and episodes; below 1 it is a try-out, from which nothing follows

    def __post_init__(self) -> None:
        names = [condition.name for condition in self.conditions]
        for i, condition in enumerate(self.conditions):
            if condition.name in names[:i]:
                raise ValueError(f"{self.name}: two conditions are called {condition.name!r}")
            if condition.needs and condition.needs not in names[:i]:
                raise ValueError(
                    f"{self.name}: {condition.name} needs {condition.needs!r}, which is not before it"
                )
            if condition.needs and not self.condition(condition.needs).trained:
                raise ValueError(
                    f"{self.name}: {condition.name} needs {condition.needs!r}; allowed: a condition in which "
                    "somebody is trained"
                )
        for part in self.parts:
            if (count := len(self.of_part(part))) > MOST_IN_A_PART:
                raise ValueError(
                    f"{self.name}: part {part!r} has {count} conditions; allowed: at most {MOST_IN_A_PART}"
                )
        for endpoint in self.endpoints:
            self._check(endpoint, f"{self.name}: {endpoint.claim!r}")

    def _check(self, claim: Endpoint, said: str) -> None:
        sides = [condition for condition in self.conditions if condition.name in (claim.higher, claim.lower)]
        if missing := {claim.higher, claim.lower} - {side.name for side in sides}:
            raise ValueError(f"{said} is about unknown conditions {missing}")
        if claim.over != "end" and (still := [side.name for side in sides if not side.trained]):
            raise ValueError(f"{said} is over {claim.over!r}; allowed: 'end', as {still} do not learn")
        if not claim.smallest > 0:
            raise ValueError(f"{said} has smallest={claim.smallest}; allowed: above 0")

    def condition(self, name: str) -> Condition:
        return next(condition for condition in self.conditions if condition.name == name)

    def players_in(self, condition: Condition) -> str:
        """The condition whose players are measured: their runs, or with learned negotiators before play."""
        before = condition.runs_of or condition.players_of
        return self.players_in(self.condition(before)) if before else condition.name

    @property
    def parts(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(condition.part for condition in self.conditions))

    def of_part(self, part: str) -> tuple[Condition, ...]:
        return tuple(condition for condition in self.conditions if condition.part == part)

    def shortened(self, share: float) -> "Experiment":
        """The same with `share` of the training, at least one update, and of the episodes, at least four."""
        fewer = [c.trained * max(1, int(c.steps * share)) for c in self.conditions]
        conditions = tuple(replace(c, steps=n) for c, n in zip(self.conditions, fewer, strict=True))
        episodes = max(4, int(self.episodes * share))
        return replace(self, conditions=conditions, episodes=episodes, share=share)

    @property
    def warning(self) -> str:
        """What must be read before anything else, if anything."""
        said = f"A try-out with a share of {self.share:g} of the training and of the episodes: no verdicts."
        return said if self.share < 1 else ""
