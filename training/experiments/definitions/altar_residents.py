"""Altared Harvest: learners that grow up among patrollers, which leave one by one."""

from ..plan import Condition, Endpoint, Experiment, Panel, Words, secondary, words
from .altar import GAME, LEARN, SMALL
from .altar_remedies import METRICS, PANELS, PROTECTS, RESIDENTS, RESIDENTS_NOTE

PART = "patrollers among the learners, ever fewer until the end"
ENDPOINTS = (
    Endpoint("learners with an altar deplete less", "depletion", "hidden", "altar", 0.05),
    Endpoint("they earn more, sanctions included", "collective_return", "altar", "hidden", 20.0),
    secondary("they deplete more once it is blank", "depletion", "blanked", "altar", 0.05),
    secondary("they comply more", "compliance", "altar", "hidden", 0.05),
    secondary("they comply less once it is blank", "compliance", "altar", "blanked", 0.05),
    secondary("they misdirect fewer sanctions", "misdirected_sanctions", "hidden", "altar", 1.0),
)


def altar_residents(steps: int, learn: Words) -> Experiment:
    """`steps` of training a run, in agent-steps; seeds from 200 on, which the exploration has not had."""
    blank = words("--env.condition hidden")
    return Experiment(
        name="altar-residents",
        title="An altar, and residents that punish by it",
        source="ours; the remedy that an exploration pointed to (altared reproduce altar-remedies)",
        claimed="Where residents punish who breaks the rule, and leave one by one, learners that could read "
        "the rule on the altar deplete less and earn more in the end than learners that could not; and "
        "they themselves read it: before a blank altar the same learners do worse.",
        conditions=(
            _condition("altar", "altar", steps, learn),
            _condition("hidden", "hidden", steps, learn),
            Condition("blanked", "altar, blanked in the end", PART, GAME, blank, runs_of="altar"),
        ),
        first_seed=200,
        endpoints=ENDPOINTS,
        metrics=METRICS,
        panels=(
            Panel("collective_return", "collective return (with sanctions)"),
            *PANELS,
        ),
        notes=f"{RESIDENTS_NOTE} Patrollers read the rule as learners do: before a blank altar they punish "
        "no one, so altar against hidden is the altar together with residents that can use it; altar against "
        "blanked is what the learners themselves read.",
    )


def _condition(name: str, shows: str, steps: int, learn: Words) -> Condition:
    env = (*PROTECTS, "--env.condition", shows, *SMALL)
    return Condition(name, shows, PART, GAME, env, (*LEARN, *RESIDENTS, *learn), steps)
