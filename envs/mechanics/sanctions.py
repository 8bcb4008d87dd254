"""Sanctions: what a beam that reaches a body costs, pays and does.

To add an effect: a number and a name below, and a line in `suffer`.
"""

from ..engine.compiling import rule, seldom_rule
from ..engine.random import TIES as TIES_STREAM
from ..engine.random import YOKE, draw_below, draw_chance
from .records import clear_record

REMOVAL, FINE, GRADUATED = range(3)
EFFECTS = {"removal": REMOVAL, "fine": FINE, "graduated": GRADUATED}
EXTERNAL, TARGET = range(2)
BONUS_SOURCES = {"external": EXTERNAL, "target": TARGET}
FIRST, EACH = range(2)
TIES = {"first": FIRST, "each": EACH}


@rule
def settle_sanctions(s, n, p, e):
    """Beams resolve in random order; the first to reach a target is the sanction, later ones are void."""
    shooters = order_shooters(s, n, e)
    for k in range(shooters):
        source, reached = n.shooters[k], 0
        for target in range(s.at.size):
            if e.hit[source, target]:
                reached += 1
                if p.ties == EACH or not n.struck[target]:
                    sanction(s, n, p, source, target, e)
        if reached == 0:
            n.cost[source] -= p.shot_cost
    for target in range(s.at.size if shooters else 0):
        if n.struck[target]:
            n.offences[target] += n.guilty[target]
            clear_record(s, n, p, target)


@rule
def order_shooters(s, n, e):
    """Those who fired, in random order; returns their number."""
    count = 0
    for i in range(s.at.size):
        if e.fired[i]:
            n.shooters[count] = i
            count += 1
    for last in range(count - 1, 0, -1):
        other = draw_below(s.streams, TIES_STREAM, last + 1)
        n.shooters[last], n.shooters[other] = n.shooters[other], n.shooters[last]
    return count


@rule
def sanction(s, n, p, source, target, e):
    """It costs its source, and pays if the record of the target says violation."""
    n.struck[target] = 1
    n.sanctioned[source, target] = 1
    n.cost[source] -= p.sanction_cost
    if n.guilty[target]:
        n.correct[source, target] = 1
        n.latency[target] = s.clock[0] - n.recorded_at[target]
        n.bonus[source] += p.sanction_bonus
        if p.bonus_source == TARGET:
            n.penalty[target] -= p.sanction_bonus
    suffer(n, p, target, e)


@rule
def suffer(n, p, target, e):
    """removal: penalty and removal. fine: penalty. graduated: nothing, then penalty, then both."""
    offences = n.offences[target]
    if p.effect != GRADUATED or offences >= 1:
        n.penalty[target] -= p.target_penalty
    if p.removal_steps > 0 and (p.effect == REMOVAL or (p.effect == GRADUATED and offences >= 2)):
        e.removed[target] = 1


@rule
def add_up_norms(n, e):
    """With norms an agent earns more parts than meals, and these add up."""
    for i in range(e.earned.size):
        e.earned[i] = e.resource[i] + n.cost[i] + n.bonus[i] + n.penalty[i]


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
