"""Altared Harvest: roads on which the altar might come to matter, tried out before a verdict.

Under the preset *feasible* the rule alone protects little: scripted agents that keep it to the letter, but
eat a permitted zone bare, harvest 96 apples on the small map where greedy ones harvest 84. So every road
begins with a rule that protects: two of three zones are prohibited, and a zone closes at .6 of its apples and
opens again at .9; kept to the letter it yields 241.
"""

from ..plan import Condition, Experiment, Panel, Words, secondary, words
from .altar import GAME, LEARN, SMALL

PROTECTS: Words = words("--env.preset feasible --env.rule one_permitted --env.close 0.6 --env.open 0.9")
RESIDENTS = words(  # their sanctions are explored for the learners, so that less entropy will do
    "--residents patroller --residents-share 0.75 --residents-until 1 --ppo.entropy-coef 0.03"
)
ROADS: dict[str, tuple[str, Words]] = {  # name: what it is, options of training
    "rule": ("a rule that protects", ()),
    "costs": ("and costs of sanctioning phased in over half the run", words("--cost-anneal 0.5")),
    "residents": ("and patrollers living among the learners, ever fewer until the end", RESIDENTS),
}
METRICS: Words = words(
    "corrected_return collective_return depletion compliance violations sanctions correct_sanctions "
    "misdirected_sanctions precision base_rate precision_above_base_rate enforcement visits shots"
)
PANELS = (
    Panel("depletion", "depletion at the end", share=True),
    Panel("compliance", "compliance", share=True),
    Panel("correct_sanctions", "correct sanctions"),
    Panel("misdirected_sanctions", "misdirected sanctions"),
    Panel("precision_above_base_rate", "precision above the base rate"),
)
RESIDENTS_NOTE = (
    "While residents are there the curves show what they and the learners do together; tables show the "
    "learners alone."
)


def altar_remedies(steps: int, learn: Words) -> Experiment:
    """`steps` of training a run, in agent-steps; seeds from 100 on, which the verdict's are not."""
    conditions = [
        _condition(road, shows, steps, learn)
        for road in ROADS
        for shows in (["altar", "hidden", "announced"] if road == "rule" else ["altar", "hidden"])
    ]
    return Experiment(
        name="altar-remedies",
        title="Roads on which the altar might come to matter",
        source="ours, on seeds apart from those of the verdict (altared reproduce altar)",
        claimed="Nothing: an exploration. Each road asks whether the altar raises compliance, precision and "
        "harvest against a hidden rule once an obstacle is out of the way: a rule that protects nothing; "
        "costs that extinguish sanctioning before anyone has learned whom to sanction; nobody to learn "
        "compliance from; a rule that must be walked to and remembered.",
        conditions=tuple(conditions),
        first_seed=100,
        seeds=2,
        endpoints=tuple(_endpoints()),
        metrics=METRICS,
        panels=(
            Panel("corrected_return", "corrected return (meals alone)"),
            *PANELS,
        ),
        notes=RESIDENTS_NOTE,
    )


def _condition(road: str, shows: str, steps: int, learn: Words) -> Condition:
    what, taken = ROADS[road]
    env = (*PROTECTS, "--env.condition", shows, *SMALL)
    return Condition(f"{road}-{shows}", shows, what, GAME, env, (*LEARN, *taken, *learn), steps)


def _endpoints():
    for road, (what, _) in ROADS.items():
        for shows in ("altar", "announced") if road == "rule" else ("altar",):
            sides = f"{road}-{shows}", f"{road}-hidden"
            for metric, smallest in (
                ("compliance", 0.05),
                ("precision_above_base_rate", 0.05),
                ("corrected_return", 10.0),
            ):
                claim = f"{what}: {shows} against hidden"
                yield secondary(claim, metric, *sides, smallest)
