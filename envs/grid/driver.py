"""The driver on CPU: the rules of one world, for all worlds."""

from ..engine.compiling import driver, inlined_rule, rule, uncached_driver
from ..engine.rewards import pay, pay_nothing
from ..engine.worlds import (
    ALL_ALLOWED,
    START,
    STEP_AND_RESTART,
    acts,
    first_forbidden,
    settle_ending,
    stands_still,
)
from ..mechanics.altar import ANNOUNCED, announce
from ..mechanics.norm_metrics import keep_norm_tally
from ..mechanics.norm_state import clear_norm_events, norms_of
from .extra_channels import forget_pay, layers_of, note_pay, write_extra_channels
from .metrics import clear_tally, copy_tally, tally_of, tally_step
from .relabelling import recolour
from .rules import has_terminated, is_truncated, reset_world, step_world
from .state import clear_events, events_of, world_of
from .view import observe_world


@inlined_rule
def run_world(w, p, payment, lawgiver, state, norms, events, tally, ended_tally, out, layers, actions, mode):
    """World w begins its next episode, or takes a step; then its agents observe.

    Where a world stands still nothing happens: while it is paused, and without a restart from its end on.
    """
    s, n, e, t = world_of(state, w), norms_of(norms, w), events_of(events, w), tally_of(tally, w)
    further, rewards, ended = layers_of(layers, w), out.rewards[w], False
    if stands_still(mode, out.paused[w], out.terminated[w] or out.truncated[w]):
        if norms is not None:
            clear_norm_events(n, e)
        clear_events(e)
        pay_nothing(rewards)
        return
    if acts(mode):
        step_world(s, n, p, lawgiver, actions[w], e)
        pay(payment, e.earned, s.smoothed, rewards)
        if layers is not None:
            note_pay(further.last_paid, rewards)
        tally_step(t, s, e, rewards)
        ended = settle_ending(w, out, has_terminated(s, p), is_truncated(s, p))
        if ended:
            copy_tally(t, tally_of(ended_tally, w))
            if norms is not None:
                keep_norm_tally(n)
            observe_agents(s, n, p, out.final_tiles[w])
            if layers is not None:
                write_extra_channels(s, p, further.last_paid, further.final_shown)
    if mode == START or (ended and mode == STEP_AND_RESTART):
        reset_world(s, n, p, lawgiver)
        clear_tally(t)
        if layers is not None:
            forget_pay(further.last_paid)
    observe_agents(s, n, p, out.tiles[w])
    if layers is not None:
        write_extra_channels(s, p, further.last_paid, further.shown)


@rule
def observe_agents(s, n, p, tiles):
    """Every agent's view."""
    observe_world(s, p, tiles)
    if n is not None:
        if p.display == ANNOUNCED:
            announce(s.removed_for, n.displayed[0], p.view_forward, p.view_left, tiles)
        if p.redraw_kinds:
            recolour(n.permutation[0], tiles)


def _run_worlds(
    p,
    payment,
    num_actions,
    lawgiver,
    state,
    norms,
    events,
    tally,
    ended_tally,
    out,
    layers,
    actions,
    mode,
    first,
    last,
):
    """Worlds `first` .. `last` - 1, one after another. A forbidden action in any world stops them all."""
    forbidden = first_forbidden(actions, num_actions, mode)
    if forbidden == ALL_ALLOWED:
        for w in range(first, last):
            run_world(
                w, p, payment, lawgiver, state, norms, events, tally, ended_tally, out, layers, actions, mode
            )
    return forbidden


run_worlds = driver(_run_worlds)
run_worlds_uncached = uncached_driver(_run_worlds)  # with an institution of one's own: see own_institution.py
