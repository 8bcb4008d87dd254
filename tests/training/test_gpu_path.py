"""Worlds on a GPU: what a step returns and takes never passes through the host, but for ended episodes.

There is no GPU here: a batch that says it is on one, whose arrays NumPy cannot read, stands for it.
"""

from types import SimpleNamespace

import numpy as np
import pytest
import torch
from altared.agents.networks import Networks, architecture_for
from altared.agents.policy_sampling import PolicySampler
from altared.agents.tile_embedding import TileLayer, multiply_planes, plane_table
from altared.envs.grid.codes import PLANES
from altared.training.config import PPO
from altared.training.trainers.ippo import rollout
from altared.training.trainers.ippo.ppo import report_of, update
from altared.training.trainers.ippo.rollout import Collector, to_tensor

from .games import Memory

T, W, N, LENGTH = 11, 4, 3, 5


class OnDevice:
    """An array that only torch may read, as one in a GPU's memory."""

    def __init__(self, array) -> None:
        self.tensor = torch.from_numpy(np.array(array))

    def __array__(self, *_):
        raise AssertionError("an array of the device was read on the host")


class DeviceBatch(Memory):
    """Says that it lives on a GPU; takes tensors and returns arrays of the device."""

    device = "cuda"
    ended = False  # in the newest step

    def reset(self, seed=None):
        return OnDevice(super().reset(seed))

    def step(self, actions):
        assert isinstance(actions, torch.Tensor), "actions came through the host"
        step = super().step(np.array(actions.tolist()))
        self.ended = len(step.episodes["world"]) > 0
        arrays = {name: OnDevice(array) for name, array in vars(step).items() if name != "episodes"}
        events = SimpleNamespace(cost=OnDevice(np.zeros((W, N), np.float32)))
        return SimpleNamespace(**arrays, episodes=step.episodes, events=events)


@pytest.mark.parametrize("policies", [0, 5])
def test_nothing_goes_through_the_host_while_episodes_last(monkeypatch, policies):
    monkeypatch.setattr(
        rollout, "to_tensor", lambda a, device: a.tensor if isinstance(a, OnDevice) else to_tensor(a, device)
    )
    torch.manual_seed(0)
    batch = DeviceBatch(num_worlds=W, num_agents=N, length=LENGTH, actions=2)
    networks = Networks(architecture_for(batch, False, 8, True, policies))
    sampler = PolicySampler(policies, N, W, 0) if policies else None
    collector = Collector(batch, networks, T, seed=0, action_seed=0, sampler=sampler)
    collector.cost_weight = 0.5

    def refused(name):
        real = getattr(torch.Tensor, name)

        def read(tensor, *args, **kwargs):
            assert batch.ended, f"{name} was called in a step in which no episode ended"
            return real(tensor, *args, **kwargs)

        return read

    with monkeypatch.context() as patched:
        for name in ("cpu", "numpy", "item", "__bool__", "__float__", "__array__"):
            patched.setattr(torch.Tensor, name, refused(name))
        collected = collector.collect()
    optimiser = torch.optim.Adam(networks.parameters())
    report = report_of([update(networks, optimiser, collected, PPO(hidden_size=8), 0.0, torch.Generator())])
    assert all(np.isfinite(value) for value in report.values())
    assert sum(len(part["world"]) for part in collector.episodes.take()) == W * (T // LENGTH)


def test_a_batch_on_the_host_is_given_arrays(monkeypatch):
    batch = Memory(num_worlds=W, num_agents=N, length=LENGTH, actions=2)
    given = []
    monkeypatch.setattr(batch, "step", lambda actions: given.append(actions) or Memory.step(batch, actions))
    Collector(batch, Networks(architecture_for(batch, False, 8, False)), 3, seed=0, action_seed=0).collect()
    assert all(isinstance(actions, np.ndarray) for actions in given)


def test_the_table_of_planes_is_moved_once():
    layer, tiles = TileLayer(1, 4, 2, plane_table(PLANES)), torch.zeros(3, 1, 4, 2, dtype=torch.uint8)
    with torch.inference_mode():
        multiply_planes(layer.weight, tiles, layer.table)
    multiply_planes(layer.weight, tiles, layer.table).sum().backward()
    assert layer.weight.grad is not None
