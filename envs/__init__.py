"""altared.envs: many learners on a shared resource.

make("commons_harvest", num_agents=5)             one world, PettingZoo ParallelEnv
make_batch("commons_harvest", num_worlds=64)      many worlds, arrays in and out
make_solo("altared_harvest", residents)           one learner among residents, gymnasium.Env
"""

from .engine.compiling import keyed_cache

with keyed_cache():  # before any game, so that every driver's machine code is kept by its sources' hash
    from . import altared_harvest_v0, commons_harvest_v0, fishing_v0, matrix_games_v0, poison_berries_v0
    from .api.batch import Batch
    from .api.parallel import WorldEnv
    from .api.registration import game_module, games, make, make_batch, make_solo, register
    from .api.solo import Resident, SoloEnv
    from .engine.game import Game, Step

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
    "register",
]

for _game in (altared_harvest_v0, commons_harvest_v0, fishing_v0, matrix_games_v0, poison_berries_v0):
    register(_game)
