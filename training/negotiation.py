"""Learning to negotiate: the learners propose and vote, and a trained population plays what was agreed.

The second phase of learning under contracts (Christoffersen et al. 2022, arXiv 2208.10469): play, learned
under contracts drawn at random, is frozen, and an episode of the learners is a proposal, a vote, and what
everybody earns in the whole episode of the game that follows.
"""

from typing import Any

import numpy as np

from ..agents.policy import Population
from ..envs.contracts.state import VOTING
from ..envs.engine.game import Step


class Negotiation:
    """The batch that a trainer sees: two steps an episode, in the game's own observations and actions.

    All worlds negotiate and play in step with each other.
    """

    in_step = True  # its worlds must not be made to end at different times

    def __init__(self, batch: Any, players: Population):
        """`batch` of a game with a negotiated contract, `auto_reset=False`; `players` act for everybody."""
        procedure = batch.game.config.to_dict().get("contract", {}).get("procedure")
        if procedure != "negotiated":
            raise ValueError(
                f"contract procedure is {procedure!r}; allowed where play is frozen: 'negotiated'"
            )
        if batch.auto_reset:
            raise ValueError("the batch has auto_reset=True; allowed: False")
        self.batch, self.players, self.game = batch, players, batch.game
        self.num_worlds, self.num_agents = batch.num_worlds, batch.num_agents
        self.observation_space, self.action_space = batch.observation_space, batch.action_space
        self.observation, self.observation_options = batch.observation, batch.observation_options
        self._going = np.zeros(self.num_worlds, np.bool_)

    def reset(self, seed: int | None = None) -> Any:
        """Every world begins an episode with a proposal."""
        return self.batch.reset(seed)

    def step(self, actions: Any) -> Step:
        """Propose; or vote, which ends the episode: rewards are what all earn until the game's end."""
        step = self.batch.step(actions)
        if (self.batch.state.stage == VOTING).all():
            return step._replace(terminated=self._going, truncated=self._going)
        return self._play(step)

    def _play(self, step: Step) -> Step:
        self.players.start(self.num_worlds, self._seed())
        rewards, over, ended = step.rewards.copy(), np.zeros(self.num_worlds, np.bool_), []
        started = np.ones(self.num_worlds, np.bool_)
        while not over.all():
            step = self.batch.step(self.players.act(step.observations, started))
            rewards += step.rewards
            over |= step.terminated | step.truncated
            started[:] = False
            if len(step.episodes["world"]):
                ended.append({name: column.copy() for name, column in step.episodes.items()})
        episodes = {name: np.concatenate([part[name] for part in ended]) for name in step.episodes}
        final = step.observations.copy()
        return Step(
            self.batch.reset(), rewards, np.ones_like(over), self._going, final, step.events, episodes
        )

    def _seed(self) -> int:
        """Of the players' choices: it follows from the worlds' seeds and the episode alone."""
        state = self.batch.state
        words = [*state.seed[0].tolist(), int(state.episode[0, 0])]
        return int(np.random.SeedSequence(words).generate_state(1, np.uint32)[0])

    def snapshot(self) -> dict[str, np.ndarray]:
        """All that the future depends on, as the batch's own."""
        return self.batch.snapshot()

    def restore(self, snapshot: dict[str, np.ndarray]) -> Any:
        """Go back to a snapshot."""
        return self.batch.restore(snapshot)
