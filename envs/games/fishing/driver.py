"""The driver: the rules of one lake, for all worlds."""

from ...engine.compiling import driver, inlined_rule, rule
from ...engine.rewards import pay, pay_nothing
from ...engine.worlds import (
    ALL_ALLOWED,
    START,
    STEP_AND_RESTART,
    acts,
    first_forbidden,
    first_out_of_range,
    settle_ending,
    stands_still,
)
from .metrics import begin_tally, copy_tally, tally_of, tally_step
from .rules import has_terminated, is_truncated, observe_world, reset_world, step_world
from .state import clear_events, events_of, world_of


@inlined_rule
def run_world(w, p, payment, state, events, tally, ended_tally, out, actions, mode):
    """World w begins its next episode, or takes a step; then its agents look.

    Where a world stands still nothing happens: while it is paused, and without a restart from its end on.
    """
    s, e, t = world_of(state, w), events_of(events, w), tally_of(tally, w)
    rewards, ended = out.rewards[w], False
    if stands_still(mode, out.paused[w], out.terminated[w] or out.truncated[w]):
        clear_events(e)
        pay_nothing(rewards)
        return
    if acts(mode):
        clear_events(e)
        step_world(s, p, actions[w], e)
        pay(payment, e.earned, s.smoothed, rewards)
        tally_step(t, s, e, rewards)
        ended = settle_ending(w, out, has_terminated(s, p, e), is_truncated(s, p))
        if ended:
            copy_tally(t, tally_of(ended_tally, w))
            observe_world(s, p, out.final_views[w])
    if mode == START or (ended and mode == STEP_AND_RESTART):
        reset_world(s, p)
        begin_tally(t, s)
    observe_world(s, p, out.views[w])


@rule
def first_refused(actions, p, mode):
    """Flat index of the first action that is no level, or no catch, or ALL_ALLOWED."""
    if actions.ndim == 2:
        return first_forbidden(actions, p.levels, mode)
    return first_out_of_range(actions, 0.0, p.catch_limit, mode)


@driver
def run_worlds(p, payment, state, events, tally, ended_tally, out, actions, mode, first, last):
    """Worlds `first` .. `last` - 1, one after another. A forbidden action in any world stops them all."""
    forbidden = first_refused(actions, p, mode)
    if forbidden == ALL_ALLOWED:
        for w in range(first, last):
            run_world(w, p, payment, state, events, tally, ended_tally, out, actions, mode)
    return forbidden
