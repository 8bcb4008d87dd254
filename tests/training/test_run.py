"""A run can be stopped anywhere and goes on as if it had not been; what cannot be done is said clearly."""

import errno
import json
import os
import signal
import subprocess
from pathlib import Path

import pytest
import stable_baselines3
import torch
from altared.agents import checkpoint
from altared.envs.engine import files
from altared.training.batch import stepped_on
from altared.training.config import PPO, Schedule, TrainingConfig
from altared.training.log import read_log
from altared.training.run_folder import RunFolder, git_commit
from altared.training.signals import StopRequest
from altared.training.trainers.ippo import trainer as run
from altared.training.trainers.ippo.trainer import IPPO, train

from .games import Bandit, Memory
from .stopping import stopped_after
from .test_gpu_path import DeviceBatch

TIMES = {"seconds", "agent_steps_per_second", "env_steps_per_second", "rollout_share"}


def memory_game() -> Memory:
    return Memory(num_worlds=4, length=5, actions=2)


def config_for(
    updates: int, network: str = "feedforward", hidden_size: int = 8, **schedule
) -> TrainingConfig:
    ppo = PPO(
        network=network,
        hidden_size=hidden_size,
        rollout_steps=7,
        final_learning_rate=1e-3,
        final_entropy_coef=0.02,
    )
    usual = dict(steps=updates * 7 * 4 * 3, worlds=4, checkpoint_every=2)
    return TrainingConfig("memory", memory_game().game.config.to_dict(), ppo, Schedule(**usual | schedule))


def go(path: Path, config: TrainingConfig, resume: bool = False, show=lambda row, updates: None) -> IPPO:
    return train(config, memory_game(), RunFolder(path), resume, show)


def rows_without_times(path: Path) -> list[dict]:
    return [{k: v for k, v in row.items() if k not in TIMES} for row in read_log(path / "log.jsonl")]


@pytest.mark.parametrize("network", ["feedforward", "recurrent"])
def test_resumed_run_is_the_same_bit_for_bit(tmp_path, network):
    straight = go(tmp_path / "a", config_for(6, network))
    go(tmp_path / "b", config_for(3, network))
    resumed = go(tmp_path / "b", config_for(6, network), resume=True)
    for one, other in zip(straight.networks.parameters(), resumed.networks.parameters(), strict=True):
        assert torch.equal(one, other)
    assert rows_without_times(tmp_path / "a") == rows_without_times(tmp_path / "b")
    best = [checkpoint.read_state(tmp_path / r / "checkpoints" / "best") for r in "ab"]
    assert best[0]["update"] == best[1]["update"]


def test_rows_after_the_checkpoint_are_written_anew(tmp_path):
    """A kill between checkpoints leaves rows that the checkpoint does not know, and a torn one."""
    go(tmp_path / "a", config_for(6))

    def kill(row, updates):
        if row["update"] == 3:
            raise MemoryError

    with pytest.raises(MemoryError):
        go(tmp_path / "b", config_for(6), show=kill)
    log = tmp_path / "b" / "log.jsonl"
    assert [row["update"] for row in read_log(log)] == [1, 2, 3]
    log.write_bytes(log.read_bytes() + b'{"update": 4, "agent_st')
    assert [row["update"] for row in read_log(log)] == [1, 2, 3]
    go(tmp_path / "b", config_for(6), resume=True)
    assert rows_without_times(tmp_path / "a") == rows_without_times(tmp_path / "b")


def test_folder_tells_what_ran_and_with_what(tmp_path):
    go(tmp_path, config_for(2))
    assert RunFolder(tmp_path).read_config() == config_for(2)
    meta = json.loads((tmp_path / "meta.json").read_text())
    assert meta["versions"]["torch"] == torch.__version__
    assert meta["versions"]["stable-baselines3"] == stable_baselines3.__version__
    assert {"started", "command", "python", "git_commit"} <= meta.keys()
    assert meta["worlds_on"] == "cpu"
    assert list((tmp_path / "tensorboard").glob("events*"))
    go(tmp_path, config_for(3), resume=True)
    (again,) = json.loads((tmp_path / "meta.json").read_text())["resumed"]
    assert again["worlds_on"] == "cpu"


