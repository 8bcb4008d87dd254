"""Formats: every file says its kind and version, and another kind or version is refused in one sentence."""

import json
import re
from importlib.metadata import version

import numpy as np
import pytest
from altared.envs import make_batch
from altared.envs.api.snapshot import require_fitting
from altared.envs.engine.files import as_bytes, read_arrays, read_header, read_json, write_json
from altared.envs.engine.formats import FORMATS, difference, header_of, require_format
from altared.envs.recording import replay

HERE = version("altared")
LAKE = {"num_agents": 3, "max_cycles": 4, "actions": "discrete"}


def lake(**changes):
    batch = make_batch("fishing", 2, **LAKE | changes)
    batch.reset(seed=0)
    return batch


def recorded(path):
    batch = lake()
    with batch.record(str(path)):
        batch.step(np.zeros((2, 3), int))
    return path


def with_header(arrays, **changes):
    """The same arrays, with some keys of their header changed, or dropped by None."""
    header = json.loads(bytes(arrays["header"])) | changes
    return {**arrays, "header": as_bytes({key: value for key, value in header.items() if value is not None})}


@pytest.mark.parametrize("kind", FORMATS)
def test_what_is_written_is_read_and_other_versions_are_refused(tmp_path, kind):
    path, made = tmp_path / "file.json", FORMATS[kind]
    write_json(path, {"a": [1, 2]}, kind)
    assert json.loads(path.read_text()) == {
        "format": made.name, "format_version": made.version, "altared": HERE, "a": [1, 2],
    }  # fmt: skip
    assert read_json(path, kind) == {"a": [1, 2]}
    path.write_text(json.dumps({**header_of(kind), "format_version": 9, "altared": "7.0"}))
    here = f"altared {HERE} reads {made.name} 2"
    said = f"{path} has format {made.name} 9; {here}: {made.again}, or use altared 7.0"
    with pytest.raises(ValueError, match=f"^{re.escape(said)}$"):
        read_json(path, kind)


@pytest.mark.parametrize(
    ("header", "said"),
    [
        ({}, "it has no format; altared "),
        ({"format": 1}, "it has format 1; altared "),
        ({"format_version": 2}, "it has format 2; altared "),
        ({"format": "altared-run", "format_version": "2"}, "it has format altared-run 2; altared "),
        (
            {"format": "altared-checkpoint", "format_version": 2},
            "it has format altared-checkpoint; allowed: ",
        ),
    ],
)
def test_what_has_no_format_or_another_one_is_refused(header, said):
    with pytest.raises(ValueError, match="^" + said):
        require_format("it", "run", header)


@pytest.mark.parametrize(
    ("content", "said"), [("{", "is not readable"), ("[1]", "holds list; allowed: a JSON")]
)
def test_a_file_that_is_no_json_object_is_named(tmp_path, content, said):
    (tmp_path / "file.json").write_text(content)
    with pytest.raises(ValueError, match=rf"file\.json {said}"):
        read_json(tmp_path / "file.json", "run")


def test_a_snapshot_says_of_what_batch_it_is():
    header = read_header("it", "snapshot", lake().snapshot())
    assert (header["format"], header["format_version"], header["altared"]) == ("altared-snapshot", 2, HERE)
    assert (header["game"], header["num_worlds"], header["num_agents"]) == ("fishing", 2, 3)
    assert header["config"]["max_cycles"] == 4
    assert header["reward"] == {"name": "own"}


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        (
            {"format_version": 3, "altared": "9.9"},
            "snapshot has format altared-snapshot 3; .* use altared 9.9",
        ),
        ({"format": None, "format_version": None}, "snapshot has no format; .* take the snapshot again"),
        ({"format": "altared-recording"}, "snapshot has format altared-recording; allowed: altared-snapshot"),
    ],
)
def test_a_snapshot_of_another_version_is_refused_and_nothing_changes(changes, said):
    batch = lake()
    before = batch.snapshot()
    with pytest.raises(ValueError, match=said):
        batch.restore(with_header(lake().snapshot(), **changes))
    with pytest.raises(ValueError, match="snapshot has no format"):
        batch.restore({name: array for name, array in before.items() if name != "header"})
    with pytest.raises(ValueError, match="its header is no JSON"):
        batch.restore({**before, "header": np.frombuffer(b"{", np.uint8)})
    assert all(np.array_equal(array, before[name]) for name, array in batch.snapshot().items())


