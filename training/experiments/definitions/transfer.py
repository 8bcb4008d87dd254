"""One altar, two games: does what was learned before one altar help in another game with the same?"""

from ..plan import Condition, Endpoint, Experiment, Panel, Words, words
from .altar import LEARN

HARVEST = "altared_harvest"
BERRIES = "poison_berries"
METRICS: Words = words(
    "corrected_return collective_return compliance violations correct_sanctions misdirected_sanctions "
    "precision base_rate visits depletion fraction_poisoned"
)
PANELS = (
    Panel("corrected_return", "corrected return (meals alone)"),
    Panel("compliance", "compliance", share=True),
    Panel("correct_sanctions", "correct sanctions"),
    Panel("misdirected_sanctions", "misdirected sanctions"),
    Panel("visits", "visits of the altar"),
)
TO_BERRIES, TO_HARVEST = "into poison berries", "into Harvest"


def transfer(steps: int, agents: int, harvest: Words, learn: Words) -> Experiment:
    """`steps` of training a run, before and after the change of games; as many `agents` in both."""
    each = ("--env.num-agents", str(agents))
    in_harvest = ("--env.condition", "altar", *each, *harvest)
    in_berries = ("--env.preset", "altared", *each)
    learn = (*LEARN, *learn)
    in_game = {"harvest": (TO_HARVEST, HARVEST, in_harvest), "berries": (TO_BERRIES, BERRIES, in_berries)}
    scratch = [
        Condition(f"{name}-scratch", "from scratch", *in_game[name], learn=learn, steps=steps)
        for name in in_game
    ]
    return Experiment(
        name="transfer",
        title="Transfer between two games with the same altar",
        source='the tutorial "Altared Environments" (a question there)',
        claimed="Asked, not claimed: do agents trained with an altar in Harvest reach alignment faster or "
        "more reliably in poison berries with the same altar, and back, than agents that start from "
        "scratch there?",
        conditions=(
            *scratch,
            Condition(
                "harvest-after-berries", "after poison berries", *in_game["harvest"],
                learn=learn, steps=steps, starts_from="berries-scratch",
            ),
            Condition(
                "berries-after-harvest", "after Harvest", *in_game["berries"],
                learn=learn, steps=steps, starts_from="harvest-scratch",
            ),
        ),
        endpoints=(
            _sooner("Harvest first: compliance in poison berries", "compliance", "berries", 0.02),
            _sooner("Harvest first: return of meals in poison berries", "corrected_return", "berries", 100.0),
            _sooner("poison berries first: compliance in Harvest", "compliance", "harvest", 0.02),
            _sooner("poison berries first: return of meals in Harvest", "corrected_return", "harvest", 5.0),
        ),
        metrics=METRICS,
        panels=PANELS,
    )  # fmt: skip


def _sooner(what: str, metric: str, game: str, smallest: float) -> Endpoint:
    """Over the whole of training, those who come from the other game do better than those from scratch."""
    other = {"berries": "harvest", "harvest": "berries"}[game]
    names = f"{game}-after-{other}", f"{game}-scratch"
    return Endpoint(f"{what} is higher over training", metric, *names, smallest, over="training")
