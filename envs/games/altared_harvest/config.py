"""The numbers of Altared Harvest, its presets and its conditions."""

from dataclasses import dataclass
from typing import Any, ClassVar

from ...engine.config import choice, require
from ...mechanics.norm_config import Norms
from ..commons_harvest.config import HarvestConfig

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
    preset: str = choice("source", *PRESETS)
    """Whose numbers apply where none is given: source (the slides'), feasible or learnable (ours)."""
    condition: str = choice("altar", *CONDITIONS)
    """What is shown and paid, with the same physics: altar, hidden, vanilla, placebo, random, permuted,
    announced, yoked."""

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


def defaults_for(given: dict[str, Any]) -> dict[str, Any]:
    """The preset's numbers, and the condition's. Unknown names are refused by the config."""
    preset = PRESETS.get(given.get("preset", "source"), {})
    return preset | CONDITIONS.get(given.get("condition", "altar"), {})
