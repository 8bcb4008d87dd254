"""Recordings: what was played, in a file that plays again exactly."""

from .api.recording import Recorder
from .api.replay import ReplayError, replay

__all__ = ["Recorder", "ReplayError", "replay"]
