"""`altared watch`: a film or a window of any population, and the episode's metrics."""

import sys
from dataclasses import asdict

import imageio.v3 as iio
import numpy as np
import pytest
from altared.agents.population import load_population
from altared.envs import games, make_batch
from altared.envs.render.canvas import draw
from altared.scripts import cli, watch
from altared.scripts.playback import Playback, report, settings_of_run

SHORT = ["--env.max-cycles", "12", "--env.num-agents", "3"]


def playback_of(max_cycles: int = 5, who: str = "random", seed: int = 3) -> Playback:
    batch = make_batch("commons_harvest", auto_reset=False, num_agents=3, max_cycles=max_cycles)
    return Playback(batch, load_population(who, 3), seed)


@pytest.mark.parametrize("suffix", [".mp4", ".gif"])
def test_films_an_episode_and_prints_its_metrics(tmp_path, capsys, suffix):
    film = tmp_path / f"film{suffix}"
    assert watch.main(["random", "--video", str(film), "--cell", "8", *SHORT]) == 0
    frames = list(iio.imiter(film, plugin="FFMPEG" if suffix == ".mp4" else "pillow"))
    assert len(frames) == 13  # the start and twelve steps
    said = capsys.readouterr().out
    assert "13 frames" in said
    assert "collective return" in said
    assert "length                    12" in said


@pytest.mark.parametrize("game", games())
@pytest.mark.parametrize("command", [["{game}", "random"], ["random", "--game", "{game}"]])
def test_every_game_is_filmed(tmp_path, capsys, game, command):
    film = tmp_path / "film.gif"
    named = [word.format(game=game) for word in command]
    settings = {"max_cycles": 12} | ({"catch_limit": 2.0} if game == "fishing" else {})  # a lake that lasts
    options = [word for name, value in settings.items() for word in (f"--env.{name}", str(value))]
    assert watch.main([*named, "--video", str(film), "--cell", "8", *options]) == 0
    assert "13 frames" in capsys.readouterr().out
    batch = make_batch(game, auto_reset=False, **settings)
    playback = Playback(batch, load_population("random", batch.num_agents, game=batch.game), 0)
    for seen, drawn in zip(iio.imiter(film, plugin="pillow"), playback.frames(0, 8), strict=True):
        assert np.abs(seen[..., :3].astype(int) - drawn).mean() < 6


def test_a_window_without_video(monkeypatch, capsys):
    monkeypatch.setenv("SDL_VIDEODRIVER", "dummy")
    assert watch.main(["sustainable", "--fps", "0", "--cell", "8", *SHORT]) == 0
    assert "mean depletion" in capsys.readouterr().out


@pytest.mark.parametrize(("steps", "frames", "words"), [("4", 5, "no episode ended"), ("30", 31, "length")])
def test_steps_may_be_fewer_or_more_than_an_episode(tmp_path, capsys, steps, frames, words):
    film = tmp_path / "film.gif"
    watch.main(["random", "--video", str(film), "--cell", "8", "--steps", steps, *SHORT])
    said = capsys.readouterr().out
    assert f"{frames} frames" in said
    assert words in said


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["nonsense", "--video", "film.mp4"], "nonsense.*random, greedy, sustainable"),
        (["random", "--video", "film.avi"], r"allowed: \.mp4, \.gif"),
        (["random", "--video", "film.gif", "--fps", "0"], "fps 0.0: must be above 0"),
        (["random,random*x", "--video", "film.gif"], r"'random\*x' names no population"),
    ],
)
def test_wrong_command_lines_end_with_one_line(tmp_path, monkeypatch, arguments, message):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SystemExit, match=message):
        watch.main(arguments)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (["--fps", "-1"], "fps is -1.0; allowed: 0 or more"),
        (["--fps", "nan"], "fps is nan; allowed: 0 or more"),
        (["--seed", "-1"], "seed is -1; allowed: 0 or more"),
        (["--cell", "0"], "cell is 0; allowed: 1 .. 256 pixels"),
        (["--cell", "100000"], "cell is 100000; allowed: 1 .. 256 pixels"),
    ],
)
@pytest.mark.parametrize("command", [["watch", "random", "--video", "film.gif"], ["play"]], ids=str)
def test_wrong_numbers_end_with_a_message(tmp_path, monkeypatch, capsys, command, wrong, said):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SystemExit) as ended:
        cli.main([*command, *wrong])
    assert ended.value.code == 2
    assert said in " ".join(capsys.readouterr().err.split())
    assert list(tmp_path.iterdir()) == []


def test_steps_before_the_start_are_refused(capsys):
    with pytest.raises(SystemExit):
        watch.main(["random", "--video", "film.gif", "--steps", "-3"])
    assert "steps is -3; allowed: 0 or more" in capsys.readouterr().err


