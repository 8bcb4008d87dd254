"""`altared feasibility`, the search for its preset, and curves of several runs: run small, read back."""

import json

import draw_runs
import pytest
import search_feasible
from altared.scripts import feasibility

TINY = ["--env.map", "altared_small", "--env.num-agents", "3", "--env.max-cycles", "30"]


def test_the_table_of_every_preset_is_printed_and_written(tmp_path, capsys):
    out = tmp_path / "out.json"
    assert (
        feasibility.main([*TINY, "--episodes", "2", "--worlds", "2", "--json", str(out), "--markdown"]) == 0
    )
    printed = capsys.readouterr().out
    found = json.loads(out.read_text())["presets"]
    for preset in ("source", "feasible"):
        assert f"preset {preset}, 3 agents" in printed
        assert found[preset]["env"]["preset"] == preset
        assert found[preset]["env"]["max_cycles"] == 30
        assert {v["condition"][0] for v in found[preset]["verdicts"]} == set("123456")
    assert "1 greedy among patroller" in printed
    assert found["feasible"]["env"]["rule"] == "one_prohibited"


def test_presets_are_those_of_the_game_unless_some_are_named(capsys):
    few = [*TINY[:-1], "8", "--episodes", "1", "--worlds", "1"]
    assert feasibility.main(["poison_berries", *few]) == 0
    said = capsys.readouterr().out
    assert "preset koster2022, 3 agents" in said
    assert "Does preset altared pay?" in said
    assert feasibility.main(["poison_berries", *few, "--presets", "source"]) == 1
    refused = "preset='source' is not allowed: preset must be one of koster2022, altared"
    assert refused in capsys.readouterr().err


@pytest.mark.parametrize("game", ["commons_harvest", "fishing"])
def test_a_game_without_an_institution_is_refused(game, capsys):
    assert feasibility.main([game]) == 1
    assert f"game is {game!r}, which has no institution; allowed: altared_harvest" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (["--episodes", "0"], "episodes is 0; allowed: 1 or more"),
        (["--json", "/no/such/folder/out.json"], "there is no folder /no/such/folder"),
    ],
)
def test_a_wrong_command_line_is_refused_before_anything_is_played(wrong, said, monkeypatch, capsys):
    monkeypatch.setattr(feasibility, "measure", lambda *_: pytest.fail("played"))
    with pytest.raises(SystemExit) as ended:
        feasibility.main(wrong)
    assert ended.value.code == 2
    assert said in " ".join(capsys.readouterr().err.split())


def test_the_search_records_every_candidate_and_repeats(tmp_path, monkeypatch, capsys):
    monkeypatch.setitem(search_feasible.FIXED, "max_cycles", 30)
    found = []
    for name in ("one.json", "two.json"):
        arguments = ["x", "--json", str(tmp_path / name), "--candidates", "2", "--episodes", "2"]
        monkeypatch.setattr("sys.argv", arguments)
        assert search_feasible.main() == 0
        found.append(json.loads((tmp_path / name).read_text()))
    assert found[0] == found[1]
    assert len(found[0]["candidates"]) == 2
    assert capsys.readouterr().out.count("| slack |") == 2


def a_log(folder, values):
    folder.mkdir()
    rows = [{"agent_steps": 1000 * i, "compliance": value} for i, value in enumerate(values)]
    (folder / "log.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    return str(folder)


def test_runs_are_drawn_together(tmp_path):
    runs = [f"{name}={a_log(tmp_path / name, values)}" for name, values in (("x", [0, 1]), ("y", [1, None]))]
    out = tmp_path / "curves.png"
    assert draw_runs.main([*runs, "--metrics", "compliance", "--out", str(out)]) == 0
    assert out.read_bytes().startswith(b"\x89PNG")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["x=nowhere"], "nowhere"),
        (["x={run}", "--metrics", "joy"], "no run has a metric 'joy'"),
    ],
)
def test_what_cannot_be_drawn_is_named(tmp_path, capsys, words, said):
    run = a_log(tmp_path / "run", [0.5])
    words = [word.format(run=run) for word in words]
    assert draw_runs.main([*words, "--out", str(tmp_path / "x.png")]) == 1
    assert said in capsys.readouterr().err


def test_a_run_without_a_label_is_refused(capsys):
    with pytest.raises(SystemExit) as ended:
        draw_runs.main(["x", "--out", "x.png"])
    assert ended.value.code == 2
    assert "'x' is not LABEL=FOLDER" in capsys.readouterr().err
