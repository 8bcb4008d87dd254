"""The picture of a matrix game."""

from dataclasses import replace

import numpy as np
import pytest
from altared.envs.render.canvas import draw
from altared.envs.render.palette import agent_colours, palette
from altared.envs.render.scene import TableScene
from altared.envs.render.table import HEIGHT, WIDTH, action_colours, draw_table


def make_table(players: int = 2, actions: int = 2, last: tuple[int, ...] | None = None, rounds: int = 5):
    payoffs = np.arange(actions**players * players, dtype=float).reshape((actions,) * players + (players,))
    return TableScene(
        title="Prisoner's Dilemma",
        step=rounds,
        max_cycles=100,
        returns=np.arange(players, dtype=float),
        events=("agent_0 cooperate: 3",),
        counts=(("cooperate", 3),),
        payoffs=payoffs,
        actions=tuple(f"action {k}" for k in range(actions)),
        last=last,
        history=np.arange(rounds * players).reshape(rounds, players) % actions,
    )


def places(picture: np.ndarray, colour) -> np.ndarray:
    """(K, 2) pixels of exactly this colour."""
    return np.argwhere((picture == colour).all(-1))


@pytest.mark.parametrize("cell", [4, 8, 16, 32, 40])
@pytest.mark.parametrize(("players", "actions"), [(2, 2), (2, 9), (3, 2), (4, 5), (12, 2)])
def test_every_table_has_a_picture_of_one_size(cell, players, actions):
    start, later = make_table(players, actions, rounds=0), make_table(players, actions, (1,) * players, 70)
    for scene in (start, later):
        assert draw_table(scene, cell).shape == (HEIGHT * cell, WIDTH * cell, 3)
    assert draw(start, cell).shape == draw(later, cell).shape


@pytest.mark.parametrize("last", [(0, 0), (0, 1), (1, 0), (1, 1)])
def test_the_last_joint_action_is_framed_in_its_row_and_column(last):
    assert len(places(draw_table(make_table(last=None)), palette()["fire"])) == 0
    y, x = places(draw_table(make_table(last=last)), palette()["fire"]).mean(0)
    others = [
        places(draw_table(make_table(last=other)), palette()["fire"]).mean(0) for other in ((0, 0), (1, 1))
    ]
    (top, left), (low, right) = others
    assert y == pytest.approx((top, low)[last[0]], abs=1)
    assert x == pytest.approx((left, right)[last[1]], abs=1)
    assert top < low
    assert left < right


def test_the_payoffs_are_written_in_the_colours_of_those_who_get_them():
    scene = make_table(players=3, last=(0, 1, 1), rounds=0)
    before = draw_table(scene)
    payoffs = scene.payoffs.copy()
    payoffs[0, 1, 1, 2] = 77.0
    changed = draw_table(replace(scene, payoffs=payoffs))
    where = np.argwhere((before != changed).any(-1))
    towards = [np.abs(changed[y, x].astype(int) - agent_colours(3)[2]).sum() for y, x in where]
    assert min(towards) < 60, "a new number in the third player's colour"
    payoffs = scene.payoffs.copy()
    payoffs[0, 1, 0, 2] = 7.0  # what agent_2 did not choose is not shown
    assert np.array_equal(before, draw_table(replace(scene, payoffs=payoffs)))


def test_a_dot_shows_each_round_in_the_colour_of_the_action():
    low = round(0.78 * HEIGHT * 32)  # below the table
    for history in ([[0, 1]], [[1, 1]], [[0, 0], [0, 1]]):
        scene = replace(make_table(), history=np.array(history))
        for action, colour in enumerate(action_colours(2)):
            picture = draw_table(scene)[low:]
            expected = (np.array(history) == action).sum()
            one = len(places(draw_table(replace(scene, history=np.array([[action] * 2])))[low:], colour)) / 2
            assert len(places(picture, colour)) == pytest.approx(expected * one, abs=1)


def test_focus_points_out_one_player():
    scene = make_table()
    changed = (draw_table(scene, focus=1) != draw_table(scene)).any(-1)
    assert changed.any()
    assert not changed[: round(0.75 * changed.shape[0])].any()
