"""What every foraging game's module offers: what all games do, on a map."""

from dataclasses import dataclass
from typing import Any

from ..api.spec import EnvSpec
from ..mechanics.norm_params import check_map
from .game import ForagingGame
from .maps import check_room, drawing_of, load_map


@dataclass(frozen=True)
class GridEnvSpec(EnvSpec):
    """A foraging game by name, made from keyword arguments."""

    legend: dict[str, str]  # of its maps

    def _own_config(self, **overrides: Any) -> Any:
        """As any game's. A map in a file becomes its drawing, so that the config means the same wherever and
        whenever it is read.
        """
        self._require_known(overrides)
        source = overrides.get("map")
        if source is not None:
            overrides = {**overrides, "map": drawing_of(source)}
        config = super()._own_config(**overrides)
        world = load_map(source or config.map, self.legend)  # while a file has a name, for what is refused
        check_room(world, config.num_agents, config.removal_steps > 0)
        check_map(config, world)
        return config


def grid_env_spec(
    name: str, title: str, config: Any, legend: dict[str, str], defaults_for: Any
) -> GridEnvSpec:
    """The spec of a foraging game; `legend`: what the characters of its maps mean, see maps.py."""

    def make_game(name: str, title: str, config: Any) -> ForagingGame:
        return ForagingGame(name, title, config, legend)

    return GridEnvSpec(name, title, config, defaults_for, make_game, legend)
