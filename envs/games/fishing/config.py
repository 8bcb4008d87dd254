"""The numbers of a lake and of those who fish it, checked when they are made.

Fields that the formulation of the task states are tagged [stated], those of the fishery literature
[literature], and [ours] where both are silent.
"""

from dataclasses import dataclass

import numpy as np

from ...engine.config import UNLIMITED, GameConfig, choice, require, within
from .presets import PRESETS

MOST = 1e9  # of any amount of fish or money: sums stay exact enough, and fit a float32


@dataclass(frozen=True)
class FishingConfig(GameConfig):
    """Amounts in fish, money in reward, times in steps. The defaults are the preset *logistic*."""

    preset: str = choice("logistic", *PRESETS)
    """Whose numbers apply where none is given: logistic, govsim or ostrom [ours]."""
    num_agents: int = within(5, 1, 254)
    """Boats, 1 .. 254 [literature: GovSim]."""
    max_cycles: int = within(200, UNLIMITED, 2**31 - 1)
    """Steps in an episode; 0 for no limit [ours]."""
    known_end: bool = False
    """Whether the last step is a rule of the game: agents see the time, and the episode terminates there.
    Otherwise it is a cap that nobody sees, and truncates [ours]."""
    actions: str = choice("discrete", "discrete", "continuous")
    """discrete: levels of catch; continuous: the catch in fish [stated: an amount of fish]."""
    levels: int = within(11, 2, 10001)
    """Discrete actions: level k asks for k / (levels - 1) of `catch_limit`; 2 .. 10001 [ours]."""
    catch_limit: float = within(10.0, 1e-6, MOST)
    """The most that an agent can ask for in a step, fish > 0 (rounded to float32, as spaces are) [ours]."""
    capacity: float = within(100.0, 1e-6, MOST)
    """The stock that the lake can carry, K, fish > 0 [literature: GovSim]."""
    initial_stock: float = within(100.0, 0.0, MOST)
    """The stock at the start of an episode, fish in 0 .. capacity [literature: GovSim]."""
    initial_spread: float = within(0.0, 0.0, MOST)
    """An episode's first stock is uniform in `initial_stock` +- this, fish >= 0 [ours]."""
    law: str = choice("logistic", "logistic", "proportional")
    """How what is left, E, regrows in a step: logistic, by growth * E * (1 - E / capacity); proportional, by
    growth * E, up to the capacity [stated: a rate; literature: Schaefer 1954 and GovSim]."""
    growth: float = within(0.5, 0.0, 1e3)
    """Intrinsic growth rate r of a step, >= 0 [ours]."""
    growth_noise: float = within(0.0, 0.0, 1.0)
    """The stock after growth is multiplied by a number uniform in 1 +- this; 0 .. 1 [literature: the
    multiplicative shocks of Reed 1979]."""
    critical_stock: float = within(5.0, 0.0, MOST)
    """What is left does not regrow below this, fish in 0 .. capacity: the lake has collapsed, and the
    episode terminates; so it does at 0, whatever this is [stated: overfishing; literature: GovSim]."""
    price: float = within(1.0, 0.0, MOST)
    """Reward of a fish, p >= 0 [literature: Gordon 1954]."""
    unit_cost: float = within(0.0, 0.0, MOST)
    """Cost of a fish caught, whatever the stock, >= 0 [literature]."""
    effort_cost: float = within(0.2, 0.0, MOST)
    """Cost of a unit of effort, c >= 0. By Schaefer's catch = q * effort * stock, a catch h from the stock S
    takes the effort h / (q * S) [literature: Gordon 1954, Schaefer 1954; its size is ours]."""
    catchability: float = within(0.01, 1e-6, 1e3)
    """Share of the stock that a unit of effort catches, q > 0 [literature: Schaefer 1954; size ours]."""
    crowding: float = within(0.0, 0.0, MOST)
    """What each fish costs more for every fish that all catch together in the step, >= 0 [literature: the
    falling return of Ostrom, Gardner and Walker's common pool]."""
    income: float = within(0.0, 0.0, MOST)
    """What an agent earns in a step outside the lake, >= 0 [literature: Ostrom, Gardner and Walker]."""
    observation_noise: float = within(0.0, 0.0, 1.0)
    """Each agent reads the stock times an independent number, uniform in 1 +- this; 0 .. 1 [ours]."""

    def __post_init__(self) -> None:
        super().__post_init__()
        limit = f"at most the capacity, {self.capacity:g}"
        require(self.initial_stock <= self.capacity, "initial_stock", self.initial_stock, limit)
        require(self.critical_stock <= self.capacity, "critical_stock", self.critical_stock, limit)
        room = min(self.initial_stock, self.capacity - self.initial_stock)
        fits = f"at most {room:g}, so that every start lies in 0 .. {self.capacity:g}"
        require(self.initial_spread <= room, "initial_spread", self.initial_spread, fits)
        timed = self.max_cycles != UNLIMITED or not self.known_end
        require(timed, "known_end", self.known_end, "False without a time limit (max_cycles=0)")

    @property
    def ends(self) -> bool:
        """Whether every episode ends, even that of a lake which never collapses."""
        return self.max_cycles != UNLIMITED

    @property
    def largest_catch(self) -> float:
        """The float32 that the action space holds, so that all that lies in the space may be asked for."""
        return float(np.float32(self.catch_limit))
