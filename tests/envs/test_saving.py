"""Snapshots, copies and recordings: what was played continues and plays again exactly."""

import copy
import json
import os
import pickle
import re
import subprocess
import sys
from importlib import import_module

import numpy as np
import pytest
from altared.envs import commons_harvest_v0, make_batch
from altared.envs.engine.files import as_bytes
from altared.envs.engine.rewards import SocialValueOrientation
from altared.envs.grid.game import GridGame
from altared.envs.grid.maps import HARVEST_LEGEND
from altared.envs.recording import ReplayError, replay

from .play import LIVELY, random_actions, same


def test_a_snapshot_continues_exactly_also_in_another_batch_and_through_a_file(tmp_path):
    batch = make_batch("commons_harvest", 3, reward="inequity_aversion", **LIVELY)
    batch.reset(seed=5)
    rng = np.random.default_rng(5)
    for _ in range(17):
        views = batch.step(random_actions(batch, rng)).observations
    snapshot, views = batch.snapshot(), views.copy()
    actions = [random_actions(batch, rng) for _ in range(80)]
    copying = make_batch("commons_harvest", 3, reward="inequity_aversion", copy=True, **LIVELY)
    copying.restore(snapshot)
    expected = [copying.step(a) for a in actions]
    assert sum(len(step.episodes["world"]) for step in expected) > 3
    np.savez(tmp_path / "saved.npz", **snapshot)
    with np.load(tmp_path / "saved.npz", allow_pickle=False) as file:
        loaded = dict(file)
    other = make_batch("commons_harvest", 3, reward="inequity_aversion", **LIVELY)
    for one in (batch, other):
        assert np.array_equal(one.restore(loaded), views)
        for a, step in zip(actions, expected, strict=True):
            assert same(one.step(a), step)


@pytest.mark.parametrize(
    "double", [copy.deepcopy, lambda b: pickle.loads(pickle.dumps(b))], ids=["copy", "pickle"]
)
@pytest.mark.parametrize("observation", ["tiles", "planes"])
def test_a_copied_or_pickled_batch_continues_exactly_and_by_itself(double, observation):
    batch = make_batch(
        "commons_harvest", 3, observation=observation, copy=True, reward="inequity_aversion", **LIVELY
    )
    batch.reset(seed=5)
    rng = np.random.default_rng(5)
    for _ in range(17):
        batch.step(random_actions(batch, rng))
    twin = double(batch)
    actions = [random_actions(batch, rng) for _ in range(80)]
    alone = [batch.step(a) for a in actions]
    assert all(same(twin.step(a), step) for a, step in zip(actions, alone, strict=True))


def test_a_batch_that_is_recording_is_not_copied(tmp_path):
    batch = make_batch("commons_harvest")
    batch.reset(seed=0)
    with (
        batch.record(str(tmp_path / "play.npz")),
        pytest.raises(TypeError, match=r"recording to .*play\.npz"),
    ):
        copy.deepcopy(batch)


def test_a_snapshot_is_a_copy():
    batch = make_batch("commons_harvest", 2)
    batch.reset(seed=0)
    snapshot = batch.snapshot()
    kept = {name: array.copy() for name, array in snapshot.items()}
    for _ in range(10):
        batch.step(np.full((2, 7), 1))
    assert all(np.array_equal(kept[name], snapshot[name]) for name in kept)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"cooldown": 3}, "its cooldown is 3; allowed: 2"),
        ({"num_agents": 6}, "its num_agents is 6; allowed: 7"),
        ({"map": "closed"}, "its map is 'closed'; allowed: 'open'"),
        ({"reward": "shared"}, "its reward is {'name': 'shared'}; allowed: {'name': 'own'}"),
        ({"num_worlds": 3}, "its num_worlds is 3; allowed: 2"),
    ],
)
def test_a_snapshot_of_another_batch_is_refused_and_nothing_changes(options, said):
    batch, other = (
        make_batch("commons_harvest", 2),
        make_batch("commons_harvest", **{"num_worlds": 2} | options),
    )
    batch.reset(seed=0)
    other.reset(seed=0)
    before = batch.snapshot()
    with pytest.raises(ValueError, match=f"snapshot is of another batch: {re.escape(said)}"):
        batch.restore(other.snapshot())
    assert all(np.array_equal(before[name], array) for name, array in batch.snapshot().items())


