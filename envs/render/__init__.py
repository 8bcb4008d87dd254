"""Pictures, videos and windows of a world; the only package that imports pygame."""

import os

os.environ.setdefault("PYGAME_HIDE_SUPPORT_PROMPT", "1")  # a library that prints at import spoils `--json`
