"""What theory says of a payoff table: its kind of social dilemma, and its Nash equilibria."""

import warnings
from collections.abc import Iterator
from itertools import product
from typing import NamedTuple

import numpy as np

from .payoffs import Table, checked_table

Profile = tuple[tuple[float, ...], ...]  # a mixed strategy for each player: a chance for each action


class Dilemma(NamedTuple):
    """A symmetric 2 x 2 game by its four payoffs; action 0 is to cooperate."""

    reward: float  # R: both cooperate
    sucker: float  # S: oneself cooperates, the other defects
    temptation: float  # T: oneself defects, the other cooperates
    punishment: float  # P: both defect
    greed: bool  # T > R: defecting pays against a cooperator
    fear: bool  # P > S: defecting pays against a defector
    kind: str  # prisoner's dilemma, chicken, stag hunt, harmony, no dilemma, or degenerate
    social_dilemma: bool  # greed or fear, and cooperating is best for both: 2 R > T + S as well


def classify(payoffs: Table | np.ndarray) -> Dilemma:
    """The kind of a symmetric 2 x 2 game (2, 2, 2), after Macy and Flache 2002.

    Where mutual cooperation beats mutual defection (R > P) and being exploited (R > S), greed and fear may
    speak against it: both in the prisoner's dilemma, greed in chicken, fear in the stag hunt, neither in
    harmony; elsewhere there is `no dilemma`. `degenerate`: T = R or P = S, so that a player may be
    indifferent. Their definition of a social dilemma also asks that cooperating beats taking turns at
    exploiting (2 R > T + S): with (2, 0, 4, 1) it does not, a prisoner's dilemma that is none in their sense.
    Raises ValueError for other shapes and for games that are not symmetric.
    """
    table = np.array(checked_table("payoffs", payoffs))
    if table.shape != (2, 2, 2):
        raise ValueError(
            f"payoffs have shape {table.shape}; allowed: (2, 2, 2), two players with two actions"
        )
    row, column = table[..., 0], table[..., 1]
    if not np.array_equal(row, column.T):
        raise ValueError(
            "payoffs are not symmetric; allowed: payoffs[a, b, 0] == payoffs[b, a, 1] for all actions a, b"
        )
    (R, S), (T, P) = row.tolist()
    greed, fear = T > R, P > S
    kind = _kind(greed, fear, ordered=R > P and R > S, ties=T == R or P == S)
    dilemma = R > P and R > S and 2 * R > T + S and (greed or fear)
    return Dilemma(R, S, T, P, greed, fear, kind, dilemma)


def _kind(greed: bool, fear: bool, ordered: bool, ties: bool) -> str:
    if ties:
        return "degenerate"
    if not ordered:
        return "no dilemma"
    if greed:
        return "prisoner's dilemma" if fear else "chicken"
    return "stag hunt" if fear else "harmony"


def equilibria(payoffs: Table | np.ndarray) -> list[Profile]:
    """Nash equilibria, one mixed strategy (A,) for each player in each.

    Two players: all equilibria, pure and mixed, by vertex enumeration (nashpy); a degenerate game may have
    infinitely many, of which these are the extreme ones. Chances to nine decimals. More players: the
    pure ones.
    """
    table = np.array(checked_table("payoffs", payoffs))
    return _of_two(table) if table.ndim == 3 else [_certain(profile, table) for profile in pure(table)]


def pure(payoffs: np.ndarray) -> Iterator[tuple[int, ...]]:
    """Joint actions in which nobody gains by choosing another action alone; payoffs (A, ..., A, N)."""
    players = payoffs.ndim - 1
    best = [payoffs[..., i].max(i, keepdims=True) for i in range(players)]
    stable = np.all([payoffs[..., i] >= best[i] for i in range(players)], 0)
    for profile in product(range(payoffs.shape[0]), repeat=players):
        if stable[profile]:
            yield profile


def _certain(profile: tuple[int, ...], payoffs: np.ndarray) -> Profile:
    """Pure strategies as mixed ones."""
    return tuple(tuple(np.eye(payoffs.shape[0])[action].tolist()) for action in profile)


def _of_two(payoffs: np.ndarray) -> list[Profile]:
    try:
        import nashpy
    except ModuleNotFoundError as missing:
        raise ModuleNotFoundError(
            f"{missing.name} is missing: pip install 'altared[games]'", name=missing.name
        ) from missing
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # it warns of degenerate games: see `equilibria`
        game = nashpy.Game(_tame(payoffs[..., 0]), _tame(payoffs[..., 1]))
        found = list(game.vertex_enumeration())
    # the same equilibrium may be found twice, a rounding error apart
    tidy = {tuple(tuple(np.abs(one).round(9).tolist()) for one in pair) for pair in found}
    return sorted(tidy, reverse=True)


def _tame(payoffs: np.ndarray) -> np.ndarray:
    """Shifted and scaled to 1 .. 2, which changes no equilibrium: the library asks for positive payoffs."""
    span = np.ptp(payoffs)
    return 1 + (payoffs - payoffs.min()) / (span if span > 0 else 1.0)
