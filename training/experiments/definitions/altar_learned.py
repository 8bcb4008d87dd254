"""Altared Harvest where it can be learned: do learners come to read the altar, and does that pay?

Under the preset *learnable* breaking the rule costs more than an apple, and not knowing it less, so that who
knows the rule gains by keeping it and who does not goes on eating; all see whom to fine.
"""

from ..plan import Condition, Endpoint, Experiment, Panel, Words, secondary, words
from .altar import GAME, SMALL
from .altar_remedies import METRICS
from .silly_remedies import LONGER, SHARED

PART = "preset learnable, small map"
LEARNABLE: Words = words("--env.preset learnable")
TRAINED = {  # conditions of the game, with their labels
    "altar": "altar",
    "hidden": "hidden rule",
    "vanilla": "hidden, no bonus",
    "announced": "announced",
}
SHOWN_AFTER = {  # what the learners of the altar are shown when they are measured again
    "blanked": ("hidden", "altar, blanked in the end"),
    "misled": ("placebo", "altar, a placebo in the end"),
}
ENDPOINTS = (
    Endpoint("learners with an altar keep the rule more often", "compliance", "altar", "hidden", 0.05),
    Endpoint(
        "they know better whom to sanction", "precision_above_base_rate", "altar", "hidden", 0.05
    ),
    Endpoint("they harvest more", "corrected_return", "altar", "hidden", 20.0),
    Endpoint("they earn more, sanctions included", "collective_return", "altar", "hidden", 20.0),
    Endpoint("they deplete less", "depletion", "hidden", "altar", 0.05),
    secondary("they keep it less once the altar is blank", "compliance", "altar", "blanked", 0.05),
    secondary("they keep it less once it shows another rule", "compliance", "altar", "misled", 0.05),
    secondary("they harvest more than without any bonus", "corrected_return", "altar", "vanilla", 20.0),
    secondary("they deplete less than without any bonus", "depletion", "vanilla", "altar", 0.05),
    secondary("announced, the rule is kept more often", "compliance", "announced", "hidden", 0.05),
    secondary("more correct sanctions than with a hidden rule", "correct_sanctions", "altar", "hidden", 1.0),
    secondary("fewer misdirected ones", "misdirected_sanctions", "hidden", "altar", 1.0),
    secondary("the altar is visited more than a blank one", "visits", "altar", "hidden", 1.0),
)  # fmt: skip


def altar_learned(steps: int, learn: Words) -> Experiment:
    """`steps` of training a run, in agent-steps; seeds from 300 on, which the exploration has not had."""
    learn = (*learn, *SHARED, *LONGER)
    trained = [
        Condition(shows, label, PART, GAME, (*LEARNABLE, *_shown(shows), *SMALL), learn, steps)
        for shows, label in TRAINED.items()
    ]
    again = [
        Condition(name, label, PART, GAME, _shown(shows), runs_of="altar")
        for name, (shows, label) in SHOWN_AFTER.items()
    ]
    return Experiment(
        name="altar-learned",
        title="An altar that learners read",
        source='the tutorial "Altared Environments", under numbers of ours',
        claimed="With the same rule and the same pay for sanctions, populations that can read the current "
        "rule on an altar keep it, know whom to sanction, earn more and deplete less than populations that "
        "cannot; and it is the altar that they go by.",
        conditions=(*trained, *again),
        first_seed=300,
        endpoints=ENDPOINTS,
        metrics=METRICS,
        panels=(
            Panel("compliance", "compliance", share=True),
            Panel("precision_above_base_rate", "precision above the base rate"),
            Panel("corrected_return", "corrected return (meals alone)"),
            Panel("depletion", "depletion at the end", share=True),
            Panel("correct_sanctions", "correct sanctions"),
            Panel("misdirected_sanctions", "misdirected sanctions"),
        ),
        notes="Nobody is scripted and nothing is phased out. All agents share one network without memory; "
        "the altar of the small map can be seen from patches, for who faces it. Blanked and misled are the "
        "learners of the altar, measured where it is blank, or shows a rule drawn apart by the same law.",
    )


def _shown(condition: str) -> Words:
    return ("--env.condition", condition)
