"""Independent PPO by stable-baselines3: the same run folder, networks and log as IPPO's."""

import signal
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from altared.agents import checkpoint, load_residents
from altared.agents.networks import Networks
from altared.agents.trained import load_trained
from altared.envs import make_batch
from altared.scripts import evaluate, watch
from altared.scripts import train as command
from altared.training.config import PPO, Schedule, TrainingConfig
from altared.training.log import read_log
from altared.training.run_folder import RunFolder
from altared.training.trainers.ippo import trainer as run
from altared.training.trainers.sb3 import trainer as sb3
from altared.training.trainers.sb3.models import Model
from altared.training.trainers.sb3.trainer import IndependentModels, train

from .games import Bandit, Memory, Wage
from .stopping import stopped_after
from .test_run import rows_without_times

TRUST = "pickles: resume only runs you trust"


def memory_game() -> Memory:
    return Memory(num_worlds=4, length=5, actions=2)


def config_for(updates: int, **schedule) -> TrainingConfig:
    ppo = PPO(hidden_size=8, rollout_steps=7, final_learning_rate=1e-3, final_entropy_coef=0.02)
    usual = dict(steps=updates * 7 * 4 * 3, worlds=4, checkpoint_every=2)
    schedule = Schedule(**usual | schedule)
    return TrainingConfig("memory", memory_game().game.config.to_dict(), ppo, schedule, trainer="sb3")


def go(path: Path, config: TrainingConfig, resume: bool = False, show=lambda row, updates: None):
    return train(config, memory_game(), RunFolder(path), resume, show)


def trained(batch, updates: int, **ppo) -> IndependentModels:
    """Models after some updates with a fast, constant learning rate."""
    usual = dict(
        hidden_size=16, learning_rate=1e-2, final_learning_rate=1e-2, entropy_coef=0.0, final_entropy_coef=0.0
    )
    settings = PPO(**{"epochs": 4, **usual, **ppo})
    steps = updates * settings.rollout_steps * batch.num_worlds * batch.num_agents
    schedule = Schedule(steps=steps, worlds=batch.num_worlds)
    env = batch.game.config.to_dict()
    config = TrainingConfig(batch.game.name, env, settings, schedule, trainer="sb3")
    trainer = IndependentModels(config, batch)
    for _ in range(updates):
        trainer.row = trainer.step()
    return trainer


def test_bandit_everyone_finds_their_own_arm():
    returns = (
        np.array(trained(Bandit(num_worlds=16), 15, rollout_steps=16, gamma=0.0).row["agent_return"]) / 4
    )
    assert (returns > 0.9).all()


@pytest.mark.parametrize("game", [Memory, Wage])
def test_a_cut_life_is_worth_what_comes_after_and_an_ended_one_nothing(game):
    """The last reward of a truncated episode has the discounted value of its final view added."""
    batch = game(num_worlds=4, length=5, actions=2)
    trainer = trained(batch, 3, rollout_steps=10, gamma=0.8, reward_scale=0.5)
    paid, finals, real = [], [], batch.step

    def step(actions):
        taken = real(actions)
        paid.append(taken.rewards.copy())
        finals.append(taken.final_observations.copy())
        return taken

    batch.step = step
    trainer.collect()
    for i, model in enumerate(trainer.models):
        expected = 0.5 * np.stack(paid)[..., i]
        for t in (4, 9) if game is Memory else ():
            with torch.no_grad():
                after = model.policy.predict_values(torch.from_numpy(finals[t][:, i]))
            expected[t] += 0.8 * after.flatten().numpy()
        np.testing.assert_allclose(model.rollout_buffer.rewards, expected, rtol=1e-6)


WORLDS = {
    "tiles": ("commons_harvest", {"num_agents": 3, "max_cycles": 20}),
    "tiles with layers": ("commons_harvest", {"num_agents": 3, "contract": "low_density_harvest"}),
    "vector": ("fishing", {"preset": "govsim"}),
    "table": ("matrix_games", {"rounds": 3}),
}


@pytest.mark.parametrize("name", WORLDS)
def test_the_population_is_the_models(name):
    """The exported weights give the models' own logits and values, on views of a game in progress."""
    game, env = WORLDS[name]
    batch = make_batch(game, num_worlds=4, **env)
    trainer = trained(batch, 2, rollout_steps=16, learning_rate=1e-3)
    networks = Networks(trainer.architecture)
    networks.load_state_dict(trainer.weights())
    views = torch.from_numpy(trainer.collector.views)
    with torch.no_grad():
        logits, values, _ = networks(views.unsqueeze(0), networks.blank_memory(4), torch.ones(1, 4).bool())
        for i, model in enumerate(trainer.models):
            distribution = model.policy.get_distribution(views[:, i]).distribution
            mine = torch.log_softmax(logits[0, :, i], -1)
            torch.testing.assert_close(mine, distribution.logits, atol=1e-5, rtol=1e-5)
            their_values = model.policy.predict_values(views[:, i]).flatten()
            torch.testing.assert_close(values[0, :, i], their_values, atol=1e-5, rtol=1e-5)


