"""Poison berries: does a pointless rule help to learn an important one?"""

from ..plan import Condition, Endpoint, Experiment, Panel, Words, words

GAME = "poison_berries"
PART = "poison berries"
LABELS = {"no_rule": "no rule", "important_rule": "important rule", "silly_rule": "silly rule"}
PROTECTS = Endpoint(
    "under a rule that marks them agents are poisoned less than without one",
    "fraction_poisoned",
    "no_rule",
    "important_rule",
    0.05,
)
COSTS = Endpoint(
    "the silly rule costs return early",
    "collective_return",
    "important_rule",
    "silly_rule",
    100.0,
    over="training",
)
PRACTICE = Endpoint(
    "the silly rule gives more practice in punishing the marked",
    "correct_sanctions",
    "silly_rule",
    "important_rule",
    2.0,
    over="training",
)
SOONER = Endpoint(
    "with the silly rule poison is avoided sooner",
    "fraction_poisoned",
    "important_rule",
    "silly_rule",
    0.02,
    over="training",
)
SOURCE = "Köster et al. 2022, PNAS 119(3), doi 10.1073/pnas.2106028118, Figure 4 (arXiv:2001.09318)"
CLAIMED = (
    "Without a rule agents never learn to avoid a poison that harms much later. With a taboo that marks its "
    "breakers at once, and pays whoever punishes them, they do. A further, pointless taboo costs return "
    "early, but gives practice in enforcing: compliance is learned faster. Late there is no difference."
)
METRICS: Words = words(
    "collective_return corrected_return misdirected_sanctions correct_sanctions precision base_rate "
    "enforcement sanction_latency fraction_marked fraction_poisoned time_since_poison violations meals_a "
    "meals_b meals_c shots"
)
PANELS = (
    Panel("misdirected_sanctions", "misdirected punishments"),
    Panel("correct_sanctions", "punishments of marked agents"),
    Panel("fraction_marked", "fraction of time marked", share=True),
    Panel("fraction_poisoned", "fraction of time poisoned", share=True),
    Panel("violations", "taboo berries eaten"),
    Panel("collective_return", "collective return"),
)


def silly_rule(steps: int, learn: Words) -> Experiment:
    """The three conditions of the source's Figure 4; `steps` of training a run, in agent-steps."""
    return Experiment(
        name="silly-rule",
        title="Spurious normativity: the silly rule",
        source=SOURCE,
        claimed=CLAIMED,
        conditions=three_conditions(steps, (), learn),
        endpoints=(PROTECTS, COSTS, PRACTICE, SOONER),
        metrics=METRICS,
        panels=PANELS,
        original="koster2022_fig4.csv",
        notes="The source trained for 1e9 steps of the environment; its environment is not public, so ours "
        "is calibrated to where its curves begin, and levels should not be compared, shapes and "
        "orders may be.",
    )


def three_conditions(steps: int, env: Words, learn: Words) -> tuple[Condition, ...]:
    """Without a rule, with the important one, and with the silly one in addition; `env`: other settings."""
    return tuple(
        Condition(name, label, PART, GAME, ("--env.condition", name, *env), learn, steps)
        for name, label in LABELS.items()
    )
