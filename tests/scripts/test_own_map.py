"""From a map in a user's file to a film: every command takes a run up on the settings that were chosen."""

import json

import pygame
import pytest
from altared.envs.render.window import Window
from altared.scripts import evaluate, play, train, watch

DRAWING = "#######\n#PaaaP#\n#P   P#\n#######"  # room for four, where the game's default is seven
QUICK = ["--worlds", "2", "--steps", "64", "--ppo.rollout-steps", "8", "--ppo.hidden-size", "4"]


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """A run on the user's map, whose file is gone afterwards; with the film that training leaves."""
    folder = tmp_path_factory.mktemp("own")
    (path := folder / "mine.txt").write_text(DRAWING)
    chosen = ["--env.map", str(path), "--env.num-agents", "2", "--env.max-cycles", "10"]
    assert train.main(["commons_harvest", *chosen, *QUICK, "--run", str(folder / "run")]) == 0
    path.unlink()
    return folder / "run"


def test_it_says_what_was_chosen_and_all_settings(run):
    config = json.loads((run / "config.json").read_text())
    assert config["env"] == {"map": DRAWING, "num_agents": 2, "max_cycles": 10}
    assert config["env_resolved"].items() >= {**config["env"], "cooldown": 2}.items()
    state = json.loads((run / "checkpoints" / "last" / "state.json").read_text())
    assert state["config"]["env"] == config["env"]
    assert (run / "video.mp4").stat().st_size > 0


def test_it_is_evaluated(run, tmp_path, capsys):
    out = tmp_path / "out.json"
    assert evaluate.main([str(run), "greedy", "--episodes", "2", "--json", str(out)]) == 0
    assert json.loads(out.read_text())["env"]["map"] == DRAWING
    assert "2 agents" in capsys.readouterr().out


def test_on_another_map_what_was_chosen_stands(run, tmp_path):
    out = tmp_path / "out.json"
    assert evaluate.main([str(run), "--episodes", "2", "--env.map", "closed", "--json", str(out)]) == 0
    env = json.loads(out.read_text())["env"]
    assert (env["map"], env["num_agents"], env["max_cycles"]) == ("closed", 2, 10)
    assert env["cooldown"] == 1  # the map's number, since none was chosen


def test_it_is_filmed(run, tmp_path, capsys):
    assert watch.main([str(run), "--video", str(tmp_path / "film.gif"), "--cell", "8"]) == 0
    assert "11 frames" in capsys.readouterr().out


class ImpatientWindow(Window):
    """A window in front of which somebody presses enter all the time."""

    def show(self, frame) -> None:
        super().show(frame)
        pygame.event.post(pygame.event.Event(pygame.KEYDOWN, key=pygame.K_RETURN))


def test_it_is_played_against(run, monkeypatch, capsys):
    monkeypatch.setenv("SDL_VIDEODRIVER", "dummy")
    monkeypatch.setattr(play, "Window", ImpatientWindow)
    assert play.main(["--others", str(run), "--fps", "0", "--cell", "8"]) == 0
    said = capsys.readouterr().out
    assert "place 2 of 2" in said or "place 1 of 2" in said
    assert "length                    10" in said


def test_it_goes_on_and_others_begin_with_its_weights(run, tmp_path):
    before = json.loads((run / "config.json").read_text())
    assert train.main(["--resume", str(run), "--steps", "96", "--no-video"]) == 0
    after = json.loads((run / "config.json").read_text())
    assert (after["env"], after["env_resolved"]) == (before["env"], before["env_resolved"])
    (path := tmp_path / "mine.txt").write_text(DRAWING)
    options = ["--env.map", str(path), "--env.num-agents", "2", "--env.max-cycles", "10", "--no-video"]
    begin = ["--weights", str(run), "--run", str(tmp_path / "other")]
    assert train.main(["commons_harvest", *options, *QUICK, *begin]) == 0
