"""The rules of matrix games: a round and a start of one world, and what its players observe."""

import sys
from typing import Any

from ...engine import episode
from ...engine.arrays import Array, tuples_of
from ...engine.compiling import rule
from ...engine.episode import begin_episode, is_truncated
from ...engine.random import ENDING, draw_chance
from ...engine.rulebook import Rulebook
from . import metrics
from .config import MatrixConfig
from .metrics import count_round

NOTHING = -1  # no action yet in this episode

PARAMS = {
    "payoffs": Array("f8", "outcomes players", "by the joint action: a number with N digits of base A"),
    "num_actions": Array("i8", "", "A, actions of each player", low=1),
    "rounds": Array("i8", "", "rounds after which the game is over, 0 for no such number", low=0),
    "end_chance": Array("f8", "", "chance that the game is over after a round", low=0, high=1),
}
STATE = {"last": Array("i4", "N", "actions of the last round, NOTHING before the first", low=NOTHING)}
EVENTS = {
    "played": Array("i4", "N", "1 + action, 0 nothing", low=0),
    "payoff": Array("f4", "N", "by the table"),
    "earned": Array("f4", "N", "all reward of the step: the sum of its parts"),
}
MECHANICS = (episode, metrics, sys.modules[__name__])
State, Events, Tally, Params = TUPLES = tuples_of(__name__, MECHANICS)


def params_of(config: MatrixConfig) -> dict[str, Any]:
    """The numbers of a config."""
    own = {name: getattr(config, name) for name in Params._fields if name != "payoffs"}
    return own | {"payoffs": config.table.reshape(-1, config.num_agents)}


@rule
def step_world(s, p, actions, e):
    """One round of one world: `actions` (N,) in, events `e` and the new state out."""
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
def start_world(s, p, t):
    """Start the world's next episode."""
    begin_episode(s)
    for i in range(s.last.size):
        s.last[i] = NOTHING


@rule
def observe(s, p, views, extra):
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
def has_terminated(s, p, e):
    """The game is over after its rounds, and after any round with a chance."""
    if p.rounds > 0 and s.clock[0] >= p.rounds:
        return True
    return p.end_chance > 0.0 and draw_chance(s.streams, ENDING, p.end_chance)


RULEBOOK = Rulebook(
    __name__, TUPLES, start_world, step_world, count_round, has_terminated, is_truncated, observe
)
