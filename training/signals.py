"""Ctrl-C and SIGTERM as a request: the run comes to a safe place, saves, and then stops."""

import signal
import threading


class Stopped(Exception):  # noqa: N818 (an ending, not an error)
    """The run was asked to stop, and has saved. `exit_code` is the shell's for that signal: 130 or 143."""

    def __init__(self, signum: int, message: str) -> None:
        super().__init__(message)
        self.exit_code = 128 + signum


class StopRequest:
    """While active, the first SIGINT or SIGTERM is noted in `signum`; a second one acts at once.

    Only the main thread of a process can listen; anywhere else this does nothing.
    """

    def __init__(self) -> None:
        self.signum: int | None = None
        self._before: dict[int, object] = {}

    def __enter__(self) -> "StopRequest":
        if threading.current_thread() is threading.main_thread():
            for signum in (signal.SIGINT, signal.SIGTERM):
                self._before[signum] = signal.signal(signum, self._note)
        return self

    def __exit__(self, *_) -> None:
        self._restore()

    def _note(self, signum: int, frame) -> None:
        self.signum = signum
        self._restore()

    def _restore(self) -> None:
        for signum, handler in self._before.items():
            signal.signal(signum, handler)  # pyright: ignore[reportArgumentType]
        self._before.clear()
