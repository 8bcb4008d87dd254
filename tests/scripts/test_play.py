"""`altared play`, with keys that nobody presses."""

import numpy as np
import pygame
import pytest
from altared.agents.population import load_population
from altared.envs import games, make_batch
from altared.envs.grid import codes, harvest, movement
from altared.envs.render.scene import Scene
from altared.envs.render.window import Window
from altared.scripts import controls, play
from altared.scripts.options import parse
from altared.scripts.playback import Playback
from gymnasium import spaces


class Hands(Window):
    """A window in front of which somebody taps one key a frame, and enter at the end."""

    def __init__(self, taps: list[int]):
        super().__init__(fps=0)
        self.taps = iter(taps)
        self.frames: list[np.ndarray] = []

    def show(self, frame: np.ndarray) -> None:
        self.frames.append(frame)
        if pygame.display.get_surface():
            key = next(self.taps, pygame.K_RETURN)
            pygame.event.post(pygame.event.Event(pygame.KEYDOWN, key=key))
            pygame.event.post(pygame.event.Event(pygame.KEYUP, key=key))
        super().show(frame)


@pytest.fixture(autouse=True)
def dummy_display(monkeypatch):
    monkeypatch.setenv("SDL_VIDEODRIVER", "dummy")
    yield
    pygame.display.quit()


@pytest.fixture
def playback():
    batch = make_batch("commons_harvest", auto_reset=False, num_agents=3, max_cycles=20)
    return Playback(batch, load_population("random", 3), 1)


def play_and_record(playback: Playback, taps: list[int], agent: int = 1) -> tuple[list[np.ndarray], Hands]:
    """What everybody did in each step, and the window."""
    taken, step = [], playback.step

    def recording_step(actions: np.ndarray) -> None:
        taken.append(actions.copy())
        step(actions)

    playback.step = recording_step  # type: ignore[method-assign]
    pygame.display.init()
    pygame.display.set_mode((8, 8))  # so that the first tap already has a window
    window = Hands(taps)
    play.play(playback, window, agent, 8)
    window.close()
    return taken, window


def test_every_action_can_be_chosen_and_is_named_as_the_game_names_it():
    for actions in [batch.game.actions for batch in map(make_batch, games()) if hasattr(batch.game, "map")]:
        walk = controls.GridControls(actions)
        keys = [[], *([key] for key in (*controls.MOVE_KEYS, *controls.FURTHER_KEYS))]
        assert {walk.name_of(pressed, 0) for pressed in keys} == set(actions)


def test_what_a_game_adds_to_walking_has_a_key_and_a_note():
    walk = controls.GridControls(("water", *harvest.ACTIONS[::-1]))
    assert walk.notes()[-1] == "space: water    1: zap"
    assert (walk.name_of(["space"], 0), walk.name_of(["1"], 0)) == ("water", "zap")
    scene = make_batch("commons_harvest").scene()
    assert walk.action(["1"], scene, 0) == 1
    assert walk.action(["w"], scene, 0) == len(harvest.ACTIONS) - harvest.ACTIONS.index("forward")


@pytest.mark.parametrize(
    ("keys", "heading", "action"),
    [
        ([], 0, movement.NOOP),
        (["w"], 2, movement.FORWARD),
        (["q"], 1, movement.TURN_LEFT),
        (["e"], 1, movement.TURN_RIGHT),
        (["space"], 0, harvest.ZAP),
        (["x"], 0, movement.NOOP),
        (["w", "x"], 0, movement.FORWARD),
        (["w", "d"], 0, movement.STEP_RIGHT),  # the latest counts
        (["up"], 0, movement.FORWARD),
        (["up"], 1, movement.STEP_LEFT),
        (["up"], 2, movement.BACKWARD),
        (["up"], 3, movement.STEP_RIGHT),
        (["left"], 3, movement.FORWARD),
        (["right"], 0, movement.STEP_RIGHT),
        (["down"], 1, movement.STEP_RIGHT),
    ],
)
def test_keys_mean_actions(keys, heading, action):
    assert controls.GridControls(harvest.ACTIONS).name_of(keys, heading) == harvest.ACTIONS[action]


@pytest.mark.parametrize("key", [pygame.K_UP, pygame.K_RIGHT, pygame.K_DOWN, pygame.K_LEFT])
def test_arrows_walk_that_way_on_screen(key):
    drawing = "#####\n#P P#\n#   #\n#P P#\n#  a#\n#####"
    batch = make_batch("commons_harvest", auto_reset=False, map=drawing, num_agents=1, max_cycles=1)
    dy, dx = {
        pygame.K_UP: (-1, 0),
        pygame.K_DOWN: (1, 0),
        pygame.K_LEFT: (0, -1),
        pygame.K_RIGHT: (0, 1),
    }[key]
    moved = 0
    for seed in range(12):
        playback = Playback(batch, load_population("random", 1), seed)
        before = playback.scene()
        y, x = np.argwhere(before.agents == 0)[0]
        play_and_record(playback, [key], agent=0)
        wall = before.tiles[y + dy, x + dx, 0] == codes.WALL
        expected = (y, x) if wall else (y + dy, x + dx)
        assert tuple(np.argwhere(playback.scene().agents == 0)[0]) == expected
        moved += not wall
    assert moved >= 3


