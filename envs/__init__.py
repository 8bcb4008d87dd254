"""altared.envs: many learners on a shared resource.

make("commons_harvest", num_agents=5)             one world, PettingZoo ParallelEnv
make_batch("commons_harvest", num_worlds=64)      many worlds, arrays in and out
make_solo("altared_harvest", residents)           one learner among residents, gymnasium.Env
"""

from collections.abc import Sequence
from types import ModuleType
from typing import Any

from .engine.compiling import keyed_cache

with keyed_cache():  # before any game, so that every driver's machine code is kept by its sources' hash
    from . import altared_harvest_v0, commons_harvest_v0, fishing_v0, matrix_games_v0, poison_berries_v0
    from .api.batch import Batch
    from .api.spec import split_options
    from .engine.game import Game, Step
    from .api.parallel import WorldEnv, register
    from .engine.rewards import reward_from_dict
    from .api.solo import Resident, SoloEnv

__all__ = [
    "Batch",
    "Game",
    "Resident",
    "SoloEnv",
    "Step",
    "WorldEnv",
    "altared_harvest_v0",
    "commons_harvest_v0",
    "fishing_v0",
    "game_module",
    "games",
    "make",
    "make_batch",
    "make_solo",
    "matrix_games_v0",
    "poison_berries_v0",
]

_GAMES = {
    module.NAME: module
    for module in (altared_harvest_v0, commons_harvest_v0, fishing_v0, matrix_games_v0, poison_berries_v0)
}


def games() -> list[str]:
    """Names of the games that can be made."""
    return sorted(_GAMES)


def game_module(name: str) -> ModuleType:
    """The module of a game: `configure`, `game`, `parallel_env`, `env`."""
    if name not in _GAMES:
        raise ValueError(f"game={name!r} is unknown; known: {', '.join(games())}")
    return _GAMES[name]


def make(name: str, **options: Any) -> WorldEnv:
    """One world as a PettingZoo ParallelEnv; options as in the game's `parallel_env`."""
    return game_module(name).parallel_env(**options)


def make_solo(
    name: str, residents: Resident | Sequence[Resident], focal: str = "agent_0", **options: Any
) -> SoloEnv:
    """One world as a gymnasium.Env in which `focal` learns among residents; options as in `make`.

    residents: one for each other agent in order, or one policy for all; `altared.agents.load_residents`
    makes them from scripted names and run folders. With `hide_rule=True` the altar is blank to the learner
    alone: residents see what it shows, so that a control learner meets the same residents.
    """
    return SoloEnv(make(name, **options), residents, focal)


def make_batch(
    name: str,
    num_worlds: int = 1,
    observation: str | None = None,
    reward: Any = "own",
    device: str = "cpu",
    threads: int = 1,
    copy: bool = False,
    auto_reset: bool = True,
    **options: Any,
) -> Batch:
    """W worlds as one `Batch`. `options` are fields of the game's config, and those of its observations.

    observation: "tiles" (usual), "planes" or "rgb" of the foraging games, the last two also with
    `channels_first=True` and `dtype="float32"`; "vector" of the others.
    """
    config, seeing = split_options(options)
    game = game_module(name).game(**config)
    return Batch(game, num_worlds, observation, reward, device, threads, copy, auto_reset, **seeing)


def batch_of(
    identity: dict[str, Any], num_worlds: int, auto_reset: bool, observation: str | None = None
) -> Batch:
    """The batch that a snapshot or recording names: its game, config and reward view."""
    reward = reward_from_dict(identity["reward"])
    options = {"observation": observation, "reward": reward, "auto_reset": auto_reset}
    return make_batch(identity["game"], num_worlds, **options, **identity["config"])


for _module in _GAMES.values():
    register(_module)