def test_a_film_without_its_libraries_names_the_extra(monkeypatch, tmp_path):
    monkeypatch.setitem(sys.modules, "imageio_ffmpeg", None)
    with pytest.raises(SystemExit, match=r"imageio is missing: pip install 'altared\[train\]'"):
        watch.main(["random", "--video", str(tmp_path / "film.mp4"), *SHORT])


def test_without_a_display_the_window_is_refused_plainly(monkeypatch):
    monkeypatch.setenv("SDL_VIDEODRIVER", "nonsense")
    with pytest.raises(SystemExit, match=r"no window can be opened.*--video"):
        watch.main(["random", *SHORT])


def test_the_same_seed_gives_the_same_film():
    one, same, other = (list(playback_of(seed=seed).frames(0, 8)) for seed in (3, 3, 4))
    assert len(one) == 6
    assert all(np.array_equal(a, b) for a, b in zip(one, same, strict=True))
    assert not np.array_equal(one[0], other[0])


def test_the_last_frame_is_the_end_of_the_episode_not_the_next_start():
    playback = playback_of(max_cycles=5)
    frames = list(playback.frames(0, 8))
    assert playback.ended
    assert playback.scene().step == 5
    assert np.array_equal(frames[-1], draw(playback.scene(), 8))


def test_events_stay_for_a_while_and_not_into_the_next_episode():
    playback = playback_of(max_cycles=40, who="greedy")
    ate = None
    while not playback.ended:
        playback.step(playback.actions())
        meals = [event for event in playback.batch.scene(0).events if event.endswith("ate")]
        ate = ate or (meals and f"{playback.scene().step}  {meals[0]}")
        if ate and playback.scene().step == int(ate.split()[0]) + 1:
            assert ate in playback.scene().events
    assert ate
    next(frames := playback.frames(1, 8))
    next(frames)
    assert playback.scene().step == 1
    assert all(event.startswith("1  ") for event in playback.scene().events)


def test_a_stage_refuses_a_batch_it_cannot_show():
    with pytest.raises(ValueError, match="num_worlds=1, auto_reset=False"):
        Playback(make_batch("commons_harvest", num_worlds=2), load_population("random", 7), 0)


def test_home_of_a_scripted_policy_is_the_default_game():
    assert settings_of_run("greedy") == ("commons_harvest", {})


def test_report_lists_scalars_and_each_agent():
    metrics = {
        "world": np.int64(0),
        "collective_return": np.float64(7.5),
        "agent_return": np.array([3.0, 4.5]),
        "precision_above_base_rate": np.float64(-0.5),
    }
    assert report(metrics).splitlines() == [
        "collective return         7.5",
        "agent return              3 4.5",
        "precision above base rate -0.5",
    ]


@pytest.fixture
def run(tmp_path) -> str:
    """A run folder with an untrained population of three, made for episodes of seven steps."""
    from altared.agents import checkpoint
    from altared.agents.interface import interface_of
    from altared.agents.networks import Networks, architecture_for

    config = {"num_agents": 3, "max_cycles": 7}
    batch = make_batch("commons_harvest", **config)
    architecture = architecture_for(batch, False, 8, True)
    state = {"update": 1, "architecture": asdict(architecture), "population_size": 0}
    state["interface"] = interface_of(batch).to_dict()
    state["config"] = {"game": "commons_harvest", "env": config}
    folder = tmp_path / "run"
    weights = Networks(architecture).state_dict()
    checkpoint.save(folder / "checkpoints" / "last", {"weights": weights}, state)
    return str(folder)


def test_a_run_is_watched_in_the_game_it_was_trained_on(tmp_path, capsys, run):
    film = tmp_path / "film.gif"
    watch.main([run, "--video", str(film), "--cell", "8"])
    assert "8 frames" in capsys.readouterr().out
    watch.main([run, "--video", str(film), "--cell", "8", "--env.max-cycles", "4"])
    assert "5 frames" in capsys.readouterr().out


def test_with_commas_everybody_has_a_policy(tmp_path, capsys, run):
    watch.main([f"greedy,{run},random", "--video", str(tmp_path / "film.gif"), "--cell", "8"])
    assert "8 frames" in capsys.readouterr().out


def test_a_run_of_another_number_of_agents_is_refused(tmp_path, run):
    with pytest.raises(SystemExit, match="was trained with 3 agents, the game has 4"):
        watch.main([run, "--video", str(tmp_path / "film.gif"), "--env.num-agents", "4"])


def test_the_seed_is_the_populations_too():
    def choices(seed: int) -> list[list[int]]:
        batch = make_batch("commons_harvest", auto_reset=False, num_agents=3, max_cycles=9)
        playback = Playback(batch, load_population("random", 3), seed)  # random ones do not look at the world
        return [playback.actions()[0].tolist() for _ in range(9)]

    assert choices(3) == choices(3) != choices(4)
