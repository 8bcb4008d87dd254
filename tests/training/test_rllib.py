"""Trainer rllib on a small Ray instance; skipped where the extra altared[rllib] is not installed."""

import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from altared.agents import checkpoint, load_residents
from altared.agents.trained import load_trained
from altared.envs import make_batch
from altared.scripts import evaluate, watch
from altared.scripts import train as train_command
from altared.training.config import PPO, Cluster, Schedule, TrainingConfig
from altared.training.log import read_log
from altared.training.run_folder import RunFolder
from altared.training.trainers.ippo import trainer as own

pytest.importorskip("ray", reason="pip install 'altared[rllib]'")
from altared.training.trainers.rllib import trainer as rllib
from altared.training.trainers.rllib.algorithm import ray_running

pytestmark = pytest.mark.timeout(600)  # Ray takes its time to start on a busy machine
GAMES = {  # a small game with tiles, which ends by a time limit, and one with vectors
    "commons_harvest": {"num_agents": 3, "max_cycles": 20},
    "matrix_games": {"max_cycles": 10},
}


@pytest.fixture(scope="module", autouse=True)
def _ray():
    with ray_running(Cluster(num_env_runners=1)):
        yield


def config_for(game: str, updates: int = 3, **changes) -> TrainingConfig:
    batch = make_batch(game, 4, **GAMES[game])
    ppo = PPO(rollout_steps=16, hidden_size=8, **changes.pop("ppo", {}))
    schedule = Schedule(steps=updates * 16 * 4 * batch.num_agents, worlds=4, checkpoint_every=2)
    config = TrainingConfig(game, batch.game.config.to_dict(), ppo, schedule, trainer="rllib")
    return replace(config, **changes)


def go(path: Path, config: TrainingConfig, resume: bool = False, train=rllib.train):
    batch = make_batch(config.game, config.schedule.worlds, **config.env)
    return train(config, batch, RunFolder(path), resume, lambda row, updates: None)


def trainer_for(config: TrainingConfig) -> rllib.RllibTrainer:
    return rllib.RllibTrainer(config, make_batch(config.game, config.schedule.worlds, **config.env))


@pytest.fixture(scope="module", params=list(GAMES))
def trained(request, tmp_path_factory) -> tuple[str, Path]:
    path = tmp_path_factory.mktemp("rllib") / request.param
    go(path, config_for(request.param))
    return request.param, path


def test_log_has_the_rows_of_our_own_trainer(trained, tmp_path):
    game, path = trained
    go(tmp_path, replace(config_for(game), trainer="ippo"), train=own.train)
    rows, others = read_log(path / "log.jsonl"), read_log(tmp_path / "log.jsonl")
    assert [row["update"] for row in rows] == [1, 2, 3]
    assert [row["episodes"] > 0 for row in rows] == [row["episodes"] > 0 for row in others]
    for row, other in zip(rows, others, strict=True):
        names = [[name for name in r if not name.endswith("_undefined")] for r in (row, other)]
        assert names[0] == names[1]
        assert [np.shape(row[n]) for n in names[0]] == [np.shape(other[n]) for n in names[1]]
        assert row["agent_steps"] == other["agent_steps"]
        assert row["entropy_coef"] == pytest.approx(other["entropy_coef"], rel=0.2)
        assert row["learning_rate"] == pytest.approx(other["learning_rate"], rel=0.2)
        assert 0 < row["rollout_share"] < 1
    assert np.sum(rows[-1]["agent_return"]) == pytest.approx(rows[-1]["collective_return"], abs=1e-4)


def test_the_rest_of_the_house_reads_the_run(trained, tmp_path, capsys):
    _, path = trained
    state = checkpoint.read_state(path / "checkpoints" / "last")
    assert (state["update"], state["config"]["trainer"]) == (3, "rllib")
    assert checkpoint.read_state(path / "checkpoints" / "best")["architecture"] == state["architecture"]
    assert evaluate.main([str(path), "random", "--episodes", "4"]) == 0
    assert "collective return" in capsys.readouterr().out
    assert watch.main([str(path), "--video", str(tmp_path / "film.gif")]) == 0
    assert (tmp_path / "film.gif").stat().st_size > 0
    others = state["architecture"]["agents"] - 1
    assert len(load_residents([str(path)] * others)) == others


@pytest.mark.parametrize("sharing", [False, True])
@pytest.mark.parametrize("game", list(GAMES))
def test_exported_population_has_the_modules_logits(game, sharing, tmp_path):
    trainer = trainer_for(config_for(game, ppo={"share_parameters": sharing}))
    trainer.step()
    trainer.save(RunFolder(tmp_path), 0)
    batch = make_batch(game, 5, **GAMES[game])
    views = torch.from_numpy(np.array(batch.reset(1)))
    networks = load_trained(tmp_path).networks
    started = torch.ones(1, 5, dtype=torch.bool)
    logits, values, _ = networks(views[None], networks.blank_memory(5), started)
    modules = trainer.algorithm.learner_group._learner.module
    for i in range(batch.num_agents):
        module = modules["shared" if sharing else f"agent_{i}"]
        out = module.forward_train({"obs": views[:, i]})
        assert torch.allclose(out["action_dist_inputs"], logits[0, :, i], atol=1e-6)
        assert torch.allclose(module.compute_values({"obs": views[:, i]}), values[0, :, i], atol=1e-6)
    if not sharing:
        assert not torch.allclose(logits[0, 0, 0], logits[0, 0, 1])  # everyone began on their own
    trainer.close()


