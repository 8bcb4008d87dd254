"""The drivers on CPU: the rules of one world, for all worlds."""

from numba import prange

from ..compiling import driver, parallel_driver, rule
from ..rewards import pay
from .rules import has_terminated, is_truncated, reset_world, step_world
from .state import events_of, world_of
from .tally import clear_tally, copy_tally, tally_of, tally_step
from .view import observe_world

# Modes: begin the next episode; step; step, and begin anew at an end; only look.
START, STEP, STEP_AND_RESTART, LOOK = range(4)
ALL_ALLOWED = -1


@rule
def run_world(w, p, view, state, events, tally, ended_tally, out, actions, mode):
    """World w begins its next episode, or takes a step; then its agents look."""
    if mode == STEP and (out.terminated[w] or out.truncated[w]):
        rest(events_of(events, w), out.rewards[w])
        return
    s = world_of(state, w)
    t = tally_of(tally, w)
    ended = False
    if mode in (STEP, STEP_AND_RESTART):
        e = events_of(events, w)
        step_world(s, p, actions[w], e)
        pay(view, e.resource, s.smoothed, out.rewards[w])
        tally_step(t, s, e, out.rewards[w])
        ended = settle_ending(w, s, p, out)
        if ended:
            copy_tally(t, tally_of(ended_tally, w))
            observe_world(s, p, out.final_tiles[w])
    if mode == START or (ended and mode == STEP_AND_RESTART):
        reset_world(s, p)
        clear_tally(t)
    observe_world(s, p, out.tiles[w])


@rule
def rest(e, rewards):
    """A world that has ended stands still until it is reset: nothing happens there."""
    for i in range(rewards.size):
        rewards[i] = 0.0
        e.ate[i] = 0
        e.fired[i] = 0
        e.removed[i] = 0
        e.returned[i] = 0
        e.resource[i] = 0.0
        for target in range(rewards.size):
            e.zapped[i, target] = 0
    for site in range(e.sprouted.size):
        e.sprouted[site] = 0


@rule
def settle_ending(w, s, p, out):
    """Decide whether the episode terminated or was truncated, in one place."""
    out.terminated[w] = has_terminated(s, p)
    out.truncated[w] = not out.terminated[w] and is_truncated(s, p)
    return out.terminated[w] or out.truncated[w]


@rule
def first_forbidden(actions, num_actions):
    """Flat index of the first action outside 0 .. num_actions - 1, or ALL_ALLOWED."""
    for w in range(actions.shape[0]):
        for i in range(actions.shape[1]):
            if actions[w, i] < 0 or actions[w, i] >= num_actions:
                return w * actions.shape[1] + i
    return ALL_ALLOWED


@driver
def run_serial(p, view, num_actions, state, events, tally, ended_tally, out, actions, mode):
    """All worlds, one after another. A forbidden action stops it before any world moves."""
    forbidden = first_forbidden(actions, num_actions)
    if forbidden == ALL_ALLOWED:
        for w in range(actions.shape[0]):
            run_world(w, p, view, state, events, tally, ended_tally, out, actions, mode)
    return forbidden


@parallel_driver
def run_parallel(p, view, num_actions, state, events, tally, ended_tally, out, actions, mode):
    """The same, spread over Numba's threads."""
    forbidden = first_forbidden(actions, num_actions)
    if forbidden == ALL_ALLOWED:
        for w in prange(actions.shape[0]):
            run_world(w, p, view, state, events, tally, ended_tally, out, actions, mode)
    return forbidden
