"""A lake's numbers as the rules take them."""

from typing import NamedTuple

import numpy as np

from .config import FishingConfig

LOGISTIC, PROPORTIONAL = range(2)
LAWS = {"logistic": LOGISTIC, "proportional": PROPORTIONAL}


class Params(NamedTuple):
    """Plain numbers; see FishingConfig for what they mean."""

    max_cycles: int
    known_end: bool
    levels: int
    catch_limit: float
    capacity: float
    initial_stock: float
    initial_spread: float
    law: int
    growth: float
    growth_noise: float
    critical_stock: float
    price: float
    unit_cost: float
    effort_cost: float
    catchability: float
    crowding: float
    income: float
    observation_noise: float


def make_params(config: FishingConfig) -> Params:
    """A config's numbers. The catch limit is the float32 that the action space holds, so that all that lies
    in the space may be asked for."""
    own = {name: getattr(config, name) for name in Params._fields}
    return Params(**{**own, "law": LAWS[config.law], "catch_limit": float(np.float32(config.catch_limit))})
