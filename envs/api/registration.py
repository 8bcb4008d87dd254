"""The games by name, and what is made from a name: one world, many worlds, one learner among residents."""

import warnings
from collections.abc import Sequence
from importlib.metadata import entry_points
from types import ModuleType
from typing import Any

from ..engine.rewards import reward_from_dict
from .batch import Batch
from .parallel import WorldEnv, register_with_pettingzoo
from .solo import Resident, SoloEnv
from .spec import split_observation_options

GROUP = "altared.games"
"""Entry-point group in which a package names the modules of its games."""
OFFERED = ("NAME", "configure", "choices", "game", "parallel_env", "env")  # by the module of a game

_GAMES: dict[str, ModuleType] = {}
_asked: list[str] = []  # groups whose games have been registered


def register(game: ModuleType) -> None:
    """Enter a game under its `NAME`, here and in PettingZoo's registry (`altared/NAME-v0`).

    game: a module with `NAME`, `configure`, `choices`, `game`, `parallel_env` and `env`, most of them from
    an `EnvSpec`. A package registers its games by itself if it names their modules in the entry-point group
    `altared.games`. Raises TypeError where something is missing, ValueError where another has the name.

        import my_game
        altared.envs.register(my_game)
        altared.make("my_game")
    """
    if missing := [name for name in OFFERED if not hasattr(game, name)]:
        raise TypeError(f"game={game!r} is not allowed: it lacks {', '.join(missing)}")
    known = _GAMES.get(game.NAME)
    if known is not None and known.__name__ != game.__name__:
        raise ValueError(f"NAME={game.NAME!r} of {game.__name__} is taken: {known.__name__} has it")
    _GAMES[game.NAME] = game
    if known is None:
        register_with_pettingzoo(game)


def _register_installed() -> None:
    """Register the games of installed packages, once. One that fails is left out, with a warning."""
    if _asked:
        return
    _asked.append(GROUP)  # before the first is imported: it may ask for the games itself
    for entry in entry_points(group=GROUP):
        try:
            register(entry.load())
        except Exception as error:
            warnings.warn(f"the game {entry.name} ({entry.value}) is left out: {error!r}", stacklevel=4)


def games() -> list[str]:
    """Names of the games that can be made."""
    _register_installed()
    return sorted(_GAMES)


def game_module(name: str) -> ModuleType:
    """The module of a game: `configure`, `game`, `parallel_env`, `env`."""
    if name not in _GAMES:
        _register_installed()
    if name not in _GAMES:
        raise ValueError(
            f"game={name!r} is unknown; known: {', '.join(games())} (a game from outside is known when its "
            "package is installed, or its module is imported and registered)"
        )
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
    *,
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
    config, shown = split_observation_options(options)
    game = game_module(name).game(**config)
    how = {"device": device, "threads": threads, "copy": copy, "auto_reset": auto_reset}
    return Batch(game, num_worlds, observation, reward, **how, **shown)


def batch_of(header: dict[str, Any], observation: str | None = None) -> Batch:
    """The batch that a recording's header names: its game, config, reward view and size."""
    reward, restarts = reward_from_dict(header["reward"]), header["auto_reset"]
    named = header["game"], header["num_worlds"], observation
    return make_batch(*named, reward=reward, auto_reset=restarts, **header["config"])
