"""A population larger than the game: drawn for every episode, and who sits out learns nothing."""

import numpy as np
import pytest
import torch
from altared.agents import checkpoint, load_residents
from altared.agents.networks import Networks, architecture_for
from altared.agents.policy_sampling import PolicySampler
from altared.agents.population import load_population
from altared.agents.trained import load_trained
from altared.envs import make_batch
from altared.scripts import evaluate, watch
from altared.training.config import PPO, Curriculum, Schedule, TrainingConfig
from altared.training.curriculum import ResidentSchedule
from altared.training.log import read_log
from altared.training.run_folder import RunFolder
from altared.training.slots import returns_of_each
from altared.training.trainers.ippo.ppo import update
from altared.training.trainers.ippo.rollout import Collector
from altared.training.trainers.ippo.trainer import IPPO, train

from .games import Memory
from .test_residents import Always
from .test_rollout import Recording
from .test_run import rows_without_times

T, W, N, P, LENGTH = 13, 5, 3, 7, 4


def collector_of(batch, recurrent=False, policies=P, residents=None) -> Collector:
    torch.manual_seed(0)
    networks = Networks(architecture_for(batch, False, 8, recurrent, policies))
    torch.nn.init.normal_(networks.critic.weight)
    sampler = PolicySampler(policies, batch.num_agents, batch.num_worlds, 0) if policies else None
    return Collector(batch, networks, T, seed=0, action_seed=3, residents=residents, sampler=sampler)


def recorded(**settings) -> tuple[Collector, Recording]:
    batch = Recording(num_worlds=W, num_agents=N, length=LENGTH, actions=5)
    return collector_of(batch, **settings), batch


def test_every_episode_has_different_policies_and_all_are_drawn_alike():
    sampler = PolicySampler(5, 3, 20_000, 0)
    before = sampler.assignment.clone()
    assert all(len(set(assigned)) == 3 for assigned in before.tolist())
    shares = torch.stack([(before == policy).float().mean(0) for policy in range(5)])
    torch.testing.assert_close(shares, torch.full((5, 3), 0.2), atol=0.015, rtol=0)
    some = torch.rand(20_000) < 0.5
    sampler.draw(some)
    assert torch.equal(sampler.assignment[~some], before[~some])
    assert (sampler.assignment[some] != before[some]).float().mean() == pytest.approx(0.8, abs=0.02)


def test_what_slots_have_goes_to_policies_and_back():
    sampler = PolicySampler(P, N, W, 1)
    slots = torch.randn(W, N, 2) + 10
    policies = sampler.gather(slots)
    assert policies.shape == (W, P, 2)
    for w in range(W):
        for slot, policy in enumerate(sampler.assignment[w].tolist()):
            assert torch.equal(policies[w, policy], slots[w, slot])
    assert (policies == 0).sum() == W * (P - N) * 2
    assert torch.equal(sampler.scatter(policies[..., 0]), slots[..., 0])


def test_fewer_policies_than_slots_are_refused():
    with pytest.raises(
        ValueError, match=r"population_size is 2; allowed: 3 .agents of the game. or more, or 0"
    ):
        PolicySampler(2, 3, 1, 0)


