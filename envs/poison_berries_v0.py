"""Poison berries: the silly-rule environment.

Berries of three kinds regrow by themselves. One is poisonous: long after it was eaten, and for a while, all
berries pay its eater less. A rule may taboo it: whoever eats a taboo berry is marked at once, in the eyes of
others, until it is punished. A beam costs its giver, costs its target more, and pays if the target was
marked. An extra taboo on a harmless kind is pointless, and gives practice in enforcement.

    from altared.envs import poison_berries_v0
    env = poison_berries_v0.parallel_env(condition="silly_rule")

`condition`: *no_rule* (nothing is taboo), *important_rule* (the poisonous kind), *silly_rule* (that and a
harmless one). `preset`: *koster2022*, after Köster, Hadfield-Menell, Everett, Weidinger, Hadfield and Leibo
2022 (PNAS 119(3), doi 10.1073/pnas.2106028118; arXiv 2001.09318), whose environment is not public; *altared*:
the same world with Altared Harvest's altar, which shows the taboo kinds, and its badges instead of marks;
what the kinds look like is redrawn each episode, so that only the altar tells which are taboo.

Every number is a field of `PoisonBerriesConfig`, tagged: [S] stated by the source, [I] inferred from its
figures, [2] said by a replication, [ours] our choice. The chances of regrowth and the cooldown are calibrated
by `scripts/maintenance/calibrate_berries.py`: uniform-random agents come within 20 % of the first points of
its Figure 4 (docs/results/poison_berries.md). The population of 12 from which the source draws 8 is for
trainers: an environment has slots, not identities.

Observations and actions are Altared Harvest's, so that a policy trained in one game runs in the other.

Version history: v0, first release.
"""

from dataclasses import dataclass
from typing import Any, ClassVar

from .engine.config import require
from .grid.codes import KIND_NAMES
from .grid.config import ForagingConfig, Kind, Poison
from .grid.maps import BERRY_LEGEND
from .grid.spec import foraging_door
from .mechanics.norm_config import Norms

NAME = "poison_berries"

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
    berry_reward: float = 4.0
    """[I] Reward of a berry."""
    regrowth: tuple[float, ...] = (0.0013, 0.00065, 0.0042)
    """[ours, calibrated] Chance a step that an eaten berry of kind a, b, c grows again."""
    poison_kind: str = "a"
    """[ours] The poisonous kind."""
    silly_kind: str = "b"
    """[ours] The harmless kind that the silly rule prohibits."""
    poison_delay: int = 100
    """[2] Steps from a poisonous meal to its harm."""
    poison_duration: int = 130
    """[I] Steps that the harm lasts; windows unite."""
    poison_scale: float = 0.65
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
    preset: str = "koster2022"
    """koster2022 or altared."""
    condition: str = "silly_rule"
    """[S] no_rule, important_rule or silly_rule."""

    WHOLE: ClassVar = {
        **ForagingConfig.WHOLE,
        **Norms.NORM_WHOLE,
        "poison_delay": (0, 10**6),
        "poison_duration": (0, 10**6),
    }
    NUMBERS: ClassVar = {
        **ForagingConfig.NUMBERS,
        **Norms.NORM_NUMBERS,
        "berry_reward": (-1e6, 1e6),
        "poison_scale": (-1e6, 1e6),
    }
    CHANCES: ClassVar = ("regrowth",)
    CHOICES: ClassVar = {
        **Norms.NORM_CHOICES,
        "poison_kind": KIND_NAMES,
        "silly_kind": KIND_NAMES,
        "preset": tuple(PRESETS),
        "condition": CONDITIONS,
    }
    LETTERS: ClassVar = Norms.NORM_LETTERS
    FLAGS: ClassVar = (*ForagingConfig.FLAGS, *Norms.NORM_FLAGS, "redraw_kinds")
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


def _usual(given: dict[str, Any]) -> dict[str, Any]:
    """The preset's numbers, and the taboo that follows from the condition."""
    preset = PRESETS.get(given.get("preset", "koster2022"), {})
    names = {"condition": "silly_rule", "poison_kind": "a", "silly_kind": "b"}
    return preset | {"prohibited": taboo(*(given.get(name, usual) for name, usual in names.items()))}


_door = foraging_door(NAME, "Poison Berries", PoisonBerriesConfig, BERRY_LEGEND, _usual)
configure, choices, game = _door.configure, _door.choices, _door.game
parallel_env, env = _door.parallel_env, _door.env
