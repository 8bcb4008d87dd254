"""The driver: the rules of one world, for all worlds."""

from ...engine.compiling import driver, inlined_rule
from ...engine.rewards import pay, pay_nothing
from ...engine.worlds import (
    ALL_ALLOWED,
    START,
    STEP_AND_RESTART,
    acts,
    first_forbidden,
    settle_ending,
    stands_still,
)
from .metrics import clear_tally, copy_tally, tally_of, tally_step
from .rules import has_terminated, is_truncated, observe_world, reset_world, step_world
from .state import clear_events, events_of, world_of


@inlined_rule
def run_world(w, p, payment, state, events, tally, ended_tally, out, actions, mode):
    """World w begins its next episode, or plays a round; then its players look.

    Where a world stands still nothing happens: while it is paused, and without a restart from its end on.
    """
    s, e, t = world_of(state, w), events_of(events, w), tally_of(tally, w)
    rewards, ended = out.rewards[w], False
    if stands_still(mode, out.paused[w], out.terminated[w] or out.truncated[w]):
        clear_events(e)
        pay_nothing(rewards)
        return
    if acts(mode):
        step_world(s, p, actions[w], e)
        pay(payment, e.earned, s.smoothed, rewards)
        tally_step(t, e, rewards)
        ended = settle_ending(w, out, has_terminated(s, p), is_truncated(s, p))
        if ended:
            copy_tally(t, tally_of(ended_tally, w))
            observe_world(s, p, out.final_views[w])
    if mode == START or (ended and mode == STEP_AND_RESTART):
        reset_world(s)
        clear_tally(t)
    observe_world(s, p, out.views[w])


@driver
def run_worlds(p, payment, state, events, tally, ended_tally, out, actions, mode, first, last):
    """Worlds `first` .. `last` - 1, one after another. A forbidden action in any world stops them all."""
    forbidden = first_forbidden(actions, p.num_actions, mode)
    if forbidden == ALL_ALLOWED:
        for w in range(first, last):
            run_world(w, p, payment, state, events, tally, ended_tally, out, actions, mode)
    return forbidden