@pytest.mark.parametrize("recurrent", [False, True])
def test_rollouts_follow_the_assignment(recurrent):
    """The mask is who active, views, actions and rewards are those of their slots, and others see zeros."""
    collector, batch = recorded(recurrent=recurrent)
    rollout = collector.collect()
    episodes = np.concatenate([part["slot_policies"] for part in collector.episodes.take()]).reshape(-1, W, N)
    for t in range(T // LENGTH * LENGTH):
        assigned = torch.from_numpy(episodes[t // LENGTH])
        assert all(len(set(row)) == N for row in assigned.tolist())
        active = torch.zeros(W, P, dtype=torch.bool).scatter(1, assigned, True)
        assert torch.equal(rollout.mask[t], active)
        assert rollout.views[t][~active].eq(0).all()
        assert rollout.rewards[t][~active].eq(0).all()
        actions, rewards, _ = batch.steps[t]
        assert np.array_equal(rollout.actions[t].gather(1, assigned).numpy(), actions)
        assert np.array_equal(rollout.rewards[t].gather(1, assigned).numpy(), rewards)
        rows = torch.arange(W).unsqueeze(1)
        assert np.array_equal(rollout.views[t][rows, assigned].numpy(), batch.views[t])
    assert len({tuple(row) for row in episodes.reshape(-1, N).tolist()}) > 5


@pytest.mark.parametrize("recurrent", [False, True])
def test_a_cut_life_is_valued_by_those_who_lived_it(recurrent):
    """Replays each life for its slots: memory begins blank, and its own critics value the last view."""
    collector, batch = recorded(recurrent=recurrent)
    networks, rollout = collector.networks, collector.collect()
    episodes = collector.episodes.take()
    fresh = torch.zeros(1, W, dtype=torch.bool)
    for first in range(0, T - LENGTH + 1, LENGTH):
        active, memory = rollout.mask[first], networks.blank_memory(W)
        for t in range(first, first + LENGTH):
            _, values, memory = networks(rollout.views[t].unsqueeze(0), memory, fresh)
            torch.testing.assert_close(rollout.values[t][active], values[0][active])
        final = torch.from_numpy(batch.steps[t][2])
        assigned = torch.stack(
            [torch.nonzero(row).squeeze(1) for row in active]
        )  # some order: finals are alike by slot
        episode = first // LENGTH
        order = torch.from_numpy(episodes[episode]["slot_policies"])
        assert torch.equal(order.sort(1).values, assigned)
        views = final.new_zeros(W, P, *final.shape[2:])
        views[torch.arange(W).unsqueeze(1), order] = final
        _, values, _ = networks(views.unsqueeze(0), memory, fresh)
        torch.testing.assert_close(rollout.following[t][active], values[0][active])


def test_who_sits_out_gets_no_gradient_and_does_not_move():
    batch = Memory(num_worlds=1, num_agents=2, length=40, actions=2)
    collector = collector_of(batch, policies=4)
    rollout, networks = collector.collect(), collector.networks
    before = {name: p.detach().clone() for name, p in networks.named_parameters()}
    update(
        networks, torch.optim.Adam(networks.parameters()), rollout, PPO(hidden_size=8), 0.0, torch.Generator()
    )
    active = rollout.mask[0, 0]
    assert active.sum() == 2
    for name, p in networks.named_parameters():
        assert p.grad[~active].eq(0).all(), name
        assert torch.equal(p[~active], before[name][~active]), name
        assert not torch.equal(p[active], before[name][active]), name


def test_residents_and_population_together():
    collector, batch = recorded(residents=ResidentSchedule([Always(4)], N, 0.5))
    rollout = collector.collect()
    played = torch.from_numpy(np.stack([actions for actions, *_ in batch.steps]))
    episodes = [torch.from_numpy(part["slot_policies"]) for part in collector.episodes.take()]
    for t in range(T // LENGTH * LENGTH):
        assigned = episodes[t // LENGTH]
        assert rollout.mask[t].sum() == (assigned >= 0).sum()
        assert played[t][assigned < 0].eq(4).all()
        own = rollout.actions[t].gather(1, assigned.clamp(min=0))
        assert torch.equal(played[t][assigned >= 0], own[assigned >= 0])


def test_returns_of_each_policy():
    assigned, returns = np.array([[0, 2], [2, -1]]), np.array([[1.0, 10.0], [20.0, 99.0]])
    assert returns_of_each(assigned, returns, 4)[::2] == [1.0, 15.0]
    assert np.isnan(returns_of_each(assigned, returns, 4)[1::2]).all()


DILEMMA = {"rounds": 5}
WIDE = 5  # policies for the two slots


def config_for(updates: int, population: int = WIDE, **curriculum) -> TrainingConfig:
    same = {"final_learning_rate": 1e-3, "final_entropy_coef": 0.02}
    ppo = PPO(
        hidden_size=8,
        rollout_steps=7,
        network="recurrent",
        population_size=population,
        normalise_rewards=True,
        **same,
    )
    schedule = Schedule(steps=updates * 7 * 8 * 2, worlds=8, checkpoint_every=2)
    return TrainingConfig("matrix_games", DILEMMA, ppo, schedule, curriculum=Curriculum(**curriculum))


def go(path, config: TrainingConfig, resume: bool = False):
    batch = make_batch("matrix_games", 8, **DILEMMA)
    return train(config, batch, RunFolder(path), resume, lambda row, updates: None)


@pytest.mark.parametrize("residents", [(), ("random",)])
def test_a_resumed_run_with_a_population_is_the_same_bit_for_bit(tmp_path, residents):
    eased = {"residents": residents, "residents_until": 1.0} if residents else {}
    straight = go(tmp_path / "a", config_for(6, **eased))
    if residents:  # its share falls with the run's length, so the run is cut and not made longer
        cut = IPPO(config_for(6, **eased), make_batch("matrix_games", 8, **DILEMMA))
        folder = RunFolder(tmp_path / "b")
        folder.create(cut.config)
        folder.log.write_bytes(b"".join((tmp_path / "a" / "log.jsonl").read_bytes().splitlines(True)[:3]))
        for _ in range(3):
            cut.step()
        cut.save(folder, folder.log.stat().st_size)
    else:
        go(tmp_path / "b", config_for(3))
    resumed = go(tmp_path / "b", config_for(6, **eased), resume=True)
    for one, other in zip(straight.networks.parameters(), resumed.networks.parameters(), strict=True):
        assert torch.equal(one, other)
    assert rows_without_times(tmp_path / "a") == rows_without_times(tmp_path / "b")


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    path = tmp_path_factory.mktemp("population") / "run"
    go(path, config_for(4))
    return path


def test_the_log_tells_the_draws_and_what_each_policy_made_of_them(run):
    rows = read_log(run / "log.jsonl")
    assigned = [pair for row in rows for pair in row["slot_policies"]]
    assert all(len(set(pair)) == 2 and set(pair) <= set(range(WIDE)) for pair in assigned)
    assert len({tuple(pair) for pair in assigned}) > 10
    for row in rows:
        assert len(row["slot_policies"]) == row["episodes"]
        active = {policy for pair in row["slot_policies"] for policy in pair}
        assert [r is not None for r in row["policy_return"]] == [policy in active for policy in range(WIDE)]
        total = sum(row["policy_return"][p] * sum(p in pair for pair in row["slot_policies"]) for p in active)
        assert total / row["episodes"] == pytest.approx(row["collective_return"])


def test_the_checkpoint_tells_both_numbers(run):
    state = checkpoint.read_state(checkpoint.find(run))
    assert (state["interface"]["num_agents"], state["architecture"]["agents"]) == (2, WIDE)


def test_a_loaded_population_draws_its_assignment_too(run):
    population, twin = load_trained(run), load_population(str(run), 2)
    assert population.num_agents == 2
    batch = make_batch("matrix_games", 8, **DILEMMA)
    views, started = batch.reset(0), np.ones(8, bool)
    for one in (population, twin):
        one.start(8, 5)
    seen = []
    for _ in range(12):
        actions = population.act(views, started)
        assert np.array_equal(actions, twin.act(views, started))
        seen.append(population.sampler.assignment.tolist())
        step = batch.step(actions)
        views, started = step.observations, step.terminated | step.truncated
    assert all(len(set(pair)) == 2 for pairs in seen for pair in pairs)
    assert seen[0] == seen[4] != seen[5] == seen[9] != seen[10]
    population.start(8, 6)
    population.act(views, np.ones(8, bool))
    assert population.sampler.assignment.tolist() != seen[0]


def test_a_population_of_another_number_of_slots_is_refused(run):
    with pytest.raises(ValueError, match="was trained with 2 agents, the game has 5"):
        load_population(str(run), WIDE)


def test_slot_i_of_a_resident_is_policy_i(run):
    resident = load_residents([run], focal="agent_0")[0]
    weights = load_trained(run).networks.actor.weight
    assert torch.equal(resident._alone.networks.actor.weight[0], weights[1])


def test_a_population_run_is_evaluated_and_watched(run, capsys, tmp_path):
    assert evaluate.main([str(run), "--episodes", "4", "--worlds", "2"]) in (0, None)
    watch.main([str(run), "--video", str(tmp_path / "film.gif"), "--steps", "3"])
    assert (tmp_path / "film.gif").exists()


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (
            lambda: PPO(population_size=3, share_parameters=True),
            "population_size=3 .* must be 0 with share_parameters=True",
        ),
        (lambda: PPO(population_size=-1), "population_size=-1 .* must be a whole number in 0 .. 10000"),
        (
            lambda: TrainingConfig("tiny", {}, PPO(population_size=3), negotiates=True),
            "population_size=3 .* must be 0 with negotiates=True",
        ),
        (
            lambda: TrainingConfig("tiny", {}, PPO(population_size=3), trainer="sb3"),
            "population_size=3 .* must be 0 with trainer 'sb3'",
        ),
        (
            lambda: TrainingConfig("tiny", {}, PPO(normalise_rewards=True), trainer="sb3"),
            "normalise_rewards=True .* must be False with trainer 'sb3'",
        ),
        (
            lambda: IPPO(config_for(1, population=1), make_batch("matrix_games", 8, **DILEMMA)),
            "population_size is 1; allowed: 2",
        ),
    ],
)
def test_what_a_population_cannot_be_had_with_is_named(make, message):
    with pytest.raises(ValueError, match=message):
        make()
