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


def test_any_game_is_measured_whatever_its_actions(tmp_path):
    out = tmp_path / "speed.json"
    continuous = ["fishing", "--env.actions", "continuous", "--json", str(out)]
    assert benchmark.main([*continuous, *QUICK]) == 0
    assert [row["what"] for row in json.loads(out.read_text())["rows"]] == [
        "batch, vector",
        "PettingZoo, vector",
    ]


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (["--worlds", "0"], "num_worlds=0 is not allowed"),
        (["--observations", "smells"], "observation='smells' is unknown; known: tiles"),
        (["--env.num-agents", "99"], "num_agents=99"),
        (["--against", "chess"], "against is 'chess'; allowed in a comparison: altared_harvest"),
        (["fishing", "--against", "commons_harvest"], "game is 'fishing'; allowed in a comparison"),
    ],
)
def test_what_cannot_be_measured_is_named(wrong, said, capsys):
    assert benchmark.main(["--no-start", *wrong]) == 1
    assert said in capsys.readouterr().err


@pytest.mark.parametrize(
    ("field", "value"), [("seconds", "0"), ("seconds", "-1"), ("threads", "0"), ("json", "/")]
)
def test_a_wrong_command_line_is_refused(field, value, capsys):
    with pytest.raises(SystemExit) as ended:
        benchmark.main([f"--{field}", value])
    assert ended.value.code == 2
    assert field in capsys.readouterr().err


def test_the_state_of_a_world_is_small(tmp_path):
    out = tmp_path / "speed.json"
    benchmark.main(
        ["--seconds", "0.02", "--worlds", "1", "--observations", "tiles", "--no-start", "--json", str(out)]
    )
    assert 0 < json.loads(out.read_text())["state of a world, bytes"] <= 16_000
