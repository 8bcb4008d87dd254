"""What a population was trained to see and do, by name: kept in its checkpoint, compared on loading."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from ..envs.engine.formats import NAMES, different_names


@dataclass(frozen=True)
class Interface:
    """What a game shows to networks and takes from them, by name."""

    game: str
    num_agents: int
    observation: str  # its kind: "tiles", "planes" or "vector"
    observation_options: dict[str, Any]  # those that the kind was asked for with, as {"dtype": "float32"}
    actions: tuple[str, ...]  # names, in the order of the logits
    planes: tuple[str, ...]  # names, in the order of the first layer's weights
    extra_channels: tuple[str, ...]  # names of the numbers that follow

    def to_dict(self) -> dict[str, Any]:
        """As plain data, for a file."""
        return {**asdict(self), **{name: list(getattr(self, name)) for name in NAMES}}

    @classmethod
    def from_dict(cls, saved: Mapping[str, Any]) -> "Interface":
        """The inverse of `to_dict`."""
        return cls(**{**saved, **{name: tuple(saved[name]) for name in NAMES}})

    def require_same_names(self, where: Any, game: Any) -> None:
        """Raise ValueError, naming what differs, unless the game has these actions, planes and channels."""
        if said := different_names(self, game):
            raise ValueError(f"{where} was trained with {said}")


def interface_of(batch: Any) -> Interface:
    """What a batch shows to learners and takes from them."""
    names: dict[str, Any] = {name: tuple(getattr(batch.game, name)) for name in NAMES}
    seen: dict[str, Any] = {
        "observation": batch.observation,
        "observation_options": dict(batch.observation_options),
    }
    return Interface(batch.game.name, batch.num_agents, **seen, **names)
