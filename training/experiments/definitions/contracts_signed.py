"""Commons Harvest: when do agents sign a contract, and does it matter that they do?

Players who meet an episode without a contract one time in ten do not learn what to do in it, and need none.
And where seven must agree that accept or refuse by the toss of a coin, one proposal in 64 is tried at first.
"""

from dataclasses import replace

from ..plan import Endpoint, Experiment, Panel, secondary, words
from .contracts import HARVEST

HALF = replace(
    HARVEST, name="half", part="half of the episodes without a contract while play is learned",
    play_steps=10_000_000, deal_steps=53_760, drawing=words("--contract.null-chance 0.5"),
)  # fmt: skip
MAJORITY = "half-majority"
RETURN = "collective_return"


def contracts_signed(share: float) -> Experiment:
    """`share` of the laptop's training: play first, then proposing and voting."""
    play, deal, null = HALF.conditions(share)[1:]
    majority = replace(
        deal, name=MAJORITY, label="negotiated, by majority", env=words("--contract.acceptance majority")
    )
    signed = replace(
        null,
        name="half-signed",
        label="signed, theta 5",
        env=words("--contract.procedure fixed --contract.theta 5"),
    )
    return Experiment(
        name="contracts-signed",
        title="When is a contract signed, and does it matter?",
        source="ours; a question that the Harvest of altared reproduce contracts left open",
        claimed="Players that have learned to play with a contract and without one harvest less where none "
        "is signed; and where a majority suffices, negotiators find that out and sign.",
        conditions=(play, replace(deal, label="negotiated, unanimous"), majority, signed, null),
        endpoints=(
            Endpoint(
                "signing by majority raises what the same players harvest", RETURN, MAJORITY, null.name, 20.0
            ),
            secondary("so does signing where all must agree", RETURN, deal.name, null.name, 20.0),
            secondary("so does a contract that is given, theta 5", RETURN, signed.name, null.name, 20.0),
            secondary("a majority signs more often", "contracted", MAJORITY, deal.name, 0.1),
        ),
        metrics=words(
            "collective_return depletion mean_depletion dead_patches contracted theta transferred equality"
        ),
        panels=(
            Panel("collective_return", "collective return"),
            Panel("depletion", "depletion at the end", share=True),
            Panel("contracted", "episodes under a contract", share=True),
        ),
        first_seed=200,
        notes="*unsigned* are the players of the first phase in episodes without a contract.",
    )
