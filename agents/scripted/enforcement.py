"""Policing: whom a body holds for a violator, and whether a beam would reach such a one."""

from ...envs.engine.compiling import rule, seldom_rule
from ...envs.grid.codes import BADGES, OTHER, SELF
from ...envs.grid.harvest import ZAP
from ...envs.grid.movement import NOOP, TURN_LEFT, TURN_RIGHT
from .belief import prohibited
from .mental_map import blocks, shifted

BYSTANDER_REACH = 1  # cells around, corners included
NOBODY, WHOM_THE_ALTAR_ACCUSES, OTHER_CREEDS, ANY_BADGE = range(4)


@seldom_rule
def is_guilty(m, traits, who):
    """Whether an occupant code is, to this body's mind, a violator's. A mark says so in any case."""
    if traits.polices == NOBODY or not OTHER <= who < SELF:
        return False
    look = (who - OTHER) // 4
    badge, mark = look % BADGES, look // BADGES
    if mark or badge == 0:
        return mark > 0
    if traits.polices == ANY_BADGE:
        return True
    if traits.polices == OTHER_CREEDS:
        return m.creed[0] != 0 and badge != m.creed[0]
    return m.doubt[0] <= traits.trust and prohibited(m) >> (badge - 1) & 1 == 1


@rule
def aim(m, traits, view, y, x):
    """ZAP if a violator is in reach, a turn if one would be after it, else NOOP.

    Only a body that sees itself ready to fire does either.
    """
    ready = (view[y, x, 1] - SELF) & 1
    if traits.polices == NOBODY or not ready:
        return NOOP
    if worth_a_shot(m, traits, view, y, x, 0):
        return ZAP
    if worth_a_shot(m, traits, view, y, x, 3):
        return TURN_LEFT
    if worth_a_shot(m, traits, view, y, x, 1):
        return TURN_RIGHT
    return NOOP


@seldom_rule
def worth_a_shot(m, traits, view, y, x, turn):
    """Whether a beam, after `turn` quarter turns clockwise, reaches a violator, and nobody else stands near.

    The beam is the engine's: see `shine` in envs/grid/beams.py.
    """
    reached = reaches(m, traits, view, y, x, turn, 0)
    for sign in (-1, 1):
        for column in range(1, traits.beam_radius + 1):
            reached |= reaches(m, traits, view, y, x, turn, sign * column)
            if stops(view, y, x, turn, 0, sign * column):
                break
    return reached and not has_bystanders(m, traits, view, y, x, turn)


@seldom_rule
def reaches(m, traits, view, y, x, turn, side):
    """Whether the beam's column `side` (0 the middle, right is positive) ends at a violator."""
    for forward in range(1 if side == 0 else 0, traits.beam_length - abs(side) + 1):
        if stops(view, y, x, turn, forward, side):
            row, column = seen_after(y, x, turn, forward, side)
            return is_within(view, row, column) and is_guilty(m, traits, view[row, column, 1])
    return False


@seldom_rule
def has_bystanders(m, traits, view, y, x, turn):
    """Whether a body not taken for a violator stands in the beam's box, or within `berth` cells of it."""
    width = traits.beam_radius + traits.berth
    for side in range(-width, width + 1):
        for forward in range(-traits.berth, traits.beam_length + traits.berth + 1):
            row, column = seen_after(y, x, turn, forward, side)
            if is_within(view, row, column):
                who = view[row, column, 1]
                if OTHER <= who < SELF and not is_guilty(m, traits, who):
                    return True
    return False


@rule
def stops(view, y, x, turn, forward, side):
    """Whether a beam stops at this cell; also where the view ends."""
    row, column = seen_after(y, x, turn, forward, side)
    if not is_within(view, row, column):
        return True
    return blocks(view[row, column, 0]) or OTHER <= view[row, column, 1] < SELF


@rule
def is_within(view, row, column):
    """Whether a cell is in view."""
    return 0 <= row < view.shape[0] and 0 <= column < view.shape[1]


@rule
def seen_after(y, x, turn, forward, side):
    """Where in the present view of who stands on (y, x) a cell is that lies so far ahead after `turn`."""
    if turn == 1:
        return y + side, x + forward
    if turn == 3:
        return y - side, x - forward
    return y - forward, x + side


@rule
def look_around(m, traits, view, y, x, scratch):
    """Mark the other bodies in view, and those to be chased, on the map.

    Returns how far away the nearest of them is, and how many are to be chased.
    """
    scratch.tokens[0] += 1
    prey, nearest = 0, view.shape[0] + view.shape[1]
    for row in range(view.shape[0]):
        for column in range(view.shape[1]):
            who = view[row, column, 1]
            if OTHER <= who < SELF:
                away = abs(row - y) + abs(column - x)
                nearest = min(nearest, away)
                cell = shifted(m.at[0], m.facing[0], y - row, column - x)
                scratch.others[cell] = scratch.tokens[0]
                if is_prey(m, traits, view, row, column, away):
                    scratch.prey[cell] = scratch.tokens[0]
                    prey += 1
    return nearest, prey


@seldom_rule
def is_prey(m, traits, view, row, column, away):
    """Whether to walk after a body `away` cells off: a violator, near enough, and alone.

    Next to others it would not be fired at; and if all who saw it came, they would block each other.
    """
    if away > traits.chase or not is_guilty(m, traits, view[row, column, 1]):
        return False
    for dy in range(-BYSTANDER_REACH, BYSTANDER_REACH + 1):
        for dx in range(-BYSTANDER_REACH, BYSTANDER_REACH + 1):
            if is_within(view, row + dy, column + dx):
                who = view[row + dy, column + dx, 1]
                if OTHER <= who < SELF and not is_guilty(m, traits, who):
                    return False
    return True