def test_folder_tells_where_the_worlds_are_stepped(tmp_path):
    RunFolder(tmp_path).create(config_for(2), stepped_on(DeviceBatch(num_worlds=4)))
    assert json.loads((tmp_path / "meta.json").read_text())["worlds_on"] == "cuda"


def test_commit_of_the_sources_only_where_they_are_a_checkout(tmp_path):
    assert git_commit(tmp_path) is None
    for command in (["init", "-q"], ["commit", "-q", "--allow-empty", "-m", "x"]):
        who = ["-c", "user.name=x", "-c", "user.email=x@example.org"]
        subprocess.run(["git", "-C", str(tmp_path), *who, *command], check=True)
    assert len(git_commit(tmp_path) or "") == 40


def test_a_folder_with_a_run_is_not_written_over(tmp_path):
    go(tmp_path, config_for(2))
    before = (tmp_path / "log.jsonl").read_bytes()
    with pytest.raises(FileExistsError, match="holds a run already: continue it with --resume"):
        go(tmp_path, config_for(2))
    assert (tmp_path / "log.jsonl").read_bytes() == before


def test_other_networks_are_refused_and_nothing_is_lost(tmp_path):
    go(tmp_path, config_for(2))
    before = {p: p.read_bytes() for p in tmp_path.rglob("*") if p.is_file()}
    with pytest.raises(ValueError, match="networks with hidden_size 8; this run has 16"):
        go(tmp_path, config_for(4, hidden_size=16), resume=True)
    assert {p: p.read_bytes() for p in tmp_path.rglob("*") if p.is_file()} == before


def test_another_device_is_refused_and_nothing_is_lost(tmp_path):
    """A generator of random numbers on one device cannot take the state of one on another."""
    go(tmp_path, config_for(2))
    state = tmp_path / "checkpoints" / "last" / "state.json"
    saved = json.loads(state.read_text())
    saved["config"]["schedule"]["device"] = "cuda"
    state.write_text(json.dumps(saved))
    before = {p: p.read_bytes() for p in tmp_path.rglob("*") if p.is_file()}
    with pytest.raises(ValueError, match="trains on device 'cuda'; it cannot go on with 'cpu'"):
        go(tmp_path, config_for(4), resume=True)
    assert {p: p.read_bytes() for p in tmp_path.rglob("*") if p.is_file()} == before


def test_another_game_is_refused(tmp_path):
    go(tmp_path, config_for(2))
    other = TrainingConfig("bandit", {}, config_for(2).ppo, config_for(2).schedule)
    with pytest.raises(ValueError, match="trains memory; it cannot go on with bandit"):
        train(other, Bandit(num_worlds=4), RunFolder(tmp_path), True, lambda row, updates: None)


def test_full_disk_keeps_the_last_checkpoint_and_can_go_on(tmp_path, monkeypatch):
    real = os.fsync

    def full_after_two(row, updates):
        def fsync(descriptor):
            raise OSError(errno.ENOSPC, "No space left on device")

        if row["update"] == 3:
            monkeypatch.setattr(files.os, "fsync", fsync)

    with pytest.raises(OSError, match="No space left"):
        go(tmp_path / "b", config_for(6), show=full_after_two)
    monkeypatch.setattr(files.os, "fsync", real)
    assert checkpoint.read_state(tmp_path / "b" / "checkpoints" / "last")["update"] == 2
    go(tmp_path / "a", config_for(6))
    go(tmp_path / "b", config_for(6), resume=True)
    assert rows_without_times(tmp_path / "a") == rows_without_times(tmp_path / "b")


