"""Residents sit in some slots at first: drawn by chance, phased out; nobody learns from what they do."""

from dataclasses import replace

import numpy as np
import pytest
import safetensors.torch
import torch
from altared.agents.networks import Networks, architecture_for
from altared.agents.policy_state import restore, state_of
from altared.agents.population import Slots
from altared.agents.scripted import SCRIPTED
from altared.agents.scripted.random_policy import Random
from altared.envs import make_batch
from altared.training.config import PPO, Curriculum, Schedule, TrainingConfig
from altared.training.curriculum import NO_RESIDENT, ResidentSchedule, resident_schedule
from altared.training.log import read_log
from altared.training.run_folder import RunFolder
from altared.training.trainers.ippo.rollout import Collector
from altared.training.trainers.ippo.trainer import IPPO, train

from .games import Memory
from .test_run import rows_without_times

T, W, N, LENGTH = 11, 6, 3, 4


class Always:
    """A population in which everybody does the same in every step."""

    def __init__(self, action: int) -> None:
        self.action = action

    def start(self, num_worlds: int, seed: int) -> None:
        self.seen = []

    def act(self, observations, started):
        self.seen.append((observations.copy(), started.copy()))
        return np.full(observations.shape[:2], self.action, np.int32)


class Watched(Memory):
    """Keeps the actions it was given."""

    def step(self, actions):
        self.played = [*getattr(self, "played", []), actions.copy()]
        return super().step(actions)


def collector_with(residents, recurrent=False) -> Collector:
    torch.manual_seed(0)
    batch = Watched(num_worlds=W, num_agents=N, length=LENGTH, actions=5)
    networks = Networks(architecture_for(batch, False, 8, recurrent))
    return Collector(batch, networks, T, seed=0, action_seed=3, residents=residents)


def test_residents_act_where_the_mask_is_false_for_whole_episodes():
    residents = ResidentSchedule([Always(3), Always(4)], N, 0.5)
    collector = collector_with(residents)
    rollout = collector.collect()
    played, mask = torch.from_numpy(np.stack(collector.batch.played)), rollout.mask
    assert mask.any()
    assert not mask.all()
    assert torch.equal(played[mask], rollout.actions[mask])
    assert set(played[~mask].tolist()) == {3, 4}
    for t in range(1, T):
        if not rollout.started[t, 0]:
            assert torch.equal(mask[t], mask[t - 1])
    assert not torch.equal(mask[0], mask[LENGTH])


def test_residents_see_what_the_learners_see():
    collector = collector_with(ResidentSchedule([Always(3)], N, 1.0))
    rollout = collector.collect()
    for t, (views, started) in enumerate(collector.slots.residents.populations[0].seen):
        assert np.array_equal(views, rollout.views[t].numpy())
        assert np.array_equal(started, rollout.started[t].numpy())


@pytest.mark.parametrize("recurrent", [False, True])
def test_without_a_share_everything_is_as_without_residents(recurrent):
    plain, accompanied = (
        collector_with(None, recurrent),
        collector_with(ResidentSchedule([Always(3)], N, 0.0), recurrent),
    )
    one, other = plain.collect(), accompanied.collect()
    assert one.mask is None
    assert other.mask.all()
    for mine, theirs in zip(one[:-1], other[:-1], strict=True):
        assert torch.equal(mine, theirs)


def test_slots_are_held_with_the_chance_asked_for_and_residents_alike():
    residents = ResidentSchedule([Always(3), Always(4), Always(0)], N, 0.3)
    residents.start(20_000, 0)
    residents.act(np.zeros((20_000, N, 1)), np.ones(20_000, bool))
    shares = [(residents.who == who).mean() for who in (NO_RESIDENT, 0, 1, 2)]
    np.testing.assert_allclose(shares, [0.7, 0.1, 0.1, 0.1], atol=0.005)


def test_assignments_and_returns_tell_who_played():
    collector = collector_with(ResidentSchedule([Always(3)], N, 0.5))
    rollout = collector.collect()
    for number, part in enumerate(collector.episodes.take()):
        last = LENGTH * (number + 1) - 1
        expected = torch.where(rollout.mask[last], torch.arange(N), -1)
        assert np.array_equal(part["slot_policies"], expected.numpy())


@pytest.mark.parametrize("name", SCRIPTED)
def test_what_a_scripted_agent_remembers_can_be_saved(name):
    batch = make_batch("altared_harvest", 2, num_agents=2, map="altared_small", preset="feasible")
    mine, twin = (Slots([SCRIPTED[name]() for _ in range(2)]) for _ in range(2))
    mine.start(2, 1)
    views, started = batch.reset(0), np.ones(2, bool)
    for t in range(30):
        actions = mine.act(views, started).copy()
        if t == 15:
            saved = safetensors.torch.save(state_of(mine))
            twin.start(2, 99)
            restore(twin, safetensors.torch.load(saved))
        if t > 15:
            assert np.array_equal(actions, twin.act(views, started))
        views, started = batch.step(actions).observations, np.zeros(2, bool)


