"""Decisions: what a body with a mental map does next, compiled for thousands of bodies.

Of the compiled functions of the agents that keep maps, this is the one called from Python.
"""

from typing import NamedTuple

from ...envs.engine.compiling import driver, rule, seldom_rule
from ...envs.grid.codes import ALL_KINDS, BLANK_ALTAR, FLOOR, SELF, UNSEEN
from ...envs.grid.movement import BACKWARD, NOOP, STEP_LEFT, STEP_RIGHT, TURN_LEFT, TURN_RIGHT
from .belief import doubt, is_unsure, prohibited, take_meal, watch_growth
from .enforcement import WHOM_THE_ALTAR_ACCUSES, aim, look_around
from .localisation import follow_oneself
from .mental_map import begin_map, forget_all, memory_of, write_down
from .search import (
    BARE,
    BOLD,
    CAREFUL,
    DESPERATE,
    EDGE,
    FENCE,
    FRUIT,
    IN_THOUGHT,
    PREY,
    SHRINE,
    SITE_AGAIN,
    Diet,
    find_way,
    search,
)

ANYTHING, WHAT_THE_ALTAR_PERMITS, ITS_CREED = range(3)


class Traits(NamedTuple):
    """A policy as numbers; what they mean: norm_followers.py."""

    eats: int
    polices: int
    spare: int
    reach: int
    patience: int
    trust: int
    window: int
    again: int
    chase: int
    shame: int
    berth: int
    beam_length: int
    beam_radius: int


@driver
def act_all(views, started, memory, traits, draws, scratch, actions):
    """Choose an action for every body from its own view and memory.

    views (B, rows, columns, 2) uint8; started (B,) bool; draws (B,) float64 in [0, 1);
    actions (B,) int32 is written.
    """
    for body in range(views.shape[0]):
        m = memory_of(memory, body)
        if started[body]:
            forget_all(m)
        m.action[0] = act(m, traits, views[body], int(draws[body] < 0.5), scratch)
        actions[body] = m.action[0]


@rule
def act(m, traits, view, flip, scratch):
    """One body's action; a removed one sees nothing, and loses its place."""
    m.clock[0] += 1
    y, x = find_oneself(view)
    if y < 0:
        m.lost[0] = 1
        m.doubt[0] += 1
        return NOOP
    if m.lost[0]:
        begin_map(m)
    before = m.at[0]
    follow_oneself(m, view, y, x)
    ate = take_meal(m, before)
    write_down(m, view, y, x)
    doubt(m, traits, view, y, x, ate)
    watch_growth(m, view, y, x, traits.reach, scratch)
    nearest, prey = look_around(m, traits, view, y, x, scratch)
    diet = choose_diet(m, traits, nearest <= traits.shame)
    return decide(m, traits, diet, prey, view, (y, x), flip, scratch)


@rule
def find_oneself(view):
    """Where the viewer stands in its view, or (-1, -1)."""
    for row in range(view.shape[0] - 1, -1, -1):
        for column in range(view.shape[1]):
            if view[row, column, 1] >= SELF:
                return row, column
    return -1, -1


# What it may eat ---------------------------------------------------------------------------------


@rule
def choose_diet(m, traits, ashamed):
    """What it eats now: with nobody near enough to be ashamed before, anything."""
    if traits.eats == ANYTHING or not ashamed:
        return Diet(ALL_KINDS, 0, 0, traits.reach, traits.again)
    edible, shunned = ALL_KINDS, 0
    if traits.eats == ITS_CREED and m.creed[0]:
        edible = 1 << (m.creed[0] - 1)
        shunned = ALL_KINDS & ~edible
    elif traits.eats == WHAT_THE_ALTAR_PERMITS:
        shunned = prohibited(m)
        edible = 0 if is_unsure(m, traits.patience) else ALL_KINDS & ~shunned
    return Diet(edible, shunned, traits.spare, traits.reach, traits.again)


# What it does ------------------------------------------------------------------------------------


@seldom_rule
def decide(m, traits, diet, prey, view, here, flip, scratch):
    """Sanction who is in reach; consult the altar if unsure; chase violators; eat; else rest."""
    move = aim(m, traits, view, here[0], here[1])
    heeds = traits.eats == WHAT_THE_ALTAR_PERMITS or traits.polices == WHOM_THE_ALTAR_ACCUSES
    if move == NOOP and heeds and is_unsure(m, traits.patience):
        move = consult(m, diet, flip, scratch)
    if move == NOOP and prey > 0:
        search(m, diet, CAREFUL, PREY, flip, scratch)
        move = face(scratch.found[PREY], flip)
    if move == NOOP and diet.edible:
        move = forage(m, diet, flip, scratch)
    return rest(m, heeds, diet, flip, scratch) if move == NOOP else move


@seldom_rule
def consult(m, diet, flip, scratch):
    """Walk to an altar on the map, else to the edge of the map. Where there is no edge, there is no altar."""
    if m.has_altar[0]:
        move = find_way(m, diet, SHRINE, DESPERATE, flip, scratch)
        if move != NOOP:
            return face(move, flip)
    move = find_way(m, diet, EDGE, DESPERATE, flip, scratch)
    if move == NOOP and m.rule[0] == UNSEEN:
        search(m, diet, IN_THOUGHT, EDGE, flip, scratch)
        if scratch.found[EDGE] == NOOP:
            m.rule[0] = BLANK_ALTAR
    return face(move, flip)


@seldom_rule
def forage(m, diet, flip, scratch):
    """To the nearest fruit that it may eat; else to a site that may bear again, or into the unknown."""
    for care in range(BOLD + 1):
        search(m, diet, care, FRUIT, flip, scratch)
        if scratch.found[FRUIT] != NOOP:
            return scratch.found[FRUIT]
        for sort in (SITE_AGAIN, EDGE):
            if scratch.found[sort] != NOOP:
                return face(scratch.found[sort], flip)
        if scratch.found[FENCE] == NOOP:
            break
    return NOOP


@seldom_rule
def rest(m, heeds, diet, flip, scratch):
    """Stand where nothing can sprout underfoot, in sight of the altar if it heeds one."""
    if m.ground[m.at[0]] != FLOOR:
        return find_way(m, diet, BARE, BOLD, flip, scratch)
    if heeds and m.has_altar[0] and m.rule_at[0] != m.clock[0]:
        return face(find_way(m, diet, SHRINE, BOLD, flip, scratch), flip)
    return NOOP


@rule
def face(move, flip):
    """Turn the way it walks, to see what lies there, instead of stepping aside or back."""
    if move == STEP_LEFT or (move == BACKWARD and flip):
        return TURN_LEFT
    if move in (STEP_RIGHT, BACKWARD):
        return TURN_RIGHT
    return move
