"""Altared Harvest: what does it change that everyone can read the rule?"""

from collections.abc import Sequence

from ..plan import Condition, Endpoint, Experiment, Panel, Words, secondary, words

GAME = "altared_harvest"
LEARN: Words = words(
    "--ppo.network recurrent --ppo.reward-scale 0.1 --ppo.entropy-coef 0.1 --ppo.final-entropy-coef 0.005"
)
SMALL: Words = words("--env.map altared_small --env.num-agents 4")
RATE = ("--env.yoked-removals", "@altar:removals/length")  # of the altar run with the same seed


def altar(steps: int, presets: Sequence[str], shown: Sequence[str], size: Words, learn: Words) -> Experiment:
    """`shown`: conditions of the game, altar and hidden among them; `size`: settings; `learn`: options."""
    conditions = [
        Condition(
            _name(shows, preset, presets),
            shows,
            f"preset {preset}",
            GAME,
            ("--env.preset", preset, "--env.condition", shows, *size, *_rate(shows, preset, presets)),
            (*LEARN, *learn),
            steps,
        )
        for preset in presets
        for shows in shown
    ]
    return Experiment(
        name="altar",
        title="A classification institution: altar against hidden rule",
        source='the tutorial "Altared Environments" and the submission behind it (OpenReview Gd6QrBLHBN)',
        claimed="With the same rule and the same pay for sanctions, populations that can read the current "
        "rule on an altar earn more, deplete less, sanction violators more often and the innocent "
        "less, and learn to visit the altar. Nothing but what the altar shows differs.",
        conditions=tuple(conditions),
        endpoints=tuple(claim for preset in presets for claim in _claims(preset, presets)),
        metrics=words(
            "corrected_return collective_return depletion dead_patches violations compliance "
            "sanctions correct_sanctions misdirected_sanctions precision base_rate "
            "precision_above_base_rate enforcement visits shots median_dwell open_share"
        ),
        panels=(
            Panel("corrected_return", "corrected return (meals alone)"),
            Panel("depletion", "depletion at the end", share=True),
            Panel("visits", "visits of the altar"),
            Panel("correct_sanctions", "correct sanctions"),
            Panel("misdirected_sanctions", "misdirected sanctions"),
            Panel("compliance", "compliance", share=True),
        ),
        notes="Compliance counts meals of a permitted kind; where violators are few, so are correct "
        "sanctions: with perfect compliance there are none.",
    )


def _rate(shows: str, preset: str, presets: Sequence[str]) -> Words:
    """Of a yoked condition alone: the removals that it copies, from the altar's runs of the preset."""
    name = _name("altar", preset, presets)
    return tuple(word.replace("@altar", f"@{name}") for word in RATE) if shows == "yoked" else ()


def _claims(preset: str, presets: Sequence[str]) -> list[Endpoint]:
    """What the altar changes under a preset; after four endpoints of ours the counts that the slides name."""
    under = f" (preset {preset})" if len(presets) > 1 else ""
    altar, hidden = _name("altar", preset, presets), _name("hidden", preset, presets)
    above = "precision_above_base_rate"
    return [
        Endpoint(f"the altar raises what is harvested{under}", "corrected_return", altar, hidden, 10.0),
        Endpoint(f"it lowers depletion{under}", "depletion", hidden, altar, 0.05),
        Endpoint(f"it raises compliance{under}", "compliance", altar, hidden, 0.05),
        Endpoint(f"it raises precision above the base rate{under}", above, altar, hidden, 0.05),
        secondary(f"more correct sanctions{under}", "correct_sanctions", altar, hidden, 1.0),
        secondary(f"fewer misdirected sanctions{under}", "misdirected_sanctions", hidden, altar, 1.0),
        secondary(f"the altar is visited more than a blank one{under}", "visits", altar, hidden, 1.0),
    ]


def _name(shows: str, preset: str, presets: Sequence[str]) -> str:
    """Of a condition: what is shown, and the preset if it is not the first."""
    return shows if preset == presets[0] else f"{shows}-{preset}"
