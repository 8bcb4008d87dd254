"""Altared Harvest: Commons Harvest with an institution, an altar that shows its rule, and sanctions that pay.

Three zones grow apples, red (a), blue (b) and green (c), which regrow only where apples remain. At any time
a rule says which zone is appropriate; eating in another is a violation. An altar may show the rule: its code
is the set of *prohibited* zones. Every meal leaves a badge on the eater's body, for a while: the colour it
ate, never whether that was allowed. A beam that reaches a body is a sanction: it costs its giver, pays if the
target had broken the rule, and removes the target for a while.

    from altared.envs import altared_harvest_v0
    env = altared_harvest_v0.parallel_env(preset="source", condition="altar")

`preset`: *source*, the numbers of the "Altared Environments" slides; *feasible*, ours: the same structure,
with numbers under which keeping the rule and enforcing it pays; *learnable*, ours: numbers under which
learners come to read, keep and enforce the rule within minutes (both: docs/results/altared_harvest.md).

`condition`, with identical physics: *altar*; *hidden* (the altar is blank); *vanilla* (hidden, no bonus);
*placebo* (a rule drawn apart by the same law is shown); *random* (any rule, each step); *permuted* (the
colours' meaning is redrawn each episode); *announced* (shown under every agent's own feet too); *yoked* (as
hidden, and random agents are removed at the rate `yoked_removals` of a recorded altar run: its removals
divided by its steps).

Step: move, eat, fire, settle sanctions, return, regrow, write records, remove; the institution moves last,
so the altar in observation n is the rule for meals of step n+1. A meal in step n is liable to beams of steps
n+1 to n+`violation_window`. Every number is a field of `AltaredHarvestConfig`. Others are anonymous in all
views, and an agent sees neither its rewards nor the clock, so a hidden rule stays hidden (`identity` and
`observe_last_reward` lift that: see `altared.envs.grid.extra_channels`).

Maps: `altared`, `altared_wide` (larger patches) and `altared_small` (4 agents; the altar can be seen from
patches there); of one's own: `#` wall, space floor, `a b c` sites, `P` spawn cell, `Q` start cell, `^` altar.

Actions: 0 noop, 1 forward, 2 backward, 3 step left, 4 step right, 5 turn left, 6 turn right, 7 zap.
Observations: `planes` (the default here), `tiles`, `rgb`; see `altared.envs.grid.codes.legend()`.

Version history: v0, first release.
"""

from dataclasses import dataclass
from typing import Any, ClassVar

from .engine.config import require
from .games.commons_harvest.config import HarvestConfig
from .grid.maps import ALTARED_LEGEND
from .grid.spec import foraging_door
from .mechanics.norm_config import Norms

NAME = "altared_harvest"

# `feasible` was chosen by scripts/maintenance/search_feasible.py; see docs/results/altared_harvest.md.
_FEASIBLE: dict[str, Any] = {
    "rule": "one_prohibited",
    "bonus_source": "target",
    "target_penalty": 20.0,
    "removal_steps": 50,
    "violation_window": 20,
    "close": 0.4,
    "open": 0.9,
}
# `learnable`: for who does not know the rule one meal in three breaks it, and few violations are fined, so
# that breaking it costs more than an apple, and not knowing it less; who sees a violator can fine it.
_LEARNABLE: dict[str, Any] = {
    "rule": "one_prohibited",
    "bonus_source": "target",
    "sanction": "fine",
    "removal_steps": 0,
    "sanction_cost": 3.0,
    "sanction_bonus": 15.0,
    "close": 0.4,
    "open": 0.9,
    "beam_length": 9,
    "beam_radius": 3,
    "regrowth": (0.002, 0.01, 0.02, 0.05),
}
PRESETS: dict[str, dict[str, Any]] = {"source": {}, "feasible": _FEASIBLE, "learnable": _LEARNABLE}
CONDITIONS: dict[str, dict[str, Any]] = {
    "altar": {"display": "truthful"},
    "hidden": {"display": "blank"},
    "vanilla": {"display": "blank", "sanction_bonus": 0.0},
    "placebo": {"display": "placebo"},
    "random": {"display": "random"},
    "permuted": {"display": "permuted"},
    "announced": {"display": "announced"},
    "yoked": {"display": "blank"},
}


@dataclass(frozen=True)
class AltaredHarvestConfig(HarvestConfig, Norms):
    """The slides' numbers where they state any [S], ours where they are silent."""

    map: str = "altared"
    """Name of a bundled map, path of an ASCII file, or the drawing itself (with line breaks)."""
    removal_steps: int = 25
    """Action slots a sanctioned agent loses [S]."""
    preset: str = "source"
    """Whose numbers apply where none is given: source (the slides'), feasible or learnable (ours)."""
    condition: str = "altar"
    """What is shown and paid, with the same physics: altar, hidden, vanilla, placebo, random, permuted,
    announced, yoked."""

    WHOLE: ClassVar = {**HarvestConfig.WHOLE, **Norms.NORM_WHOLE}
    NUMBERS: ClassVar = {**HarvestConfig.NUMBERS, **Norms.NORM_NUMBERS}
    CHOICES: ClassVar = {**Norms.NORM_CHOICES, "preset": tuple(PRESETS), "condition": tuple(CONDITIONS)}
    LETTERS: ClassVar = Norms.NORM_LETTERS
    FLAGS: ClassVar = (*HarvestConfig.FLAGS, *Norms.NORM_FLAGS)
    KIND_WORDS: ClassVar = ("red apple", "blue apple", "green apple")

    def __post_init__(self) -> None:
        super().__post_init__()
        self.check_norms(self.removal_steps)
        for field, value in CONDITIONS[self.condition].items():
            given = getattr(self, field)
            require(given == value, field, given, f"{value!r} where condition={self.condition!r}")
        if self.condition == "yoked":
            recorded = (
                "above 0 where condition='yoked': removals of a recorded altar run, divided by its steps"
            )
            require(self.yoked_removals > 0, "yoked_removals", self.yoked_removals, recorded)
        else:
            only = f"0 where condition={self.condition!r}"
            require(self.yoked_removals == 0, "yoked_removals", self.yoked_removals, only)


def _usual(given: dict[str, Any]) -> dict[str, Any]:
    """The preset's numbers, and the condition's. Unknown names are refused by the config."""
    preset = PRESETS.get(given.get("preset", "source"), {})
    return preset | CONDITIONS.get(given.get("condition", "altar"), {})


_door = foraging_door(NAME, "Altared Harvest", AltaredHarvestConfig, ALTARED_LEGEND, _usual)
configure, choices, game = _door.configure, _door.choices, _door.game
parallel_env, env = _door.parallel_env, _door.env
