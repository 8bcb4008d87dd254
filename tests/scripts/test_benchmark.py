"""`altared benchmark` measures what it says, and writes it."""

import json

import pytest
from altared.scripts import benchmark

QUICK = ["--seconds", "0.02", "--worlds", "2", "--no-start", "--env.num-agents", "3"]


def test_every_row_is_measured_and_written(tmp_path, capsys):
    out = tmp_path / "speed.json"
    assert (
        benchmark.main(["commons_harvest", *QUICK, "--observations", "tiles", "planes", "--json", str(out)])
        == 0
    )
    written = json.loads(out.read_text())
    assert [row["what"] for row in written["rows"]] == ["batch, tiles", "batch, planes", "PettingZoo, planes"]
    assert [row["worlds"] for row in written["rows"]] == [2, 2, 1]
    for row in written["rows"]:
        assert row["steps_per_cpu_second"] > 0
        assert row["agent_steps_per_cpu_second"] == pytest.approx(3 * row["steps_per_cpu_second"])
    assert "environment steps a second" in capsys.readouterr().out


def test_the_state_of_a_world_is_small(tmp_path):
    out = tmp_path / "speed.json"
    benchmark.main(
        ["--seconds", "0.02", "--worlds", "1", "--observations", "tiles", "--no-start", "--json", str(out)]
    )
    assert 0 < json.loads(out.read_text())["state of a world, bytes"] <= 16_000