@pytest.mark.parametrize(("env", "worth"), [({"max_cycles": 4}, 1.0), ({"rounds": 4, "max_cycles": 0}, 0.0)])
def test_a_time_limit_is_bootstrapped_and_a_termination_is_not(env, worth):
    """The critic is made to say 10 of everything: that is what follows a cut, and nothing follows an end."""
    config = config_for("matrix_games")
    settings = make_batch("matrix_games", 4, **env).game.config.to_dict()
    trainer = trainer_for(replace(config, env=settings))
    learner = trainer.algorithm.learner_group._learner
    for _, module in learner.module.items():
        torch.nn.init.zeros_(module.networks.critic.weight)
        torch.nn.init.constant_(module.networks.critic.bias, 10.0)
    sampled = trainer.algorithm.env_runner_group.local_env_runner.sample()
    whole = [e for e in sampled if e.is_done and len(e) == 4]
    assert whole
    expected = []
    for episode in whole:
        rewards = np.array(episode.agent_episodes["agent_0"].get_rewards())
        assert episode.is_truncated == bool(worth)
        expected.append(rewards[-1] + config.ppo.gamma * worth * 10.0)
    batch = learner._learner_connector(rl_module=learner.module, batch={}, episodes=whole, shared_data={})
    mask, targets = batch["agent_0"]["loss_mask"].numpy(), batch["agent_0"]["value_targets"].numpy()
    assert targets[mask][3::4] == pytest.approx(np.array(expected), rel=1e-5)
    trainer.close()


def test_worlds_differ_and_end_at_different_times():
    trainer = trainer_for(config_for("commons_harvest"))
    trainer.algorithm.train()
    worlds = [w.unwrapped for w in trainer.algorithm.env_runner_group.local_env_runner.env.envs]
    clocks = [int(world.world.batch.snapshot()["state.clock"][0, 0]) for world in worlds]
    assert len(set(clocks)) == 4
    assert [world.number for world in worlds] == [0, 1, 2, 3]
    trainer.close()


def test_a_run_goes_on(tmp_path, capsys):
    go(tmp_path, config_for("matrix_games", updates=2))
    before = checkpoint.read_tensors(tmp_path / "checkpoints" / "last", "weights")
    go(tmp_path, config_for("matrix_games", updates=5), resume=True)
    assert "holds pickles, which can run code" in capsys.readouterr().err
    rows = read_log(tmp_path / "log.jsonl")
    assert [row["update"] for row in rows] == [1, 2, 3, 4, 5]
    third = 0.02 + (0.002 - 0.02) * 2 / 5
    assert rows[2]["entropy_coef"] == pytest.approx(third, rel=0.1)
    assert rows[2]["learning_rate"] == pytest.approx(1e-3 + (1e-4 - 1e-3) * 2 / 5, rel=0.1)
    assert [path.name for path in (tmp_path / "rllib").iterdir()] == ["0000005"]
    after = checkpoint.read_tensors(tmp_path / "checkpoints" / "last", "weights")
    moved = (after["actor.weight"] - before["actor.weight"]).abs().max()
    assert 0 < moved < 0.1  # three small updates from where it was, not new networks


def test_a_save_that_is_broken_off_leaves_the_old_checkpoint(tmp_path, monkeypatch):
    go(tmp_path, config_for("matrix_games", updates=2))

    def full(*_, **__):
        raise OSError(28, "No space left on device")

    trainer = trainer_for(config_for("matrix_games", updates=4))
    trainer.done = 2
    trainer.step()
    monkeypatch.setattr(checkpoint, "write_atomically", full)
    with pytest.raises(OSError, match="No space left"):
        trainer.save(RunFolder(tmp_path), 0)
    trainer.close()
    monkeypatch.undo()
    assert checkpoint.read_state(tmp_path / "checkpoints" / "last")["update"] == 2
    go(tmp_path, config_for("matrix_games", updates=4), resume=True)
    assert checkpoint.read_state(tmp_path / "checkpoints" / "last")["update"] == 4


def test_command_with_an_env_runner_stops_and_goes_on(tmp_path):
    run = tmp_path / "run"
    code = "import sys; from altared.scripts.cli import main; sys.exit(main(sys.argv[1:]))"
    small = (
        "--worlds 4 --ppo.rollout-steps 16 --ppo.hidden-size 8 --steps 1e9 --checkpoint-every 1000 --no-video"
    )
    start = ["train", "matrix_games", "--trainer", "rllib", "--num-env-runners", "1", *small.split()]
    command = [sys.executable, "-c", code, *start, "--run", str(run)]
    process = subprocess.Popen(command, start_new_session=True)
    log = run / "log.jsonl"
    deadline = time.monotonic() + 300
    while not (log.exists() and len(read_log(log)) >= 3) and process.poll() is None:
        assert time.monotonic() < deadline
        time.sleep(0.2)
    os.killpg(process.pid, signal.SIGINT)  # to all processes, as a terminal does
    assert process.wait(120) == 130
    update = checkpoint.read_state(run / "checkpoints" / "last")["update"]
    assert read_log(log)[-1]["update"] == update >= 3
    steps = str((update + 2) * 16 * 4 * 2)
    again = ["--resume", str(run), "--steps", steps, "--num-env-runners", "0", "--no-video"]
    assert train_command.main(again) == 0
    assert [row["update"] for row in read_log(log)] == list(range(1, update + 3))
