"""What every game's module offers: `configure`, `choices`, `game`, `parallel_env`, `env`."""

from collections.abc import Callable
from dataclasses import MISSING, dataclass, fields
from typing import Any

from ..contracts.game import ContractedGame
from ..contracts.terms import ContractedConfig, terms_of
from ..engine.config import ConfigError, GameConfig, allowed_in
from ..engine.game import Game
from .parallel import AECEnv, WorldEnv, turn_based

NAMES = ("preset", "condition", "map")  # fields that bring others' numbers with them


@dataclass(frozen=True)
class EnvSpec:
    """A game by name, made from keyword arguments."""

    name: str  # "fishing"
    title: str  # "Fishing"
    config: type[GameConfig]
    defaults_for: Callable[[dict[str, Any]], dict[str, Any]]
    """From the fields that were given, the numbers that go with them (a map's, a preset's, a condition's):
    what is given explicitly stands, the config's own defaults serve the rest."""
    make_game: Callable[[str, str, Any], Game]
    """From name, title and config, the game."""

    def configure(self, contract: Any = None, **overrides: Any) -> Any:
        """The config with fields replaced; a preset, condition or map brings the numbers that go with it.

        `contract` adds one: a name, a `Contract`, `Terms`, or a dict as `Terms.to_dict` makes it.
        """
        config = self._own_config(**overrides)
        return config if contract is None else ContractedConfig(config, terms_of(contract))

    def _own_config(self, **overrides: Any) -> Any:
        self._require_known(overrides)
        return self.config(**{**self.defaults_for(overrides), **overrides})

    def _require_known(self, overrides: dict[str, Any]) -> None:
        known = [field.name for field in fields(self.config)]
        if unknown := sorted(overrides.keys() - set(known)):
            raise ConfigError(f"unknown field {', '.join(unknown)}; known: {', '.join(known)}")

    def choices(self, config: dict[str, Any]) -> dict[str, Any]:
        """What a config, as `to_dict` has it, says beyond its map's, preset's and condition's numbers.

        `configure(**choices(config))` is that config. With another map, preset or condition, the
        numbers of that one apply, except where the config differs from its current map, preset or condition.
        A config cannot distinguish a number that was given from the same number of a preset. So a run also
        saves what was given (`TrainingConfig.env`), and `altared evaluate` and `altared watch` begin with
        that.
        """
        agreed = {"contract": config["contract"]} if config.get("contract") is not None else {}
        given = self.configure(**{name: value for name, value in config.items() if name != "contract"})
        plain, chosen = given.to_dict(), given.to_dict()
        for name in plain:  # leave out one field after the other, as long as it follows from the rest
            rest = {other: value for other, value in chosen.items() if other != name}
            if not (name in NAMES and plain[name]) and self._completed(rest) == plain:
                chosen = rest
        return chosen | agreed

    def _completed(self, chosen: dict[str, Any]) -> dict[str, Any]:
        """All fields, with the numbers that go with those chosen; no field is checked against another."""
        allowed = allowed_in(self.config)
        brought = {**_defaults(self.config), **self.defaults_for(chosen)}
        return {**{name: allowed[name](name, value) for name, value in brought.items()}, **chosen}

    def game(self, **overrides: Any) -> Game:
        """The game with its numbers fixed, and its contract, if one is given."""
        config = self.configure(**overrides)
        if isinstance(config, ContractedConfig):
            return ContractedGame(self.make_game(self.name, self.title, config.base), config)
        return self.make_game(self.name, self.title, config)

    def parallel_env(
        self,
        observation: str | None = None,
        render_mode: str | None = None,
        render_fps: int = 10,
        reward: Any = "own",
        **options: Any,
    ) -> WorldEnv:
        """A PettingZoo ParallelEnv. `options` are fields of the game's config (map, num_agents, ...), and
        those of its observations; `contract` adds a contract (see `altared.envs.contracts`).

        observation: of the foraging games "planes" (11, 11, P), "tiles" (11, 11, 2) or "rgb" (88, 88, 3),
        of dtype uint8, where P planes are all that the game can show (`game.planes`); planes and rgb also
        channels first (`channels_first=True`) and as `dtype="float32"`.
        With `hide_rule=True` every altar looks blank to who learns here; residents of `make_solo` see what
        it shows. Other games are seen as a "vector" of float32. None: the game's usual kind.
        reward: "own", "shared", "social_value_orientation", "inequity_aversion", or a view from
        `altared.envs.rewards`.
        """
        config, shown = split_observation_options(options)
        game = self.game(**config)
        return WorldEnv(game, observation or game.env_observation, render_mode, render_fps, reward, **shown)

    def env(self, **options: Any) -> AECEnv:
        """The same world in PettingZoo's agent-by-agent API (AEC)."""
        return turn_based(self.parallel_env(**options))


def _defaults(config: type[GameConfig]) -> dict[str, Any]:
    return {one.name: one.default for one in fields(config) if one.default is not MISSING}


OBSERVATION_OPTIONS = ("channels_first", "dtype", "hide_rule")  # of no config


def split_observation_options(options: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Fields of a config, and options of observations."""
    shown = {name: value for name, value in options.items() if name in OBSERVATION_OPTIONS}
    return {name: value for name, value in options.items() if name not in OBSERVATION_OPTIONS}, shown
