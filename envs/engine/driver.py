"""The driver: one function that runs any game's rules on all worlds.

Standing still, paying, counting, endings, restarts and observing are written here, once. The rules come from
a game's `Rulebook`: `driver_of` copies the functions below, and the copy finds the game's rules among its
globals. (A closure over the rules, or rules as arguments, would be compiled anew at every start of Python;
two copies of one name would run the machine code of the first.)
"""

from functools import cache
from typing import Any, NamedTuple

import numba
import numpy as np

from . import references
from .arrays import clear_of, copy_of, row_of
from .compiling import driver, inlined_rule, keyed_cache, rule, seldom_rule, uncached_driver
from .fingerprint import fingerprint
from .rewards import pay, pay_nothing
from .rulebook import Rulebook, with_globals

# Modes: begin the next episode; step; step, and begin anew at an end; only observe.
START, STEP, STEP_AND_RESTART, OBSERVE = range(4)
ALL_ALLOWED = -1
BY_REFERENCE = not numba.config.DISABLE_JIT  # type: ignore[attr-defined]


class Constants(NamedTuple):
    """What does not change while worlds are stepped."""

    p: Any  # the game's Params
    payment: Any  # of the reward view, see rewards.py
    low: float  # lowest action
    high: float  # highest action


class Memory(NamedTuple):
    """The arrays of W worlds."""

    state: Any
    events: Any
    tally: Any  # of the running episodes
    ended: Any  # tally of the episode that ended last
    out: Any  # Outputs


class Outputs(NamedTuple):
    """What a step returns besides events."""

    views: np.ndarray  # [W, N, ...] what agents see
    final_views: np.ndarray  # same; the last views of the worlds that ended
    extra: np.ndarray  # [W, N, rows, columns, E] uint8 further channels of the views; E may be 0
    final_extra: np.ndarray
    rewards: np.ndarray  # [W, N] float32
    terminated: np.ndarray  # [W] bool
    truncated: np.ndarray  # [W] bool
    paused: np.ndarray  # [W] bool the world is to stand still


@inlined_rule
def run_world(w, constants, memory, actions, mode):
    """World w begins its next episode, or takes a step; then its agents observe.

    Where a world stands still nothing happens: while it is paused, and without a restart from its end on.
    """
    p, out = constants.p, memory.out
    s, e, t = state_of(memory.state, w), events_of(memory.events, w), tally_of(memory.tally, w)
    rewards, ended = out.rewards[w], False
    if stands_still(mode, out.paused[w], out.terminated[w] or out.truncated[w]):
        clear_events(e)
        pay_nothing(rewards)
        return
    if acts(mode):
        clear_events(e)
        step(s, p, actions[w], e)
        pay(constants.payment, e.earned, s.smoothed, rewards)
        count(t, s, p, e, rewards)
        ended = settle_ending(w, out, is_terminated(s, p, e), is_truncated(s, p))
        if ended:
            copy_tally(t, tally_of(memory.ended, w))
            observe_last(s, p, out.final_views[w], out.final_extra[w])
    if mode == START or (ended and mode == STEP_AND_RESTART):
        clear_tally(t)
        start(s, p, t)
    observe(s, p, out.views[w], out.extra[w])


def run_worlds(constants, memory, actions, mode, first, last):
    """Worlds `first` .. `last` - 1, one after another. A forbidden action in any world stops them all."""
    forbidden = first_forbidden(actions, constants, mode)
    if forbidden == ALL_ALLOWED:
        for w in range(first, last):
            run_world(w, constants, memory, actions, mode)
    return forbidden


def _missing(*_: Any) -> Any:
    raise NotImplementedError("a driver runs the rules of a rulebook: see driver_of")


RULES = ("start", "step", "count", "is_terminated", "is_truncated", "observe")
state_of = events_of = tally_of = clear_events = clear_tally = copy_tally = _missing
start = step = count = is_terminated = is_truncated = observe = observe_last = _missing


def rules_of(book: Rulebook, by_reference: bool) -> dict[str, Any]:
    """The names above, for a rulebook; `run_world` among them. by_reference: see references.py."""
    state, events, tally, _ = book.tuples
    own = {name: getattr(book, name) for name in RULES}
    own["observe_last"] = seldom_rule(with_globals(book.observe, {}))
    if by_reference:
        own |= dict.fromkeys(("state_of", "events_of", "tally_of"), references.row)
        # Events are cleared in every step, and are small: loops are faster than as many calls of memset.
        own |= {"clear_events": clear_of(events), "clear_tally": references.clear}
        own |= {"copy_tally": references.copy}
    else:
        own |= {"state_of": row_of(state), "events_of": row_of(events), "tally_of": row_of(tally)}
        own |= {"clear_events": clear_of(events), "clear_tally": clear_of(tally)}
        own |= {"copy_tally": copy_of(tally)}
    return own | {"run_world": inlined_rule(named(with_globals(run_world, own), book))}


def named(function: Any, book: Rulebook) -> Any:
    """A copied function under the rulebook's name, by which its machine code is found again."""
    function.__module__ = book.module
    function.__qualname__ = f"{book.name}.{function.__name__}"
    return function


@cache
def driver_of(book: Rulebook) -> Any:
    """The compiled driver of a rulebook."""
    copy = named(with_globals(run_worlds, rules_of(book, BY_REFERENCE)), book)
    if not book.cached:
        return uncached_driver(copy)
    with keyed_cache(fingerprint=fingerprint(book)):
        return driver(copy)


@rule
def acts(mode):
    """Whether agents act in this mode."""
    return mode in (STEP, STEP_AND_RESTART)


@rule
def is_forbidden(action, constants):
    """Actions are whole numbers, or numbers, in low .. high; NaN does not lie there."""
    return not (constants.low <= action <= constants.high)


@rule
def first_forbidden(actions, constants, mode):
    """Flat index of the first forbidden action of (W, N) or (W, N, 1), or ALL_ALLOWED.

    None counts where nobody acts.
    """
    if acts(mode):
        for w in range(actions.shape[0]):
            for i in range(actions.shape[1]):
                if is_forbidden(action_of(actions, w, i), constants):
                    return w * actions.shape[1] + i
    return ALL_ALLOWED


@rule
def action_of(actions, w, i):
    """The action of one agent: actions are whole numbers (W, N), or numbers (W, N, 1)."""
    if actions.ndim == 2:
        return actions[w, i]
    return actions[w, i, 0]


@rule
def stands_still(mode, paused, over):
    """Whether nothing happens in a world now: it is paused, or its episode is over and stays so."""
    return (acts(mode) and paused) or (mode == STEP and over)


@rule
def settle_ending(w, out, terminates, capped):
    """An episode that terminates is not truncated as well; returns whether it is over."""
    out.terminated[w] = terminates
    out.truncated[w] = capped and not terminates
    return terminates or capped
