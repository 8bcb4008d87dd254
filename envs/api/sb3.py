"""The batch as a stable-baselines3 VecEnv: every (world, agent) pair is an environment of one policy."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from gymnasium import Env
from stable_baselines3.common.vec_env import VecEnv

from ..engine.social_metrics import episode_of
from .batch import Batch


class PairVecEnv(VecEnv):
    """Pair `w * N + i` is agent i of world w.

    At an episode's end `infos[pair]` holds "terminal_observation", "TimeLimit.truncated" (so that SB3
    bootstraps a time limit), "episode" with what the agent was paid "r" and the length "l", which SB3
    logs, and "metrics" with all metrics of the episode that are defined. Give SB3 planes and rgb channels
    first (`channels_first=True`): small channels-last pictures it may misread without a word.
    """

    def __init__(self, batch: Batch):
        if not batch.auto_reset:
            raise ValueError("batch has auto_reset=False; a VecEnv needs worlds that reset themselves")
        self.batch = batch
        self.render_mode = "rgb_array"
        pairs = batch.num_worlds * batch.num_agents
        super().__init__(pairs, batch.observation_space, batch.action_space)
        self._taken = np.zeros((batch.num_worlds, batch.num_agents, *batch.action_space.shape))

    def reset(self) -> np.ndarray:
        """Observations (pairs, ...); a seed given to `seed()` before is used once."""
        seed = self._seeds[0]
        self._reset_seeds()
        self._reset_options()
        return self._pairs(self.batch.reset(seed))

    def seed(self, seed: int | None = None) -> Sequence[int | None]:
        """Seed of the next reset, one for the whole batch."""
        self._seeds = [seed] * self.num_envs
        return self._seeds

    def step_async(self, actions: np.ndarray) -> None:
        self._taken = np.asarray(actions).reshape(self._taken.shape)

    def step_wait(self) -> tuple[np.ndarray, np.ndarray, np.ndarray, list[dict[str, Any]]]:
        step = self.batch.step(self._taken)
        ended = np.logical_or(step.terminated, step.truncated)
        infos: list[dict[str, Any]] = [{} for _ in range(self.num_envs)]
        for row, w in enumerate(np.flatnonzero(ended)):
            for i in range(self.batch.num_agents):
                infos[w * self.batch.num_agents + i] = {
                    "terminal_observation": step.final_observations[w, i].copy(),
                    "TimeLimit.truncated": bool(step.truncated[w]),
                    "episode": {
                        "r": float(step.episodes["agent_paid"][row, i]),
                        "l": int(step.episodes["length"][row]),
                    },
                    "metrics": episode_of(step.episodes, row, i),
                }
        dones = np.repeat(ended, self.batch.num_agents)
        return self._pairs(step.observations), step.rewards.reshape(-1).copy(), dones, infos

    def close(self) -> None:
        self.batch.close()

    def get_images(self) -> list[np.ndarray | None]:
        """A frame of each world, once for each of its agents."""
        from ..render.canvas import draw

        frames = [draw(self.batch.scene(w), cell=16) for w in range(self.batch.num_worlds)]
        return [frame for frame in frames for _ in range(self.batch.num_agents)]

    def get_attr(self, attr_name: str, indices: Any = None) -> list[Any]:
        owner = self if hasattr(self, attr_name) else self.batch
        return [getattr(owner, attr_name) for _ in self._get_indices(indices)]

    def set_attr(self, attr_name: str, value: Any, indices: Any = None) -> None:
        raise AttributeError(
            f"{attr_name} cannot be set: the pairs share one batch; make a batch with other options"
        )

    def env_method(self, method_name: str, *args: Any, indices: Any = None, **kwargs: Any) -> list[Any]:
        raise AttributeError(f"{method_name} cannot be called on single pairs: they share one batch")

    def env_is_wrapped(self, wrapper_class: type[Env], indices: Any = None) -> list[bool]:
        return [False for _ in self._get_indices(indices)]

    def _pairs(self, observations: np.ndarray) -> np.ndarray:
        return observations.reshape(self.num_envs, *observations.shape[2:]).copy()
