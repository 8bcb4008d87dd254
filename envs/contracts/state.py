"""The arrays that a contract adds to W worlds."""

from collections import namedtuple
from functools import lru_cache
from typing import Any

from ..engine.arrays import Array, allocate, tuple_of
from ..engine.random import PURPOSES

PROPOSING, VOTING, PLAYING = range(3)

STATE = {
    "stage": Array("u1", "1", "PROPOSING, VOTING or PLAYING", low=0, high=2),
    "theta": Array("f8", "1", "of the contract that is offered or in force, else null"),
    "in_force": Array("u1", "1", "a contract binds all agents", low=0, high=1),
    "proposer": Array("i4", "1", "agent that proposes", low=0, below="N"),
    "asked": Array("u1", "N", "votes on an offer", low=0, high=1),
    "draws": Array("u8", str(PURPOSES), "counters of the random streams, see random.py"),
}
EVENTS = {
    "proposed": Array("u1", "1", "a contract was offered", low=0, high=1),
    "signed": Array("u1", "1", "the offer was accepted", low=0, high=1),
    "offer": Array("f8", "1", "theta that was offered, voted on or in force in this step, else null"),
    "transfer": Array("f8", "N", "reward received under the contract, negative: paid"),
}
TALLY = {
    "transferred": Array("f8", "N", "received less paid"),
    "moved": Array("f8", "1", "paid by all payers together", low=0),
    "agreed": Array("f8", "2", "a contract was in force; its theta"),
}
Agreement = tuple_of("Agreement", __name__, STATE)
Deal = tuple_of("Deal", __name__, EVENTS)
DealTally = tuple_of("DealTally", __name__, TALLY)


def allocate_contract(num_worlds: int, num_agents: int) -> tuple[Any, Any, Any, Any]:
    """Zeroed arrays: state, events, running and ended sums."""
    kinds = (Agreement, Deal, DealTally, DealTally)
    return tuple(allocate(kind, num_worlds, {"N": num_agents}) for kind in kinds)  # type: ignore[return-value]


def joined(base: Any, added: Any) -> Any:
    """Two tuples of arrays as one, to read in one place. Raises ValueError if they share a name."""
    return _joined(type(base), type(added))(*base, *added)


@lru_cache
def _joined(base: Any, added: Any) -> Any:
    made: Any = namedtuple(base.__name__, (*base._fields, *added._fields))
    made.schema = base.schema | added.schema
    return made
