"""Payoff tables as nested tuples: what the player i gets where the players choose (a1, ..., aN)."""

import json
from typing import Any

import numpy as np

from ...engine.config import require

Table = tuple[Any, ...]  # of tuples, of tuples ... of floats: (A, ..., A, N) for N players with A actions
LARGEST = 1e6  # payoff, either way: returns stay exact to many decimals
MOST_ENTRIES = 2**16
_WHAT = (
    "an array of finite numbers (A, ..., A, N): what each of the N >= 2 players gets "
    "for each choice of one of A >= 2 actions by all of them"
)


def as_table(payoffs: np.ndarray) -> Table:
    """An array as nested tuples of floats."""
    return _tuples(np.asarray(payoffs, np.float64).tolist())


def _tuples(nested: Any) -> Any:
    return tuple(map(_tuples, nested)) if isinstance(nested, list) else nested


def checked_table(field: str, given: Any) -> Table:
    """`given` (nested sequences, an array, or either as JSON text) as nested tuples; refuses other shapes."""
    payoffs = _numbers(field, given)
    shown = given if payoffs.size <= 64 else f"array of shape {payoffs.shape}"
    players = payoffs.ndim - 1
    shape = payoffs.shape
    require(players >= 2 and shape[-1] == players, field, shown, _shape(f"has shape {shape}"))
    unequal = (
        f"has players with {', '.join(map(str, shape[:-1]))} actions; give all the same number, as by a "
    )
    unequal += "row or column of very low payoffs for an action that a player has not"
    require(len(set(shape[:-1])) == 1, field, shown, _shape(unequal))
    require(shape[0] >= 2, field, shown, _shape(f"has shape {shape}"))
    require(bool(np.isfinite(payoffs).all()), field, shown, _WHAT)
    small = f"numbers in {-LARGEST:g} .. {LARGEST:g}, {MOST_ENTRIES} at most"
    require(payoffs.size <= MOST_ENTRIES and bool((abs(payoffs) <= LARGEST).all()), field, shown, small)
    return as_table(payoffs)


def _shape(said: str) -> str:
    return f"{_WHAT}; this one {said}"


def _numbers(field: str, given: Any) -> np.ndarray:
    """The numbers as an array of float64, of any shape."""
    try:
        plain = json.loads(given) if isinstance(given, str) else given
        payoffs = np.asarray(plain)
        fits = payoffs.dtype.kind in "iuf" and payoffs.ndim > 0
    except (ValueError, TypeError):  # ragged, or no JSON
        fits, payoffs = False, np.zeros(0)
    require(fits, field, given, _WHAT)
    return payoffs.astype(np.float64)