def test_models_start_apart_and_settings_arrive():
    ppo = PPO(
        hidden_size=8, rollout_steps=6, minibatches=3, epochs=5, clip_range=0.3, gamma=0.9, gae_lambda=0.8
    )
    settings = replace(ppo, max_grad_norm=0.7, value_coef=0.6, learning_rate=3e-3, final_learning_rate=1e-3)
    trainer = IndependentModels(replace(config_for(4), ppo=settings), memory_game())
    weights = trainer.weights()["first.weight"]
    assert not torch.equal(weights[0], weights[1])
    model = trainer.models[0]
    assert (model.n_steps, model.batch_size, model.n_epochs) == (6, 8, 5)
    assert (model.gamma, model.gae_lambda, model.vf_coef, model.max_grad_norm) == (0.9, 0.8, 0.6, 0.7)
    assert model.clip_range(1.0) == 0.3


def test_log_is_that_of_the_own_trainer(tmp_path):
    """The same columns in every row, and the same fall of learning rate and entropy bonus."""
    config = replace(config_for(5), ppo=PPO(hidden_size=8, rollout_steps=7))
    go(tmp_path / "sb3", config)
    own = replace(config, trainer="ippo")
    run.train(own, memory_game(), RunFolder(tmp_path / "own"), False, lambda row, updates: None)
    theirs, ours = (read_log(tmp_path / name / "log.jsonl") for name in ("sb3", "own"))
    for one, other in zip(theirs, ours, strict=True):
        assert one.keys() == other.keys()
        same = ("update", "agent_steps", "env_steps", "episodes", "learning_rate", "entropy_coef")
        assert {n: one[n] for n in same} == pytest.approx({n: other[n] for n in same})
    assert theirs[0]["entropy"] == pytest.approx(np.log(2), abs=0.01)
    states = [checkpoint.read_state(tmp_path / name / "checkpoints" / "last") for name in ("sb3", "own")]
    assert states[0].keys() == states[1].keys()
    assert states[0]["architecture"] == states[1]["architecture"]


def test_resumed_run_is_the_same_bit_for_bit(tmp_path):
    straight = go(tmp_path / "a", config_for(6))
    go(tmp_path / "b", config_for(3))
    resumed = go(tmp_path / "b", config_for(6), resume=True)
    for name, tensor in straight.weights().items():
        assert torch.equal(tensor, resumed.weights()[name])
    assert rows_without_times(tmp_path / "a") == rows_without_times(tmp_path / "b")
    best = [checkpoint.read_state(tmp_path / r / "checkpoints" / "best") for r in "ab"]
    assert best[0]["update"] == best[1]["update"]


def test_a_kill_costs_the_updates_since_the_checkpoint_and_nothing_else(tmp_path, monkeypatch):
    """Killed between the parts of a save, the folder holds the old checkpoint, and goes on bit for bit."""
    straight = go(tmp_path / "a", config_for(6))
    real = checkpoint.save

    def killed(folder, tensors, state):
        if state["update"] == 4 and folder.name == "last":
            raise MemoryError
        real(folder, tensors, state)

    monkeypatch.setattr(sb3.checkpoint, "save", killed)
    with pytest.raises(MemoryError):
        go(tmp_path / "b", config_for(6))
    monkeypatch.setattr(sb3.checkpoint, "save", real)
    assert checkpoint.read_state(tmp_path / "b" / "checkpoints" / "last")["update"] == 2
    assert {path.name for path in (tmp_path / "b" / "sb3").iterdir()} == {"0000002", "0000004"}
    torch.manual_seed(99)
    np.random.seed(99)
    resumed = go(tmp_path / "b", config_for(6), resume=True)
    for name, tensor in straight.weights().items():
        assert torch.equal(tensor, resumed.weights()[name])
    assert rows_without_times(tmp_path / "a") == rows_without_times(tmp_path / "b")
    assert {path.name for path in (tmp_path / "b" / "sb3").iterdir()} == {"0000006"}


def test_files_of_another_update_are_not_gone_on_with(tmp_path):
    go(tmp_path, config_for(2))
    other = IndependentModels(config_for(2, seed=1), memory_game())
    other.models[0].save(tmp_path / "sb3" / "0000002" / "agent_0.zip")
    with pytest.raises(ValueError, match="their weights differ"):
        go(tmp_path, config_for(4), resume=True)
    (tmp_path / "sb3" / "0000002" / "agent_0.zip").unlink()
    with pytest.raises(FileNotFoundError, match=r"agent_0\.zip"):
        go(tmp_path, config_for(4), resume=True)


