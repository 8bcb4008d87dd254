"""Pictures of a world; the only rooms that import pygame."""

import os

os.environ.setdefault("PYGAME_HIDE_SUPPORT_PROMPT", "1")  # a library that prints at import spoils `--json`