@pytest.mark.parametrize(("signum", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_signal_saves_first(tmp_path, signum, code):
    # after five, since odd ones are not saved by the schedule
    status, last = stopped_after("test_run", tmp_path, 5, signum)
    update = checkpoint.read_state(tmp_path / "checkpoints" / "last")["update"]
    assert status == code
    assert last.startswith(
        f"stopped after update {update} of 1000000; saved, go on with: altared train --resume"
    )
    assert read_log(tmp_path / "log.jsonl")[-1]["update"] == update


def test_signals_mean_what_they_meant_before(tmp_path):
    before = signal.getsignal(signal.SIGINT), signal.getsignal(signal.SIGTERM)
    during = []
    go(tmp_path, config_for(1), show=lambda row, updates: during.append(signal.getsignal(signal.SIGINT)))
    assert (signal.getsignal(signal.SIGINT), signal.getsignal(signal.SIGTERM)) == before
    assert during[0] != before[0]


@pytest.fixture
def interruptible():
    """SIGINT interrupts: where pytest runs in the background of a shell, it is ignored."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


def test_a_second_signal_acts_at_once(interruptible):
    with StopRequest() as stop:
        signal.raise_signal(signal.SIGINT)
        assert stop.signum == signal.SIGINT
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(signal.SIGINT)


def test_best_is_the_highest_mean_over_as_many_episodes_as_worlds(tmp_path):
    trainer = IPPO(config_for(4), memory_game())
    assert not trainer.is_best()
    for returns, best in (([1, 1, 1], False), ([1], True), ([0], False), ([3, 3, 3, 3], True)):
        trainer.recent.extend(returns)
        assert trainer.is_best() == best


def resume(path):
    RunFolder(path).read_config()
    return go(path, config_for(4), resume=True)


@pytest.mark.parametrize("file", ["config.json", "meta.json", "checkpoints/last/state.json"])
@pytest.mark.parametrize("version", [None, 1, 3])
def test_a_run_of_another_version_does_not_go_on(tmp_path, file, version):
    go(tmp_path, config_for(2))
    content = json.loads((tmp_path / file).read_text())
    assert content["format_version"] == 2
    (tmp_path / file).write_text(json.dumps({**content, "format_version": version, "altared": "7.0"}))
    with pytest.raises(ValueError, match=f"{file} has format .*: train it again, or use altared 7.0"):
        resume(tmp_path)


def test_a_run_does_not_go_on_with_other_actions(tmp_path):
    go(tmp_path, config_for(2))
    batch = memory_game()
    batch.game.actions = ("jump", *batch.game.actions[1:])
    with pytest.raises(
        ValueError, match="last was trained with other actions than memory has: only there 0; "
    ):
        train(config_for(4), batch, RunFolder(tmp_path), True, lambda row, updates: None)
    batch.game.actions, batch.observation = memory_game().game.actions, "planes"
    with pytest.raises(ValueError, match="networks with observation 'vector'; this run has 'planes'"):
        train(config_for(4), batch, RunFolder(tmp_path), True, lambda row, updates: None)


def test_weights_that_know_other_actions_are_refused(tmp_path):
    go(tmp_path, config_for(2))
    trainer = IPPO(config_for(2), memory_game())
    trainer.begin_with(str(tmp_path))
    trainer.batch.game.actions = trainer.batch.game.actions[::-1]
    said = "weights=.* was trained with other actions than memory has: in another order"
    with pytest.raises(ValueError, match=said):
        trainer.begin_with(str(tmp_path))


@pytest.mark.skipif(torch.cuda.is_available(), reason="there is a GPU")
def test_no_gpu(tmp_path):
    with pytest.raises(ValueError, match="torch finds no GPU here"):
        go(tmp_path / "run", config_for(2, device="cuda"))
    assert not (tmp_path / "run").exists()


def test_unwritable_folder(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(OSError, match="file"):
        go(tmp_path / "file" / "run", config_for(2))
    assert run.RunFolder(tmp_path / "file").path.read_text() == ""
