"""A population of two trades: some networks speak while a contract is negotiated, others play."""

import numpy as np

from .trained import TrainedPopulation

PROPOSED, VOTED = -3, -2  # places of these flags among the last numbers an agent sees: envs/contracts/observation.py


class NegotiatingPopulation:
    """Everybody in W worlds with a negotiated contract (see agents/policy.py)."""

    def __init__(self, speakers: TrainedPopulation, players: TrainedPopulation) -> None:
        self.speakers, self.players = speakers, players
        self.networks, self.game, self.num_agents = players.networks, players.game, players.num_agents
        self._spoke = np.zeros(0, np.bool_)

    def start(self, num_worlds: int, seed: int) -> None:
        self.speakers.start(num_worlds, seed)
        self.players.start(num_worlds, seed)
        self._spoke = np.zeros(num_worlds, np.bool_)

    def act(self, observations: np.ndarray, started: np.ndarray) -> np.ndarray:
        """observations (W, N, *view), started bool (W,): first view of an episode -> int32 (W, N)."""
        speaking = is_negotiation(observations)
        playing = self.players.act(observations, started | self._spoke)  # play begins when the talk is over
        self._spoke = speaking
        if not speaking.any():
            return playing
        said = self.speakers.act(observations, started)
        return np.where(speaking[:, None], said, playing)


def is_negotiation(observations: np.ndarray) -> np.ndarray:
    """(W,) bool: a contract is being proposed or voted on, to observations (W, N, *view)."""
    numbers = observations[:, 0].reshape(len(observations), -1)
    half = 127 if observations.dtype == np.uint8 else 0.5
    return (numbers[:, PROPOSED] > half) | (numbers[:, VOTED] > half)
