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
for each of the X, and 125 earned beside. In equilibrium all put in 8; 36 together would be best.

A one-shot game, a known last round (`known_end`) and a collapse terminate; the cap `max_cycles` truncates.

Actions: one number, the catch in fish, as `[catch]` (the default here), or with `actions="discrete"` (the
default of `make_batch`) a level k in 0 .. levels - 1 that asks for k / (levels - 1) of the limit.
Observations: `vector`, 4 numbers in 0 .. 1: the stock, possibly with noise; one's own last catch; the total;
and the time where the end is known; see `altared.envs.games.fishing.view`.

Version history: v0, first release.
"""

from typing import Any

from .api.parallel import WorldEnv
from .api.spec import Door
from .games.fishing.config import FishingConfig
from .games.fishing.game import FishingGame

NAME = "fishing"

PRESETS: dict[str, dict[str, Any]] = {
    "logistic": {},
    "govsim": {
        "max_cycles": 12,
        "known_end": True,
        "catch_limit": 100.0,
        "law": "proportional",
        "growth": 1.0,
        "effort_cost": 0.0,
    },
    "ostrom": {
        "num_agents": 8,
        "max_cycles": 1,
        "known_end": True,
        "levels": 26,
        "catch_limit": 25.0,
        "capacity": 200.0,
        "initial_stock": 200.0,
        "growth": 0.0,
        "critical_stock": 0.0,
        "price": 23.0,
        "unit_cost": 5.0,
        "effort_cost": 0.0,
        "crowding": 0.25,
        "income": 125.0,
    },
}


class FishingDoor(Door):
    """Fishing by name; single worlds are fished in fish, batches by level, unless told otherwise."""

    def parallel_env(self, *seeing: Any, actions: str = "continuous", **options: Any) -> WorldEnv:
        """As any game's. actions: "continuous", the catch in fish, or "discrete", its level."""
        return super().parallel_env(*seeing, actions=actions, **options)


def _usual(given: dict[str, Any]) -> dict[str, Any]:
    """The preset's numbers. An unknown name is refused by the config."""
    preset = given.get("preset", "logistic")
    return PRESETS.get(preset, {}) if isinstance(preset, str) else {}


_door = FishingDoor(NAME, "Fishing", FishingConfig, _usual, FishingGame)
configure, choices, game = _door.configure, _door.choices, _door.game
parallel_env, env = _door.parallel_env, _door.env