def test_the_person_steers_one_agent_and_the_policy_the_others(playback):
    taken, window = play_and_record(playback, [pygame.K_q, pygame.K_SPACE, pygame.K_w] + [pygame.K_x] * 17)
    assert len(taken) == 20
    assert [int(actions[0, 1]) for actions in taken[:4]] == [
        movement.TURN_LEFT,
        harvest.ZAP,
        movement.FORWARD,
        movement.NOOP,
    ]
    others = np.array([actions[0, [0, 2]] for actions in taken])
    assert len(np.unique(others)) > 4  # random ones use most actions
    assert len({frame.shape for frame in window.frames}) == 1
    assert playback.metrics["length"] == 20


def test_escape_leaves_at_once(playback):
    taken, _ = play_and_record(playback, [pygame.K_w, pygame.K_ESCAPE])
    assert len(taken) == 1
    assert not playback.ended


def test_the_score_stays_until_enter(playback):
    _, window = play_and_record(playback, [pygame.K_w] * 25)
    assert len(window.frames) > 25  # a key that is pressed in the heat of the game does not end it
    assert np.array_equal(window.frames[-1], window.frames[-2])


def test_score_names_return_and_place():
    lines = play.score(np.array([4.0, 7.5, 2.0]), 0)
    assert lines == ("you, agent_0: 4, place 2 of 3", "all together: 13.5")


def test_command_plays_a_game_to_its_end(monkeypatch, capsys):
    monkeypatch.setattr(play, "Window", lambda fps, caption: Hands([pygame.K_w] * 6))
    command = ["commons_harvest", "--others", "greedy", "--agent", "2", "--fps", "0", "--cell", "8"]
    assert play.main([*command, "--env.max-cycles", "6", "--env.num-agents", "3"]) == 0
    said = capsys.readouterr().out
    assert "you, agent_2" in said
    assert "collective return" in said


LASTING = {"fishing": ["--env.catch-limit", "2"]}  # so that random boats do not empty the lake


@pytest.mark.parametrize("game", games())
def test_every_game_can_be_played(game, monkeypatch, capsys):
    hands = Hands([pygame.K_w, pygame.K_SPACE, pygame.K_e] * 8)
    monkeypatch.setattr(play, "Window", lambda fps, caption: hands)
    options = ["--cell", "16", "--env.max-cycles", "24", *LASTING.get(game, [])]
    assert play.main([game, "--others", "random", *options]) == 0
    assert "you, agent_0" in capsys.readouterr().out
    assert len({frame.shape for frame in hands.frames}) == 1, "the window keeps its size"
    assert len({frame.tobytes() for frame in hands.frames}) > 20


def test_an_agent_that_is_not_there_is_refused():
    with pytest.raises(SystemExit, match=r"agent 7 is not in this game; allowed: 0 \.\. 6"):
        play.main(["commons_harvest", "--agent", "7"])


SWITCH = ("hold", "cooperate", "defect")


class PlainScene(Scene):
    """No map to look at."""

    def __init__(self) -> None:
        super().__init__(title="", step=0, max_cycles=0, returns=np.zeros(1), events=())


@pytest.mark.parametrize(
    ("presses", "chosen"),
    [
        ([[], []], [0, 0]),
        ([["2"], [], ["1"]], [1, 1, 0]),
        ([["3", "2"], ["4"], ["0"], ["x"]], [1, 1, 1, 1]),  # the latest counts; other keys mean nothing
        ([["up"], ["right"], ["up"], ["down"], ["left"], ["down"]], [1, 2, 2, 1, 0, 0]),
    ],
)
def test_where_there_is_no_map_a_person_chooses_among_the_actions(presses, chosen):
    choice, scene = controls.DiscreteControls(SWITCH), PlainScene()
    assert [choice.action(keys, scene, 0) for keys in presses] == chosen
    assert choice.notes()[0] == f"your choice: {chosen[-1] + 1} {SWITCH[chosen[-1]]}"


def test_where_any_number_can_be_chosen_arrows_turn_it():
    number, scene = controls.ContinuousControls(spaces.Box(0.0, 5.0, (1,))), PlainScene()
    presses = [["up"], [], ["up", "up"], ["down"], ["down"], ["down"], ["up"] * 30]
    assert [number.action(keys, scene, 0) for keys in presses] == [0.25, 0.25, 0.75, 0.5, 0.25, 0, 5]
    assert number.notes()[0] == "your choice: 5"


def test_notes_keep_their_number_so_that_the_window_keeps_its_size():
    number = controls.ContinuousControls(spaces.Box(0.0, 5.0, (1,)))
    ways = (controls.GridControls(harvest.ACTIONS), controls.DiscreteControls(SWITCH), number)
    assert {len(way.notes()) for way in ways} == {3}


def test_a_person_plays_a_matrix_game_with_number_keys():
    batch = make_batch("matrix_games", auto_reset=False, rounds=5)
    playback = Playback(batch, load_population("random", 2, game=batch.game), 1)
    taken, window = play_and_record(
        playback, [pygame.K_2, pygame.K_x, pygame.K_1, pygame.K_UP, pygame.K_DOWN]
    )
    assert [int(actions[0, 1]) for actions in taken] == [1, 1, 0, 1, 0]
    assert len({frame.shape for frame in window.frames}) == 1


def test_a_table_of_ones_own_comes_from_the_command_line():
    _, overrides = parse(play.Args, ["matrix_games", "--env.payoffs", "[[[1, 2], [3, 4]], [[0, 0], [5, 6]]]"])
    batch = make_batch("matrix_games", **overrides)
    assert batch.game.actions == ("a", "b")
    assert batch.game.config.payoffs[1][1] == (5.0, 6.0)
