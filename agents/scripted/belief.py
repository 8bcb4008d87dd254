"""What a body believes: the rule, how sure it is of it, its own creed, and how things grow."""

import numpy as np

from ...envs.engine.compiling import rule
from ...envs.grid.codes import ALTAR, BADGES, BLANK_ALTAR, EMPTY, LIVE, SELF, SITE, UNSEEN
from .mental_map import shifted
from .search import count_around

CERTAINLY_STALE = 10**6  # steps of doubt


@rule
def take_meal(m, before):
    """Whether it has just stepped onto a live fruit, and so eaten; its first meal is its creed."""
    under = int(m.ground[m.at[0]])
    if m.at[0] == before or not SITE <= under < ALTAR or (under - SITE) % 3 != LIVE:
        return False
    m.meal_at[0] = m.clock[0]
    if m.creed[0] == 0:
        m.creed[0] = 1 + (under - SITE) // 3
    return True


@rule
def doubt(m, traits, view, y, x, ate):
    """How stale the rule it remembers may be, judged from its own badge.

    Badges go out when the rule changes. So while it wears one the rule has not changed, and one that goes
    out before its time says that it has.
    """
    badge = (int(view[y, x, 1]) - SELF) // 2 % BADGES
    went_out = m.badge[0] > 0 and m.clock[0] - m.meal_at[0] < traits.window
    if badge == 0 and (went_out or (ate and m.has_badges[0])):
        m.doubt[0] = CERTAINLY_STALE
    elif badge == 0 or traits.window == 0:
        m.doubt[0] += 1
    if m.rule_at[0] == m.clock[0]:
        m.doubt[0] = 0
    if badge > 0:
        m.has_badges[0] = int(traits.window > 0)
    m.badge[0] = badge


@rule
def is_unsure(m, patience):
    """Whether it never saw the altar, or has doubted for too long. A blank altar is remembered for ever."""
    if m.rule[0] == BLANK_ALTAR:
        return False
    return m.rule[0] == UNSEEN or m.doubt[0] > patience


@rule
def prohibited(m):
    """The kinds that the altar prohibited when it was last seen; none if it was blank, or never seen."""
    return m.rule[0] - ALTAR if ALTAR <= m.rule[0] < BLANK_ALTAR else 0


@rule
def watch_growth(m, view, y, x, reach, scratch):
    """A site that can grow with no live fruit of its kind around shows that its kind is self-sown.

    Only sites whose surroundings are all in view can show it.
    """
    span = int(np.sqrt(reach))
    for row in range(span, view.shape[0] - span):
        for column in range(span, view.shape[1] - span):
            code = int(view[row, column, 0])
            if SITE <= code < ALTAR and (code - SITE) % 3 == EMPTY:
                kind = (code - SITE) // 3
                if not m.self_sown[0] >> kind & 1:
                    cell = shifted(m.at[0], m.facing[0], y - row, column - x)
                    if count_around(m, cell, kind, reach, scratch)[0] == 0:
                        m.self_sown[0] |= 1 << kind
