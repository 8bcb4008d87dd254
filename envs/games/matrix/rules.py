"""The rulebook: a round and a start of one world, and what its players see."""

from ...engine.compiling import rule
from ...engine.random import ENDING, draw_chance, key_streams
from .state import NOTHING, clear_events


@rule
def step_world(s, p, actions, e):
    """One round of one world: `actions` (N,) in, events `e` and the new state out."""
    clear_events(e)
    choose(s, actions, e)
    pay_out(p, actions, e)
    add_up(e)
    s.clock[0] += 1


@rule
def choose(s, actions, e):
    """All players choose at once; everybody will know."""
    for i in range(actions.size):
        s.last[i] = actions[i]
        e.played[i] = actions[i] + 1


@rule
def pay_out(p, actions, e):
    """The table says what everybody gets."""
    outcome = joint(actions, p.num_actions)
    for i in range(actions.size):
        e.payoff[i] = p.payoffs[outcome, i]


@rule
def joint(actions, num_actions):
    """The joint action's row in the flat table: player 0's action is the first digit."""
    row = 0
    for i in range(actions.size):
        row = row * num_actions + actions[i]
    return row


@rule
def add_up(e):
    """What a player earned is the sum of the parts of its reward; there is one."""
    for i in range(e.earned.size):
        e.earned[i] = e.payoff[i]


@rule
def reset_world(s):
    """Start the world's next episode."""
    s.episode[0] += 1
    key_streams(s.streams, s.seed[0], s.seed[1], s.episode[0])
    s.clock[0] = 0
    for i in range(s.last.size):
        s.last[i] = NOTHING
        s.smoothed[i] = 0.0


@rule
def observe_world(s, p, views):
    """The last joint action, in views (N, N * A): oneself first, then the players after oneself in turn.

    Number k * A + a is 1 where the player k places on took action a; all are 0 before the first round.
    """
    players = s.last.size
    for i in range(players):
        for number in range(views.shape[1]):
            views[i, number] = 0.0
        for k in range(players):
            action = s.last[(i + k) % players]
            if action != NOTHING:
                views[i, k * p.num_actions + action] = 1.0


@rule
def has_terminated(s, p):
    """The game is over after its rounds, and after any round with a chance."""
    if p.rounds > 0 and s.clock[0] >= p.rounds:
        return True
    return p.end_chance > 0.0 and draw_chance(s.streams, ENDING, p.end_chance)


@rule
def is_truncated(s, p):
    """The time limit."""
    return p.max_cycles > 0 and s.clock[0] >= p.max_cycles
