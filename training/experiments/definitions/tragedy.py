"""Commons Harvest: learners deplete the commons."""

from ..plan import Condition, Endpoint, Experiment, Panel, Words, words

GAME = "commons_harvest"
PART = "Commons Harvest"


def tragedy(steps: int, learn: Words) -> Experiment:
    """Random, learned and sustainable behaviour; `steps` of training a run; `learn`: options of training."""
    return Experiment(
        name="tragedy",
        title="The tragedy of the commons, learned",
        source="Perolat et al. 2017 (arXiv:1707.06600); Janssen et al. 2010; Leibo et al. 2021 (Melting Pot)",
        claimed="Independent learners first find the apples, then exhaust them: patches die for good, and a "
        "population that has learned earns less than one that acts at random, and far less than "
        "restraint.",
        conditions=(
            Condition("random", "random", PART, GAME, population="random"),
            Condition("learned", "learned", PART, GAME, (), learn, steps),
            Condition("sustainable", "sustainable (scripted)", PART, GAME, population="sustainable"),
        ),
        endpoints=(
            Endpoint(
                "learned populations deplete more than random ones", "depletion", "learned", "random", 0.1
            ),
            Endpoint("they earn less than random ones", "collective_return", "random", "learned", 10.0),
            Endpoint("restraint earns more than they", "collective_return", "sustainable", "learned", 10.0),
        ),
        metrics=words(
            "collective_return efficiency equality sustainability peace depletion mean_depletion "
            "dead_patches first_dead_patch shots removals"
        ),
        panels=(
            Panel("efficiency", "efficiency (return a step)"),
            Panel("equality", "equality", share=True),
            Panel("sustainability", "sustainability (mean step of a reward)"),
            Panel("peace", "peace (agents present)"),
            Panel("depletion", "depletion at the end", share=True),
        ),
    )
