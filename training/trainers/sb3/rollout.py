"""One stepping loop for many models of stable-baselines3: every model sees its agent in all worlds."""

from collections.abc import Sequence

import numpy as np
import torch

from ....agents.tensors import Tensors, part_of
from ...batch import Batch
from ...episode_metrics import Episodes
from ...stagger import stagger
from .models import Model


class ModelsCollector:
    """Steps a batch with the models' own choices, fills their buffers, and remembers where it stands."""

    def __init__(self, batch: Batch, models: Sequence[Model], reward_scale: float, seed: int) -> None:
        self.batch, self.models, self.reward_scale = batch, models, np.float32(reward_scale)
        self.views = np.array(batch.reset(seed))  # (W, N, *view)
        self.episodes = Episodes(stagger(batch))
        self.started = np.ones(batch.num_worlds, np.bool_)  # (W,): the view is the first of its episode

    @torch.no_grad()
    def collect(self) -> None:
        """Fill every model's rollout buffer, advantages and all."""
        for model in self.models:
            model.policy.set_training_mode(False)
            model.rollout_buffer.reset()
        for _ in range(self.models[0].n_steps):
            self._step()
        for i, model in enumerate(self.models):
            last = model.policy.predict_values(self._seen(self.views[:, i], model))
            model.rollout_buffer.compute_returns_and_advantage(last_values=last, dones=self.started)

    def _seen(self, views: np.ndarray, model: Model) -> torch.Tensor:
        return torch.as_tensor(views, device=model.device)

    def _step(self) -> None:
        looked = [model.policy(self._seen(self.views[:, i], model)) for i, model in enumerate(self.models)]
        actions = np.stack([chosen.cpu().numpy() for chosen, _, _ in looked], 1)  # (W, N)
        step = self.batch.step(actions)
        rewards = step.rewards * self.reward_scale
        self._value_endings(step, rewards)
        for i, (model, (_, values, log_probs)) in enumerate(zip(self.models, looked, strict=True)):
            model.num_timesteps += self.batch.num_worlds
            model.rollout_buffer.add(
                self.views[:, i], actions[:, i], rewards[:, i], self.started, values, log_probs
            )
        self.views = np.array(step.observations)
        self.started = np.logical_or(step.terminated, step.truncated)
        self.episodes.note(step.episodes)

    def _value_endings(self, step, rewards: np.ndarray) -> None:
        """Add to the last reward of a life cut short what its critic says of the final view, as SB3 does."""
        cut = np.logical_and(step.truncated, np.logical_not(step.terminated))
        if not cut.any():
            return
        for i, model in enumerate(self.models):
            values = model.policy.predict_values(self._seen(step.final_observations[cut, i], model))
            rewards[cut, i] += model.gamma * values.flatten().cpu().numpy()

    def state(self) -> Tensors:
        """All that the next rollout depends on besides the models and random numbers, as named tensors."""
        worlds = {f"batch.{name}": np.array(array) for name, array in self.batch.snapshot().items()}
        mine = {"views": self.views, "started": self.started}
        arrays = {name: torch.from_numpy(array) for name, array in (worlds | mine).items()}
        return {**arrays, **self.episodes.state()}

    def load_state(self, state: Tensors) -> None:
        """The inverse of `state`. Raises ValueError when it belongs to other worlds."""
        for name in ("views", "started"):
            saved, mine = state[name].numpy().copy(), getattr(self, name)
            if saved.shape != mine.shape:
                raise ValueError(f"{name} has shape {saved.shape}; allowed: {mine.shape}")
            setattr(self, name, saved)
        self.episodes.load_state(state)
        self.batch.restore({name: t.numpy() for name, t in part_of(state, "batch.").items()})
