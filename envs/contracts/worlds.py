"""W worlds of a game with a contract: the game's own worlds, which stand still while agents negotiate."""

from collections import namedtuple
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from ..engine.compiling import without_dispatch
from ..engine.config import require
from ..engine.game import Observer
from ..engine.rewards import RewardView
from ..engine.social_metrics import equality
from ..render.scene import Scene
from .contract import ROUNDING
from .observation import Seen, SeenTerms
from .rules import begin_worlds, negotiate_worlds, settle_worlds
from .state import PLAYING, PROPOSING, VOTING, allocate, joined


class ContractedWorlds:
    """See `altared.envs.engine.game.Worlds`."""

    def __init__(self, game: Any, num_worlds: int, reward: RewardView, device: str, threads: int):
        self._game, self._base = game, game.base.worlds(num_worlds, reward, device, threads)
        base = self._base
        self._agreement, self._deal, self._sums, self._ended_sums = allocate(num_worlds, game.num_agents)
        self.state = joined(base.state, self._agreement)
        self.events = joined(base.events, self._deal)
        self.tally = joined(base.tally, self._sums)
        self.rewards = np.zeros_like(base.rewards)
        self.terminated, self.truncated, self.paused = base.terminated, base.truncated, base.paused
        contract = game.config.terms.contract
        self._transfer = contract.bind(game.base)
        self._read = [_state_array(game.base, base.state, name) for name in contract.reads]
        self._before = namedtuple("Before", contract.reads)(*map(np.copy, self._read))
        self._seen = Seen(self._agreement, game.terms)
        self._settle = without_dispatch(settle_worlds, self._settled())

    def seed(self, seeds: Sequence[int], numbers: Sequence[int]) -> None:
        self._base.seed(seeds, numbers)

    def reset(self) -> None:
        self._base.reset()
        for array in (*self._deal, self.rewards):
            array[...] = 0
        self._begin(np.ones(len(self.paused), np.bool_))
        self._seen.update()

    def _begin(self, which: np.ndarray) -> None:
        state = self._base.state
        begin_worlds(self._agreement, self._game.terms, self._sums, state.seed, state.episode, which)

    def step(self, actions: Any, restart: bool) -> int:
        negotiating = self._agreement.stage[:, 0] != PLAYING
        over = self.ended() & (not restart)  # they stand still
        binding = (self._agreement.in_force[:, 0] > 0) & ~over
        self.paused[:] = negotiating
        for kept, array in zip(self._before, self._read, strict=True):
            kept[...] = array
        forbidden = self._base.step(actions, restart)
        if forbidden >= 0:
            return forbidden
        self.terminated[negotiating] = self.truncated[negotiating] = False
        self._clear_deal()
        self._carry_out(binding)
        if negotiating.any():
            self._negotiate(np.asarray(actions))
        self._settle(*self._settled())
        self._settle_endings(self.ended() & ~over, restart)
        return forbidden

    def _settled(self) -> tuple:
        return self._agreement, self._deal, self._sums, self._base.rewards, self.rewards

    def _clear_deal(self) -> None:
        deal = self._deal
        deal.offer[...] = self._agreement.theta
        for array in (deal.proposed, deal.signed, deal.transfer):
            array[...] = 0

    def _carry_out(self, binding: np.ndarray) -> None:
        """The transfers that follow from this step, in the worlds (W,) bool where a contract is in force."""
        transfers = self._deal.transfer
        if binding.any():
            self._transfer(self._agreement.theta[:, 0], self._before, self._base.events, transfers)
            transfers[~binding] = 0.0
            self._require_balance(transfers)

    def _require_balance(self, transfers: np.ndarray) -> None:
        sums, paid = np.abs(transfers.sum(1)), np.abs(transfers).sum(1) / 2
        balanced = sums <= ROUNDING * np.maximum(paid, 1.0)  # not where it is no number
        if not balanced.all():
            name, world = self._game.config.terms.contract.name, int(np.argmin(balanced))
            raise ValueError(
                f"contract {name!r}: transfers {transfers[world].tolist()} of world {world} "
                f"sum to {sums[world]:g}; allowed: 0 within {ROUNDING:g}"
            )

    def _negotiate(self, actions: np.ndarray) -> None:
        shares = self._game.shares(actions)
        offers, votes = self._game.offers(shares), shares >= 0.5
        negotiate_worlds(self._agreement, self._game.terms, self._deal, offers, votes)
        self._seen.update()

    def _settle_endings(self, ended: np.ndarray, restart: bool) -> None:
        if ended.any():
            for sums, kept in zip(self._sums, self._ended_sums, strict=True):
                kept[ended] = sums[ended]
            self._seen.keep(ended)
            if restart:
                self._begin(ended)
                self._seen.update()

    def observe(self) -> None:
        self._base.observe()
        self._seen.update()

    def write(self, array: Any, values: Any) -> None:
        """Overwrite one of the arrays."""
        array[...] = values

    def copy(self, array: Any) -> Any:
        """A copy of an array."""
        return array.copy()

    def given(self) -> np.ndarray:
        """The last actions given."""
        return self._base.given()

    def ended(self) -> np.ndarray:
        """(W,) bool: the worlds whose episode ended in the last step."""
        return self._base.ended()

    def observer(self, kind: str, **options: Any) -> Observer:
        """The game's own observation, and the terms in addition; see seen.py."""
        first = bool(options.get("channels_first"))
        return SeenTerms(kind, self._base.observer(kind, **options), self._seen, first)

    def episode_metrics(self, worlds: np.ndarray) -> dict[str, np.ndarray]:
        """The game's own, with what the contract did.

        agent_transfer: received less paid, (E, N). transferred: paid by all payers together. contracted: 1
        where a contract was in force. theta: of that contract, NaN where there was none. agent_paid includes
        transfers, and equality_total is of what agents end up with.
        """
        metrics, sums = self._base.episode_metrics(worlds), self._ended_sums
        transfer, in_force = sums.transferred[worlds], sums.agreed[worlds, 0]
        return metrics | {
            "agent_paid": metrics["agent_paid"] + transfer,
            "agent_transfer": transfer,
            "equality_total": equality(metrics["agent_return"] + transfer),
            "transferred": sums.moved[worlds, 0],
            "contracted": in_force,
            "theta": np.where(in_force > 0, sums.agreed[worlds, 1], np.nan),
        }

    def picture(self, world: int) -> np.ndarray:
        return self._base.picture(world)

    def scene(self, world: int) -> Scene:
        """The game's own, with the contract in words and among the events."""
        scene, deal, agreement = self._base.scene(world), self._deal, self._agreement
        theta, events = f"theta {agreement.theta[world, 0]:.3g}", scene.events
        if deal.proposed[world, 0]:
            events = (f"agent_{agreement.proposer[world, 0]} offers {theta}", *events)
        if deal.signed[world, 0]:
            events = ("the contract is signed", *events)
        words = {PROPOSING: "contract: to be proposed", VOTING: f"contract: {theta} is offered"}
        agreed = f"contract: {theta}" if agreement.in_force[world, 0] else "contract: none"
        contract = words.get(int(agreement.stage[world, 0]), agreed)
        returns = scene.returns + self._sums.transferred[world]
        return replace(scene, contract=contract, events=events, returns=returns)


def _state_array(game: Any, state: Any, name: str) -> np.ndarray:
    known = ", ".join(state._fields)
    require(hasattr(state, name), "reads", name, f"an array of the state of {game.name}: {known}")
    return getattr(state, name)
