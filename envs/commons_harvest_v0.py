"""Commons Harvest: apples that regrow only where apples remain.

Agents walk a walled field, eat apples (+1 each) and can zap each other off the map for a while. An eaten
apple regrows with a chance that grows with the number of live apples within two cells; a patch that is
eaten bare never regrows. Restraint feeds everyone; haste feeds the hasty, once.

    from altared.envs import commons_harvest_v0
    env = commons_harvest_v0.parallel_env(map="open", num_agents=7)

Maps `open`, `closed` and `partnership` come with the numbers of Melting Pot 2.4's variants of the same
name (Leibo et al. 2021, arXiv 2107.06857; the game: Perolat et al. 2017, arXiv 1707.06600); every number
can be set by name, see `altared.envs.foraging.config.ForagingConfig`. Differences from Melting Pot: a
fixed horizon of 1000 steps by default (set `max_cycles=5000, end_chance=0.15` for its ending); grass
shows the stock at the end of the step, one step earlier; others are anonymous in views.

Actions: 0 noop, 1 forward, 2 backward, 3 step left, 4 step right, 5 turn left, 6 turn right, 7 zap.
Observations: `planes` (the default here), `tiles`, `rgb`; see `altared.envs.foraging.codes.legend()`.

Version history: v0, first release.
"""

from dataclasses import fields
from typing import Any

from .foraging.config import ConfigError, ForagingConfig
from .foraging.game import ForagingGame
from .foraging.maps import check_room, drawing_of, load_map
from .parallel import AECEnv, WorldEnv, turn_based

NAME = "commons_harvest"

_ROOMS: dict[str, Any] = {
    "regrowth": (0.0, 0.001, 0.005, 0.025),
    "beam_length": 4,
    "cooldown": 1,
    "removal_steps": 101,
}
VARIANTS: dict[str, dict[str, Any]] = {"open": {}, "closed": _ROOMS, "partnership": _ROOMS}


def configure(**overrides: Any) -> ForagingConfig:
    """The config of a map's variant (a map of one's own: the numbers of `open`), with fields replaced.

    A map in a file becomes its drawing, so that the config means the same wherever and whenever it is read.
    """
    known = [field.name for field in fields(ForagingConfig)]
    if unknown := sorted(overrides.keys() - set(known)):
        raise ConfigError(f"unknown field {', '.join(unknown)}; known: {', '.join(known)}")
    source = overrides.get("map", "open")
    drawing = drawing_of(source)
    chosen: dict[str, Any] = {**VARIANTS.get(drawing, {}), **overrides, "map": drawing}
    config = ForagingConfig(**chosen)
    check_room(load_map(source), config.num_agents, config.removal_steps > 0)  # while the file has a name
    return config


def choices(config: dict[str, Any]) -> dict[str, Any]:
    """What a saved config chose beyond its map's variant: `configure(**choices(config))` is that config.

    With another map put in, the other map's numbers apply where the config chose none.
    """
    given = configure(**config).to_dict()
    usual = configure(map=given["map"]).to_dict()
    return {name: value for name, value in given.items() if name == "map" or value != usual[name]}


def game(**overrides: Any) -> ForagingGame:
    """Commons Harvest with its numbers fixed."""
    return ForagingGame(NAME, "Commons Harvest", configure(**overrides))


def parallel_env(
    observation: str = "planes",
    render_mode: str | None = None,
    render_fps: int = 10,
    reward: Any = "own",
    channels_first: bool = False,
    dtype: Any = "uint8",
    **config: Any,
) -> WorldEnv:
    """A PettingZoo ParallelEnv. `config` are fields of ForagingConfig: map, num_agents, max_cycles, ...

    observation: "planes" (11, 11, 27), "tiles" (11, 11, 2) or "rgb" (88, 88, 3), of dtype uint8;
    planes and rgb also come channels first and as float32. reward: "own", "shared",
    "social_value_orientation", "inequity_aversion", or a view from `altared.envs.rewards`.
    """
    options = {"channels_first": channels_first, "dtype": dtype}
    return WorldEnv(game(**config), observation, render_mode, render_fps, reward, **options)


def env(**options: Any) -> AECEnv:
    """The same world in PettingZoo's agent-by-agent API (AEC)."""
    return turn_based(parallel_env(**options))
