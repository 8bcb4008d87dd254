"""Rules among agents: the mechanics that games with an institution share, and what they add to a step."""

from functools import cache
from typing import Any

from ..engine.compiling import rule, seldom_rule
from ..engine.rulebook import Rulebook, with_globals
from . import altar, institution, records, sanctions
from .custom_institution import custom_institution_of, decisions_of, name_of

MECHANICS = (institution, altar, records, sanctions)


@rule
def govern(s, p, e, decide):
    """The institution decides; the altar shows it; who sees the altar anew visits it."""
    institution.govern(s, p, e, decide)
    altar.show_rule(s, p)
    altar.watch_altar(s, p, e)


@seldom_rule
def begin_governance(s, p, decide_first):
    """An episode begins: nobody has a record, the first rule is in force, the altar shows it."""
    records.clear_all_records(s)
    sanctions.forget_offences(s)
    institution.begin_institution(s, p, decide_first)
    altar.raise_altar(s, p)
    altar.face_altar(s, p)


@rule
def count_governance(t, s, p, e):
    """Add one step to the sums of the episode."""
    altar.count_visits(t, e)
    records.count_records(t, s, p, e)
    sanctions.count_sanctions(t, e)
    institution.count_rule(t, s, e)


def with_institution(book: Rulebook, config: Any) -> Rulebook:
    """The rulebook for a config: under a user's institution, if it names one.

    The rules `start` and `step` of the book find what is decided in the module `decisions`, one of their
    globals.
    """
    own = custom_institution_of(config)
    return book if own is None else _with_institution(book, own)


@cache
def _with_institution(book: Rulebook, own: Any) -> Rulebook:
    names = {"decisions": decisions_of(own)}
    start, step = seldom_rule(with_globals(book.start, names)), rule(with_globals(book.step, names))
    return book._replace(start=start, step=step, variant=f"{book.variant}:{name_of(own)}", cached=False)
