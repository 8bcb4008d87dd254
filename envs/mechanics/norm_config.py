"""The settings of rules among agents: who decides, what is shown, what a sanction costs and does.

A kind is *prohibited* or permitted now. Each choice by name is one function in institution.py, display.py
or sanctions.py and one line in a table there.
"""

from dataclasses import dataclass
from typing import Any, ClassVar

from ..engine.config import ConfigError, require
from ..grid.config import letters
from .altar import DISPLAYS
from .institution import INSTITUTIONS, RULES, STOCK_MEASURES
from .records import CUES
from .sanctions import BONUS_SOURCES, EFFECTS, TIES

MOST_STEPS = 10**6


@dataclass(frozen=True)
class Norms:
    """Institution, display, record and sanction. The defaults are the slides' Altared Harvest.

    Tags: [S] stated by the source (the "Altared Environments" slides), [ours] our choice where it is silent.
    """

    institution: str = "stock"
    """Who decides what is prohibited [S]: none, fixed (`prohibited`), stock (drawn by stock, with
    thresholds), episode (drawn once an episode), schedule, vote (majority at the altar); in Python also a
    function of one's own: own_institution.py."""
    rule: str = "one_permitted"
    """one_permitted: one kind may be eaten [S]; one_prohibited: all but one [ours]."""
    prohibited: str = "bc"
    """Letters of the kinds a fixed institution prohibits; "" none [ours]."""
    schedule: tuple[str, ...] = ("bc", "ac", "ab")
    """What a scheduled institution prohibits, in turn, as letters [ours]."""
    schedule_every: int = 100
    """Steps that an entry of the schedule lasts [ours]."""
    vote_every: int = 100
    """Steps between votes [ours]."""
    close: float = 0.3
    """Stock, as a share of its sites, below which a kind closes [ours]."""
    open: float = 0.4
    """Stock at which it opens again; at least `close` [ours]."""
    stock_measure: str = "zone"
    """zone: all sites of the kind; weakest_patch: its patch with the smallest share of live sites [ours]."""
    notice: int = 0
    """Steps for which the altar shows a new rule before it is in force [ours]."""
    amnesty_on_change: bool = True
    """Records are cleared when the rule changes, so that a badge of a kind now prohibited is guilt [ours]."""
    display: str = "truthful"
    """What the altar shows: truthful, blank, placebo (a rule drawn apart by the same law, changing with the
    true one), random (any rule, each step), permuted (kinds renamed each episode), announced (truthful, and
    under every agent's own feet) [S: truthful, blank]."""
    cue: str = "badge"
    """What others see of a meal: badge (its kind, while the record lasts) or mark (a violation)."""
    violation_window: int = 25
    """Steps that a record lasts; 0: until its body is sanctioned [ours]."""
    see_own_mark: bool = False
    """Whether an agent sees the mark on itself."""
    sanction: str = "removal"
    """What a sanction does to its target: removal (and the penalty) [S], fine (the penalty alone), graduated
    (by offences punished before: nothing, then the penalty, then penalty and removal)."""
    sanction_cost: float = 10.0
    """What a sanction costs whoever gives it [S]."""
    sanction_bonus: float = 20.0
    """What it pays if the target was in violation [S]."""
    bonus_source: str = "external"
    """Who pays the bonus: external (nobody) [S] or target (the violator) [ours]."""
    target_penalty: float = 0.0
    """What its target loses [S: nothing]."""
    shot_cost: float = 0.0
    """What a shot that reaches nobody costs [ours]."""
    ties: str = "first"
    """Several beams on one target: first (in random order) is the sanction, the others are void; each is one
    [S, literally]."""
    yoked_removals: float = 0.0
    """Chance a step that a random agent is removed: removals of a recorded run, divided by its steps."""

    NORM_WHOLE: ClassVar = {
        "schedule_every": (1, MOST_STEPS),
        "vote_every": (1, MOST_STEPS),
        "notice": (0, MOST_STEPS),
        "violation_window": (0, MOST_STEPS),
    }
    NORM_NUMBERS: ClassVar = {
        "close": (0.0, 1.0),
        "open": (0.0, 1.0),
        "sanction_cost": (0.0, 1e6),
        "sanction_bonus": (0.0, 1e6),
        "target_penalty": (0.0, 1e6),
        "shot_cost": (0.0, 1e6),
        "yoked_removals": (0.0, 1.0),
    }
    NORM_CHOICES: ClassVar = {
        "institution": tuple(INSTITUTIONS),
        "rule": tuple(RULES),
        "stock_measure": tuple(STOCK_MEASURES),
        "display": tuple(DISPLAYS),
        "cue": tuple(CUES),
        "sanction": tuple(EFFECTS),
        "bonus_source": tuple(BONUS_SOURCES),
        "ties": tuple(TIES),
    }
    NORM_LETTERS: ClassVar = ("prohibited",)
    NORM_FLAGS: ClassVar = ("amnesty_on_change", "see_own_mark")

    def check_norms(self, removal_steps: int) -> None:
        """Refuse settings that contradict each other, or how long a removal lasts."""
        self._check_schedule(self.schedule)
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

    def _check_schedule(self, schedule: Any) -> None:
        what = "one or more sets of letters, as in ('bc', 'ac')"
        listed = isinstance(schedule, list | tuple) and len(schedule) > 0
        require(listed, "schedule", schedule, what)
        try:
            entries = tuple(letters("schedule", entry) for entry in schedule)
        except ConfigError:
            require(False, "schedule", schedule, what)
            raise
        object.__setattr__(self, "schedule", entries)


WITHOUT_NORMS = Norms(institution="none", display="blank", sanction_cost=0.0, sanction_bonus=0.0)
