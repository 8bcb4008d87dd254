"""Our feed-forward network inside stable-baselines3's PPO: one model an agent, and back into our format.

A model's network is `agents.networks.Networks` of one learner: the trunk is SB3's features extractor, the
two heads are SB3's own, on it directly. So the weights of N models, stacked, are a `Networks` of N learners.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import stable_baselines3
import torch
from gymnasium import Space
from stable_baselines3.common.logger import Logger
from stable_baselines3.common.torch_layers import BaseFeaturesExtractor
from stable_baselines3.common.vec_env import VecEnv
from torch import nn

from ....agents.networks import Architecture, Trunk
from ....agents.trained import architecture_from
from ...config import PPO

Model = stable_baselines3.PPO


class TrunkExtractor(BaseFeaturesExtractor):
    """Our first and second layer: observations (B, *view), which SB3 makes floats, to features (B, H)."""

    def __init__(self, observation_space: Space, architecture: dict[str, Any]) -> None:
        """`architecture` is of one agent, as in a checkpoint's state.json: SB3 keeps it in its own files."""
        one = architecture_from(architecture)
        super().__init__(observation_space, one.hidden_size)
        self.trunk = Trunk(one)

    def forward(self, observations: torch.Tensor) -> torch.Tensor:
        rows = observations.flatten(1).unsqueeze(1)
        if self.trunk.architecture.tiles:
            rows = rows.to(torch.uint8)  # codes again
        return torch.relu(self.trunk.second(self.trunk.read(rows))).squeeze(0)


@dataclass(frozen=True)
class Falling:
    """A schedule of SB3: linear from `first`, when all progress remains, to `last`."""

    first: float
    last: float

    def __call__(self, remaining: float) -> float:
        return self.last + (self.first - self.last) * remaining


class NeverStepped(VecEnv):
    """What a model must know of its worlds: how many, and the spaces. Somebody else steps them."""

    def __init__(self, num_worlds: int, observation_space: Space, action_space: Space) -> None:
        super().__init__(num_worlds, observation_space, action_space)

    def reset(self):
        raise NotImplementedError("these worlds are stepped by the trainer, for all models at once")

    def step_async(self, actions: np.ndarray) -> None:
        self.reset()

    def step_wait(self):
        return self.reset()

    def close(self) -> None:
        """There is nothing to close."""

    def get_attr(self, attr_name: str, indices: Any = None) -> list[Any]:
        if attr_name != "render_mode":
            raise AttributeError(attr_name)
        return [None for _ in self._get_indices(indices)]

    def set_attr(self, attr_name: str, value: Any, indices: Any = None) -> None:
        raise AttributeError(attr_name)

    def env_method(self, method_name: str, *args: Any, indices: Any = None, **kwargs: Any) -> list[Any]:
        raise AttributeError(method_name)

    def env_is_wrapped(self, wrapper_class: type, indices: Any = None) -> list[bool]:
        return [False for _ in self._get_indices(indices)]


def new_model(worlds: VecEnv, architecture: Architecture, ppo: PPO, device: str) -> Model:
    """One model of SB3 with our network and settings; random numbers come from the global generators."""
    one = replace(architecture, agents=1, learners=1).to_dict()
    samples = ppo.rollout_steps * worlds.num_envs
    model = Model(
        "MlpPolicy", worlds, n_steps=ppo.rollout_steps, batch_size=-(-samples // ppo.minibatches),
        n_epochs=ppo.epochs, learning_rate=Falling(ppo.learning_rate, ppo.final_learning_rate),
        gamma=ppo.gamma, gae_lambda=ppo.gae_lambda, ent_coef=ppo.entropy_coef, clip_range=ppo.clip_range,
        vf_coef=ppo.value_coef, max_grad_norm=ppo.max_grad_norm,
        device=device,
        policy_kwargs={
            "features_extractor_class": TrunkExtractor,
            "features_extractor_kwargs": {"architecture": one},
            "net_arch": [],
            "normalize_images": False,
        },
    )  # fmt: skip
    model.set_logger(Logger(folder=None, output_formats=[]))
    return model


def stacked(models: Iterable[Model]) -> dict[str, torch.Tensor]:
    """The state of the `Networks` whose learner i is model i."""
    each = [_weights(model) for model in models]
    return {name: torch.cat([weights[name] for weights in each]) for name in each[0]}


def _weights(model: Model) -> dict[str, torch.Tensor]:
    """The state of a `Networks` of one learner: SB3's linear layers are (out, in), ours (in, out)."""
    policy = model.policy
    assert isinstance(policy.features_extractor, TrunkExtractor)
    weights = dict(policy.features_extractor.trunk.state_dict())
    for name, head in (("actor", policy.action_net), ("critic", policy.value_net)):
        assert isinstance(head, nn.Linear)
        weights[f"{name}.weight"] = head.weight.detach().T.unsqueeze(0)
        weights[f"{name}.bias"] = head.bias.detach().view(1, 1, -1)
    return weights