def test_memories_of_others_are_refused():
    one, other = Random(), SCRIPTED["greedy"]()
    one.start(2, 0)
    other.start(2, 0)
    with pytest.raises(ValueError, match="remembers other things"):
        restore(one, state_of(other))


DILEMMA = {"rounds": 5}


def config_for(updates: int, **curriculum) -> TrainingConfig:
    ppo = PPO(
        hidden_size=8, rollout_steps=7, network="recurrent", final_learning_rate=1e-3, final_entropy_coef=0.02
    )
    schedule = Schedule(steps=updates * 7 * 8 * 2, worlds=8, checkpoint_every=2)
    eased = Curriculum(**{"residents": ("random",), "residents_share": 0.8, **curriculum})
    return TrainingConfig("matrix_games", DILEMMA, ppo, schedule, curriculum=eased)


def go(path, config: TrainingConfig, resume: bool = False, show=lambda row, updates: None):
    return train(config, make_batch("matrix_games", 8, **DILEMMA), RunFolder(path), resume, show)


def test_a_resumed_run_with_residents_is_the_same_bit_for_bit(tmp_path):
    straight = go(tmp_path / "a", config_for(6, residents_until=1.0))

    def kill(row, updates):
        if row["update"] == 3:
            raise MemoryError

    with pytest.raises(MemoryError):
        go(tmp_path / "b", config_for(6, residents_until=1.0), show=kill)
    resumed = go(tmp_path / "b", config_for(6, residents_until=1.0), resume=True)
    for one, other in zip(straight.networks.parameters(), resumed.networks.parameters(), strict=True):
        assert torch.equal(one, other)
    assert rows_without_times(tmp_path / "a") == rows_without_times(tmp_path / "b")


def test_residents_leave_by_the_time_said_and_the_log_tells(tmp_path):
    go(tmp_path, config_for(10, residents_until=0.5))
    rows = read_log(tmp_path / "log.jsonl")
    np.testing.assert_allclose(
        [row["residents_share"] for row in rows], [0.8, 0.64, 0.48, 0.32, 0.16, *[0] * 5]
    )
    assert any(-1 in assigned for assigned in rows[0]["slot_policies"])
    assert rows[-1]["slot_policies"]
    assert all(assigned == [0, 1] for row in rows[-2:] for assigned in row["slot_policies"])
    assert len(rows[-1]["policy_return"]) == 2


def test_a_trained_run_is_a_resident(tmp_path):
    go(tmp_path / "a", replace(config_for(2), curriculum=Curriculum()))
    trainer = go(tmp_path / "b", config_for(2, residents=(str(tmp_path / "a"), "random")))
    assert len(trainer.residents.populations) == 2
    assert "slot_policies" not in read_log(tmp_path / "a" / "log.jsonl")[0]


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("enforcer", "residents: enforcer does not play matrix_games"),
        ("nobody", "residents: no population 'nobody'"),
    ],
)
def test_residents_that_cannot_play_are_refused(name, message):
    with pytest.raises(ValueError, match=message):
        IPPO(config_for(2, residents=(name,)), make_batch("matrix_games", 8, **DILEMMA))


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"negotiates": True}, r"residents=\('random',\) .* must be \(\) with negotiates=True"),
        ({"trainer": "sb3"}, r"residents=\('random',\) .* must be \(\) with trainer 'sb3'"),
    ],
)
def test_residents_need_our_own_trainer_and_play(settings, message):
    with pytest.raises(ValueError, match=message):
        TrainingConfig("tiny", {}, curriculum=Curriculum(residents=("random",)), **settings)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"residents": "random"}, "residents='random' .* must be a tuple of names"),
        ({"residents": ["random"]}, r"residents=\['random'\] .* must be a tuple of names"),
        ({"residents": (1,)}, r"residents=\(1,\) .* must be a tuple of names"),
        ({"residents_share": 0.9}, "residents_share=0.9 .* must be 0.5, the default, without residents"),
        ({"residents_until": 1.0}, "residents_until=1.0 .* must be 0.5, the default, without residents"),
    ],
)
def test_residents_are_names_and_nothing_is_said_of_none(settings, message):
    with pytest.raises(ValueError, match=message):
        Curriculum(**settings)


def test_the_best_weights_are_judged_by_episodes_without_residents():
    trainer = IPPO(config_for(4), make_batch("matrix_games", 8, **DILEMMA))
    returns, assigned = np.array([9.0, 1.0, 2.0]), np.array([[0, -1], [0, 1], [1, 0]])
    part = {
        "world": np.zeros(3),
        "collective_return": returns,
        "slot_policies": assigned,
        "agent_return": np.ones((3, 2)),
    }
    trainer.take_episodes = lambda: [part]
    trainer.step()
    assert list(trainer.recent) == [1.0, 2.0]


def test_no_names_no_company():
    assert resident_schedule((), 0.5, None) is None
