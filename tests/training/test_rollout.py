"""Rollouts say what happened: the views acted on, what it paid, and what came after."""

from types import SimpleNamespace

import numpy as np
import pytest
import torch
from altared.agents.networks import Networks, architecture_for
from altared.envs import make_batch
from altared.training.episode_metrics import Episodes
from altared.training.stagger import ages, stagger
from altared.training.trainers.ippo.rollout import Collector

from .games import Memory, Wage

T, W, LENGTH = 13, 4, 5


class Recording(Memory):
    """Keeps a copy of everything it handed out."""

    def reset(self, seed=None):
        self.views, self.steps = [super().reset(seed).copy()], []
        return self.views[0]

    def step(self, actions):
        step = super().step(actions)
        self.views.append(step.observations.copy())
        self.steps.append((actions.copy(), step.rewards.copy(), step.final_observations.copy()))
        return step


class Clocked(Memory):
    """Says in its config and its snapshot what staggering needs, or only a part of it."""

    def __init__(self, limit: dict, clock: str) -> None:
        super().__init__(num_worlds=W, length=LENGTH)
        config = self.game.config.to_dict() | limit
        config_of = SimpleNamespace(to_dict=lambda: config, **config)
        self.game = SimpleNamespace(name=self.name, config=config_of, **limit)
        self.clock_name = clock

    def snapshot(self):
        snapshot = super().snapshot()
        return snapshot | {self.clock_name: snapshot.pop("clock")[:, None]}

    def restore(self, snapshot):
        super().restore(snapshot | {"clock": snapshot[self.clock_name][:, 0]})


def networks_for(batch, recurrent: bool, sharing: bool = False) -> Networks:
    torch.manual_seed(0)
    networks = Networks(architecture_for(batch, sharing, 8, recurrent))
    torch.nn.init.normal_(networks.critic.weight)
    return networks


