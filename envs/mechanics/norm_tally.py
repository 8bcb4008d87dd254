"""What an episode adds up to where there are rules, counted from events while it runs."""

from ..engine.compiling import rule, seldom_rule
from ..grid.codes import ALL_KINDS, KINDS
from .records import BADGE
from ..grid.tally import clear_row, clear_table, copy_row, copy_table

# columns of NormState.sums, of each agent, summed over steps
(
    VIOLATIONS,  # meals of a prohibited kind
    SANCTIONS,  # given, that landed
    CORRECT,  # of those, on an agent in violation
    VOID,  # hits after the first
    LATENCY,  # steps from the violation to the sanction, over correct sanctions
    VISITS,
    COSTS,
    BONUSES,
    PENALTIES,
    MEALS_OF_KIND,  # and the next KINDS - 1
) = range(10)
VIOLATIONS_OF_KIND = MEALS_OF_KIND + KINDS
NORM_COLUMNS = VIOLATIONS_OF_KIND + KINDS
# columns of NormState.rule_sums
CHANGES = 0  # of the rule
CHANGED_AT = 1  # step after which the rule changed last
SHOWN = 2  # agent-steps in which a body shows a record (a badge; with marks: in which it is on the map)
GUILTY = 3  # agent-steps on the map with a record of violation
POISONED = 4  # agent-steps
SINCE_POISON = 5  # steps since the last poisonous meal, or since the start, over agent-steps
STEPS_OF = 6  # + a set of kinds: steps at whose end it was prohibited
RULE_COLUMNS = STEPS_OF + ALL_KINDS + 1
MOST_SPELLS = 256  # spells of a rule kept for their median: the first ones of an episode


@rule
def tally_norms(s, n, p, e):
    """Add one step; the rule that is in force now holds from the next step on."""
    shown, guilty = 0, 0
    for i in range(s.at.size):
        sums = n.sums[i]
        if n.visited[i]:
            sums[VISITS] += 1.0
        if e.ate[i]:
            tally_norm_meal(n, e, i, sums)
        if e.fired[i]:
            tally_shot(n, e, i, sums)
        if n.struck[i]:
            sums[PENALTIES] += n.penalty[i]
        if s.away[i] == 0:
            shown += p.cue != BADGE or n.badge[i] > 0
            guilty += n.guilty[i]
    n.rule_sums[SHOWN] += shown
    n.rule_sums[GUILTY] += guilty
    if p.poisonous:
        tally_poison(s, n)
    tally_rule(s, n)


@rule
def tally_poison(s, n):
    """Who is poisoned, and how long ago each ate poison."""
    for i in range(s.at.size):
        n.rule_sums[POISONED] += n.poison_left[i] > 0
        n.rule_sums[SINCE_POISON] += s.clock[0] - n.poisoned_at[i]


@rule
def tally_norm_meal(n, e, i, sums):
    """A meal, by kind."""
    kind = e.ate[i] - 1
    sums[MEALS_OF_KIND + kind] += 1.0
    if n.violated[i]:
        sums[VIOLATIONS] += 1.0
        sums[VIOLATIONS_OF_KIND + kind] += 1.0


@rule
def tally_shot(n, e, source, sums):
    """The sanctions of one beam, what it cost and what it brought."""
    sums[COSTS] += n.cost[source]
    sums[BONUSES] += n.bonus[source]
    for target in range(e.fired.size):
        if n.sanctioned[source, target]:
            sums[SANCTIONS] += 1.0
            if n.correct[source, target]:
                sums[CORRECT] += 1.0
                sums[LATENCY] += n.latency[target]
        elif e.zapped[source, target]:
            sums[VOID] += 1.0


@rule
def tally_rule(s, n):
    """A spell ends when the rule changes."""
    sums = n.rule_sums
    sums[STEPS_OF + int(n.prohibited[0])] += 1.0
    if n.changed[0]:
        spell = int(sums[CHANGES])
        if spell < n.spells.size:
            n.spells[spell] = s.clock[0] - sums[CHANGED_AT]
        sums[CHANGES] += 1.0
        sums[CHANGED_AT] = s.clock[0]


@rule
def clear_norm_tally(n):
    """Start counting an episode."""
    clear_table(n.sums)
    clear_row(n.rule_sums)
    clear_row(n.spells)


@seldom_rule
def keep_norm_tally(n):
    """Keep the sums of an episode that ended."""
    copy_table(n.sums, n.ended_sums)
    copy_row(n.rule_sums, n.ended_rule_sums)
    copy_row(n.spells, n.ended_spells)
