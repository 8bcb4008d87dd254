"""Poison: a meal that scales the rewards of later meals down, after a delay and for a while."""

from typing import Any

from ..engine.arrays import Array
from ..engine.compiling import rule
from ..grid.codes import bits_of
from ..grid.layout import Setup

PARAMS = {
    "poisonous": Array("i8", "", "set of poisonous kinds"),
    "poison_delay": Array("i8", "", "steps from a meal to its harm", low=0),
    "poison_duration": Array("i8", "", "steps that the harm lasts", low=0),
    "poison_scale": Array("f8", "", "rewards of meals are multiplied by it meanwhile"),
}
STATE = {
    "stomach": Array("u1", "delays N", "1 where poison was eaten, by clock modulo", low=0, high=1),
    "poison_left": Array("i4", "N", "steps of poisoning left, 0 well", low=0),
    "poisoned_at": Array("i4", "N", "clock after the last poisonous meal, 0 none", low=0),
}
TALLY = {
    "poisoned_steps": Array("f8", "1", "agent-steps in which the agent is poisoned", low=0),
    "since_poison_sum": Array("f8", "1", "steps since poison was eaten, or the start, over agent-steps"),
}


def params_of(setup: Setup) -> dict[str, Any]:
    """Values of PARAMS."""
    poison = setup.config.poisoning()
    harm = {"poison_delay": poison.delay, "poison_duration": poison.duration, "poison_scale": poison.scale}
    return {"poisonous": bits_of(poison.kind), **harm}


def sizes_of(setup: Setup) -> dict[str, int]:
    """delays: steps of a meal's way."""
    return {"delays": setup.config.poisoning().delay + 1}


@rule
def purge(s):
    """Nobody has eaten poison yet."""
    for i in range(s.poison_left.size):
        s.poison_left[i] = 0
        s.poisoned_at[i] = 0
        for k in range(s.stomach.shape[0]):
            s.stomach[k, i] = 0


@rule
def digest(s, p):
    """Poisoned at t is who ate poison in [t - delay - duration, t - delay): windows unite, never multiply.

    Stomachs are a ring of delay + 1 steps: the entry for step t is that of step t - delay - 1.
    """
    entry = s.clock[0] % s.stomach.shape[0]
    for i in range(s.poison_left.size):
        if s.poison_left[i] > 0:
            s.poison_left[i] -= 1
        if s.stomach[entry, i]:
            s.stomach[entry, i] = 0
            s.poison_left[i] = p.poison_duration


@rule
def taste(s, p, e):
    """A meal pays the poisoned less; a poisonous one lies in the stomach until it works."""
    for i in range(e.ate.size):
        if e.ate[i]:
            if s.poison_left[i] > 0:
                e.resource[i] *= p.poison_scale
            if p.poisonous >> (e.ate[i] - 1) & 1:
                s.stomach[s.clock[0] % s.stomach.shape[0], i] = 1
                s.poisoned_at[i] = s.clock[0] + 1


@rule
def count_poison(t, s):
    """Add one step: who is poisoned, and how long ago each ate poison."""
    for i in range(s.at.size):
        t.poisoned_steps[0] += s.poison_left[i] > 0
        t.since_poison_sum[0] += s.clock[0] - s.poisoned_at[i]