def test_a_snapshot_that_lacks_something_is_refused():
    batch = make_batch("commons_harvest", 2)
    batch.reset(seed=0)
    snapshot = batch.snapshot()
    del snapshot["state.cooling"]
    with pytest.raises(ValueError, match=r"lacks state\.cooling"):
        batch.restore(snapshot)


def recorded(path, episodes=2, **options):
    """Play and record; returns the steps as copies."""
    batch = make_batch("commons_harvest", 2, copy=True, **LIVELY, **options)
    rng, steps = np.random.default_rng(6), []
    with batch.record(str(path)):
        for episode in range(episodes):
            batch.reset(**({"seed": 6} if episode == 0 else {}))
            steps += [batch.step(random_actions(batch, rng)) for _ in range(30)]
    return steps


@pytest.mark.parametrize(
    "options", [{}, {"reward": SocialValueOrientation(30.0, 0.5)}, {"auto_reset": False}]
)
def test_a_recording_plays_again_exactly(tmp_path, options):
    path = tmp_path / "play.npz"
    steps = recorded(path, **options)
    played = 0
    for (batch, step), expected in zip(replay(str(path)), steps, strict=True):
        assert same(step, expected)
        assert batch.num_worlds == 2
        played += 1
    assert played == 60
    assert [file.name for file in tmp_path.iterdir()] == ["play.npz"]


def test_recording_may_begin_in_the_middle_and_follow_a_restore(tmp_path):
    path, batch = tmp_path / "play.npz", make_batch("commons_harvest", 2, copy=True)
    batch.reset(seed=1)
    rng = np.random.default_rng(1)
    for _ in range(10):
        batch.step(random_actions(batch, rng))
    snapshot, steps = batch.snapshot(), []
    recorder = batch.record(str(path))
    with pytest.raises(RuntimeError, match="already recording"):
        batch.record(str(tmp_path / "second.npz"))
    for _ in range(2):
        steps += [batch.step(random_actions(batch, rng)) for _ in range(10)]
        batch.restore(snapshot)
    recorder.close()
    recorder.close()
    batch.step(random_actions(batch, rng))  # not recorded any more
    played = [step.rewards.copy() for _, step in replay(str(path))]
    assert np.array_equal(played, [step.rewards for step in steps])


@pytest.mark.parametrize(
    "part",
    ["actions", "rewards", "truncated", "terminated", "events.hit", "events.ate", "events.sprouted"],
)
def test_a_tampered_recording_is_refused_at_the_step(tmp_path, part):
    path = tmp_path / "play.npz"
    recorded(path, episodes=1)
    with np.load(path) as file:
        arrays = dict(file)
    altered = arrays[f"0/steps/{part}"]
    if part == "actions":
        altered[4:] = 0
    elif altered.dtype == bool:
        altered[4, 0] ^= True
    else:
        altered[4, 0] += 1
    np.savez(path, **arrays)
    expected = "differs from the recording" if part == "actions" else f"segment 0, step 5: {part} differs"
    with pytest.raises(ReplayError, match=expected):
        list(replay(str(path)))


def test_a_recording_of_another_world_is_refused(tmp_path):
    path = tmp_path / "play.npz"
    recorded(path, episodes=1)
    with np.load(path) as file:
        arrays = dict(file)
    header = json.loads(bytes(arrays["header"]))
    header["config"]["cooldown"] = 0
    np.savez(path, **{**arrays, "header": as_bytes(header)})
    with pytest.raises(
        ValueError, match=r"play\.npz: segment 0 is of another batch: its cooldown is 2; allowed: 0"
    ):
        list(replay(str(path)))


