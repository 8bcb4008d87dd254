"""What every foraging game's module offers: what all games do, on a map."""

from collections.abc import Callable
from dataclasses import dataclass
from types import ModuleType
from typing import Any

from ..api.spec import EnvSpec
from .codebook import codebook_of
from .game import GridGame
from .maps import Map, check_room, drawing_of, legend_with, load_map


@dataclass(frozen=True)
class GridEnvSpec(EnvSpec):
    """A foraging game by name, made from keyword arguments."""

    legend: dict[str, str]  # of its maps
    check_map: Callable[[Any, Map], None]  # refuses a map that lacks what a config speaks of

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
        self.check_map(config, world)
        return config


def any_map(config: Any, world: Map) -> None:
    """Every map will do."""


def grid_env_spec(
    name: str,
    title: str,
    config: Any,
    rules: ModuleType,
    *,
    legend: dict[str, str],
    defaults_for: Any,
    check_map: Callable[[Any, Map], None] = any_map,
) -> GridEnvSpec:
    """The spec of a game on a map.

    rules: the module with its rulebook, see `GridGame`. legend: what the characters of its maps mean, see
    maps.py; those of ground that its mechanics add join it. Raises TypeError where characters or codes clash.
    """
    full = legend_with(legend, codebook_of(rules.MECHANICS, legend).chars)

    def make_game(name: str, title: str, config: Any) -> GridGame:
        return GridGame(name, title, config, legend, rules.__name__)

    return GridEnvSpec(name, title, config, defaults_for, make_game, full, check_map)
