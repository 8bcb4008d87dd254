"""Displays: what the altar shows of the rule.

To add one: a number and a name below, and a line in `set_shown`.
"""

from ..engine.compiling import rule, seldom_rule
from ..engine.random import DISPLAY, draw_below
from ..grid.codes import ALTAR, BLANK_ALTAR
from .institution import NONE, PERMUTATIONS, draw_any, permuted

TRUTHFUL, BLANK, PLACEBO, RANDOM, PERMUTED, ANNOUNCED = range(6)
SETTLED = 10  # steps after which seeing the altar is a visit
DISPLAYS = {
    "truthful": TRUTHFUL,
    "blank": BLANK,
    "placebo": PLACEBO,
    "random": RANDOM,
    "permuted": PERMUTED,
    "announced": ANNOUNCED,
}


@rule
def raise_altar(s, n, p):
    """An episode's altar: the colours' meaning is drawn, whoever uses it."""
    if p.institution != NONE:
        n.meaning[0] = draw_below(s.streams, DISPLAY, len(PERMUTATIONS))
    show_rule(s, n, p)


@rule
def show_rule(s, n, p):
    """The altar shows the rule that holds from the next step on (or will, after the notice).

    Every draw is made under every display, so that streams do not depend on it.
    """
    drawn = draw_any(s, p, DISPLAY) if p.institution != NONE else 0
    if p.display == BLANK:
        n.displayed[0] = BLANK_ALTAR
    else:
        n.displayed[0] = ALTAR + set_shown(n, p, drawn)
    for k in range(p.altar_cells.size):
        cell = p.altar_cells[k]
        s.cells[cell] = (int(s.cells[cell]) & 0xFF00) | int(n.displayed[0])


@rule
def set_shown(n, p, drawn):
    """The set of kinds that the altar shows as prohibited."""
    if p.display == PLACEBO:
        return int(n.placebo[0])
    if p.display == RANDOM:
        return drawn
    if p.display == PERMUTED:
        return permuted(int(n.coming[0]), n.meaning[0])
    return int(n.coming[0])


@rule
def sees_altar(s, p, i):
    """Whether agent i has an altar in view (no, while it is removed)."""
    return (p.sees_altar[s.at[i]] >> s.facing[i]) & 1


@rule
def face_altar(s, n, p):
    """At the start an agent has just been put on the map; what it sees then is no visit."""
    for i in range(s.at.size):
        n.placed_at[i] = 0
        n.in_sight[i] = sees_altar(s, p, i)


@rule
def watch_altar(s, n, p, e):
    """A visit: the altar comes into an agent's view at least `SETTLED` steps after it was put on the map.

    Without branches on what is seen: they would be mispredicted.
    """
    for i in range(s.at.size):
        if s.removed_for[i] > 0 or e.returned[i]:
            n.placed_at[i] = s.clock[0] + 1
        seen = sees_altar(s, p, i)
        settled = s.clock[0] + 1 - n.placed_at[i] >= SETTLED
        n.visited[i] = seen & (1 - n.in_sight[i]) & settled
        n.in_sight[i] = seen


@seldom_rule
def announce(removed_for, displayed, row, column, tiles):
    """Where the rule is announced, every agent on the map sees the altar's code under its own feet."""
    for i in range(removed_for.size):
        if removed_for[i] == 0:
            tiles[i, row, column] = (int(tiles[i, row, column]) & 0xFF00) | int(displayed)
