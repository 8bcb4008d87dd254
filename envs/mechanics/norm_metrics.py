"""The metrics of an episode with rules, from its sums."""

from typing import Any

import numpy as np

from ..engine.social_metrics import equality, ratio
from ..grid.codes import ALL_KINDS, KIND_NAMES, letters_of


def norm_metrics(t: Any, p: Any) -> dict[str, np.ndarray]:
    """Metrics of E ended episodes, each (E,) float64; sums over agents and steps.

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
    """
    steps, changes = t.steps[:, 0], t.rule_changes[:, 0]
    violations, sanctions, correct = (x.sum(-1) for x in (t.violations, t.sanctions, t.correct_sanctions))
    precision, base_rate = ratio(correct, sanctions), ratio(t.guilty_steps[:, 0], t.shown_steps[:, 0])
    return {
        "corrected_return": t.resource_sum.sum(-1),
        "equality_total": equality(t.returns),
        "violations": violations,
        "compliance": 1 - ratio(violations, t.meals.sum(-1)),
        "sanctions": sanctions,
        "correct_sanctions": correct,
        "misdirected_sanctions": sanctions - correct,
        "void_hits": t.void_hits.sum(-1),
        "precision": precision,
        "base_rate": base_rate,
        "precision_above_base_rate": precision - base_rate,
        "sanction_payoff": payoff_of_sanctions(correct, sanctions, p),
        "enforcement": ratio(correct, violations),
        "sanction_latency": ratio(t.latency_sum.sum(-1), correct),
        "visits": t.visits.sum(-1),
        "sanction_costs": t.costs.sum(-1),
        "bonuses": t.bonuses.sum(-1),
        "penalties": t.penalties.sum(-1),
        "rule_changes": changes,
        "median_dwell": median_dwell(t.spells, changes, steps - t.rule_changed_at[:, 0]),
        **rule_metrics(t.steps_of_rule / steps[:, None], sorted(p.rule_values.tolist())),
        **kind_metrics("meals", t.meals_of_kind.sum(1)),
        **kind_metrics("violations", t.violations_of_kind.sum(1)),
        **agent_metrics(t, p),
    }


def rule_metrics(shares: np.ndarray, rules: list[int]) -> dict[str, np.ndarray]:
    """See `norm_metrics`: open_share and share_of_*; shares (E, sets) of steps, and the sets that can be."""
    each = {f"share_of_{letters_of(rule) or 'none'}": shares[:, rule] for rule in rules}
    return {"open_share": 1 - shares[:, ALL_KINDS], **each}


def kind_metrics(name: str, counts: np.ndarray) -> dict[str, np.ndarray]:
    """Counts (E, kinds) by kind."""
    return {f"{name}_{kind}": counts[:, k] for k, kind in enumerate(KIND_NAMES)}


def agent_metrics(t: Any, p: Any) -> dict[str, np.ndarray]:
    """See `norm_metrics`: each agent's."""
    return {
        "agent_resource": t.resource_sum,
        "agent_penalties": t.penalties,
        "agent_violations": t.violations,
        "agent_correct": t.correct_sanctions,
        "agent_misdirected": t.sanctions - t.correct_sanctions,
        "agent_sanction_payoff": payoff_of_sanctions(t.correct_sanctions, t.sanctions, p),
    }


def payoff_of_sanctions(correct: np.ndarray, landed: np.ndarray, p: Any) -> np.ndarray:
    """(E,) or (E, N): what a sanction brought whoever gave it, on average."""
    return ratio(p.sanction_bonus * correct - p.sanction_cost * landed, landed)


def median_dwell(spells: np.ndarray, changes: np.ndarray, last: np.ndarray) -> np.ndarray:
    """(E,) median length of the spells kept, (E, MOST_SPELLS), and of the last one (E,)."""
    medians = np.zeros(len(spells))
    for row, kept in enumerate(spells):
        whole = kept[: min(int(changes[row]), len(kept))]
        medians[row] = np.median(np.append(whole, last[row]) if last[row] > 0 else whole)
    return medians


def poison_metrics(t: Any) -> dict[str, np.ndarray]:
    """fraction_marked, fraction_poisoned: shares of agent-steps; time_since_poison: mean steps since an agent
    last ate poison, or since the start."""
    agent_steps = t.steps[:, 0] * t.meals.shape[1]
    return {
        "fraction_marked": t.guilty_steps[:, 0] / agent_steps,
        "fraction_poisoned": t.poisoned_steps[:, 0] / agent_steps,
        "time_since_poison": t.since_poison_sum[:, 0] / agent_steps,
    }
