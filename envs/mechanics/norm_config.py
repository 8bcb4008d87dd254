"""The settings of rules among agents: who decides, what is shown, what a sanction costs and does.

A kind is *prohibited* or permitted now. The choices by name are tables in decisions.py, altar.py, records.py
and sanctions.py.
"""

from dataclasses import dataclass
from typing import Any

from ..engine.config import Config, ConfigError, OneOf, checked, choice, require, within
from ..grid.config import letters
from .altar import DISPLAYS
from .custom_institution import is_own, name_of, own_institution
from .decisions import INSTITUTIONS, RULES, STOCK_MEASURES
from .records import CUES
from .sanctions import BONUS_SOURCES, EFFECTS, TIES

MOST_STEPS = 10**6


def institution_or_function(field: str, value: Any) -> Any:
    """`value` as an institution's name, or as a function of the user's."""
    return own_institution(field, value) if is_own(value) else OneOf(tuple(INSTITUTIONS))(field, value)


def sets_of_letters(field: str, value: Any) -> tuple[str, ...]:
    """`value` as one or more sets of kinds."""
    what = "one or more sets of letters, as in ('bc', 'ac')"
    require(isinstance(value, list | tuple) and len(value) > 0, field, value, what)
    try:
        return tuple(letters(field, entry) for entry in value)
    except ConfigError:
        require(False, field, value, what)
        raise


@dataclass(frozen=True)
class Norms(Config):
    """Institution, display, record and sanction. The defaults are the slides' Altared Harvest.

    Tags: [S] stated by the source (the "Altared Environments" slides), [ours] our choice where it is silent.
    """

    institution: str = checked("stock", institution_or_function)
    """Who decides what is prohibited [S]: none, fixed (`prohibited`), stock (drawn by stock, with
    thresholds), episode (drawn once an episode), schedule, vote (majority at the altar); in Python also a
    custom function: custom_institution.py."""
    rule: str = choice("one_permitted", *RULES)
    """one_permitted: one kind may be eaten [S]; one_prohibited: all but one [ours]."""
    prohibited: str = checked("bc", letters)
    """Letters of the kinds a fixed institution prohibits; "" none [ours]."""
    schedule: tuple[str, ...] = checked(("bc", "ac", "ab"), sets_of_letters)
    """What a scheduled institution prohibits, in turn, as letters [ours]."""
    schedule_every: int = within(100, 1, MOST_STEPS)
    """Steps that an entry of the schedule lasts [ours]."""
    vote_every: int = within(100, 1, MOST_STEPS)
    """Steps between votes [ours]."""
    close: float = within(0.3, 0.0, 1.0)
    """Stock, as a share of its sites, below which a kind closes [ours]."""
    open: float = within(0.4, 0.0, 1.0)
    """Stock at which it opens again; at least `close` [ours]."""
    stock_measure: str = choice("zone", *STOCK_MEASURES)
    """zone: all sites of the kind; weakest_patch: its patch with the smallest share of live sites [ours]."""
    notice: int = within(0, 0, MOST_STEPS)
    """Steps for which the altar shows a new rule before it is in force [ours]."""
    amnesty_on_change: bool = True
    """Records are cleared when the rule changes, so that a badge of a kind now prohibited is guilt [ours]."""
    display: str = choice("truthful", *DISPLAYS)
    """What the altar shows: truthful, blank, placebo (a rule drawn apart by the same law, changing with the
    true one), random (any rule, each step), permuted (kinds renamed each episode), announced (truthful, and
    under every agent's own feet) [S: truthful, blank]."""
    cue: str = choice("badge", *CUES)
    """What others see of a meal: badge (its kind, while the record lasts) or mark (a violation)."""
    violation_window: int = within(25, 0, MOST_STEPS)
    """Steps that a record lasts; 0: until its body is sanctioned [ours]."""
    see_own_mark: bool = False
    """Whether an agent sees the mark on itself."""
    sanction: str = choice("removal", *EFFECTS)
    """What a sanction does to its target: removal (and the penalty) [S], fine (the penalty alone), graduated
    (by offences punished before: nothing, then the penalty, then penalty and removal)."""
    sanction_cost: float = within(10.0, 0.0, 1e6)
    """What a sanction costs whoever gives it [S]."""
    sanction_bonus: float = within(20.0, 0.0, 1e6)
    """What it pays if the target was in violation [S]."""
    bonus_source: str = choice("external", *BONUS_SOURCES)
    """Who pays the bonus: external (nobody) [S] or target (the violator) [ours]."""
    target_penalty: float = within(0.0, 0.0, 1e6)
    """What its target loses [S: nothing]."""
    shot_cost: float = within(0.0, 0.0, 1e6)
    """What a shot that reaches nobody costs [ours]."""
    ties: str = choice("first", *TIES)
    """Several beams on one target: first (in random order) is the sanction, the others are void; each is one
    [S, literally]."""
    yoked_removals: float = within(0.0, 0.0, 1.0)
    """Chance a step that a random agent is removed: removals of a recorded run, divided by its steps."""

    def check_norms(self, removal_steps: int) -> None:
        """Refuse settings that contradict each other, or how long a removal lasts."""
        above = f"at least close={self.close}"
        require(self.open >= self.close, "open", self.open, above)
        if self.institution == "vote" and self.rule != "one_permitted":
            require(
                False, "rule", self.rule, "'one_permitted' where agents vote for the kind to be permitted"
            )
        if self.sanction == "graduated" and self.bonus_source == "target":
            require(False, "bonus_source", "target", "'external' where sanctions begin with a warning")
        if self.yoked_removals > 0:
            least = f"at least 1 where yoked_removals={self.yoked_removals}"
            require(removal_steps > 0, "removal_steps", removal_steps, least)

    def to_dict(self) -> dict[str, Any]:
        """The fields as plain data, for a file; a function by its name."""
        plain = super().to_dict()
        return plain | ({"institution": name_of(self.institution)} if callable(self.institution) else {})
