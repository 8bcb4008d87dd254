"""A game with a contract: what batches and environments need to know of it."""

from typing import Any

import numpy as np
from gymnasium import spaces

from ..engine.config import require
from ..engine.rewards import Own, RewardView
from .observation import SEEN
from .rules import TermParams
from .state import Deal
from .terms import ACCEPTANCE, PROCEDURES, ContractedConfig, Terms
from .worlds import ContractedWorlds


class ContractedGame:
    """See `altared.envs.engine.game.Game`. Actions, agents and metrics are those of the game it is made from.

    In a negotiation the same actions speak of the contract. The proposer's first action offers none, its
    other actions the thetas in equal steps up to `high`; of the voters the upper half of the actions accepts.
    A continuous action counts by its place between its bounds. What others do in these steps is not heard.
    """

    def __init__(self, base: Any, config: ContractedConfig):
        self.base, self.config = base, config
        self.name, self.title, self.num_agents = base.name, base.title, base.num_agents
        self.max_cycles = base.max_cycles and base.max_cycles + config.terms.steps
        self.actions: tuple[str, ...] = base.actions
        self.planes: tuple[str, ...] = base.planes
        self.extra_channels: tuple[str, ...] = (*base.extra_channels, *SEEN)
        self.agent_events: tuple[str, ...] = (*base.agent_events, "transfer")
        self.pair_events: tuple[str, ...] = base.pair_events
        self.world_events: tuple[str, ...] = (*base.world_events, "proposed", "signed", "offer")
        self.action_space, self.state_space = base.action_space, base.state_space
        self.observation, self.env_observation = base.observation, base.env_observation
        self.terms = _params(config.terms)
        self._require_events()

    def _require_events(self) -> None:
        contract, events = self.config.terms.contract, self.base.agent_events + self.base.world_events
        lacking = [name for name in contract.needs if name not in events]
        needs = f"for a game with the events {', '.join(contract.needs)}, which {self.name} has not"
        require(not lacking, "contract", contract.name, needs)
        assert not set(Deal._fields) & set(events), "the game's events have names of the contract's"

    @property
    def map(self) -> Any:
        """The map, of a game that has one."""
        return self.base.map

    @property
    def codebook(self) -> Any:
        """The codes and planes, of a game that has them."""
        return self.base.codebook

    def worlds(self, num_worlds: int, reward: RewardView, device: str, threads: int) -> ContractedWorlds:
        """Worlds in memory, on the CPU."""
        require(device == "cpu", "device", device, "'cpu' where there is a contract")
        require(isinstance(reward, Own), "reward", reward.name, "'own' where there is a contract")
        return ContractedWorlds(self, num_worlds, reward, device, threads)

    def shares(self, actions: np.ndarray) -> np.ndarray:
        """(W, N) float64: where each action lies between the first and the last, 0 .. 1."""
        space = self.action_space
        if isinstance(space, spaces.Discrete):
            return actions / max(int(space.n) - 1, 1)
        low, high = float(space.low.min()), float(space.high.max())
        return (np.asarray(actions, np.float64)[..., 0] - low) / (high - low)

    def offers(self, shares: np.ndarray) -> np.ndarray:
        """(W, N) float64 theta that an agent offers with its action: none with the first one."""
        t, none = self.terms, shares <= 0
        if t.low != t.null and isinstance(self.action_space, spaces.Discrete):
            last = int(self.action_space.n) - 1
            shares = (shares * last - 1) / max(last - 1, 1) if last > 1 else shares  # the second offers `low`
        return np.where(none, t.null, t.low + shares * (t.high - t.low))


def _params(terms: Terms) -> TermParams:
    contract = terms.contract
    return TermParams(
        procedure=PROCEDURES.index(terms.procedure),
        low=contract.low,
        high=contract.high,
        null=contract.null,
        theta=contract.null if terms.theta is None else terms.theta,
        null_chance=terms.null_chance,
        acceptance=ACCEPTANCE.index(terms.acceptance),
        proposer=terms.proposer,
        polled=terms.polled,
        signing_payment=contract.signing_payment,
    )
