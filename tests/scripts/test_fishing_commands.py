"""The commands take a game without a map."""

import json

import imageio.v3 as iio
from altared.scripts import benchmark, evaluate, watch


def test_a_lake_is_filmed(tmp_path, capsys):
    film = tmp_path / "lake.gif"
    assert watch.main(["fishing", "sustainable", "--video", str(film), "--steps", "4", "--cell", "16"]) == 0
    frames = iio.imread(film)
    assert len(frames) == 5
    assert frames.shape[1] >= 18 * 16
    assert "wrote" in capsys.readouterr().out


def test_its_speed_is_measured(tmp_path):
    out = tmp_path / "speed.json"
    quick = ["--seconds", "0.02", "--worlds", "2", "--no-start", "--json", str(out)]
    assert benchmark.main(["fishing", *quick, "--env.preset", "govsim"]) == 0
    rows = json.loads(out.read_text())["rows"]
    assert [row["what"] for row in rows] == ["batch, vector", "PettingZoo, vector"]
    assert rows[0]["steps_per_cpu_second"] > 0


def test_a_lake_without_an_end_is_refused(capsys):
    assert evaluate.main(["fishing", "--populations", "random", "--env.max-cycles", "0"]) == 1
    assert "would ever end with max_cycles=0: set --env.max-cycles\n" in capsys.readouterr().err
