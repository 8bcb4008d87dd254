"""Altared Harvest: settings under which the altar might matter, tried before a verdict.

Under the preset *feasible* the rule alone protects little: scripted agents that keep it to the letter, but
eat a permitted zone bare, harvest 96 apples on the small map where greedy ones harvest 84. So every remedy
begins with a rule that protects: two of three zones are prohibited, and a zone closes at 0.6 of its apples
and opens again at 0.9; kept to the letter it yields 241.
"""

from ..plan import Condition, Experiment, Panel, Words, secondary, words
from .altar import GAME, LEARN, SMALL

PROTECTS: Words = words("--env.preset feasible --env.rule one_permitted --env.close 0.6 --env.open 0.9")
RESIDENTS = words(  # their sanctions are explored for the learners, so that less entropy will do
    "--residents patroller --residents-share 0.75 --residents-until 1 --ppo.entropy-coef 0.03"
)
REMEDIES: dict[str, tuple[str, Words]] = {  # name: what it is, options of training
    "rule": ("a rule that protects", ()),
    "costs": ("and costs of sanctioning phased in over half the run", words("--cost-anneal 0.5")),
    "residents": ("and patrollers among the learners, ever fewer until the end", RESIDENTS),
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
        _condition(remedy, shows, steps, learn)
        for remedy in REMEDIES
        for shows in (["altar", "hidden", "announced"] if remedy == "rule" else ["altar", "hidden"])
    ]
    return Experiment(
        name="altar-remedies",
        title="Settings under which the altar might matter",
        source="ours, on seeds apart from those of the verdict (altared reproduce altar)",
        claimed="Nothing: an exploration. Each remedy asks whether the altar raises compliance, precision "
        "and harvest against a hidden rule once an obstacle is removed: a rule that protects nothing; "
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


def _condition(remedy: str, shows: str, steps: int, learn: Words) -> Condition:
    what, taken = REMEDIES[remedy]
    env = (*PROTECTS, "--env.condition", shows, *SMALL)
    return Condition(f"{remedy}-{shows}", shows, what, GAME, env, (*LEARN, *taken, *learn), steps)


def _endpoints():
    for remedy, (what, _) in REMEDIES.items():
        for shows in ("altar", "announced") if remedy == "rule" else ("altar",):
            sides = f"{remedy}-{shows}", f"{remedy}-hidden"
            for metric, smallest in (
                ("compliance", 0.05),
                ("precision_above_base_rate", 0.05),
                ("corrected_return", 10.0),
            ):
                claim = f"{what}: {shows} against hidden"
                yield secondary(claim, metric, *sides, smallest)
