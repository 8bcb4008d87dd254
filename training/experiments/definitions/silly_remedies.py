"""Poison berries: settings under which enforcement might rise, and compliance follow, on a laptop.

With the default settings (`silly_rule`) punishments fall while foraging improves, and nobody obeys. The
remedies ask what prevents it: too little experience for each policy, too few steps of learning from it,
punishments that are hardly worth a shot and do not deter, and a mark that its bearer cannot see, so that
nothing links a meal to the punishment some ninety steps later.
"""

from ..plan import Condition, Experiment, Words, secondary, words
from .silly_rule import GAME, METRICS, PANELS

SHARED: Words = words("--ppo.share-parameters")  # eight times the experience for each policy
LONGER: Words = words("--ppo.epochs 4 --ppo.minibatches 16")  # 64 steps of Adam an update instead of 8
SEEN: Words = words("--env.see-own-mark")
DEARER: Words = words(
    "--env.sanction-bonus 100 --env.target-penalty 100"
)  # instead of 35; the shooter pays 20
PATROLLED: Words = words("--residents patroller --residents-share 0.75 --residents-until 0.8")

REMEDIES: dict[str, tuple[str, Words, Words]] = {  # name: label, settings of the game, options of training
    "shipped": ("as shipped", (), ()),
    "shared": ("one network for all", (), SHARED),
    "longer": ("shared, eight times the steps of Adam", (), (*SHARED, *LONGER)),
    "seen": ("shared, more steps, own mark seen", SEEN, (*SHARED, *LONGER)),
    "patrolled": ("the same, patrollers at first", SEEN, (*SHARED, *LONGER, *PATROLLED)),
    "dearer": ("shared, more steps, punishments of 100", DEARER, (*SHARED, *LONGER)),
    "dearer-seen": ("the same, own mark seen", (*DEARER, *SEEN), (*SHARED, *LONGER)),
}
AGAINST = {  # a remedy and the one that it adds to
    "shared": "shipped",
    "longer": "shared",
    "seen": "longer",
    "patrolled": "seen",
    "dearer": "longer",
    "dearer-seen": "dearer",
}


def silly_remedies(steps: int, learn: Words) -> Experiment:
    """`steps` of training a run, in agent-steps; seeds from 100 on, which the verdicts' are not."""
    return Experiment(
        name="silly-remedies",
        title="Settings under which enforcement might rise, and compliance follow",
        source="ours, on seeds apart from those of the verdicts",
        claimed="Nothing: an exploration, under the silly rule. Each remedy removes one more "
        "obstacle, and is compared with the one that it adds to: do agents punish more of the violations, "
        "and are they poisoned less?",
        conditions=tuple(_condition(remedy, steps, learn) for remedy in REMEDIES),
        first_seed=100,
        seeds=2,
        endpoints=tuple(_endpoints()),
        metrics=METRICS,
        panels=PANELS,
        notes="While patrollers are there the curves show what they and the learners do together; tables "
        "show the learners alone. Remedies that share one network for all agents have eight times the "
        "experience a network: steps count those of all agents.",
    )


def _condition(remedy: str, steps: int, learn: Words) -> Condition:
    label, env, options = REMEDIES[remedy]
    env = ("--env.condition", "silly_rule", *env)
    return Condition(remedy, label, "poison berries, silly rule", GAME, env, (*learn, *options), steps)


def _endpoints():
    for remedy, before in AGAINST.items():
        said = f"{REMEDIES[remedy][0]} ({remedy} against {before})"
        yield secondary(f"{said}: more violations are punished", "enforcement", remedy, before, 0.05)
        yield secondary(f"{said}: poisoned less", "fraction_poisoned", before, remedy, 0.05)
