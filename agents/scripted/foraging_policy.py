"""Walking inside a view: find the nearest fruit, rest, or explore. Compiled, for thousands of bodies."""

import numpy as np
from numba import njit

from ...envs.grid.movement import BACKWARD, FORWARD, NOOP, STEP_LEFT, STEP_RIGHT, TURN_LEFT, TURN_RIGHT

# What a cell is to a walker: the values of the ground and occupant tables.
FLOOR, SITE, FRUIT, SHUT = range(4)  # bare ground; ground where fruit may sprout; a live fruit; no way
ABSENT, PRESENT, ONESELF = range(3)  # nobody in the way; another body; oneself

TURN_CHANCE = 0.05  # a step, while exploring an open space
MOVES = 4  # FORWARD .. STEP_RIGHT, relative to the body's facing


@njit(cache=True)
def forage(views, ground, occupant, spare, reach, draws, turning, actions):
    """Choose an action for every body from its own view.

    views (B, rows, columns, 2) uint8; ground, occupant: code -> FLOOR.. and code -> ABSENT.., uint8;
    spare: live fruits that a fruit must have within the squared distance `reach` to be eaten;
    draws (B, 2) float64 in [0, 1); turning (B,) int8, which way a blocked explorer keeps turning;
    actions (B,) int32 is written.
    """
    rows, columns = views.shape[1], views.shape[2]
    cells = np.empty((rows, columns), np.uint8)
    queue = np.empty(rows * columns, np.int32)
    first = np.empty(rows * columns, np.int8)
    for body in range(views.shape[0]):
        y, x = see(views[body], ground, occupant, cells)
        if y < 0:  # removed: a blank view
            actions[body] = NOOP
        else:
            restless = spare > 0 and cells[y, x] != FLOOR
            fence_off(cells, spare, reach)
            actions[body] = decide(cells, (y, x), restless, draws[body], turning, body, queue, first)


@njit(cache=True)
def see(view, ground, occupant, cells):
    """Write what each cell is to a walker into `cells`; return where the viewer stands, or (-1, -1)."""
    y, x = -1, -1
    for row in range(view.shape[0]):
        for column in range(view.shape[1]):
            cells[row, column] = ground[view[row, column, 0]]
            who = occupant[view[row, column, 1]]
            if who == PRESENT:
                cells[row, column] = SHUT
            elif who == ONESELF:
                y, x = row, column
    return y, x


@njit(cache=True)
def fence_off(cells, spare, reach):
    """Shut every fruit that has fewer than `spare` other fruits in view within the squared `reach`."""
    if spare == 0:
        return
    unsafe = np.zeros(cells.shape, np.bool_)
    for y in range(cells.shape[0]):
        for x in range(cells.shape[1]):
            unsafe[y, x] = cells[y, x] == FRUIT and neighbours(cells, y, x, reach) < spare
    for y in range(cells.shape[0]):
        for x in range(cells.shape[1]):
            if unsafe[y, x]:
                cells[y, x] = SHUT


@njit(cache=True)
def neighbours(cells, y, x, reach):
    """Number of other fruits in view with dy*dy + dx*dx <= reach."""
    span = int(np.sqrt(reach))
    count = 0
    for row in range(max(0, y - span), min(cells.shape[0], y + span + 1)):
        for column in range(max(0, x - span), min(cells.shape[1], x + span + 1)):
            distance = (row - y) ** 2 + (column - x) ** 2
            count += 0 < distance <= reach and cells[row, column] == FRUIT
    return count


@njit(cache=True)
def decide(cells, here, restless, draw, turning, body, queue, first):
    """Go to the nearest fruit; else, if restless, to bare ground; else explore."""
    y, x = here
    turn = int(draw[0] * MOVES)
    move = first_step(cells, FRUIT, y, x, turn, queue, first)
    if move == NOOP and restless:
        move = first_step(cells, FLOOR, y, x, turn, queue, first)
    return explore(cells, y, x, draw[1], turning, body) if move == NOOP else move


@njit(cache=True)
def first_step(cells, goal, y, x, turn, queue, first):
    """First move of a shortest way to the nearest `goal` cell in view (NOOP if there is none).

    Breadth first; `turn` says which of the four moves is tried first, so that ties have no fixed side.
    """
    rows, columns = cells.shape
    first[:] = NOOP
    first[y * columns + x] = MOVES + 1  # visited
    queue[0] = y * columns + x
    head, tail = 0, 1
    while head < tail:
        here = queue[head]
        head += 1
        for k in range(MOVES):
            move = FORWARD + (turn + k) % MOVES
            row = here // columns - (move == FORWARD) + (move == BACKWARD)
            column = here % columns - (move == STEP_LEFT) + (move == STEP_RIGHT)
            if not (0 <= row < rows and 0 <= column < columns):
                continue
            there = row * columns + column
            if first[there] != NOOP or cells[row, column] == SHUT:
                continue
            first[there] = move if head == 1 else first[here]
            if cells[row, column] == goal:
                return first[there]
            queue[tail] = there
            tail += 1
    return NOOP


@njit(cache=True)
def explore(cells, y, x, draw, turning, body):
    """Walk straight on, turn now and then, and at an obstacle keep turning the same way until free."""
    blocked = y == 0 or cells[y - 1, x] == SHUT
    if not blocked and draw >= TURN_CHANCE:
        turning[body] = 0
        return FORWARD
    if turning[body] == 0:
        turning[body] = TURN_LEFT if draw * (1 if blocked else 1 / TURN_CHANCE) < 0.5 else TURN_RIGHT
    return turning[body]
