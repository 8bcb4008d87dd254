"""The batch as a gymnasium VectorEnv: every (world, agent) pair is one sub-environment."""

from typing import Any

import numpy as np
from gymnasium.vector import AutoresetMode, VectorEnv
from gymnasium.vector.utils import batch_space

from .batch import Batch


class PairVectorEnv(VectorEnv):
    """Pair `w * N + i` is agent i of world w. Worlds reset themselves in the same step (SAME_STEP):

    infos then hold "final_obs" (an object array with the last observation of the pairs that ended) and
    "metrics" (arrays over pairs: all metrics of the episode), each with its mask "_final_obs", "_metrics".
    Gymnasium's `RecordEpisodeStatistics` adds returns and lengths.
    """

    def __init__(self, batch: Batch):
        self.batch = batch
        if not batch.auto_reset:
            raise ValueError("batch has auto_reset=False; a VectorEnv needs worlds that reset themselves")
        self.num_envs = batch.num_worlds * batch.num_agents
        self.single_observation_space = batch.observation_space
        self.single_action_space = batch.action_space
        self.observation_space = batch_space(batch.observation_space, self.num_envs)
        self.action_space = batch_space(batch.action_space, self.num_envs)
        self.metadata = {"autoreset_mode": AutoresetMode.SAME_STEP, "render_modes": ["rgb_array"]}
        self.render_mode = "rgb_array"

    def reset(
        self, *, seed: int | None = None, options: dict[str, Any] | None = None
    ) -> tuple[np.ndarray, dict[str, Any]]:
        """Observations (pairs, ...); seed as in `Batch.reset`. `options` has no entries yet."""
        return self._pairs(self.batch.reset(seed)), {}

    def step(self, actions: Any) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray, dict[str, Any]]:
        """Actions (pairs,), of a Box space (pairs, 1), to observations, rewards (float64), terminations,
        truncations, infos.
        """
        taken = np.asarray(actions)
        if taken.shape != self.action_space.shape:
            raise ValueError(f"actions have shape {taken.shape}; allowed: {self.action_space.shape} (pairs)")
        taken = taken.reshape(self.batch.num_worlds, self.batch.num_agents, *taken.shape[1:])
        step = self.batch.step(taken)
        agents = self.batch.num_agents
        return (
            self._pairs(step.observations),
            step.rewards.reshape(-1).astype(np.float64),
            np.repeat(step.terminated, agents),
            np.repeat(step.truncated, agents),
            self._infos(step),
        )

    def render(self) -> tuple[np.ndarray, ...]:
        """A frame of each world, once for each of its agents."""
        from ..render.canvas import draw

        frames = [draw(self.batch.scene(w), cell=16) for w in range(self.batch.num_worlds)]
        return tuple(frame for frame in frames for _ in range(self.batch.num_agents))

    def close_extras(self, **kwargs: Any) -> None:
        self.batch.close()

    def _infos(self, step: Any) -> dict[str, Any]:
        ended = np.repeat(np.logical_or(step.terminated, step.truncated), self.batch.num_agents)
        if not ended.any():
            return {}
        pairs = np.flatnonzero(ended)
        last = np.full(self.num_envs, None, object)
        final = self._pairs(step.final_observations)
        for pair in pairs:
            last[pair] = final[pair]
        metrics = self._metrics(step, pairs)
        return {"final_obs": last, "_final_obs": ended, "metrics": metrics, "_metrics": ended}

    def _metrics(self, step: Any, pairs: np.ndarray) -> dict[str, np.ndarray]:
        """Every metric over pairs (num_envs,), NaN for the pairs that go on."""
        metrics = {}
        for name, values in step.episodes.items():
            if name != "world":
                column = np.full(self.num_envs, np.nan)
                each = values if values.ndim == 2 else np.repeat(values[:, None], self.batch.num_agents, 1)
                column[pairs] = each.ravel()
                metrics[name] = column
        return metrics

    def _pairs(self, observations: np.ndarray) -> np.ndarray:
        return observations.reshape(self.num_envs, *observations.shape[2:]).copy()
