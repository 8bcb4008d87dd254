"""Sanctions: what a beam that reaches a body costs, pays and does.

To add an effect: a number and a name below, and a line in `suffer`.
"""

from typing import Any

from ..engine.arrays import Array
from ..engine.compiling import rule, seldom_rule
from ..engine.random import TIES as TIES_STREAM
from ..engine.random import YOKE, draw_below, draw_chance
from ..grid.layout import Setup
from .records import clear_record

REMOVAL, FINE, GRADUATED = range(3)
EFFECTS = {"removal": REMOVAL, "fine": FINE, "graduated": GRADUATED}
EXTERNAL, TARGET = range(2)
BONUS_SOURCES = {"external": EXTERNAL, "target": TARGET}
FIRST, EACH = range(2)
TIES = {"first": FIRST, "each": EACH}


PARAMS = {
    "effect": Array("i8", "", "number of EFFECTS"),
    "sanction_cost": Array("f8", "", "what a sanction costs whoever gives it"),
    "sanction_bonus": Array("f8", "", "what it pays if the target was in violation"),
    "bonus_source": Array("i8", "", "number of BONUS_SOURCES"),
    "target_penalty": Array("f8", "", "what its target loses"),
    "shot_cost": Array("f8", "", "what a shot that reaches nobody costs"),
    "ties": Array("i8", "", "number of TIES"),
    "yoked_removals": Array("f8", "", "chance a step that a random agent is removed", low=0, high=1),
}
STATE = {
    "offences": Array("i4", "N", "violations sanctioned in this episode", low=0),
    "shooters": Array("u4", "N", "room to order those who fired", below="N", scratch=True),
}
EVENTS = {
    "sanctioned": Array("u1", "N N", "[source, target] the beam was a sanction (otherwise void)", high=1),
    "correct": Array("u1", "N N", "[source, target] on one in violation (otherwise misdirected)", high=1),
    "struck": Array("u1", "N", "was sanctioned", low=0, high=1),
    "latency": Array("i4", "N", "steps from a violation to its sanction in this step, 0 none", low=0),
    "cost": Array("f4", "N", "of sanctions given and shots missed", high=0),
    "bonus": Array("f4", "N", "of violations sanctioned", low=0),
    "penalty": Array("f4", "N", "of sanctions received", high=0),
}
TALLY = {
    "sanctions": Array("f8", "N", "sanctions given", low=0),
    "correct_sanctions": Array("f8", "N", "of those, on an agent in violation", low=0),
    "void_hits": Array("f8", "N", "hits after the first", low=0),
    "latency_sum": Array("f8", "N", "steps from violation to sanction, over correct sanctions", low=0),
    "costs": Array("f8", "N", "of sanctions given and shots missed", high=0),
    "bonuses": Array("f8", "N", "of violations sanctioned", low=0),
    "penalties": Array("f8", "N", "of sanctions received", high=0),
}


def params_of(setup: Setup) -> dict[str, Any]:
    """Values of PARAMS."""
    c = setup.config
    numbers = ("sanction_cost", "sanction_bonus", "target_penalty", "shot_cost", "yoked_removals")
    choices = {
        "effect": EFFECTS[c.sanction],
        "bonus_source": BONUS_SOURCES[c.bonus_source],
        "ties": TIES[c.ties],
    }
    return choices | {name: getattr(c, name) for name in numbers}


@rule
def forget_offences(s):
    """An episode begins: nobody has been sanctioned."""
    for i in range(s.offences.size):
        s.offences[i] = 0


@rule
def settle_sanctions(s, p, e):
    """Beams resolve in random order; the first to reach a target is the sanction, later ones are void."""
    shooters = order_shooters(s, e)
    for k in range(shooters):
        source, reached = s.shooters[k], 0
        for target in range(s.at.size):
            if e.hit[source, target]:
                reached += 1
                if p.ties == EACH or not e.struck[target]:
                    sanction(s, p, source, target, e)
        if reached == 0:
            e.cost[source] -= p.shot_cost
    for target in range(s.at.size if shooters else 0):
        if e.struck[target]:
            s.offences[target] += s.guilty[target]
            clear_record(s, p, target)


@rule
def order_shooters(s, e):
    """Those who fired, in random order; returns their number."""
    count = 0
    for i in range(s.at.size):
        if e.fired[i]:
            s.shooters[count] = i
            count += 1
    for last in range(count - 1, 0, -1):
        other = draw_below(s.streams, TIES_STREAM, last + 1)
        s.shooters[last], s.shooters[other] = s.shooters[other], s.shooters[last]
    return count


@rule
def sanction(s, p, source, target, e):
    """It costs its source, and pays if the record of the target says violation."""
    e.struck[target] = 1
    e.sanctioned[source, target] = 1
    e.cost[source] -= p.sanction_cost
    if s.guilty[target]:
        e.correct[source, target] = 1
        e.latency[target] = s.clock[0] - s.recorded_at[target]
        e.bonus[source] += p.sanction_bonus
        if p.bonus_source == TARGET:
            e.penalty[target] -= p.sanction_bonus
    suffer(s, p, target, e)


@rule
def suffer(s, p, target, e):
    """removal: penalty and removal. fine: penalty. graduated: nothing, then penalty, then both."""
    offences = s.offences[target]
    if p.effect != GRADUATED or offences >= 1:
        e.penalty[target] -= p.target_penalty
    if p.removal_steps > 0 and (p.effect == REMOVAL or (p.effect == GRADUATED and offences >= 2)):
        e.removed[target] = 1


@rule
def add_up(e):
    """What an agent earned: meals, and what sanctions cost and brought."""
    for i in range(e.earned.size):
        e.earned[i] = e.resource[i] + e.cost[i] + e.bonus[i] + e.penalty[i]


@rule
def remove_at_random(s, p, e):
    """Yoked: agents vanish at the rate of another run, whatever they did."""
    if p.yoked_removals > 0.0 and draw_chance(s.streams, YOKE, p.yoked_removals):
        present = 0
        for i in range(s.at.size):
            present += s.removed_for[i] == 0 and not e.removed[i]
        if present > 0:
            remove_one(s, e, draw_below(s.streams, YOKE, present))


@seldom_rule
def remove_one(s, e, skip):
    """Remove the agent on the map after `skip` others."""
    for i in range(s.at.size):
        if s.removed_for[i] == 0 and not e.removed[i]:
            if skip == 0:
                e.removed[i] = 1
                return
            skip -= 1


@rule
def count_sanctions(t, e):
    """Add one step."""
    for i in range(e.fired.size):
        if e.fired[i]:
            count_shot(t, e, i)
        if e.struck[i]:
            t.penalties[i] += e.penalty[i]


@rule
def count_shot(t, e, source):
    """The sanctions of one beam, what it cost and what it brought."""
    t.costs[source] += e.cost[source]
    t.bonuses[source] += e.bonus[source]
    for target in range(e.fired.size):
        if e.sanctioned[source, target]:
            t.sanctions[source] += 1.0
            if e.correct[source, target]:
                t.correct_sanctions[source] += 1.0
                t.latency_sum[source] += e.latency[target]
        elif e.hit[source, target]:
            t.void_hits[source] += 1.0
