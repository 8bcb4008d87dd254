"""A window on the screen, for `render_mode="human"` and for a person who plays."""

import os

import numpy as np
import pygame


class NoDisplayError(RuntimeError):
    """There is no screen to open a window on."""


class Window:
    """Shows frames and collects keys. SDL knows one window a process: a later one takes over its place."""

    def __init__(self, fps: float = 10, caption: str = "altared"):
        """fps: `show` waits so that no more frames a second are shown; 0: as fast as they come."""
        self.fps = fps
        self.caption = caption
        self.closed = False  # by close() or by the person; frames are ignored from then on
        self._screen: pygame.Surface | None = None
        self._clock = pygame.time.Clock()
        self._held: list[str] = []  # keys down now, in the order they were pressed
        self._tapped: list[str] = []  # keys pressed since read_keys()

    def show(self, frame: np.ndarray) -> None:
        """Show a frame, uint8 (H, W, 3), handle what the person did, and wait for the next one's time.

        Raises NoDisplayError where there is no display.
        """
        if self.closed:
            return
        screen = self._opened(frame.shape[1], frame.shape[0])
        screen.blit(pygame.image.frombytes(frame.tobytes(), frame.shape[1::-1], "RGB"), (0, 0))
        pygame.display.flip()
        self._handle_events()
        self._clock.tick(self.fps)

    def read_keys(self) -> list[str]:
        """Names of the keys pressed since the last call, else of those pressed down; the latest is last.

        So a short tap between two frames counts, and a key kept down repeats.
        """
        keys = self._tapped or list(self._held)
        self._tapped = []
        return keys

    def close(self) -> None:
        """Close the window; may be called again."""
        self.closed = True
        if self._screen is not None and pygame.display.get_surface() is self._screen:
            pygame.display.quit()
        self._screen = None

    @staticmethod
    def _require_screen() -> None:
        """SDL falls back to drivers that show nothing; that is right only for who asked for them."""
        driver = pygame.display.get_driver()
        if driver in ("offscreen", "dummy") and os.environ.get("SDL_VIDEODRIVER") != driver:
            pygame.display.quit()
            raise pygame.error(f"SDL found no screen, only {driver!r}")

    def _opened(self, width: int, height: int) -> pygame.Surface:
        if self._screen is None or self._screen.get_size() != (width, height):
            try:
                pygame.display.init()
                self._require_screen()
                self._screen = pygame.display.set_mode((width, height))
            except pygame.error as error:
                raise NoDisplayError(
                    f"no window can be opened ({error}): where there is no display, "
                    "use render_mode='rgb_array' or `altared watch --video`"
                ) from error
            pygame.display.set_caption(self.caption)
        return self._screen

    def _handle_events(self) -> None:
        for event in pygame.event.get():
            if event.type == pygame.QUIT:
                self.close()
                return
            if event.type == pygame.KEYDOWN:
                key = pygame.key.name(event.key)
                self._tapped.append(key)
                self._held.append(key)
            elif event.type == pygame.KEYUP:
                self._held = [key for key in self._held if key != pygame.key.name(event.key)]
            elif event.type == pygame.WINDOWFOCUSLOST:
                self._held = []  # the release of a key may go to another window