def test_another_trainer_cannot_go_on(tmp_path):
    go(tmp_path, config_for(2))
    own = replace(config_for(4), trainer="ippo")
    with pytest.raises(ValueError, match="has trainer 'sb3'; it cannot go on with 'ippo'"):
        run.train(own, memory_game(), RunFolder(tmp_path), True, lambda row, updates: None)


def test_sb3_reads_its_own_files(tmp_path):
    trainer = go(tmp_path, config_for(2))
    model = Model.load(tmp_path / "sb3" / "0000002" / "agent_1.zip")
    views = torch.from_numpy(trainer.collector.views[:, 1])
    mine, loaded = (m.policy.get_distribution(views).distribution for m in (trainer.models[1], model))
    assert torch.equal(mine.logits, loaded.logits)
    assert (model.num_timesteps, model._n_updates) == (2 * 7 * 4, 2 * 2)  # the second: epochs


def test_a_model_of_a_run_that_went_on_counts_from_its_beginning(tmp_path):
    go(tmp_path, config_for(2))
    models = go(tmp_path, config_for(5), resume=True).models
    loaded = Model.load(tmp_path / "sb3" / "0000005" / "agent_2.zip")
    for model in (*models, loaded):
        assert (model.num_timesteps, model._n_updates) == (5 * 7 * 4, 5 * 2)


def test_a_signal_saves_first(tmp_path):
    code, last = stopped_after("test_sb3", tmp_path, 3, signal.SIGTERM)
    update = checkpoint.read_state(tmp_path / "checkpoints" / "last")["update"]
    assert code == 143
    assert last.startswith(f"stopped after update {update} of 1000000; saved")
    assert [path.name for path in (tmp_path / "sb3").iterdir()] == [f"{update:07d}"]


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"clip_range_value": 0.4}, "clip_range_value=0.4 .* must be 0 .* with trainer 'sb3'"),
        ({"network": "recurrent"}, "network='recurrent' .* must be 'feedforward' with trainer 'sb3'"),
        ({"share_parameters": True}, r"share_parameters=True .* must be False .*PairVecEnv"),
        (
            {"minibatches": 15},
            "minibatches=15 .* from 1 to 14 where .* 28 samples .* with trainer 'sb3'",
        ),
    ],
)
def test_refused_settings(tmp_path, settings, message):
    config = config_for(2)
    with pytest.raises(ValueError, match=message):
        go(tmp_path / "run", replace(config, ppo=replace(config.ppo, **settings)))
    assert not (tmp_path / "run").exists()


SMALL = ["--trainer", "sb3", "--worlds", "4", "--ppo.rollout-steps", "16", "--ppo.hidden-size", "8"]
HARVEST = ["commons_harvest", "--env.max-cycles", "20", "--env.num-agents", "2", "--steps", "512"]


def test_the_commands_take_its_runs_as_any(tmp_path, capsys):
    """Train, film, evaluate, live among, go on: nothing of SB3's is read but to go on."""
    path = tmp_path / "run"
    assert command.main([*HARVEST, *SMALL, "--run", str(path)]) == 0
    assert {"curves.png", "video.mp4", "sb3"} <= {file.name for file in path.iterdir()}
    hidden = path / "elsewhere"
    (path / "sb3").rename(hidden)
    assert evaluate.main([str(path), "--episodes", "4"]) == 0
    assert watch.main([str(path), "--video", str(tmp_path / "film.gif")]) == 0
    assert load_trained(path).num_agents == 2
    assert load_residents([str(path)])
    hidden.rename(path / "sb3")
    assert TRUST not in capsys.readouterr().err
    assert command.main(["--resume", str(path), "--steps", "1024", "--no-video"]) == 0
    assert f"warning: {path / 'sb3' / '0000004'} holds" in (said := capsys.readouterr().err)
    assert TRUST in said
    assert [row["update"] for row in read_log(path / "log.jsonl")] == list(range(1, 9))


def test_learners_negotiate(tmp_path):
    """A run that proposes and votes, over the frozen play of another."""
    play, deal = tmp_path / "play", tmp_path / "deal"
    terms = ["--contract.name", "action_fee", "--contract.procedure", "random", "--env.rounds", "2"]
    quick = ["--steps", "256", "--no-video"]
    assert command.main(["matrix_games", *terms, *SMALL, *quick, "--run", str(play)]) == 0
    assert command.main(["--play", str(play), *SMALL, *quick, "--run", str(deal)]) == 0
    assert evaluate.main([str(deal), "--episodes", "4"]) == 0
