"""The numbers of a matrix game, checked when they are made."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from ...engine.config import UNLIMITED, ConfigError, GameConfig, checked, require, text, within
from .payoffs import checked_table
from .presets import PRESETS

_START = PRESETS["prisoners_dilemma"]


def preset_name(field: str, value: Any) -> str:
    """`value` as a preset's name, or "" for none."""
    known = f"one of {', '.join(PRESETS)}, or '' where payoffs stand alone"
    require(isinstance(value, str) and value in ("", *PRESETS), field, value, known)
    return value


def names(field: str, value: Any) -> tuple[str, ...]:
    """`value` as different names, none of them empty."""
    what = "different names, none empty, or () for letters"
    require(not isinstance(value, str) and hasattr(value, "__iter__"), field, value, what)
    given = tuple(value)
    fits = all(isinstance(name, str) and name for name in given) and len(set(given)) == len(given)
    require(fits, field, value, what)
    return given


@dataclass(frozen=True)
class MatrixConfig(GameConfig):
    """Table, names of the actions, and how long it is played; a step is one round."""

    preset: str = checked("prisoners_dilemma", preset_name)
    """Whose table and names apply where none are given; "" where `payoffs` stand alone."""
    payoffs: str | tuple[tuple[tuple[float, ...], ...], ...] = checked(_START.payoffs, checked_table)
    """(A, ..., A, N): what each of the N players gets for each choice of one of A actions by all, as nested
    sequences, an array, or JSON text; kept as nested tuples. Values in -1e6 .. 1e6."""
    action_names: tuple[str, ...] = checked(_START.actions, names)
    """One for each action; () for a, b, c ..."""
    cooperative: str = text(_START.cooperative, "an action's name, or ''")
    """The action whose share is the metric `cooperation`; "": there is none."""
    rounds: int = within(0, 0, 2**31 - 1)
    """Rounds of the game: it terminates after so many (1: one-shot); 0: no fixed number."""
    end_chance: float = within(0.0, 0.0, 1.0)
    """Chance that the game terminates after a round: play goes on with 1 - end_chance (the discount factor of
    an infinitely repeated game)."""
    max_cycles: int = within(100, UNLIMITED, 2**31 - 1)
    """Rounds until truncation, a time limit that is no part of the game; 0 for no limit."""

    def __post_init__(self) -> None:
        super().__post_init__()
        given, count = self.action_names, self.num_actions
        if not given:
            object.__setattr__(self, "action_names", letters(count))
        fits = len(self.action_names) == count
        require(fits, "action_names", given, f"{count} names: the table in payoffs has {count} actions")
        known = ("", *self.action_names)
        require(
            self.cooperative in known,
            "cooperative",
            self.cooperative,
            f"one of {', '.join(known[1:])}, or ''",
        )

    @property
    def table(self) -> np.ndarray:
        """The payoffs as an array, (A, ..., A, N) float64."""
        return np.array(self.payoffs, np.float64)

    @property
    def num_agents(self) -> int:
        """Players, as many as the table has."""
        return self.table.ndim - 1

    @property
    def num_actions(self) -> int:
        """Actions of each player."""
        return len(self.payoffs)

    @property
    def title(self) -> str:
        """The game's name as people write it."""
        return PRESETS[self.preset].title if self.preset else "Matrix Game"

    @property
    def ends(self) -> bool:
        """Whether an episode can end at all."""
        return bool(self.rounds or self.max_cycles != UNLIMITED or self.end_chance > 0)


def letters(count: int) -> tuple[str, ...]:
    """a, b, c ... z, then a1, b1 ..."""
    alphabet = "abcdefghijklmnopqrstuvwxyz"
    return tuple(alphabet[k % 26] + (str(k // 26) if k >= 26 else "") for k in range(count))


def defaults_for(given: dict[str, Any]) -> dict[str, Any]:
    """The preset's table and names; any other table has letters for names unless a preset is named."""
    if "preset" not in given and "payoffs" in given:
        given = {**given, "preset": ""}
    name = given.get("preset", "prisoners_dilemma")
    if name == "":
        if "payoffs" not in given:
            raise ConfigError("payoffs must be given where preset=''")
        count = len(checked_table("payoffs", given["payoffs"]))
        return {"preset": "", "action_names": letters(count), "cooperative": ""}
    if not isinstance(name, str) or name not in PRESETS:
        return {}  # the config refuses it
    preset = PRESETS[name]
    return {"payoffs": preset.payoffs, "action_names": preset.actions, "cooperative": preset.cooperative}
