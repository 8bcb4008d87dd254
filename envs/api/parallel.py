"""The PettingZoo API: one world, with dictionaries keyed by agent."""

import copy
from dataclasses import replace
from types import ModuleType
from typing import Any

import numpy as np
import pettingzoo
from gymnasium import spaces
from pettingzoo import AECEnv, ParallelEnv
from pettingzoo.utils import parallel_to_aec

from ..engine.game import Game
from ..engine.rewards import RewardView
from ..engine.social_metrics import episode_of
from ..render.scene import remember
from .batch import Batch

RENDER_MODES = ["human", "rgb_array"]


class WorldEnv(ParallelEnv):
    """One world as a PettingZoo ParallelEnv: world 0 of a batch with the same seed, byte for byte.

    Removed agents stay in `agents`; all agents end together, after `max_cycles` steps at the latest (0: no
    limit): the config's, and two more where a contract is negotiated before play. `infos[agent]` holds what
    happened to the agent in the step, by the names of the game's events, and at an episode's end its metrics
    under "metrics" (those that are defined).
    """

    def __init__(
        self,
        game: Game,
        observation: str = "planes",
        render_mode: str | None = None,
        render_fps: int = 10,
        reward: str | RewardView = "own",
        **observation_options: Any,
    ):
        if render_mode is not None and render_mode not in RENDER_MODES:
            raise ValueError(
                f"render_mode={render_mode!r} is unknown; known: None, {', '.join(RENDER_MODES)}"
            )
        self.metadata = {
            "name": f"{game.name}_v0",
            "render_modes": RENDER_MODES,
            "render_fps": render_fps,
            "is_parallelizable": True,
        }
        self.game, self.render_mode = game, render_mode
        self.batch = Batch(game, 1, observation, reward, auto_reset=False, **observation_options)
        self.possible_agents = list(self.batch.agents)
        self.agents: list[str] = []
        self.observation_spaces: dict[str, Any] = self._twins(self.batch.observation_space)
        self.action_spaces: dict[str, Any] = self._twins(self.batch.action_space)
        self.state_space = game.state_space
        self.max_cycles = game.max_cycles
        self._window = None
        self._history: tuple[str, ...] = ()  # events of the last steps, for the picture

    def __getstate__(self) -> dict[str, Any]:
        """A copy opens its own window when it needs one."""
        return {**self.__dict__, "_window": None}

    def _twins(self, space: spaces.Space) -> dict[str, Any]:
        """A separate space for every agent, so that they can be seeded apart."""
        return {agent: copy.deepcopy(space) for agent in self.possible_agents}

    def observation_space(self, agent: str) -> spaces.Box:
        """The same object at every call."""
        return self.observation_spaces[agent]

    def action_space(self, agent: str) -> spaces.Discrete:
        """The same object at every call."""
        return self.action_spaces[agent]

    def reset(
        self, seed: int | None = None, options: dict[str, Any] | None = None
    ) -> tuple[dict[str, np.ndarray], dict[str, dict[str, Any]]]:
        """Begin an episode: with a seed its first, without one the next. `options` has no entries yet."""
        observations = self.batch.reset(seed)[0].copy()
        self.agents = list(self.possible_agents)
        self._history = ()
        if self.render_mode == "human":
            self.render()
        return dict(zip(self.agents, observations, strict=True)), {agent: {} for agent in self.agents}

    def step(self, actions: dict[str, int]):
        """All agents act at once; returns observations, rewards, terminations, truncations, infos."""
        if not self.agents:
            raise RuntimeError("the episode has ended (or not begun): call reset")
        step = self.batch.step(self._array_of(actions))
        agents = self.agents
        terminated, truncated = bool(step.terminated[0]), bool(step.truncated[0])
        infos = dict(zip(agents, self._infos(step), strict=True))
        if terminated or truncated:
            self.agents = []
        if self.render_mode is not None:
            self._history = remember(self.batch.scene(), self._history).events
        if self.render_mode == "human":
            self.render()
        return (
            dict(zip(agents, step.observations[0].copy(), strict=True)),
            dict(zip(agents, step.rewards[0].tolist(), strict=True)),
            dict.fromkeys(agents, terminated),
            dict.fromkeys(agents, truncated),
            infos,
        )

    def state(self) -> np.ndarray:
        """The whole map, uint8 (H, W, 2), in absolute codes."""
        return self.batch.picture().copy()

    def render(self) -> np.ndarray | None:
        """A frame (H, W, 3) uint8 for "rgb_array"; shows it for "human"."""
        if self.render_mode is None:
            return None
        from ..render.canvas import draw

        frame = draw(replace(self.batch.scene(), events=self._history))
        if self.render_mode == "rgb_array":
            return frame
        if self._window is None:
            from ..render.window import Window

            self._window = Window(fps=self.metadata["render_fps"])
        self._window.show(frame)
        return None

    def close(self) -> None:
        """Close the window, if there is one; may be called again."""
        if self._window is not None:
            self._window.close()
            self._window = None
        self.batch.close()

    def _array_of(self, actions: dict[str, int]) -> np.ndarray:
        missing = [agent for agent in self.agents if agent not in actions]
        if missing:
            raise ValueError(
                f"actions lack {', '.join(missing)}; one for each of {', '.join(self.agents)} is needed"
            )
        if len(actions) > len(self.agents):
            strangers = [str(agent) for agent in actions if agent not in self.agents]
            raise ValueError(f"actions name {', '.join(strangers)}; the agents are {', '.join(self.agents)}")
        given = [actions[agent] for agent in self.agents]
        try:
            array = np.array([given])
        except ValueError:  # their shapes differ
            raise self._misshapen(given) from None
        if array.shape[2:] != self.batch.action_space.shape:
            raise self._misshapen(given)
        return array

    def _misshapen(self, given: list[Any]) -> ValueError:
        """Names the first agent whose action has another shape than the action space."""
        allowed = self.batch.action_space.shape
        named = zip(self.agents, given, map(np.shape, given), strict=True)
        agent, action, shape = next(one for one in named if one[2] != allowed)
        return ValueError(f"action {action!r} of {agent} has shape {shape}; allowed: {allowed}")

    def _infos(self, step) -> list[dict[str, Any]]:
        """Per-agent events as plain numbers; names of the targets where an event has any."""
        names = self.game.agent_events
        columns = [getattr(step.events, name)[0].tolist() for name in names]
        shared = {name: getattr(step.events, name)[0, 0].item() for name in self.game.world_events}
        infos = [dict(zip(names, values, strict=True)) | shared for values in zip(*columns, strict=True)]
        for name in self.game.pair_events:
            for source, target in np.argwhere(getattr(step.events, name)[0]):
                infos[source].setdefault(name, []).append(self.possible_agents[target])
        if len(step.episodes["world"]):
            for i, info in enumerate(infos):
                info["metrics"] = episode_of(step.episodes, 0, i)
        return infos


def turn_based(env: WorldEnv) -> AECEnv:
    """The same world in PettingZoo's agent-by-agent API."""
    return parallel_to_aec(env)


def register_with_pettingzoo(game: ModuleType) -> None:
    """Enter a game into PettingZoo's registry, as `altared/commons_harvest-v0` and so on."""
    name = f"altared/{game.NAME}-v0"
    pettingzoo.register("parallel", name, f"{game.__name__}:parallel_env")
    pettingzoo.register("aec", name, f"{game.__name__}:env")
