"""What every foraging game's module offers: `configure`, `choices`, `game`, `parallel_env`, `env`."""

from collections.abc import Callable
from dataclasses import dataclass, fields
from typing import Any

from ..parallel import AECEnv, WorldEnv, turn_based
from .config import ConfigError, ForagingConfig
from .game import ForagingGame
from .laws import check_map
from .maps import check_room, drawing_of, load_map

Usual = Callable[[dict[str, Any]], dict[str, Any]]


@dataclass(frozen=True)
class Door:
    """A game by name, made from keyword arguments."""

    name: str  # "commons_harvest"
    title: str  # "Commons Harvest"
    config: type[ForagingConfig]
    legend: dict[str, str]  # of its maps
    usual: Usual
    """From the fields that were given, the numbers that go with them (a map's, a preset's, a condition's):
    what is given explicitly stands, the config's own defaults serve the rest."""

    def configure(self, **overrides: Any) -> ForagingConfig:
        """The config with fields replaced; a preset, condition or map brings the numbers that go with it.

        A map in a file becomes its drawing, so that the config means the same wherever and whenever it is
        read.
        """
        known = [field.name for field in fields(self.config)]
        if unknown := sorted(overrides.keys() - set(known)):
            raise ConfigError(f"unknown field {', '.join(unknown)}; known: {', '.join(known)}")
        source = overrides.get("map")
        if source is not None:
            overrides = {**overrides, "map": drawing_of(source)}
        config = self.config(**{**self.usual(overrides), **overrides})
        world = load_map(source or config.map, self.legend)  # while a file has a name, for what is refused
        check_room(world, config.num_agents, config.removal_steps > 0)
        check_map(config, world)
        return config

    def choices(self, config: dict[str, Any]) -> dict[str, Any]:
        """What a saved config chose beyond its map's, preset's and condition's numbers.

        `configure(**choices(config))` is that config; with another map, preset or condition put in, that
        one's numbers apply where the config chose none.
        """
        given = self.configure(**config).to_dict()
        named = {name: given[name] for name in NAMES if given.get(name)}
        usual = self.configure(**named).to_dict()
        return {name: value for name, value in given.items() if name in named or value != usual[name]}

    def game(self, **overrides: Any) -> ForagingGame:
        """The game with its numbers fixed."""
        return ForagingGame(self.name, self.title, self.configure(**overrides), self.legend)

    def parallel_env(
        self,
        observation: str = "planes",
        render_mode: str | None = None,
        render_fps: int = 10,
        reward: Any = "own",
        channels_first: bool = False,
        dtype: Any = "uint8",
        hide_rule: bool = False,
        **config: Any,
    ) -> WorldEnv:
        """A PettingZoo ParallelEnv. `config` are fields of the game's config: map, num_agents, ...

        observation: "planes" (11, 11, 27), "tiles" (11, 11, 2) or "rgb" (88, 88, 3), of dtype uint8;
        planes and rgb also come channels first and as float32. reward: "own", "shared",
        "social_value_orientation", "inequity_aversion", or a view from `altared.envs.rewards`.
        hide_rule: every altar looks blank to who learns here; residents of `make_solo` see what it shows.
        """
        options = {"channels_first": channels_first, "dtype": dtype, "hide_rule": hide_rule}
        return WorldEnv(self.game(**config), observation, render_mode, render_fps, reward, **options)

    def env(self, **options: Any) -> AECEnv:
        """The same world in PettingZoo's agent-by-agent API (AEC)."""
        return turn_based(self.parallel_env(**options))


# fields that bring others' numbers with them, or are needed for that
NAMES = ("preset", "condition", "map", "yoked_removals")
