"""Records: what a body carries of its last meal, for others to see and for beams to judge."""

from ..engine.compiling import rule
from ..grid.codes import BADGES
from ..grid.movement import body_code, occupy

BADGE, MARK = range(2)
CUES = {"badge": BADGE, "mark": MARK}
FOREVER = 2**30  # steps, more than are played


@rule
def clear_all_records(n):
    """Nobody has eaten yet."""
    for i in range(n.badge.size):
        n.badge[i] = 0
        n.guilty[i] = 0
        n.record_left[i] = 0
        n.recorded_at[i] = 0
        n.last_kind[i] = 0
        n.offences[i] = 0


@rule
def write_records(s, n, p, e):
    """A record ages; the next meal overwrites it; removal clears it.

    A meal of step n is judged by beams of steps n+1 to n+window, and its badge shown as long.
    """
    for i in range(s.at.size):
        if n.record_left[i]:
            n.record_left[i] -= 1
            if n.record_left[i] == 0:
                clear_record(s, n, p, i)
        if e.ate[i]:
            n.last_kind[i] = e.ate[i]
            n.violated[i] = int(n.prohibited[0]) >> (e.ate[i] - 1) & 1
            write_record(s, n, p, i, e)
        if e.removed[i]:
            clear_record(s, n, p, i)


@rule
def write_record(s, n, p, i, e):
    """badge: every meal is on record. mark: only violations are, and a mark stays while it lasts."""
    if p.cue == MARK and (n.guilty[i] or not n.violated[i]):
        return
    n.badge[i] = e.ate[i] if p.cue == BADGE else 0
    n.guilty[i] = n.violated[i]
    n.record_left[i] = p.violation_window
    n.recorded_at[i] = s.clock[0]
    show_record(s, n, p, i)


@rule
def clear_record(s, n, p, i):
    """The body carries nothing any more."""
    if n.record_left[i] == 0 and s.appearance[i] == 0:
        return
    n.badge[i] = 0
    n.guilty[i] = 0
    n.record_left[i] = 0
    show_record(s, n, p, i)


@rule
def show_record(s, n, p, i):
    """Others see the badge or the mark; oneself the badge, and the mark only if the game says so."""
    mark = int(n.guilty[i]) if p.cue == MARK else 0
    s.appearance[i] = n.badge[i] + BADGES * mark
    s.own_appearance[i] = n.badge[i] + BADGES * (mark if p.see_own_mark else 0)
    if s.removed_for[i] == 0:
        occupy(s, s.at[i], body_code(s, i))
