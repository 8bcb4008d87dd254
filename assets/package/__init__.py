"""altared: many learners on a shared resource.

    import altared

    env = altared.make("commons_harvest", num_agents=5)         # one world, PettingZoo ParallelEnv
    batch = altared.make_batch("commons_harvest", num_worlds=64)  # many worlds, arrays in and out
    solo = altared.make_solo("altared_harvest", residents)      # one learner among residents, gymnasium.Env
    altared.games()                                             # names of the games

Environments need neither torch nor a display: `altared.training` and trained agents load torch, pictures
(`altared.envs.render`) load pygame.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:  # the names below, for editors and type checkers
    from .envs import games as games
    from .envs import make as make
    from .envs import make_batch as make_batch
    from .envs import make_solo as make_solo

    __version__: str

PARTS = ("agents", "assets", "envs", "scripts", "training")

__all__ = ["__version__", "games", "make", "make_batch", "make_solo"]


def __getattr__(name: str) -> Any:
    """Load a name when it is first asked for, so that importing a part of the package loads no other."""
    if name == "__version__":
        from importlib.metadata import version

        value: Any = version("altared")
    elif name in __all__:
        value = getattr(import_module(".envs", __name__), name)
    else:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted([*__all__, *PARTS])
