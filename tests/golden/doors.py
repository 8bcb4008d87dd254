"""The APIs of one world in digests: PettingZoo's and Gymnasium's."""

from typing import Any

import numpy as np

from . import names
from .case import Case
from .hashing import Digests
from .making import env_of, random_actions, solo_of
from .seen import add_view


def play_env(case: Case, digests: Digests) -> tuple[dict[str, Any], dict[str, Any]]:
    """Everything that the PettingZoo API returns."""
    env = env_of(case)
    agents, kind, one = env.possible_agents, env.batch.observation, env.possible_agents[0]
    observations, infos = env.reset(seed=case.seed)
    for number, chosen in enumerate(random_actions(env.game, case.steps, 1)[:, 0]):
        add_views(digests, env.game, kind, observations)
        digests.add("state()", env.state())
        actions = dict(zip(agents, chosen.tolist(), strict=True))
        observations, rewards, terminations, truncations, infos = env.step(actions)
        for name, by_agent in (("rewards", rewards), ("terminations", terminations)):
            digests.add_plain(name, by_agent)
        digests.add_plain("truncations", truncations)
        for agent, info in infos.items():
            add_info(digests, (number, agent), info, names.INFOS)
        if not env.agents:
            add_views(digests, env.game, kind, observations)
            observations, infos = env.reset()
    digests.add_plain("env", [names.then(names.GAMES, env.game.name), agents, env.max_cycles])
    return {
        "observation": env.observation_space(one),
        "action": env.action_space(one),
        "state": env.state_space,
    }, {}


def play_solo(case: Case, digests: Digests) -> tuple[dict[str, Any], dict[str, Any]]:
    """Everything that the Gymnasium API returns to its one learner."""
    env = solo_of(case)
    kind = env.world.batch.observation
    observation, info = env.reset(seed=case.seed)
    for number, chosen in enumerate(random_actions(env.world.game, case.steps, 1)[:, 0, 0]):
        add_view(digests, "seen", env.world.game, kind, observation)
        digests.add("state()", env.world.state())
        observation, reward, terminated, truncated, info = env.step(chosen)
        digests.add_plain("rewards", reward)
        digests.add_plain("terminations", terminated)
        digests.add_plain("truncations", truncated)
        add_info(digests, (number, env.focal), info, names.SOLO_INFOS)
        if terminated or truncated:
            add_view(digests, "seen", env.world.game, kind, observation)
            observation, info = env.reset()
    return {"observation": env.observation_space, "action": env.action_space}, {}


def add_views(digests: Digests, game: Any, kind: str, observations: dict[str, Any]) -> None:
    """What all agents see, in one array."""
    add_view(digests, "seen", game, kind, np.stack(list(observations.values())))


def add_info(digests: Digests, whose: tuple[int, str], info: dict[str, Any], table: dict[str, str]) -> None:
    """Every entry by its name; of one that is a dict, each of its own. `whose`: of which step and agent."""
    for name, value in info.items():
        called = names.then(names.EVENTS | table, name)
        if not isinstance(value, dict):
            digests.add_plain(f"info.{called}", [whose, value])
            continue
        digests.add_plain(f"info.{called}", whose)
        for metric, number in value.items():
            digests.add_plain(f"info.{called}.{names.then(names.METRICS, metric)}", [whose, number])
