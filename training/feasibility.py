"""Does an institution pay, before anybody learns? Scripted populations, and six conditions on them.

An institution that does not pay under scripted behaviour cannot be learned: the break-even precision of a
sanction must lie above the precision of blind ones, a single violator must earn less than it would by
keeping the rule, and the rule must last long enough to be read, and leave enough to eat.
"""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import numpy as np

from ..agents.population import load_population
from ..envs.api.batch import Batch
from .evaluate import Columns, play
from .statistics import Estimate, mean_interval

INSIDERS = ("enforcer", "patroller")  # populations among whom an odd one is put
DWELLS = 4  # violation windows that the rule must last, at the median
LAWFUL_SHARE, LAWFUL_EPISODES = 0.8, 0.95  # of steps with something permitted, in so many episodes


class Cast(NamedTuple):
    """Who lives in the world."""

    everybody: str
    odd: str = ""  # and who lives in slot 0 instead, if anybody else

    @property
    def name(self) -> str:
        return f"1 {self.odd} among {self.everybody}" if self.odd else self.everybody

    def slots(self, num_agents: int) -> list[str]:
        """A scripted name for each slot."""
        return [self.odd or self.everybody] + [self.everybody] * (num_agents - 1)


CASTS = (
    *map(Cast, ("greedy", "compliant", "enforcer", "patroller", "violate_and_police")),
    *map(Cast, ("badge_hunter", "vigilante", "random")),
    *(Cast(insiders, odd) for insiders in INSIDERS for odd in ("greedy", "compliant")),
    *(Cast(others, "badge_hunter") for others in ("greedy", "compliant")),
)


class Verdict(NamedTuple):
    """One condition: `value` must be above `bound`; the interval is of `value`, over episodes."""

    condition: str
    value: Estimate
    bound: float

    @property
    def holds(self) -> bool:
        """Also at the near end of the interval (of the value itself, where there is no interval)."""
        near = self.value.value if np.isnan(self.value.low) else self.value.low
        return bool(near > self.bound)


def populate(
    batch: Batch,
    episodes: int,
    seed: int,
    casts: tuple[Cast, ...] = CASTS,
    report: Callable[[str], None] = lambda name: None,
) -> dict[str, Columns]:
    """Play every population on the same worlds: name -> columns of episodes, with those of `enriched`."""
    played = {}
    for cast in casts:
        report(cast.name)
        population = load_population(cast.slots(batch.num_agents), batch.num_agents, game=batch.game)
        played[cast.name] = enriched(play(batch, population, episodes, seed))
    return played


def enriched(columns: Columns) -> Columns:
    """With what an agent keeps, meals and penalties: on average, in slot 0, and in the other slots."""
    kept = columns["agent_resource"] + columns["agent_penalties"]
    more = {
        "payoff": kept.mean(1),
        "odd_payoff": kept[:, 0],
        "others_payoff": kept[:, 1:].mean(1),
        "odd_sanction_payoff": columns["agent_sanction_payoff"][:, 0],
        "odd_return": columns["agent_return"][:, 0],
    }
    return {**columns, **more}


def judge(played: Mapping[str, Columns], config: Any) -> list[Verdict]:
    """The six conditions, each as one or more verdicts."""
    return [
        *_enforcement_pays(played),
        *_violating_does_not(played),
        *_hunting_does_not(played),
        *_rule_lasts(played, config),
        *([_every_rule_occurs(played)] if config.institution != "fixed" else []),
        _something_is_permitted(played),
    ]


def _enforcement_pays(played: Mapping[str, Columns]) -> list[Verdict]:
    """1. Enforcers beat greedy agents, and violators who police, in corrected return and depletion."""
    verdicts = []
    for other in ("greedy", "violate_and_police"):
        gain = played["enforcer"]["corrected_return"] - played[other]["corrected_return"]
        spared = played[other]["depletion"] - played["enforcer"]["depletion"]
        verdicts += [
            Verdict(f"1. corrected return, enforcer - {other}", mean_interval(gain), 0.0),
            Verdict(f"1. depletion, {other} - enforcer", mean_interval(spared), 0.0),
        ]
    return verdicts


def _violating_does_not(played: Mapping[str, Columns]) -> list[Verdict]:
    """2. Among enforcers, and among patrollers, a single violator keeps less than a single complier."""
    return [
        Verdict(
            f"2. kept by 1 among {insiders}, compliant - greedy",
            mean_interval(
                played[f"1 compliant among {insiders}"]["odd_payoff"]
                - played[f"1 greedy among {insiders}"]["odd_payoff"]
            ),
            0.0,
        )
        for insiders in INSIDERS
    ]


def _hunting_does_not(played: Mapping[str, Columns]) -> list[Verdict]:
    """3. Shooting whoever carries a badge costs more than it brings, whoever the others are."""
    among = {others: played[f"1 badge_hunter among {others}"] for others in ("greedy", "compliant")}
    return [
        Verdict(
            f"3. loss a sanction, 1 badge_hunter among {others}",
            mean_interval(-columns["odd_sanction_payoff"]),
            0.0,
        )
        for others, columns in among.items()
    ]


def _rule_lasts(played: Mapping[str, Columns], config: Any) -> list[Verdict]:
    """4. At the median a rule lasts at least four violation windows."""
    bound = DWELLS * config.violation_window
    return [
        Verdict(f"4. median dwell, {name}", _plain(np.median(played[name]["median_dwell"])), bound - 1e-9)
        for name in ("compliant", "enforcer")
    ]


def _every_rule_occurs(played: Mapping[str, Columns]) -> Verdict:
    """5. Every rule that the institution can make is in force at some time."""
    names = [name for name in played["compliant"] if name.startswith("share_of_")]
    rarest = min(max(columns[name].max() for columns in played.values()) for name in names)
    return Verdict("5. largest share of steps of the rarest rule", _plain(rarest), 0.0)


def _something_is_permitted(played: Mapping[str, Columns]) -> Verdict:
    """6. In 95 % of the episodes of compliant agents, some kind is permitted in 80 % of the steps."""
    lawful = np.mean(played["compliant"]["open_share"] >= LAWFUL_SHARE)
    words = f"6. share of compliant episodes with something permitted in {LAWFUL_SHARE:.0%} of the steps"
    return Verdict(words, _plain(lawful), LAWFUL_EPISODES - 1e-9)


def _plain(value: Any) -> Estimate:
    """A number without an interval."""
    return Estimate(float(value), np.nan, np.nan, 1, 0)
