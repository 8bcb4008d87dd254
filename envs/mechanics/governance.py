"""Rules among agents: the mechanics that games with an institution share, and what they add to a step."""

from functools import cache
from typing import Any

from ..engine.compiling import rule, seldom_rule
from ..engine.rulebook import Rulebook, with_globals
from . import altar, institution, records, sanctions
from .custom_institution import decisions_of, lawgiver_of, name_of

MECHANICS = (institution, altar, records, sanctions)


@rule
def govern(s, p, e, decide):
    """The institution decides; the altar shows it; who sees the altar anew visits it."""
    institution.govern(s, p, e, decide)
    altar.show_rule(s, p)
    altar.watch_altar(s, p, e)


@seldom_rule
def found(s, p, decide_first):
    """An episode begins: nobody has a record, the first rule is in force, the altar shows it."""
    records.clear_all_records(s)
    sanctions.forget_offences(s)
    institution.found_institution(s, p, decide_first)
    altar.raise_altar(s, p)
    altar.face_altar(s, p)


@rule
def count_governance(t, s, p, e):
    """Add one step to the sums of the episode."""
    altar.count_visits(t, e)
    records.count_records(t, s, p, e)
    sanctions.count_sanctions(t, e)
    institution.count_rule(t, s, e)


def under(book: Rulebook, config: Any) -> Rulebook:
    """The rulebook for a config: under a user's institution, if it names one.

    The rules `start` and `step` of the book find what is decided in the module `decisions`, one of their
    globals.
    """
    lawgiver = lawgiver_of(config)
    return book if lawgiver is None else _under(book, lawgiver)


@cache
def _under(book: Rulebook, lawgiver: Any) -> Rulebook:
    names = {"decisions": decisions_of(lawgiver)}
    start, step = seldom_rule(with_globals(book.start, names)), rule(with_globals(book.step, names))
    return book._replace(start=start, step=step, variant=f"{book.variant}:{name_of(lawgiver)}", cached=False)
