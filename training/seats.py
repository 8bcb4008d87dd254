"""Who sat where in the episodes that ended, and what each policy made of it: columns of the log."""

from collections.abc import Sequence
from typing import Any

import numpy as np


def seat_columns(episodes: Sequence[dict[str, np.ndarray]], policies: int) -> dict[str, Any]:
    """From columns of episodes with `seats` (E, N), the policy of each slot or -1 for a resident.

    `seats`: for each episode the policies in the order of the slots. `policy_return`: for each policy the
    mean of its returns, NaN where it ended no episode. Nothing where the episodes know no seats.
    """
    told = [part for part in episodes if "seats" in part]
    if not told:
        return {}
    seats = np.concatenate([part["seats"] for part in told])
    returns = np.concatenate([part["agent_return"] for part in told])
    return {"policy_return": returns_of_each(seats, returns, policies), "seats": seats.tolist()}


def returns_of_each(seats: np.ndarray, returns: np.ndarray, policies: int) -> list[float]:
    """Mean return of each policy, from seats and returns (E, N)."""
    mine = [returns[seats == policy] for policy in range(policies)]
    return [float(own.mean()) if own.size else float("nan") for own in mine]
