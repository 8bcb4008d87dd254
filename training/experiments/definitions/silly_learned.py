"""Poison berries with the obstacles to learning out of the way: does a pointless rule help then?"""

from dataclasses import replace

from ..plan import Experiment, Words, secondary
from .silly_remedies import DEARER, LONGER, SEEN, SHARED
from .silly_rule import CLAIMED, COSTS, METRICS, PANELS, PRACTICE, PROTECTS, SOONER, SOURCE, three_conditions

ENDPOINTS = (
    PROTECTS,
    replace(COSTS, over="beginning"),
    replace(PRACTICE, over="beginning"),
    SOONER,
    secondary("in the end a rule pays", "collective_return", "important_rule", "no_rule", 100.0),
    secondary(
        "in the end there is still less poison with the silly rule",
        "fraction_poisoned",
        "important_rule",
        "silly_rule",
        0.05,
    ),
)


def silly_learned(steps: int, learn: Words) -> Experiment:
    """`steps` of training a run, in agent-steps; seeds from 200 on, which the exploration has not had."""
    return Experiment(
        name="silly-learned",
        title="Spurious normativity, where enforcement and compliance are learned",
        source=SOURCE,
        claimed=CLAIMED,
        conditions=three_conditions(steps, (*DEARER, *SEEN), (*learn, *SHARED, *LONGER)),
        first_seed=200,
        endpoints=ENDPOINTS,
        metrics=METRICS,
        panels=PANELS,
        original="koster2022_fig4.csv",
        notes="With remedies that an exploration pointed to (altared reproduce silly-remedies), not the game "
        "as shipped: a punishment costs its target 100 instead of 35, and as much is the bonus for a marked "
        "one; agents see the mark on themselves, and all share one network. Levels should not be compared "
        "with the source's, shapes and orders may be.",
    )
