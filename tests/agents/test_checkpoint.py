"""Checkpoints: whatever interrupts a save, the old one or the new one is there, complete."""

import errno
import json

import numpy as np
import pytest
import torch
from altared.agents import checkpoint
from altared.agents.interface import Interface
from altared.agents.networks import Architecture, Networks
from altared.agents.trained import load_trained
from altared.envs.engine import files

WEIGHTS = {"a": torch.arange(6.0).view(2, 3), "b": torch.tensor(3, dtype=torch.int64)}


def save(folder, update: int, scale: float = 1.0) -> None:
    groups = {"weights": {"a": WEIGHTS["a"] * scale, "b": WEIGHTS["b"]}, "training": {"c": WEIGHTS["b"]}}
    checkpoint.save(folder, groups, {"update": update})


def names(folder) -> set[str]:
    return {path.name for path in folder.iterdir()}


def test_what_was_saved_is_read(tmp_path):
    save(tmp_path, 1)
    assert checkpoint.read_state(tmp_path)["update"] == 1
    read = checkpoint.read_tensors(tmp_path, "weights")
    assert read.keys() == WEIGHTS.keys()
    assert all(torch.equal(read[n], WEIGHTS[n]) and read[n].dtype == WEIGHTS[n].dtype for n in read)


def test_a_newer_save_leaves_nothing_of_the_older(tmp_path):
    save(tmp_path, 1)
    save(tmp_path, 2, 5.0)
    assert names(tmp_path) == {"state.json", "weights-0000002.safetensors", "training-0000002.safetensors"}
    assert torch.equal(checkpoint.read_tensors(tmp_path, "weights")["a"], WEIGHTS["a"] * 5)


@pytest.mark.parametrize("newer", [1, 2])  # the same update again, or a later one
@pytest.mark.parametrize("fails_at", [1, 2, 3])  # the first or second file of tensors, or state.json
def test_a_full_disk_leaves_the_old_checkpoint(tmp_path, monkeypatch, newer, fails_at):
    save(tmp_path, 1)
    before = names(tmp_path)
    calls = iter(range(1, 100))

    def full(descriptor):
        if next(calls) == fails_at:
            raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(files.os, "fsync", full)
    with pytest.raises(OSError, match="No space left") as error:
        save(tmp_path, newer, 5.0)
    assert str(tmp_path) in error.value.filename
    assert names(tmp_path) == before
    assert torch.equal(checkpoint.read_tensors(tmp_path, "weights")["a"], WEIGHTS["a"])


def test_errors_name_the_file(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"neither a checkpoint nor a run folder"):
        checkpoint.find(tmp_path)
    save(tmp_path, 1)
    file = tmp_path / "weights-0000001.safetensors"
    file.write_bytes(file.read_bytes()[:-5])
    with pytest.raises(ValueError, match=r"weights-0000001.safetensors is damaged"):
        checkpoint.read_tensors(tmp_path, "weights")
    state = json.loads((tmp_path / "state.json").read_text())
    assert (state["format"], state["format_version"]) == ("altared-checkpoint", 2)
    (tmp_path / "state.json").write_text(json.dumps({**state, "format_version": 99}))
    said = r"state\.json has format altared-checkpoint 99; .*: train it again, or use altared "
    with pytest.raises(ValueError, match=said):
        checkpoint.read_state(tmp_path)


@pytest.fixture
def trained(tmp_path):
    architecture = Architecture((3,), False, actions=4, agents=2, learners=2, hidden_size=8, recurrent=True)
    networks = Networks(architecture)
    torch.nn.init.normal_(networks.actor.weight)
    state = {
        "update": 7,
        "architecture": {**vars(architecture), "view": [3]},
        "interface": Interface("tiny", 2, "vector", {}, tuple("abcd"), (), ()).to_dict(),
        "population_size": 0,
        "config": {"game": "tiny"},
    }
    checkpoint.save(tmp_path / "checkpoints" / "last", {"weights": networks.state_dict()}, state)
    return tmp_path


def play(population, seed: int) -> np.ndarray:
    rng = np.random.default_rng(0)
    population.start(5, seed)
    steps = [(rng.normal(size=(5, 2, 3)).astype(np.float32), rng.random(5) < 0.2) for _ in range(30)]
    return np.stack([population.act(*step) for step in steps])


def test_a_run_folder_acts(trained):
    population = load_trained(trained)
    assert (population.num_agents, population.game) == (2, "tiny")
    actions = play(population, 1)
    assert (actions.shape, actions.dtype) == ((30, 5, 2), np.int32)
    assert np.array_equal(actions, play(load_trained(trained / "checkpoints" / "last"), 1))
    assert not np.array_equal(actions, play(population, 2))
    assert np.array_equal(actions, play(population, 1))
    likeliest = load_trained(trained, greedy=True)
    assert np.array_equal(play(likeliest, 1), play(likeliest, 2))
