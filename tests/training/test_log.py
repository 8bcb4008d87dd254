"""The log: means over episodes, undefined values, and lines that survive."""

import math

import numpy as np
import pytest
from altared.training.curves import draw_curves, running_mean
from altared.training.log import Log, episode_means, read_log

NAN = float("nan")


def test_means_leave_undefined_values_out_and_count_them():
    parts = [
        {"world": np.arange(2), "equality": np.array([0.5, NAN]), "agent_return": np.array([[1, 2], [3, 4]])},
        {"world": np.arange(1), "equality": np.array([1.0]), "agent_return": np.array([[5, 0]])},
    ]  # fmt: skip
    assert episode_means(parts) == {
        "episodes": 3, "equality": 0.75, "equality_undefined": 1, "agent_return": [3.0, 2.0],
    }  # fmt: skip


def test_who_sat_where_is_no_metric():
    parts = [{"world": np.array([3]), "slot_policies": np.array([[1, 0]]), "equality": np.array([0.5])}]
    assert episode_means(parts) == {"episodes": 1, "equality": 0.5}


def test_means_of_nothing():
    assert episode_means([]) == {"episodes": 0}
    means = episode_means([{"world": np.array([0]), "first": np.array([NAN])}])
    assert math.isnan(means["first"])
    assert means["first_undefined"] == 1


def test_rows_are_on_disk_at_once_and_undefined_is_null(tmp_path):
    log = Log(tmp_path / "log.jsonl", tmp_path)
    log.write({"update": 1, "equality": NAN, "returns": [1.0, NAN]})
    assert read_log(tmp_path / "log.jsonl") == [{"update": 1, "equality": None, "returns": [1.0, None]}]
    log.close()


def test_log_goes_on_at_a_position(tmp_path):
    path = tmp_path / "log.jsonl"
    log = Log(path, tmp_path)
    log.write({"update": 1})
    position = log.position
    log.write({"update": 2})
    log.close()
    log = Log(path, tmp_path, position, 1)
    log.write({"update": 3})
    log.close()
    assert [row["update"] for row in read_log(path)] == [1, 3]
    with pytest.raises(ValueError, match=r"the checkpoint knows of 10000"):
        Log(path, tmp_path, 10_000, 1)


def test_curves_are_drawn_from_whatever_the_log_has(tmp_path):
    rows = [{"agent_steps": i * 1e4, "entropy": 2 - i / 50, "collective_return": i} for i in range(60)]
    rows[3]["collective_return"] = None
    for name, some in (("some", rows), ("none", [])):
        draw_curves(some, tmp_path / f"{name}.png", "a run")
        assert (tmp_path / f"{name}.png").read_bytes().startswith(b"\x89PNG")


def test_running_mean():
    assert running_mean([1.0, 3.0, 8.0], 0) == [1.0, 3.0, 8.0]
    assert running_mean([1.0, 3.0, 8.0, 8.0], 1) == [2.0, 4.0, 19 / 3, 8.0]