def test_files_that_are_no_recordings_and_folders_that_are_none(tmp_path):
    np.savez(tmp_path / "other.npz", a=np.zeros(3))
    np.save(tmp_path / "array.npy", np.zeros(3))
    recorded(tmp_path / "whole.npz", episodes=1)
    whole = (tmp_path / "whole.npz").read_bytes()
    for name, content in (
        ("empty.npz", b""),
        ("junk.npz", b"junk" * 9),
        ("cut.npz", whole[: len(whole) // 2]),
    ):
        (tmp_path / name).write_bytes(content)
    with pytest.raises(ValueError, match=r"other\.npz has no format; altared .* reads altared-recording 2"):
        list(replay(str(tmp_path / "other.npz")))
    for name in ("array.npy", "empty.npz", "junk.npz", "cut.npz"):
        with pytest.raises(ValueError, match=f"{name} is not an altared-recording"):
            list(replay(str(tmp_path / name)))
    with pytest.raises(IsADirectoryError, match="it is a folder"):
        make_batch("commons_harvest").record(str(tmp_path))
    with pytest.raises(FileNotFoundError, match="not a folder"):
        make_batch("commons_harvest").record(str(tmp_path / "nowhere" / "play.npz"))


def test_a_snapshot_of_another_game_is_refused_as_such():
    lake = make_batch("fishing")
    lake.reset(seed=0)
    with pytest.raises(ValueError, match="its game is 'fishing'; allowed: 'commons_harvest'"):
        make_batch("commons_harvest").restore(lake.snapshot())


def test_a_map_file_is_read_once(tmp_path):
    file, pond = tmp_path / "pond.txt", "#####\n#PaP#\n#####\n"
    file.write_text(pond)
    batch = make_batch("commons_harvest", map=str(file), num_agents=2)
    assert batch.game.config.map == pond
    batch.reset(seed=0)
    kept = batch.snapshot()
    file.write_text("#####\n#PaP#\n#aaa#\n#####\n")
    other = make_batch("commons_harvest", map=str(file), num_agents=2)
    with pytest.raises(ValueError, match="is of another batch: its map is"):
        other.restore(kept)


def test_a_snapshot_of_other_numbers_is_refused():
    batch = make_batch("commons_harvest")
    batch.reset(seed=0)
    kept = batch.snapshot()
    with pytest.raises(ValueError, match=r"state\.at has dtype float64 .* allowed: int32"):
        batch.restore({**kept, "state.at": kept["state.at"] + 0.5})
    make_batch("commons_harvest", apple_reward=1, regrowth=[0, 0.0025, 0.005, 0.025]).restore(kept)


RULES = """
from altared.envs.games.commons_harvest.rules import *
"""
UNPICKLE = "import pickle, sys; print(pickle.load(open(sys.argv[1], 'rb')).rulebook().module)"


def test_a_game_whose_rules_are_not_yet_imported_is_unpickled(tmp_path, monkeypatch):
    (tmp_path / "rules_of_a_user.py").write_text(RULES)
    monkeypatch.syspath_prepend(tmp_path)
    config = commons_harvest_v0.configure()
    game = GridGame("mine", "Mine", config, HARVEST_LEGEND, import_module("rules_of_a_user").__name__)
    (tmp_path / "game.pickle").write_bytes(pickle.dumps(game))
    paths = os.pathsep.join(filter(None, [str(tmp_path), os.environ.get("PYTHONPATH")]))
    command = [sys.executable, "-c", UNPICKLE, str(tmp_path / "game.pickle")]
    done = subprocess.run(command, env=os.environ | {"PYTHONPATH": paths}, capture_output=True, text=True)
    assert done.stdout.split() == ["altared.envs.games.commons_harvest.rules"], done.stderr
