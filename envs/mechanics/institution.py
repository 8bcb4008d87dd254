"""The institution: which rule holds now, and when a new one comes into force.

What each institution decides is in decisions.py. The institution moves last in a step.
"""

from typing import Any

import numpy as np

from ..engine.arrays import Array
from ..engine.compiling import rule, seldom_rule
from ..engine.random import DISPLAY
from ..grid import codes
from ..grid.codes import ALL_KINDS
from ..grid.layout import Setup
from ..grid.maps import Map
from .custom_institution import custom_institution_of
from .decisions import (
    CUSTOM,
    INSTITUTIONS,
    NONE,
    RULES,
    STOCK,
    STOCK_MEASURES,
    close_and_open,
    draw_any,
    draw_by_stock,
    first_rule,
)
from .norm_config import Norms
from .records import clear_record

MOST_SPELLS = 256  # spells of a rule kept for their median: the first ones of an episode

PARAMS = {
    "institution": Array("i8", "", "number of INSTITUTIONS, or CUSTOM"),
    "rule": Array("i8", "", "number of RULES"),
    "rule_values": Array("u1", "rules", "sets of kinds that the institution can prohibit"),
    "fixed": Array("i8", "", "the set that a fixed institution prohibits"),
    "schedule": Array("u1", "entries", "sets that a scheduled institution prohibits, in turn"),
    "schedule_every": Array("i8", "", "steps that an entry of the schedule lasts"),
    "vote_every": Array("i8", "", "steps between votes"),
    "close": Array("f8", "", "stock, as a share of its sites, below which a kind closes"),
    "open": Array("f8", "", "stock at which it opens again"),
    "close_at": Array("i4", "kinds", "live sites below which a kind closes"),
    "open_at": Array("i4", "kinds", "live sites from which it may be drawn again"),
    "stock_measure": Array("i8", "", "number of STOCK_MEASURES"),
    "notice": Array("i8", "", "steps for which the altar shows a new rule before it is in force"),
    "amnesty": Array("i8", "", "1: records are cleared when the rule changes"),
    "altar_cells": Array("i4", "altars", "cells of the altars", low=0, below="C"),
}
STATE = {
    "prohibited": Array("u1", "1", "set of kinds that are prohibited in the next step", high=ALL_KINDS),
    "coming": Array("u1", "1", "the same, once the notice is over", high=ALL_KINDS),
    "notice_left": Array("i4", "1", "steps until then", low=0),
    "open_kinds": Array("u1", "1", "set of kinds with stock enough to be drawn", high=ALL_KINDS),
    "placebo": Array("u1", "1", "a rule drawn apart by the same law", high=ALL_KINDS),
}
EVENTS = {"changed": Array("u1", "1", "a new rule holds from the next step on", low=0, high=1)}
TALLY = {
    "rule_changes": Array("f8", "1", "changes of the rule", low=0),
    "rule_changed_at": Array("f8", "1", "step after which it changed last", low=0),
    "steps_of_rule": Array("f8", str(ALL_KINDS + 1), "steps at whose end a set was prohibited", low=0),
    "spells": Array("f8", str(MOST_SPELLS), "steps that each rule lasted", low=0),
}


def params_of(setup: Setup) -> dict[str, Any]:
    """Values of PARAMS."""
    norms, world = setup.config, setup.layout.map
    return {
        "institution": CUSTOM if custom_institution_of(norms) else INSTITUTIONS[norms.institution],
        "rule": RULES[norms.rule],
        "rule_values": rule_values(norms, set(world.kinds.tolist())),
        "fixed": codes.bits_of(norms.prohibited),
        "schedule": [codes.bits_of(entry) for entry in norms.schedule],
        "schedule_every": norms.schedule_every,
        "vote_every": norms.vote_every,
        "close": norms.close,
        "open": norms.open,
        "close_at": fewest(norms.close, world),
        "open_at": fewest(norms.open, world),
        "stock_measure": STOCK_MEASURES[norms.stock_measure],
        "notice": norms.notice,
        "amnesty": norms.amnesty_on_change,
        "altar_cells": setup.layout.cell(world.altars),
    }


def fewest(share: float, world: Map) -> np.ndarray:
    """(KINDS,) int32: the fewest live sites of a kind that are `share` of them or more."""
    counts = np.bincount(world.kinds, minlength=codes.KINDS).tolist()
    each = [next(k for k in range(count + 1) if count == 0 or k / count >= share) for count in counts]
    return np.array(each, np.int32)


def rule_values(norms: Norms, grown: set[int]) -> np.ndarray:
    """(V,) uint8: every set of kinds that the institution can prohibit, on a map that grows `grown`."""
    bits = [1 << kind for kind in sorted(grown)]
    if norms.institution == "none":
        values = [0]
    elif custom_institution_of(norms):  # all sets of them
        values = [v for v in range(codes.ALL_KINDS + 1) if v & ~sum(bits) == 0]
    elif norms.institution == "fixed":  # others of the same size
        size = len(norms.prohibited)
        values = [v for v in range(codes.ALL_KINDS + 1) if v.bit_count() == size]
    elif norms.institution == "schedule":
        values = sorted({codes.bits_of(entry) for entry in norms.schedule})
    elif norms.rule == "one_prohibited":
        values = bits
    else:
        values = [codes.ALL_KINDS & ~bit for bit in bits]
        values += [codes.ALL_KINDS] * (norms.institution == "stock")  # no harvest
    return np.array(values, np.uint8)


@seldom_rule
def begin_institution(s, p, decide_first):
    """An episode's first rule, in force from its first step."""
    s.open_kinds[0] = p.grown
    s.prohibited[0] = decide_first(s, p)
    s.coming[0] = s.prohibited[0]
    s.notice_left[0] = 0
    s.placebo[0] = first_rule(s, p, DISPLAY)


@rule
def govern(s, p, e, decide):
    """The institution moves last in a step: its rule holds from the next step on. `decide`: what it wants."""
    if p.institution == NONE:
        return
    close_and_open(s, p)
    decided = decide(s, p)
    if decided != s.coming[0]:
        s.coming[0] = decided
        s.notice_left[0] = p.notice
    if s.coming[0] != s.prohibited[0]:
        if s.notice_left[0] == 0:
            enact(s, p, e)
        else:
            s.notice_left[0] -= 1


@seldom_rule
def enact(s, p, e):
    """The rule changes; records made under the old one may be cleared."""
    s.prohibited[0] = s.coming[0]
    e.changed[0] = 1
    if p.institution == STOCK:
        s.placebo[0] = draw_by_stock(s, p, DISPLAY)
    else:
        s.placebo[0] = draw_any(s, p, DISPLAY)
    if p.amnesty:
        for i in range(s.at.size):
            clear_record(s, p, i)


@rule
def count_rule(t, s, e):
    """Add one step: the rule that holds now. A spell ends when the rule changes."""
    t.steps_of_rule[int(s.prohibited[0])] += 1.0
    if e.changed[0]:
        spell = int(t.rule_changes[0])
        if spell < t.spells.size:
            t.spells[spell] = s.clock[0] - t.rule_changed_at[0]
        t.rule_changes[0] += 1.0
        t.rule_changed_at[0] = s.clock[0]
