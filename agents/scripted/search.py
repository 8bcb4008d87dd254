"""Search on a mental map: the first move of the shortest way to whatever is nearest of each sort."""

from typing import NamedTuple

import numpy as np

from ...envs.engine.compiling import rule, seldom_rule
from ...envs.grid.codes import ALTAR, EMPTY, FLOOR, LIVE, SITE, UNSEEN
from ...envs.grid.harvest import DIRECTIONS
from ...envs.grid.movement import BACKWARD, FORWARD, NOOP, STEP_LEFT, STEP_RIGHT
from .mental_map import CELLS, beside, blocks, shifted

# What a search finds: fruit to eat, a site to visit again, the edge of what is known, an altar, prey,
# bare floor, ground that only less care would step on.
FRUIT, SITE_AGAIN, EDGE, SHRINE, PREY, BARE, FENCE = range(7)
SORTS = 7
CAREFUL, BOLD, DESPERATE, IN_THOUGHT = range(4)
"""Careful: step on nothing that is, or may sprout, fruit not to be eaten. Bold: not on such fruit.
Desperate: not on fruit known to be prohibited. In thought: anywhere, as if nobody stood there."""
LATELY = 8  # steps
ORDERS = np.array([[FORWARD, STEP_LEFT, STEP_RIGHT, BACKWARD], [FORWARD, STEP_RIGHT, STEP_LEFT, BACKWARD]])


class Scratch(NamedTuple):
    """What one body's decision needs, used by all in turn. A mark counts if it equals its token."""

    tokens: np.ndarray  # (2,) int64 of the view, of the search
    others: np.ndarray  # (CELLS,) int64 marked with the view's token: another body
    prey: np.ndarray  # (CELLS,) int64 marked with the view's token: a body to be chased
    reached: np.ndarray  # (CELLS,) int64 marked with the search's token
    queue: np.ndarray  # (CELLS,) int64
    first: np.ndarray  # (CELLS,) int64 first move of the way to a reached cell
    found: np.ndarray  # (SORTS,) int64 first move to the nearest of each sort, NOOP if there is none


class Diet(NamedTuple):
    """What a body will and will not eat now."""

    edible: int  # set of kinds
    shunned: int  # set of kinds known to be prohibited
    spare: int  # live fruits that must remain around a fruit that is eaten ...
    reach: int  # ... with dy*dy + dx*dx <= reach
    again: int  # steps after which an empty site is worth another visit


def allocate_scratch() -> Scratch:
    """Nothing marked."""
    cells = [np.zeros(CELLS, np.int64) for _ in range(5)]
    return Scratch._make([np.ones(2, np.int64), *cells, np.zeros(SORTS, np.int64)])


@seldom_rule
def find_way(m, diet, wanted, least, flip, scratch):
    """First move to what is `wanted`, with all care; with less, down to `least`, if there is no other way."""
    for care in range(least + 1):
        search(m, diet, care, wanted, flip, scratch)
        if scratch.found[wanted] != NOOP or scratch.found[FENCE] == NOOP:
            break
    return scratch.found[wanted]


@seldom_rule
def search(m, diet, care, wanted, flip, scratch):
    """Breadth first from the body's cell until `wanted` is found; fills `found`.

    FORWARD is tried first, so that equally short ways begin straight on; `flip` settles the other ties.
    """
    scratch.tokens[1] += 1
    token = scratch.tokens[1]
    for sort in range(SORTS):
        scratch.found[sort] = NOOP
    scratch.queue[0] = m.at[0]
    scratch.reached[m.at[0]] = token
    head, tail = 0, 1
    while head < tail and scratch.found[wanted] == NOOP:
        here = scratch.queue[head]
        head += 1
        for k in range(4):
            move = ORDERS[flip, k]
            there = beside(here, (m.facing[0] + DIRECTIONS[move]) & 3)
            if scratch.reached[there] != token:
                scratch.reached[there] = token
                scratch.first[there] = move if head == 1 else scratch.first[here]
                if enter(m, diet, care, there, scratch):
                    scratch.queue[tail] = there
                    tail += 1


@rule
def enter(m, diet, care, cell, scratch):
    """Note what a cell is; returns whether the way may lead on through it."""
    code = int(m.ground[cell])
    if scratch.others[cell] == scratch.tokens[0]:
        if scratch.prey[cell] == scratch.tokens[0]:
            note(PREY, cell, scratch)
        return care == IN_THOUGHT
    if code == UNSEEN:
        note(EDGE, cell, scratch)
        return False
    if blocks(code):
        if code >= ALTAR:
            note(SHRINE, cell, scratch)
        return False
    if code == FLOOR:
        note(BARE, cell, scratch)
        return True
    way = enter_site(m, diet, care, cell, scratch)
    if not way:
        note(FENCE, cell, scratch)
    return way


@rule
def enter_site(m, diet, care, cell, scratch):
    """As `enter`, on a site."""
    code = int(m.ground[cell])
    kind, growth = (code - SITE) // 3, (code - SITE) % 3
    edible = diet.edible >> kind & 1
    if growth == LIVE:
        if edible and is_spare(m, diet, cell, scratch):
            note(FRUIT, cell, scratch)
            return True
        return care == IN_THOUGHT or (care == DESPERATE and not diet.shunned >> kind & 1)
    age = (m.clock[0] - m.seen_at[cell]) & 0xFFFF
    if edible and growth == EMPTY and age > diet.again:
        note(SITE_AGAIN, cell, scratch)
    return edible or growth != EMPTY or care >= BOLD


@rule
def note(sort, cell, scratch):
    """The first of its sort that a search meets is the nearest."""
    if scratch.found[sort] == NOOP:
        scratch.found[sort] = scratch.first[cell]


@rule
def is_spare(m, diet, cell, scratch):
    """Whether enough live fruit of its kind remains around when this one is eaten.

    Enough is `spare`, or all that can grow there; a kind that grows by itself need not be spared. Of a fruit
    one step away it wants to be sure, and counts only what will still be there after that step.
    """
    kind = (int(m.ground[cell]) - SITE) // 3
    if diet.spare == 0 or m.self_sown[0] >> kind & 1:
        return True
    live, sites, lasting = count_around(m, cell, kind, diet.reach, scratch)
    return (lasting if is_beside(cell, m.at[0]) else live) >= min(diet.spare, sites)


@seldom_rule
def count_around(m, cell, kind, reach, scratch):
    """Of a kind: live fruits, sites, lasting fruits with dy*dy + dx*dx <= reach, without the cell itself."""
    span, live, sites, lasting = int(np.sqrt(reach)), 0, 0, 0
    for dy in range(-span, span + 1):
        for dx in range(-span, span + 1):
            if 0 < dy * dy + dx * dx <= reach:
                near = shifted(cell, 0, dy, dx)
                code = int(m.ground[near])
                if SITE <= code < ALTAR and (code - SITE) // 3 == kind:
                    sites += 1
                    live += (code - SITE) % 3 == LIVE
                    lasting += (code - SITE) % 3 == LIVE and is_lasting(m, near, scratch)
    return live, sites, lasting


@rule
def is_lasting(m, cell, scratch):
    """Whether a fruit was seen lately, and nobody in view stands next to it who might eat it now."""
    for heading in range(4):
        if scratch.others[beside(cell, heading)] == scratch.tokens[0]:
            return False
    return (m.clock[0] - m.seen_at[cell]) & 0xFFFF <= LATELY


@rule
def is_beside(cell, other):
    """Whether two cells share a side."""
    return cell in (beside(other, 0), beside(other, 1), beside(other, 2), beside(other, 3))
