"""What an episode with rules adds up to while it runs, and the metrics made from it."""

from typing import Any

import numpy as np

from ..engine.compiling import rule, seldom_rule
from ..engine.social_metrics import equality, ratio
from ..grid.codes import ALL_KINDS, KIND_NAMES, KINDS, letters_of
from ..grid.metrics import (
    MEALS,
    RESOURCE,
    RETURN,
    STEPS,
    Tally,
    clear_row,
    clear_table,
    copy_row,
    copy_table,
    rows_of,
)
from ..grid.params import Params
from .records import BADGE

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
        if s.removed_for[i] == 0:
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
        elif e.hit[source, target]:
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


def norm_metrics(norms: Any, tally: Tally, worlds: np.ndarray, p: Params) -> dict[str, np.ndarray]:
    """Metrics of the ended episodes of `worlds` (E,), each (E,) float64; sums over agents and steps.

    corrected_return: the collective return without sanction costs, bonuses and penalties (which are
    `sanction_costs`, `bonuses`, `penalties`). equality_total: of full returns. violations: meals of a
    prohibited kind; compliance: 1 - violations / meals. sanctions: hits that were one (others are
    void_hits); correct_sanctions: on an agent in violation; misdirected_sanctions: the others; precision:
    correct / landed; sanction_payoff: mean bonus less cost of those that landed; base_rate: share of guilty
    among the bodies that show a record, step by step: the precision of blind sanctioning (with marks:
    among all bodies on the map); precision_above_base_rate: the difference of the two, episode by episode;
    enforcement: correct / violations; sanction_latency: mean steps from a
    violation to its sanction. visits: of the altar.
    rule_changes; median_dwell: median steps that a rule lasted, the last one (cut off by the end) included;
    open_share: share of steps at whose end some kind was permitted; share_of_bc ..: at whose
    end that set was prohibited. meals_a .. and violations_a ..: by kind.
    agent_resource, agent_penalties, agent_violations, agent_correct, agent_misdirected,
    agent_sanction_payoff (E, N): each agent's.
    With poison: fraction_marked and fraction_poisoned: shares of agent-steps; time_since_poison: mean
    steps since an agent last ate poison, or since the start.
    """
    agent, world = (rows_of(array, worlds) for array in (tally.agent, tally.world))
    each, rule, spells = (
        rows_of(array, worlds) for array in (norms.ended_sums, norms.ended_rule_sums, norms.ended_spells)
    )
    n = each.sum(1)
    meals = agent[..., MEALS].sum(-1)
    steps = world[:, STEPS]
    values = sorted(p.rule_values.tolist())
    precision = ratio(n[:, CORRECT], n[:, SANCTIONS])
    base_rate = ratio(rule[:, GUILTY], rule[:, SHOWN])
    metrics = {
        "corrected_return": agent[..., RESOURCE].sum(-1),
        "equality_total": equality(agent[..., RETURN]),
        "violations": n[:, VIOLATIONS],
        "compliance": 1 - ratio(n[:, VIOLATIONS], meals),
        "sanctions": n[:, SANCTIONS],
        "correct_sanctions": n[:, CORRECT],
        "misdirected_sanctions": n[:, SANCTIONS] - n[:, CORRECT],
        "void_hits": n[:, VOID],
        "precision": precision,
        "base_rate": base_rate,
        "precision_above_base_rate": precision - base_rate,
        "sanction_payoff": payoff_of_sanctions(n, p),
        "enforcement": ratio(n[:, CORRECT], n[:, VIOLATIONS]),
        "sanction_latency": ratio(n[:, LATENCY], n[:, CORRECT]),
        "visits": n[:, VISITS],
        "sanction_costs": n[:, COSTS],
        "bonuses": n[:, BONUSES],
        "penalties": n[:, PENALTIES],
        "rule_changes": rule[:, CHANGES],
        "median_dwell": median_dwell(spells, rule, steps),
        "open_share": 1 - rule[:, STEPS_OF + ALL_KINDS] / steps,
        **{f"share_of_{letters_of(v) or 'none'}": rule[:, STEPS_OF + v] / steps for v in values},
        **kind_metrics(n),
        "agent_resource": agent[..., RESOURCE],
        **agent_metrics(each, p),
    }
    return metrics | (poison_metrics(rule, steps * agent.shape[1]) if p.poisonous else {})


def kind_metrics(n: np.ndarray) -> dict[str, np.ndarray]:
    """See `norm_metrics`: by kind."""
    meals = {f"meals_{name}": n[:, MEALS_OF_KIND + k] for k, name in enumerate(KIND_NAMES)}
    broke = {f"violations_{name}": n[:, VIOLATIONS_OF_KIND + k] for k, name in enumerate(KIND_NAMES)}
    return meals | broke


def agent_metrics(each: np.ndarray, p: Params) -> dict[str, np.ndarray]:
    """See `norm_metrics`: each agent's."""
    return {
        "agent_penalties": each[..., PENALTIES],
        "agent_violations": each[..., VIOLATIONS],
        "agent_correct": each[..., CORRECT],
        "agent_misdirected": each[..., SANCTIONS] - each[..., CORRECT],
        "agent_sanction_payoff": payoff_of_sanctions(each, p),
    }


def payoff_of_sanctions(n: np.ndarray, p: Params) -> np.ndarray:
    """(E,) or (E, N): what a sanction brought whoever gave it, on average."""
    landed = n[..., SANCTIONS]
    return ratio(p.sanction_bonus * n[..., CORRECT] - p.sanction_cost * landed, landed)


def poison_metrics(rule: np.ndarray, agent_steps: np.ndarray) -> dict[str, np.ndarray]:
    """See `norm_metrics`."""
    return {
        "fraction_marked": rule[:, GUILTY] / agent_steps,
        "fraction_poisoned": rule[:, POISONED] / agent_steps,
        "time_since_poison": rule[:, SINCE_POISON] / agent_steps,
    }


def median_dwell(spells: np.ndarray, rule: np.ndarray, steps: np.ndarray) -> np.ndarray:
    """(E,) median length of the spells kept, (E, MOST_SPELLS), and of the last one."""
    medians = np.zeros(len(spells))
    for row, kept in enumerate(spells):
        count = min(int(rule[row, CHANGES]), len(kept))
        last = steps[row] - rule[row, CHANGED_AT]
        medians[row] = np.median(np.append(kept[:count], last) if last > 0 else kept[:count])
    return medians
