"""The numbers of Poison Berries, its presets and conditions; for the tags see poison_berries_v0."""

from dataclasses import dataclass
from typing import Any, ClassVar

from ...engine.config import chances, choice, require, within
from ...grid.codes import KIND_NAMES
from ...grid.config import ForagingConfig, Kind, Poison
from ...mechanics.norm_config import Norms

PRESETS: dict[str, dict[str, Any]] = {
    "koster2022": {},
    "altared": {"display": "truthful", "cue": "badge", "violation_window": 25, "redraw_kinds": True},
}
CONDITIONS = ("no_rule", "important_rule", "silly_rule")


def taboo(condition: str, poison_kind: str, silly_kind: str) -> str:
    """The kinds that a condition prohibits, as letters."""
    kinds = {"important_rule": (poison_kind,), "silly_rule": (poison_kind, silly_kind)}.get(condition, ())
    return "".join(letter for letter in KIND_NAMES if letter in kinds)


@dataclass(frozen=True)
class PoisonBerriesConfig(ForagingConfig, Norms):
    """Köster et al. 2022 where they state a number, or their figures imply one; ours elsewhere."""

    map: str = "berries"
    """[ours] Name of a bundled map, path of an ASCII file, or the drawing itself (with line breaks)."""
    num_agents: int = 8
    """[2] Slots of an episode."""
    cooldown: int = 12
    """[ours, calibrated] Steps between shots in which an agent cannot fire, >= 0."""
    removal_steps: int = 0
    """[I] The beam does not remove."""
    berry_reward: float = within(4.0, -1e6, 1e6)
    """[I] Reward of a berry."""
    regrowth: tuple[float, ...] = chances((0.0013, 0.00065, 0.0042))
    """[ours, calibrated] Chance a step that an eaten berry of kind a, b, c grows again."""
    poison_kind: str = choice("a", *KIND_NAMES)
    """[ours] The poisonous kind."""
    silly_kind: str = choice("b", *KIND_NAMES)
    """[ours] The harmless kind that the silly rule prohibits."""
    poison_delay: int = within(100, 0, 10**6)
    """[2] Steps from a poisonous meal to its harm."""
    poison_duration: int = within(130, 0, 10**6)
    """[I] Steps that the harm lasts; windows unite."""
    poison_scale: float = within(0.65, -1e6, 1e6)
    """[I] Berries' rewards are multiplied by it meanwhile; the beam's payoffs never are."""
    redraw_kinds: bool = False
    """[ours] What the kinds look like is redrawn each episode: sites, badges and altar alike. State, events,
    metrics and pictures for people keep the kinds of the map."""
    institution: str = "fixed"
    """[S] The taboo holds all the time. For others see `Norms`."""
    prohibited: str = ""
    """[S] Taboo kinds; follows from `condition`."""
    display: str = "blank"
    """[S] No altar shows the taboo. For others see `Norms`."""
    cue: str = "mark"
    """[S] Eating a taboo berry marks."""
    violation_window: int = 0
    """[I] Until it is punished."""
    sanction: str = "fine"
    """[S] The beam costs its target."""
    sanction_cost: float = 20.0
    """[2] What it costs its giver."""
    sanction_bonus: float = 35.0
    """[2] [I] What it pays if the target was marked."""
    target_penalty: float = 35.0
    """[2] [I] What it costs its target, marked or not."""
    preset: str = choice("koster2022", *PRESETS)
    """koster2022 or altared."""
    condition: str = choice("silly_rule", *CONDITIONS)
    """[S] no_rule, important_rule or silly_rule."""

    KIND_WORDS: ClassVar[tuple[str, ...]] = ("red berry", "blue berry", "green berry")

    def __post_init__(self) -> None:
        super().__post_init__()
        self.check_norms(self.removal_steps)
        each = len(self.regrowth) == len(KIND_NAMES)
        require(each, "regrowth", self.regrowth, f"a chance for each of the kinds {', '.join(KIND_NAMES)}")
        other = f"another kind than poison_kind={self.poison_kind!r}"
        require(self.silly_kind != self.poison_kind, "silly_kind", self.silly_kind, other)
        kinds = taboo(self.condition, self.poison_kind, self.silly_kind)
        if self.institution == "fixed":
            implied = f"{kinds!r} where condition={self.condition!r} and the institution is fixed"
            require(self.prohibited == kinds, "prohibited", self.prohibited, implied)

    def kinds(self) -> tuple[Kind, ...]:
        """Every berry pays alike, and grows whatever grows around it."""
        each = zip(self.KIND_WORDS, self.regrowth, strict=True)
        return tuple(Kind(name, self.berry_reward, (chance,)) for name, chance in each)

    def poisoning(self) -> Poison:
        """The poisonous kind."""
        numbers = (self.poison_delay, self.poison_duration, self.poison_scale, self.redraw_kinds)
        return Poison(self.poison_kind, *numbers)


def defaults_for(given: dict[str, Any]) -> dict[str, Any]:
    """The preset's numbers, and the taboo that follows from the condition."""
    preset = PRESETS.get(given.get("preset", "koster2022"), {})
    names = {"condition": "silly_rule", "poison_kind": "a", "silly_kind": "b"}
    return preset | {"prohibited": taboo(*(given.get(name, default) for name, default in names.items()))}
