"""What each institution decides: a rule is a bit set of prohibited kinds.

To add one: a function that decides, a number and a name below, and a line in `decide`. A user's own function
needs none of that: custom_institution.py.
"""

from ..engine.compiling import rule, seldom_rule
from ..engine.random import INSTITUTION, draw_below
from ..grid.codes import ALL_KINDS, KINDS

NONE, FIXED, STOCK, EPISODE, SCHEDULE, VOTE, CUSTOM = range(7)
INSTITUTIONS = {
    "none": NONE,
    "fixed": FIXED,
    "stock": STOCK,
    "episode": EPISODE,
    "schedule": SCHEDULE,
    "vote": VOTE,
}
ONE_PERMITTED, ONE_PROHIBITED = range(2)
RULES = {"one_permitted": ONE_PERMITTED, "one_prohibited": ONE_PROHIBITED}
ZONE, WEAKEST_PATCH = range(2)
STOCK_MEASURES = {"zone": ZONE, "weakest_patch": WEAKEST_PATCH}


@seldom_rule
def decide_first(s, p):
    """What each institution prohibits at an episode's start."""
    return first_rule(s, p, INSTITUTION)


@seldom_rule
def first_rule(s, p, purpose):
    """The rule an episode begins with; `purpose` names the stream that is drawn from."""
    if p.institution == NONE:
        return 0
    if p.institution == FIXED and purpose == INSTITUTION:
        return p.fixed
    if p.institution == SCHEDULE and purpose == INSTITUTION:
        return int(p.schedule[0])
    if p.institution == STOCK:
        return draw_by_stock(s, p, purpose)
    return draw_any(s, p, purpose)


@rule
def decide(s, p):
    """What each institution wants prohibited from now on."""
    if p.institution == STOCK:
        return decide_by_stock(s, p)
    if p.institution == SCHEDULE:
        return int(p.schedule[(s.clock[0] + 1) // p.schedule_every % p.schedule.size])
    if p.institution == VOTE:
        return decide_by_vote(s, p)
    return int(s.coming[0])


@rule
def close_and_open(s, p):
    """A kind closes when its stock falls below `close`, and may be drawn again from `open` on."""
    for kind in range(KINDS):
        if p.grown >> kind & 1:
            if p.stock_measure == ZONE:
                lacking = s.live_of_kind[kind] < p.close_at[kind]
                enough = s.live_of_kind[kind] >= p.open_at[kind]
            else:
                stock = weakest_patch(s, p, kind)
                lacking, enough = stock < p.close, stock >= p.open
            if lacking:
                s.open_kinds[0] &= ~(1 << kind) & 0xFF
            elif enough:
                s.open_kinds[0] |= 1 << kind


@rule
def weakest_patch(s, p, kind):
    """Live share of the sites of a kind's weakest patch."""
    stock = 1.0
    for patch in range(p.patch_sites.size):
        if p.patch_kind[patch] == kind:
            stock = min(stock, s.live_in_patch[patch] / p.patch_sites[patch])
    return stock


@rule
def decide_by_stock(s, p):
    """one_permitted: a kind stays appropriate until it closes. one_prohibited: a kind stays prohibited until
    it has recovered and another has closed."""
    rule_now, open_now = int(s.coming[0]), int(s.open_kinds[0])
    if p.rule == ONE_PERMITTED:
        settled = ~rule_now & ALL_KINDS & open_now
    else:
        settled = not (rule_now & open_now) or open_now == p.grown
    return rule_now if settled else draw_by_stock(s, p, INSTITUTION)


@seldom_rule
def draw_by_stock(s, p, purpose):
    """one_permitted: one of the open kinds, in proportion to live fruit; none open: all are prohibited.

    one_prohibited: one of the closed kinds (of all, if none is closed), in proportion to missing fruit.
    """
    if p.rule == ONE_PERMITTED:
        return ALL_KINDS & ~draw_kind(s, p, purpose, int(s.open_kinds[0]), False)
    closed = p.grown & ~int(s.open_kinds[0])
    return draw_kind(s, p, purpose, closed if closed else p.grown, True)


@rule
def draw_kind(s, p, purpose, among, missing):
    """A kind of the set `among`, as a bit, in proportion to its fruit (or missing fruit); 0 of an empty set.

    Where all weigh nothing, all weigh the same.
    """
    total, count = 0, 0
    for kind in range(KINDS):
        if among >> kind & 1:
            total += weight_of(s, p, kind, missing)
            count += 1
    if count == 0:
        return 0
    left = draw_below(s.streams, purpose, total if total else count)
    for kind in range(KINDS):
        if among >> kind & 1:
            left -= weight_of(s, p, kind, missing) if total else 1
            if left < 0:
                return 1 << kind
    return 0


@rule
def weight_of(s, p, kind, missing):
    """Live fruit of a kind, or missing fruit."""
    return p.sites_of_kind[kind] - s.live_of_kind[kind] if missing else s.live_of_kind[kind]


@rule
def draw_any(s, p, purpose):
    """Any of the rules that this institution can make, each equally likely."""
    return int(p.rule_values[draw_below(s.streams, purpose, p.rule_values.size)])


@seldom_rule
def decide_by_vote(s, p):
    """Every `vote_every` steps the agents within one cell of an altar vote for the kind they last ate.

    The kind with most votes is the permitted one; a tie, or no vote, keeps the rule.
    """
    if (s.clock[0] + 1) % p.vote_every:
        return int(s.coming[0])
    most, second, winner = 0, 0, 0
    for kind in range(KINDS):
        votes = votes_for(s, p, kind)
        if votes > most:
            most, second, winner = votes, most, kind
        elif votes > second:
            second = votes
    return ALL_KINDS & ~(1 << winner) if most > second else int(s.coming[0])


@rule
def votes_for(s, p, kind):
    """Agents next to an altar whose last meal was of this kind."""
    votes = 0
    for i in range(s.at.size):
        if s.removed_for[i] == 0 and s.last_kind[i] == 1 + kind:
            votes += is_beside_altar(p, s.at[i])
    return votes


@rule
def is_beside_altar(p, cell):
    """Whether a cell is one of the eight around an altar."""
    for k in range(p.altar_cells.size):
        away = cell - p.altar_cells[k]
        for row in range(-1, 2):
            if -1 <= away - row * p.stride <= 1:
                return True
    return False
