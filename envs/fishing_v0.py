"""Fishing: a stock that regrows from what is left of it, and boats that take from it.

A lake holds a stock S of fish, 0 .. `capacity`. In each step every agent asks for a catch of 0 ..
`catch_limit` fish, all at once; if they ask for more than S together, it is rationed in proportion. What is
left, E, regrows: logistically to E + r E (1 - E / K), or in proportion. Below `critical_stock` it does not:
the lake has collapsed, and the episode terminates. A step pays price x catch - cost + income, where the cost
of a fish may rise as the stock thins. Every number is a field of `FishingConfig`, with its source.

    from altared.envs import fishing_v0
    env = fishing_v0.parallel_env(preset="govsim")
    env.reset(seed=0)
    env.step({agent: [10.0] for agent in env.agents})

`preset`: *logistic* (Gordon 1954, Schaefer 1954; the sizes are ours): 5 agents for 200 steps, a cap that
truncates. The largest sustainable yield is r K / 4, leaving K / 2; fishing stops paying at the stock
c / (p q). *govsim* (Piatti et al., NeurIPS 2024, "Cooperate or Collapse"): 5 agents, stock and capacity 100,
what is left doubles up to it, collapse below 5, 12 rounds that all know of. 10 fish each a round can go on;
with 20 each in the last, 650 in all is the most. *ostrom* (Ostrom, Gardner and Walker 1994): one shot, 8
agents, each with 25 tokens of which it puts x into a common pool and keeps the rest at 5 each; the pool of X
tokens yields 23 X - X**2 / 4, shared by tokens. A token put in is a fish here: price 23, 5 forgone, 1/4 less
for each of the X, and 125 earned elsewhere. In equilibrium all put in 8; 36 together would be best.

A one-shot game, a known last round (`known_end`) and a collapse terminate; the cap `max_cycles` truncates.

Actions: one number, the catch in fish, as `[catch]` (the default here), or with `actions="discrete"` (the
default of `make_batch`) a level k in 0 .. levels - 1 that asks for k / (levels - 1) of the limit.
Observations: `vector`, 4 numbers in 0 .. 1: the stock, possibly with noise; the agent's last catch; the
total; and the time where the end is known; see `altared.envs.games.fishing.rules`.

Version history: v0, first release.
"""

from typing import Any

from .api.parallel import WorldEnv
from .api.spec import EnvSpec
from .games.fishing.config import FishingConfig
from .games.fishing.game import FishingGame
from .games.fishing.presets import PRESETS, defaults_for

__all__ = ["NAME", "PRESETS", "FishingConfig", "choices", "configure", "env", "game", "parallel_env"]

NAME = "fishing"


class FishingSpec(EnvSpec):
    """Fishing by name; by default, actions are fish in single worlds and levels in batches."""

    def parallel_env(self, *observation: Any, actions: str = "continuous", **options: Any) -> WorldEnv:
        """As any game's. actions: "continuous", the catch in fish, or "discrete", its level."""
        return super().parallel_env(*observation, actions=actions, **options)


_spec = FishingSpec(NAME, "Fishing", FishingConfig, defaults_for, FishingGame)
configure, choices, game = _spec.configure, _spec.choices, _spec.game
parallel_env, env = _spec.parallel_env, _spec.env
