"""Records: what a body carries of its last meal, for others to see and for beams to judge."""

from typing import Any

from ..engine.arrays import Array
from ..engine.compiling import rule
from ..grid.codes import BADGES, KIND_NAMES
from ..grid.layout import Setup, occupy
from ..grid.movement import body_code

BADGE, MARK = range(2)
CUES = {"badge": BADGE, "mark": MARK}
FOREVER = 2**30  # steps, more than are played

PLANES = (*(f"badge {kind}" for kind in KIND_NAMES), "mark")
PARAMS = {
    "cue": Array("i8", "", "number of CUES"),
    "violation_window": Array("i8", "", "steps that a record lasts"),
    "see_own_mark": Array("i8", "", "1: an agent sees the mark on itself"),
}
STATE = {
    "badge": Array("u1", "N", "1 + kind last eaten while the record lasts and is shown, 0 none", low=0),
    "guilty": Array("u1", "N", "the record says violation", low=0, high=1),
    "record_left": Array("i4", "N", "steps the record lasts, 0 none", low=0),
    "recorded_at": Array("i4", "N", "clock of the recorded meal", low=0),
    "last_kind": Array("u1", "N", "1 + kind last eaten in this episode, 0 none", low=0),
}
EVENTS = {"violated": Array("u1", "N", "ate a prohibited kind", low=0, high=1)}
TALLY = {
    "violations": Array("f8", "N", "meals of a prohibited kind", low=0),
    "meals_of_kind": Array("f8", "N kinds", "meals by kind", low=0),
    "violations_of_kind": Array("f8", "N kinds", "meals of a prohibited kind, by kind", low=0),
    "shown_steps": Array("f8", "1", "agent-steps on the map in which a record can be seen"),
    "guilty_steps": Array("f8", "1", "agent-steps on the map with a record of violation", low=0),
}


def params_of(setup: Setup) -> dict[str, Any]:
    """Values of PARAMS."""
    config = setup.config
    window = config.violation_window or FOREVER
    return {"cue": CUES[config.cue], "violation_window": window, "see_own_mark": config.see_own_mark}


@rule
def clear_all_records(s):
    """Nobody has eaten yet."""
    for i in range(s.badge.size):
        s.badge[i] = 0
        s.guilty[i] = 0
        s.record_left[i] = 0
        s.recorded_at[i] = 0
        s.last_kind[i] = 0


@rule
def write_records(s, p, e):
    """A record ages; the next meal overwrites it; removal clears it.

    A meal of step n is judged by beams of steps n+1 to n+window, and its badge shown as long.
    """
    for i in range(s.at.size):
        if s.record_left[i]:
            s.record_left[i] -= 1
            if s.record_left[i] == 0:
                clear_record(s, p, i)
        if e.ate[i]:
            s.last_kind[i] = e.ate[i]
            e.violated[i] = int(s.prohibited[0]) >> (e.ate[i] - 1) & 1
            write_record(s, p, i, e)
        if e.removed[i]:
            clear_record(s, p, i)


@rule
def write_record(s, p, i, e):
    """badge: every meal is on record. mark: only violations are, and a mark stays while it lasts."""
    if p.cue == MARK and (s.guilty[i] or not e.violated[i]):
        return
    s.badge[i] = e.ate[i] if p.cue == BADGE else 0
    s.guilty[i] = e.violated[i]
    s.record_left[i] = p.violation_window
    s.recorded_at[i] = s.clock[0]
    show_record(s, p, i)


@rule
def clear_record(s, p, i):
    """The body carries nothing any more."""
    if s.record_left[i] == 0 and s.appearance[i] == 0:
        return
    s.badge[i] = 0
    s.guilty[i] = 0
    s.record_left[i] = 0
    show_record(s, p, i)


@rule
def show_record(s, p, i):
    """Others see the badge or the mark; oneself the badge, and the mark only if the game says so."""
    mark = int(s.guilty[i]) if p.cue == MARK else 0
    s.appearance[i] = s.badge[i] + BADGES * mark
    s.own_appearance[i] = s.badge[i] + BADGES * (mark if p.see_own_mark else 0)
    if s.removed_for[i] == 0:
        occupy(s, s.at[i], body_code(s, i))


@rule
def count_records(t, s, p, e):
    """Add one step: meals by kind, and the records on the bodies."""
    for i in range(s.at.size):
        if e.ate[i]:
            count_meal(t, e, i, e.ate[i] - 1)
        if s.removed_for[i] == 0:
            t.shown_steps[0] += p.cue != BADGE or s.badge[i] > 0
            t.guilty_steps[0] += s.guilty[i]


@rule
def count_meal(t, e, i, kind):
    """A meal of agent i."""
    t.meals_of_kind[i, kind] += 1.0
    if e.violated[i]:
        t.violations[i] += 1.0
        t.violations_of_kind[i, kind] += 1.0
