"""The window, on SDL's dummy display."""

import time

import numpy as np
import pygame
import pytest
from altared.envs.render.canvas import draw
from altared.envs.render.window import NoDisplayError, Window

from .scenes import make_scene


@pytest.fixture
def window(monkeypatch):
    monkeypatch.setenv("SDL_VIDEODRIVER", "dummy")
    window = Window(fps=0)
    yield window
    window.close()


def press(key: int) -> None:
    pygame.event.post(pygame.event.Event(pygame.KEYDOWN, key=key))


def release(key: int) -> None:
    pygame.event.post(pygame.event.Event(pygame.KEYUP, key=key))


def test_shows_frames(window):
    frame = draw(make_scene(3), 16)
    window.show(frame)
    shown = pygame.surfarray.array3d(pygame.display.get_surface()).swapaxes(0, 1)
    assert np.array_equal(shown, frame)
    window.show(frame[:100, :100])
    assert pygame.display.get_surface().get_size() == (100, 100)


def test_close_may_be_repeated_and_frames_after_it_are_ignored(window):
    window.close()
    window.show(np.zeros((8, 8, 3), np.uint8))
    window.close()
    assert window.closed
    assert not pygame.display.get_init()


def test_the_cross_closes_it(window):
    frame = np.zeros((8, 8, 3), np.uint8)
    window.show(frame)
    pygame.event.post(pygame.event.Event(pygame.QUIT))
    window.show(frame)
    assert window.closed


def test_a_tap_counts_once_and_a_held_key_repeats(window):
    frame = np.zeros((8, 8, 3), np.uint8)
    window.show(frame)
    press(pygame.K_w)
    release(pygame.K_w)
    window.show(frame)
    assert window.read_keys() == ["w"]
    assert window.read_keys() == []
    press(pygame.K_LEFT)
    for _ in range(3):
        window.show(frame)
        assert window.read_keys() == ["left"]
    release(pygame.K_LEFT)
    window.show(frame)
    assert window.read_keys() == []


def test_frames_come_at_the_asked_rate(window):
    window.fps = 50
    frame = np.zeros((8, 8, 3), np.uint8)
    window.show(frame)
    start = time.monotonic()
    for _ in range(10):
        window.show(frame)
    assert 0.15 < time.monotonic() - start < 2


def test_no_display_is_said_plainly(monkeypatch):
    pygame.display.quit()
    monkeypatch.setenv("SDL_VIDEODRIVER", "nonsense")
    with pytest.raises(NoDisplayError, match="no window can be opened"):
        Window().show(np.zeros((8, 8, 3), np.uint8))
