"""Metrics of episodes with rules, from their tallies."""

import numpy as np

from ..engine.social_metrics import equality, ratio
from . import norm_tally as columns
from ..grid import tally as base
from ..grid.params import Params
from ..grid.codes import ALL_KINDS, KIND_NAMES, letters_of
from .norm_state import NormState
from ..grid.tally import Tally, rows_of


def norm_metrics(norms: NormState, tally: Tally, worlds: np.ndarray, p: Params) -> dict[str, np.ndarray]:
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
    meals = agent[..., base.MEALS].sum(-1)
    steps = world[:, base.STEPS]
    values = sorted(p.rule_values.tolist())
    precision = ratio(n[:, columns.CORRECT], n[:, columns.SANCTIONS])
    base_rate = ratio(rule[:, columns.GUILTY], rule[:, columns.SHOWN])
    metrics = {
        "corrected_return": agent[..., base.RESOURCE].sum(-1),
        "equality_total": equality(agent[..., base.RETURN]),
        "violations": n[:, columns.VIOLATIONS],
        "compliance": 1 - ratio(n[:, columns.VIOLATIONS], meals),
        "sanctions": n[:, columns.SANCTIONS],
        "correct_sanctions": n[:, columns.CORRECT],
        "misdirected_sanctions": n[:, columns.SANCTIONS] - n[:, columns.CORRECT],
        "void_hits": n[:, columns.VOID],
        "precision": precision,
        "base_rate": base_rate,
        "precision_above_base_rate": precision - base_rate,
        "sanction_payoff": payoff_of_sanctions(n, p),
        "enforcement": ratio(n[:, columns.CORRECT], n[:, columns.VIOLATIONS]),
        "sanction_latency": ratio(n[:, columns.LATENCY], n[:, columns.CORRECT]),
        "visits": n[:, columns.VISITS],
        "sanction_costs": n[:, columns.COSTS],
        "bonuses": n[:, columns.BONUSES],
        "penalties": n[:, columns.PENALTIES],
        "rule_changes": rule[:, columns.CHANGES],
        "median_dwell": median_dwell(spells, rule, steps),
        "open_share": 1 - rule[:, columns.STEPS_OF + ALL_KINDS] / steps,
        **{f"share_of_{letters_of(v) or 'none'}": rule[:, columns.STEPS_OF + v] / steps for v in values},
        **kind_metrics(n),
        "agent_resource": agent[..., base.RESOURCE],
        **agent_metrics(each, p),
    }
    return metrics | (poison_metrics(rule, steps * agent.shape[1]) if p.poisonous else {})


def kind_metrics(n: np.ndarray) -> dict[str, np.ndarray]:
    """See `norm_metrics`: by kind."""
    meals = {f"meals_{name}": n[:, columns.MEALS_OF_KIND + k] for k, name in enumerate(KIND_NAMES)}
    broke = {f"violations_{name}": n[:, columns.VIOLATIONS_OF_KIND + k] for k, name in enumerate(KIND_NAMES)}
    return meals | broke


def agent_metrics(each: np.ndarray, p: Params) -> dict[str, np.ndarray]:
    """See `norm_metrics`: each agent's."""
    return {
        "agent_penalties": each[..., columns.PENALTIES],
        "agent_violations": each[..., columns.VIOLATIONS],
        "agent_correct": each[..., columns.CORRECT],
        "agent_misdirected": each[..., columns.SANCTIONS] - each[..., columns.CORRECT],
        "agent_sanction_payoff": payoff_of_sanctions(each, p),
    }


def payoff_of_sanctions(n: np.ndarray, p: Params) -> np.ndarray:
    """(E,) or (E, N): what a sanction brought whoever gave it, on average."""
    landed = n[..., columns.SANCTIONS]
    return ratio(p.sanction_bonus * n[..., columns.CORRECT] - p.sanction_cost * landed, landed)


def poison_metrics(rule: np.ndarray, agent_steps: np.ndarray) -> dict[str, np.ndarray]:
    """See `norm_metrics`."""
    return {
        "fraction_marked": rule[:, columns.GUILTY] / agent_steps,
        "fraction_poisoned": rule[:, columns.POISONED] / agent_steps,
        "time_since_poison": rule[:, columns.SINCE_POISON] / agent_steps,
    }


def median_dwell(spells: np.ndarray, rule: np.ndarray, steps: np.ndarray) -> np.ndarray:
    """(E,) median length of the spells kept, (E, MOST_SPELLS), and of the last one."""
    medians = np.zeros(len(spells))
    for row, kept in enumerate(spells):
        count = min(int(rule[row, columns.CHANGES]), len(kept))
        last = steps[row] - rule[row, columns.CHANGED_AT]
        medians[row] = np.median(np.append(kept[:count], last) if last > 0 else kept[:count])
    return medians
