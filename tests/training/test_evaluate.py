"""Evaluation on a toy game whose right answers can be written down."""

import numpy as np
import pytest
from altared.training.evaluate import contrasts, metrics, plain, play, rows, summary
from altared.training.statistics import holm


class Step:
    def __init__(self, **parts):
        self.__dict__.update(parts)


class Countdown:
    """World w's episodes last 1, 3, 1, 3, ... steps (w even) or 3, 1, 3, ... (w odd); no randomness."""

    num_agents = 2

    def __init__(self, num_worlds):
        self.num_worlds = num_worlds

    def _views(self):
        views = np.zeros((self.num_worlds, 2, 1, 1, 2), np.uint8)
        views[..., 0, 0, 0] = self.clock[:, None]
        return views

    def _length(self):
        return np.where((np.arange(self.num_worlds) + self.episode) % 2 == 0, 1, 3)

    def reset(self, seed=None):
        self.seed = seed
        self.clock, self.episode = np.zeros(self.num_worlds, int), np.zeros(self.num_worlds, int)
        self.sum = np.zeros((self.num_worlds, 2))
        return self._views()

    def step(self, actions):
        self.clock += 1
        self.sum += actions
        ended = self.clock == self._length()
        worlds = np.flatnonzero(ended)
        episodes = {
            "world": worlds,
            "length": self.clock[worlds].astype(float),
            "collective_return": self.sum[worlds].sum(1),
            "undefined": np.full(len(worlds), np.nan),
            "agent_return": self.sum[worlds],
        }
        self.clock[ended], self.sum[ended] = 0, 0
        self.episode += ended
        quiet = np.zeros(self.num_worlds, bool)
        return Step(observations=self._views(), terminated=ended, truncated=quiet, episodes=episodes)


class Constant:
    def __init__(self, action=1):
        self.action, self.firsts = action, []

    def start(self, num_worlds, seed):
        self.shape, self.seed = (num_worlds, 2), seed

    def act(self, observations, started):
        assert ((observations[:, 0, 0, 0, 0] == 0) == started).all()  # told of every first view, of no other
        return np.full(self.shape, self.action, np.int32)


def test_every_world_gives_its_first_episodes():
    batch, population = Countdown(4), Constant()
    columns = play(batch, population, episodes=10, seed=7)
    assert columns["world"].tolist() == [0, 0, 0, 1, 1, 1, 2, 2, 3, 3]
    assert columns["episode"].tolist() == [0, 1, 2, 0, 1, 2, 0, 1, 0, 1]
    assert columns["length"].tolist() == [1, 3, 1, 3, 1, 3, 1, 3, 3, 1]  # short ones are not favoured
    assert columns["agent_return"][1].tolist() == [3, 3]
    assert (batch.seed, population.seed) == (7, 7)


def test_fewer_episodes_than_worlds():
    assert play(Countdown(4), Constant(), episodes=2, seed=0)["world"].tolist() == [0, 1]


def test_progress_is_told_after_every_step():
    told = []
    play(
        Countdown(2),
        Constant(),
        episodes=3,
        seed=0,
        tick=lambda steps, counted: told.append((steps, counted)),
    )
    assert told == [(1, 1), (2, 1), (3, 2), (4, 3)]


def test_summary_over_episodes():
    columns = play(Countdown(4), Constant(), episodes=10, seed=0)
    assert metrics(columns) == ["length", "collective_return", "undefined"]
    said = summary(columns)
    assert said["length"]["mean"].value == np.mean([1, 3, 1, 3, 1, 3, 1, 3, 3, 1])
    assert (said["undefined"]["mean"].count, said["undefined"]["mean"].left_out) == (0, 10)


def test_rows_are_strict_json():
    row = rows(play(Countdown(2), Constant(2), episodes=2, seed=0))[0]
    assert row == {
        "episode": 0,
        "world": 0,
        "length": 1.0,
        "collective_return": 4.0,
        "undefined": None,
        "agent_return": [2.0, 2.0],
    }
    assert plain((1.0, float("nan"))) == [1.0, None]


def test_contrasts_are_adjusted_together():
    played = {
        name: play(Countdown(4), Constant(action), episodes=12, seed=0)
        for name, action in (("low", 0), ("one", 1), ("five", 5))
    }
    drawn = contrasts(played, ["collective_return", "length"])
    assert [(c.first, c.second) for c in drawn[:3]] == [("low", "one"), ("low", "five"), ("one", "five")]
    assert drawn[1].comparison.difference.value == -20  # nobody does anything against 2 agents x 5 x 2 steps
    ps = [c.comparison.p for c in drawn]
    assert [c.adjusted for c in drawn] == holm(ps) != ps
    assert drawn[1].adjusted < 0.01 < drawn[4].adjusted == 1
    few = contrasts({name: {k: v[:3] for k, v in c.items()} for name, c in played.items()}, ["length"])
    assert {c.adjusted for c in few} == {None}
    with pytest.raises(ValueError, match="no metric 'returns'; known: length, collective_return, undefined"):
        contrasts(played, ["returns"])