def test_a_saved_batch_goes_on_from_its_file(tmp_path):
    batch, actions = lake(), np.full((2, 3), 2)
    batch.step(actions)
    batch.save(tmp_path / "lake.npz")
    assert [path.name for path in tmp_path.iterdir()] == ["lake.npz"]
    rewards = batch.step(actions).rewards.copy()
    twin = lake()
    twin.restore(tmp_path / "lake.npz")
    assert np.array_equal(twin.step(actions).rewards, rewards)
    with pytest.raises(ValueError, match=r"lake\.npz is of another batch: its max_cycles is 4; allowed: 5"):
        lake(max_cycles=5).restore(str(tmp_path / "lake.npz"))
    (tmp_path / "cut.npz").write_bytes((tmp_path / "lake.npz").read_bytes()[:99])
    with pytest.raises(ValueError, match=r"cut\.npz is not an altared-snapshot: no archive"):
        twin.restore(tmp_path / "cut.npz")


def test_a_setting_that_a_snapshot_lacks_must_have_its_default():
    kept, config = lake().snapshot(), json.loads(bytes(lake().snapshot()["header"]))["config"]
    older = with_header(kept, config={name: config[name] for name in config if name != "growth_noise"})
    lake().restore(older)
    with pytest.raises(ValueError, match=r"its growth_noise is 0\.0; allowed: 0\.5"):
        lake(growth_noise=0.5).restore(older)


def test_arrays_that_hold_nothing_may_be_missing_and_others_are_named():
    kept = lake().snapshot()
    header, game = json.loads(bytes(kept["header"])), lake().game
    mine = {name: array for name, array in kept.items() if name != "header"}
    nothing = {"state.new": np.zeros((2, 0))}
    for given, needed in ((kept, mine | nothing), (kept | nothing, mine)):
        require_fitting("it", given, needed, header, game.config)
    new = {"state.newer": np.zeros((2, 1)), "state.new": np.zeros((2, 1))}
    with pytest.raises(ValueError, match=r"^it lacks state\.new, state\.newer$"):
        require_fitting("it", kept, mine | new, header, game.config)
    with pytest.raises(ValueError, match=r"^it has state\.old; allowed: "):
        require_fitting("it", kept | {"state.old": np.zeros((2, 1))}, mine, header, game.config)


def test_a_recording_says_its_version_and_its_actions(tmp_path):
    arrays = read_arrays(recorded(tmp_path / "play.npz"), "recording")
    header = read_header("it", "recording", arrays)
    assert header["actions"] == list(lake().game.actions)
    assert (header["auto_reset"], header["num_worlds"]) == (True, 2)
    assert len(list(replay(str(tmp_path / "play.npz")))) == 1


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"format_version": 1}, r"play\.npz has format altared-recording 1; .*: record it again, or use"),
        (
            {"format": "altared-snapshot"},
            r"play\.npz has format altared-snapshot; allowed: altared-recording",
        ),
        (
            {"actions": ["sleep"]},
            r"play\.npz was recorded with other actions than fishing has: only there sleep",
        ),
    ],
)
def test_a_recording_of_another_version_or_other_actions_is_refused(tmp_path, changes, said):
    arrays = read_arrays(recorded(tmp_path / "play.npz"), "recording")
    np.savez(tmp_path / "play.npz", **with_header(arrays, **changes))
    with pytest.raises(ValueError, match=said):
        list(replay(str(tmp_path / "play.npz")))


def test_a_segment_of_another_version_is_refused(tmp_path):
    arrays = read_arrays(recorded(tmp_path / "play.npz"), "recording")
    start = with_header({"header": arrays["0/start/header"]}, format_version=1)
    np.savez(tmp_path / "play.npz", **{**arrays, "0/start/header": start["header"]})
    with pytest.raises(ValueError, match=r"play\.npz: segment 0 has format altared-snapshot 1"):
        list(replay(str(tmp_path / "play.npz")))


def test_names_that_differ_are_told_apart():
    assert difference(["a", "b"], ("a", "b")) == ""
    assert difference(["a", "b"], ["b", "c"]) == "only there a; only here c"
    assert difference(["b", "a"], ["a", "b"]) == "in another order"
