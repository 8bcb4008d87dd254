"""The arrays that a contract adds to W worlds."""

from collections import namedtuple
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np

from ..engine.random import PURPOSES

PROPOSING, VOTING, PLAYING = range(3)


class Agreement(NamedTuple):
    """What the next step depends on."""

    stage: np.ndarray  # (W, 1) uint8 PROPOSING, VOTING or PLAYING
    theta: np.ndarray  # (W, 1) float64 of the contract that is offered or in force, else null
    in_force: np.ndarray  # (W, 1) uint8 a contract binds all agents
    proposer: np.ndarray  # (W, 1) int32 agent
    asked: np.ndarray  # (W, N) uint8 votes on an offer
    draws: np.ndarray  # (W, PURPOSES) uint64 see random.py


class Deal(NamedTuple):
    """What happened in a step."""

    proposed: np.ndarray  # (W, 1) uint8 a contract was offered
    signed: np.ndarray  # (W, 1) uint8 the offer was accepted
    offer: np.ndarray  # (W, 1) float64 theta that was offered, voted on or in force in this step, else null
    transfer: np.ndarray  # (W, N) float64 reward received under the contract, negative: paid


class DealTally(NamedTuple):
    """Sums over the running episode."""

    transferred: np.ndarray  # (W, N) float64 received less paid
    moved: np.ndarray  # (W, 1) float64 paid by all payers together
    agreed: np.ndarray  # (W, 2) float64 a contract was in force; its theta


def allocate(num_worlds: int, num_agents: int) -> tuple[Agreement, Deal, DealTally, DealTally]:
    """Zeroed arrays: state, events, running and ended sums."""
    W, N = num_worlds, num_agents
    u8, f64 = np.uint8, np.float64
    agreement = Agreement(
        np.zeros((W, 1), u8), np.zeros((W, 1), f64), np.zeros((W, 1), u8), np.zeros((W, 1), np.int32),
        np.zeros((W, N), u8), np.zeros((W, PURPOSES), np.uint64),
    )  # fmt: skip
    deal = Deal(np.zeros((W, 1), u8), np.zeros((W, 1), u8), np.zeros((W, 1), f64), np.zeros((W, N), f64))
    now, ended = (
        DealTally(np.zeros((W, N), f64), np.zeros((W, 1), f64), np.zeros((W, 2), f64)) for _ in range(2)
    )
    return agreement, deal, now, ended


def joined(base: Any, added: Any) -> Any:
    """Two tuples of arrays as one, to read in one place. Raises ValueError if they share a name."""
    return _joined(type(base), type(added))(*base, *added)


@lru_cache
def _joined(base: Any, added: Any) -> Any:
    return namedtuple(base.__name__, (*base._fields, *added._fields))