@pytest.mark.parametrize("recurrent", [False, True])
def test_two_rollouts_hold_what_the_batch_handed_out(recurrent):
    batch = Recording(num_worlds=W, length=LENGTH, actions=2)
    networks = networks_for(batch, recurrent)
    collector = Collector(batch, networks, T, reward_scale=0.5, seed=0, action_seed=0)
    for part in range(2):
        rollout = collector.collect()
        own = slice(part * T, part * T + T)
        assert np.array_equal(rollout.views.numpy(), np.stack(batch.views[own]))
        assert np.array_equal(rollout.actions.numpy(), np.stack([s[0] for s in batch.steps[own]]))
        assert np.array_equal(rollout.rewards.numpy(), 0.5 * np.stack([s[1] for s in batch.steps[own]]))
        times = np.arange(part * T, part * T + T)
        assert np.array_equal(rollout.ended[:, 0].numpy(), times % LENGTH == LENGTH - 1)
        assert np.array_equal(rollout.started[:, 0].numpy(), times % LENGTH == 0)
    ended = sum(len(e["world"]) for e in collector.episodes.take())
    assert ended == W * (2 * T // LENGTH)
    assert collector.episodes.take() == []


@pytest.mark.parametrize("recurrent", [False, True])
@pytest.mark.parametrize("length", [1, 5])
def test_a_cut_life_is_valued_by_its_last_view_and_memory(recurrent, length):
    """Replays each life step by step: after the cut the critic sees the final view, not the next life's."""
    batch = Recording(num_worlds=W, length=length, actions=2)
    networks = networks_for(batch, recurrent)
    rollout = Collector(batch, networks, T, seed=0, action_seed=0).collect()
    fresh = torch.zeros(1, W, dtype=torch.bool)
    for first in range(0, T - length + 1, length):
        memory = networks.blank_memory(W)
        for t in range(first, first + length):
            view = torch.from_numpy(batch.views[t]).unsqueeze(0)
            _, values, memory = networks(view, memory, fresh)
            torch.testing.assert_close(rollout.values[t], values[0])
            if t > first:
                torch.testing.assert_close(rollout.following[t - 1], values[0])
        final = torch.from_numpy(batch.steps[first + length - 1][2]).unsqueeze(0)
        _, values, _ = networks(final, memory, fresh)
        torch.testing.assert_close(rollout.following[first + length - 1], values[0])


@pytest.mark.parametrize("sharing", [False, True])
@pytest.mark.parametrize("recurrent", [False, True])
def test_worlds_cut_at_different_times_are_each_valued_by_their_own_last_view(recurrent, sharing):
    batch = make_batch("commons_harvest", W, map="closed", num_agents=3, max_cycles=8)
    real, seen = batch.step, []

    def step(actions):
        stepped = real(actions)
        seen.append((stepped.truncated.copy(), stepped.final_observations.copy()))
        return stepped

    batch.step = step
    networks = networks_for(batch, recurrent, sharing)
    rollout = Collector(batch, networks, T, seed=0, action_seed=0).collect()
    assert [t % 2 for t, (cut, _) in enumerate(seen) if cut.any()] == [1] * 6  # one world each time
    started = torch.zeros(1, W, dtype=torch.bool)
    memory = networks.blank_memory(W)
    for t, (cut, finals) in enumerate(seen):
        _, values, memory = networks(rollout.views[t : t + 1], memory, rollout.started[t : t + 1])
        torch.testing.assert_close(rollout.values[t], values[0])
        _, values, _ = networks(torch.from_numpy(finals).unsqueeze(0), memory, started)
        torch.testing.assert_close(rollout.following[t][cut], values[0][cut])


def test_nothing_follows_a_termination():
    batch = Wage(num_worlds=W, length=LENGTH)
    rollout = Collector(batch, networks_for(batch, False), T, seed=0, action_seed=0).collect()
    assert rollout.ended.sum() == W * (T // LENGTH)
    assert rollout.following[rollout.ended].eq(0).all()
    assert rollout.following[~rollout.ended].ne(0).all()


@pytest.mark.parametrize(
    ("limit", "clock", "ages"),
    [
        ({"max_cycles": 8}, "state.clock", [0, 2, 4, 6]),
        ({"max_cycles": 0}, "state.clock", [0, 0, 0, 0]),
        ({}, "state.clock", [0, 0, 0, 0]),
        ({"max_cycles": 8}, "state.time", [0, 0, 0, 0]),
        ({}, "state.time", [0, 0, 0, 0]),
    ],
)
def test_worlds_are_staggered_where_the_game_has_a_limit_and_a_clock(limit, clock, ages):
    batch = Clocked(limit, clock)
    batch.reset(0)
    before = batch.snapshot()
    assert stagger(batch).tolist() == [age > 0 for age in ages]
    assert batch.clock.tolist() == ages
    after = batch.snapshot()
    assert all(np.array_equal(after[name], before[name]) for name in before.keys() - {clock})


@pytest.mark.parametrize(("limit", "worlds"), [(8, 4), (100, 7), (3, 10), (0, 2)])
def test_worlds_apart_are_as_old_as_they_would_be_together(limit, worlds):
    """As RLlib has them: each in a separate batch, knowing its number."""
    alone = [Clocked({"max_cycles": limit}, "state.clock") for _ in range(worlds)]
    for number, batch in enumerate(alone):
        batch.reset(0)
        batch.clock = batch.clock[:1]
        batch.num_worlds = 1
        shortened = stagger(batch, number, worlds)
        assert batch.clock.tolist() == [ages(limit, worlds)[number]]
        assert shortened.tolist() == [batch.clock[0] > 0]


def test_a_game_of_few_rounds_is_staggered_over_these():
    batch = make_batch("matrix_games", 8, rounds=4)
    batch.reset(0)
    assert stagger(batch).tolist() == [False, False, *[True] * 6]
    assert batch.snapshot()["state.clock"][:, 0].tolist() == [0, 0, 1, 1, 2, 2, 3, 3]


def test_worlds_that_must_be_in_step_are_left_so():
    batch = Clocked({"max_cycles": 8}, "state.clock")
    batch.in_step = True
    batch.reset(0)
    assert not stagger(batch).any()
    assert not stagger(batch, 1, 2).any()
    assert batch.clock.tolist() == [0] * W


def test_episodes_are_kept_until_taken_but_for_shortened_first_ones():
    episodes = Episodes(np.array([False, True, True]))
    column = np.array([10.0, 11.0])
    episodes.note({"world": np.array([0, 1]), "return": column})
    column[:] = 0  # a buffer of the batch
    episodes.note({"world": np.array([], np.int64), "return": np.zeros(0)})
    twin = Episodes(np.ones(3, bool))
    twin.load_state(episodes.state())
    episodes.note({"world": np.array([1, 2]), "return": np.array([21.0, 22.0])})
    assert [part["return"].tolist() for part in episodes.take()] == [[10.0], [21.0]]
    assert episodes.take() == []
    assert twin.partial.tolist() == [False, False, True]
    with pytest.raises(ValueError, match=r"partial has shape \(3,\); allowed: \(2,\)"):
        Episodes(np.zeros(2, bool)).load_state(episodes.state())
