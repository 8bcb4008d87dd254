"""The metrics of episodes, from the step in which they end until the log takes them."""

import numpy as np
import torch

from ..agents.tensors import Tensors


class Episodes:
    """Those that ended in one batch, but for first ones that were shortened (see stagger.py)."""

    def __init__(self, shortened: np.ndarray) -> None:
        self.partial = shortened  # (W,) bool: the episode under way was shortened
        self._ended: list[dict[str, np.ndarray]] = []  # columns of the whole ones, a dict a step

    def note(self, ended: dict[str, np.ndarray]) -> None:
        """Keep the columns of the episodes that ended in a step; `world` says in which worlds."""
        worlds = ended["world"]
        whole = ~self.partial[worlds]
        self.partial[worlds] = False
        if whole.any():
            self._ended.append({name: np.array(column)[whole] for name, column in ended.items()})

    def take(self) -> list[dict[str, np.ndarray]]:
        """What was noted since the last call, one dict for each step in which whole episodes ended."""
        taken, self._ended = self._ended, []
        return taken

    def state(self) -> Tensors:
        """What has yet to be left out; a checkpoint is written when everything was taken."""
        return {"partial": torch.from_numpy(self.partial)}

    def load_state(self, state: Tensors) -> None:
        """The inverse of `state`. Raises ValueError when it belongs to other worlds."""
        saved = state["partial"].numpy().copy()
        if saved.shape != self.partial.shape:
            raise ValueError(f"partial has shape {saved.shape}; allowed: {self.partial.shape}")
        self.partial = saved
