"""Tiny games behind the batch's interface, for tests of the learners; views are short vectors."""

from dataclasses import asdict, dataclass
from types import SimpleNamespace

import numpy as np
from gymnasium import spaces


@dataclass(frozen=True)
class TinyConfig:
    num_agents: int = 3
    length: int = 4  # steps of an episode
    actions: int = 4

    def to_dict(self) -> dict:
        return asdict(self)


class TinyBatch:
    """Ends every world after `length` steps by truncation; a game overrides `_view` and `_pay`."""

    name = "tiny"
    view_size = 1
    terminates = False  # end by termination instead

    def __init__(self, num_worlds: int = 8, **config) -> None:
        made = TinyConfig(**config)
        names = {"actions": tuple(map(str, range(made.actions))), "planes": (), "extra_channels": ()}
        self.game = SimpleNamespace(name=self.name, config=made, **names)
        self.observation, self.observation_options = "vector", {}
        self.num_worlds, self.num_agents = num_worlds, self.game.config.num_agents
        self.observation_space = spaces.Box(-1, 1, (self.view_size,), np.float32)
        self.action_space = spaces.Discrete(self.game.config.actions)
        self.rng = np.random.default_rng(0)
        self.clock = np.zeros(num_worlds, np.int64)
        self.cue = np.zeros((num_worlds, self.num_agents), np.int64)  # drawn anew for each episode
        self.total = np.zeros((num_worlds, self.num_agents))

    def reset(self, seed=None):
        self.rng = np.random.default_rng(seed)
        self._begin(np.ones(self.num_worlds, bool))
        return self._view()

    def step(self, actions):
        assert actions.shape == (self.num_worlds, self.num_agents)
        rewards = self._pay(actions).astype(np.float32)
        self.total += rewards
        self.clock += 1
        over = self.clock == self.game.config.length
        final = self._view()
        episodes = {"world": np.flatnonzero(over), "agent_return": self.total[over]}
        episodes["collective_return"] = episodes["agent_return"].sum(1)
        self._begin(over)
        never = np.zeros_like(over)
        terminated, truncated = (over, never) if self.terminates else (never, over)
        return SimpleNamespace(
            observations=self._view(), rewards=rewards, terminated=terminated, truncated=truncated,
            final_observations=final, episodes=episodes,
        )  # fmt: skip

    def _begin(self, worlds):
        self.clock[worlds], self.total[worlds] = 0, 0.0
        self.cue[worlds] = self.rng.integers(0, 2, (int(worlds.sum()), self.num_agents))

    def _view(self):
        return np.zeros((self.num_worlds, self.num_agents, self.view_size), np.float32)

    def _pay(self, actions):
        return np.zeros(actions.shape)

    def snapshot(self):
        state = self.rng.bit_generator.state["state"]
        words = [state[key] >> shift & (2**64 - 1) for key in ("state", "inc") for shift in (0, 64)]
        return {
            "clock": self.clock.copy(), "cue": self.cue.copy(), "total": self.total.copy(),
            "rng": np.array(words, np.uint64).view(np.int64),
        }  # fmt: skip

    def restore(self, snapshot):
        self.clock[:], self.cue[:] = snapshot["clock"], snapshot["cue"]
        self.total[:] = snapshot["total"]
        a, b, c, d = (int(word) for word in snapshot["rng"].view(np.uint64))
        whole = self.rng.bit_generator.state
        whole["state"] = {"state": a + (b << 64), "inc": c + (d << 64)}
        self.rng.bit_generator.state = whole


class Bandit(TinyBatch):
    """Agent i is paid 1 for action i, and nothing for any other."""

    name = "bandit"

    def _pay(self, actions):
        return actions == np.arange(self.num_agents) % self.game.config.actions


class Memory(TinyBatch):
    """A cue, 0 or 1, is shown in the first view only; in the last step choosing it pays 1."""

    name = "memory"
    view_size = 2

    def _view(self):
        first = (self.clock == 0)[:, None]
        last = (self.clock == self.game.config.length - 1)[:, None]
        sign = np.where(first, 2 * self.cue - 1, 0)
        return np.stack([sign, np.broadcast_to(last, sign.shape)], -1).astype(np.float32)

    def _pay(self, actions):
        return (self.clock == self.game.config.length - 1)[:, None] * (actions == self.cue)


class Salary(TinyBatch):
    """Everybody is paid 1 in every step, whatever they do: the value of a life is 1 / (1 - discount)."""

    name = "salary"

    def _pay(self, actions):
        return np.ones(actions.shape)


class Wage(Salary):
    """The same, but a life ends after `length` steps, and the view says how many are left."""

    name = "wage"
    terminates = True

    def _view(self):
        left = 1 - self.clock / self.game.config.length
        return np.broadcast_to(left[:, None, None], (self.num_worlds, self.num_agents, 1)).astype(np.float32)
