"""Batches, environments, populations and actions of a case, made through whatever they are called now."""

from typing import Any

import numba
import numpy as np
from altared.envs import make, make_batch, make_solo
from gymnasium import spaces

from . import names
from .case import Case

CORES: int = numba.config.NUMBA_NUM_THREADS  # type: ignore[attr-defined]
OFTEN = 0.3  # share of random actions that are the last one, where it is the beam
BEAM = "zap"


def batch_of(case: Case) -> Any:
    """The batch that a case plays."""
    made = {"num_worlds": case.worlds, "auto_reset": case.auto_reset, "threads": min(case.threads, CORES)}
    return make_batch(names.now(names.GAMES, case.game), **translated(made), **options_of(case))


def env_of(case: Case) -> Any:
    """The PettingZoo environment of a case."""
    return make(names.now(names.GAMES, case.game), **options_of(case))


def solo_of(case: Case) -> Any:
    """The Gymnasium environment of a case, for the first agent."""
    load = names.found("altared.agents:load_residents")
    game = names.now(names.GAMES, case.game)
    residents = load(case.people, game=make_batch(game, **names.options_now(case.options)).game)
    return make_solo(game, residents, **options_of(case))


def population_of(case: Case, game: Any) -> Any:
    """The scripted agents of a case."""
    spec = case.people if isinstance(case.people, str) else list(case.people)
    return names.found("altared.agents.population:load_population")(spec, game.num_agents, None, game)


def options_of(case: Case) -> dict[str, Any]:
    """Options of the game, of its observations and its rewards."""
    return {**names.options_now(case.options), **translated({"reward": reward_of(case), **case.seeing})}


def translated(options: dict[str, Any]) -> dict[str, Any]:
    """Options that belong to no config, as they are called now."""
    return {names.now(names.OPTIONS, name): names.value_now(name, value) for name, value in options.items()}


def reward_of(case: Case) -> Any:
    """A reward view's name, or the view with its constants."""
    if isinstance(case.reward, str):
        return case.reward
    constants = names.options_now(case.reward)
    constants["name"] = names.value_now("reward", case.reward["name"])
    return names.found("altared.envs.rewards:reward_from_dict")(constants)


def random_actions(game: Any, steps: int, worlds: int, seed: int = 5) -> np.ndarray:
    """(steps, W, N) whole numbers or (steps, W, N, 1) shares of the largest action, from a fixed stream."""
    space, shape = game.action_space, (steps, worlds, game.num_agents)
    drawn = draws(seed, shape)
    if not isinstance(space, spaces.Discrete):
        shares = (drawn % 101)[..., None] / 100
        return (space.low + shares * (space.high - space.low)).astype(space.dtype)
    actions = drawn % int(space.n)
    if game.actions[-1] == BEAM:
        actions[draws(seed + 1, shape) % 100 < 100 * OFTEN] = space.n - 1
    return actions


def draws(seed: int, shape: tuple[int, ...]) -> np.ndarray:
    """Whole numbers below 2**31. NumPy promises that bit generators' streams stay as they are."""
    raw = np.random.PCG64(seed).random_raw(int(np.prod(shape)))
    return (raw >> np.uint64(33)).astype(np.int64).reshape(shape)


def channels_first(case: Case) -> bool:
    """Whether the channels of its observations come first."""
    return case.seeing.get("channels_first", False)
