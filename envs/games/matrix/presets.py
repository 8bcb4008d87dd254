"""Games by name, from the seed tables and the textbooks."""

from typing import NamedTuple

import numpy as np

from .payoffs import Table, as_table


class Preset(NamedTuple):
    """A game's table and its words."""

    title: str
    payoffs: Table  # see payoffs.py
    actions: tuple[str, ...]
    cooperative: str = ""  # the action whose share is `cooperation`; "": none is


def dilemma(reward: float, sucker: float, temptation: float, punishment: float) -> Table:
    """The symmetric 2 x 2 game of (R, S, T, P); action 0 cooperates.

    Both cooperate: R each. Both defect: P each. Otherwise the defector gets T and the other S.
    """
    row = np.array([[reward, sucker], [temptation, punishment]])
    return as_table(np.stack([row, row.T], -1))


def coordination(*payoffs: float) -> Table:
    """Both get payoffs[k] where both choose k, and nothing where they choose differently."""
    return as_table(np.stack([np.diag(payoffs)] * 2, -1))


def zero_sum(*rows: tuple[float, ...]) -> Table:
    """What the row player gets, the column player loses."""
    row = np.array(rows, float)
    return as_table(np.stack([row, 0.0 - row], -1))


def public_goods(players: int, factor: float) -> Table:
    """Each may pay 1 (action 0); payments are multiplied by `factor` and shared equally."""
    keeps = np.indices((2,) * players)  # 1 where player i keeps its own
    pays = np.moveaxis(1 - keeps, 0, -1)
    return as_table(factor * pays.sum(-1, keepdims=True) / players - pays)


_MOVES = ("cooperate", "defect")
_LOVERS = as_table(np.array([[[3, 2], [0, 0]], [[0, 0], [2, 3]]]))

PRESETS: dict[str, Preset] = {
    "prisoners_dilemma": Preset("Prisoner's Dilemma", dilemma(3, 0, 4, 1), _MOVES, "cooperate"),
    "slides_dilemma": Preset("Prisoner's Dilemma", dilemma(2, 0, 4, 1), _MOVES, "cooperate"),
    "chicken": Preset("Chicken", dilemma(3, 1, 4, 0), ("swerve", "dare"), "swerve"),
    "stag_hunt": Preset("Stag Hunt", dilemma(4, 0, 3, 1), ("stag", "hare"), "stag"),
    "bach_or_stravinsky": Preset("Bach or Stravinsky", _LOVERS, ("bach", "stravinsky")),
    "pure_coordination": Preset("Pure Coordination", coordination(1, 1, 1), ("a", "b", "c")),
    "ranked_coordination": Preset("Ranked Coordination", coordination(1, 2, 3), ("a", "b", "c")),
    "matching_pennies": Preset("Matching Pennies", zero_sum((1, -1), (-1, 1)), ("heads", "tails")),
    "rock_paper_scissors": Preset(
        "Rock Paper Scissors",
        zero_sum((0, -1, 1), (1, 0, -1), (-1, 1, 0)),
        ("rock", "paper", "scissors"),
    ),
    "public_goods": Preset("Public Goods", public_goods(3, 1.5), ("pay", "keep"), "pay"),
}
