"""Rollouts: T steps of all worlds, written straight from the batch into tensors.

The first phase of an iteration of PPO (algorithm 1 of Schulman et al. 2017): the current policies act, and
what they saw, did and earned is kept, with the probability of each action and the value of each view at that
time. The second phase, in ppo.py, compares with these.
"""

from typing import Any, NamedTuple

import numpy as np
import torch

from ....agents.networks import Networks, choose, log_softmax
from ....agents.policy_sampling import PolicySampler
from ....agents.tensors import Tensors, part_of
from ...batch import Batch, stepped_on
from ...episode_metrics import Episodes
from ...slots import Residents, SlotAssignment
from ...stagger import stagger
from .gae import following_values


class Rollout(NamedTuple):
    """T steps of W worlds, as N learners see them: those of the slots, or a whole population."""

    views: torch.Tensor  # (T, W, N, *view) in the batch's dtype
    started: torch.Tensor  # (T, W) bool: the view is the first of its episode
    actions: torch.Tensor  # (T, W, N) int64
    log_probs: torch.Tensor  # (T, W, N) float32 of these actions when they were chosen
    values: torch.Tensor  # (T, W, N) float32 value estimate of each view
    following: torch.Tensor  # (T, W, N) float32 value of what came after, see gae.following_values
    rewards: torch.Tensor  # (T, W, N) float32, scaled
    ended: torch.Tensor  # (T, W) bool: terminated or truncated at this step
    memory: torch.Tensor  # (L, W * R, H) float32 before the first step
    mask: torch.Tensor | None = None  # (T, W, N) bool: it acted itself; None: all did, always

    def of(self, who: slice) -> "Rollout":
        """What some of L = N learners see of it; all of it for all."""
        shared = ("started", "ended", "memory")
        own = {name: column for name, column in self._asdict().items() if name not in shared}
        columns = {n: c[:, :, who].contiguous() for n, c in own.items() if c is not None}
        return self._replace(memory=self.memory[who], **columns)


def to_tensor(array, device: torch.device) -> torch.Tensor:
    """A tensor of a batch's array: without a copy where it lies on the same device."""
    if isinstance(array, np.ndarray):
        return torch.from_numpy(array).to(device)
    return torch.as_tensor(array, device="cuda").to(device)  # through the CUDA array interface


class Cut(NamedTuple):
    """Where E worlds were cut in a step."""

    row: torch.Tensor  # (E,) int64 step * W + world
    finals: torch.Tensor  # (E, N, *view) the last views
    memory: torch.Tensor  # (L, E, R, H) float32 after the views before them


class Collector:
    """Steps a batch with the networks' own choices and remembers where it stands between rollouts."""

    def __init__(
        self, batch: Batch, networks: Networks, steps: int, *, seed: int, action_seed: int,
        reward_scale: float = 1.0, residents: Residents | None = None, sampler: PolicySampler | None = None,
    ) -> None:  # fmt: skip
        """The networks' agents are the batch's, or with `sampler` its policies."""
        self.batch, self.networks, self.steps, self.reward_scale = batch, networks, steps, reward_scale
        self.cost_weight = 1.0  # what learners feel of the reward part `cost`
        if residents:
            residents.start(batch.num_worlds, action_seed)
        self.device = next(networks.parameters()).device
        self.on_gpu = stepped_on(batch) == "cuda"
        self.slots = SlotAssignment((batch.num_worlds, batch.num_agents), self.device, sampler, residents)
        self.generator = torch.Generator(self.device).manual_seed(action_seed)
        self.views = to_tensor(batch.reset(seed), self.device).clone()  # (W, N, *view)
        self.episodes = Episodes(stagger(batch))
        self.started = torch.ones(batch.num_worlds, dtype=torch.bool, device=self.device)
        self.memory = networks.blank_memory(batch.num_worlds)
        self._rows = self._allocate()
        self._cut: list[Cut] = []  # in the rollout under way

    def _allocate(self) -> dict[str, torch.Tensor]:
        T, W, N = self.steps, self.batch.num_worlds, self.networks.architecture.agents
        floats = ("log_probs", "values", "rewards", "final_values")
        rows = {name: torch.zeros(T, W, N, device=self.device) for name in floats}
        for name in ("started", "terminated", "truncated"):
            rows[name] = torch.zeros(T, W, dtype=torch.bool, device=self.device)
        rows["actions"] = torch.zeros(T, W, N, dtype=torch.int64, device=self.device)
        rows["views"] = torch.zeros(
            T, W, N, *self.views.shape[2:], dtype=self.views.dtype, device=self.device
        )
        if not self.slots.fixed:
            rows["mask"] = torch.ones(T, W, N, dtype=torch.bool, device=self.device)
        return rows

    @torch.inference_mode()
    def collect(self) -> Rollout:
        """Step every world T times. The tensors are reused by the next call."""
        memory = self.memory
        self._cut.clear()
        for t in range(self.steps):
            self._step(t)
        # Bootstrapping: the critics value what came after the last step, and after a time limit.
        self._value_cut()
        _, last_values, _ = self._look(self.slots.columns(self.views), self.memory, self.started)
        r = self._rows
        following = following_values(
            r["values"], last_values, r["terminated"], r["truncated"], r["final_values"]
        )
        return Rollout(
            r["views"], r["started"], r["actions"], r["log_probs"], r["values"], following, r["rewards"],
            r["terminated"] | r["truncated"], memory, r.get("mask"),
        )  # fmt: skip

    def _look(self, views, memory, started):
        """One step of the networks, views of the learners: logits, values and memory after."""
        logits, values, memory = self.networks(views.unsqueeze(0), memory, started.unsqueeze(0))
        return logits[0], values[0], memory

    def _step(self, t: int) -> None:
        row, slots = {name: rows[t] for name, rows in self._rows.items()}, self.slots
        # 1. The policies choose; kept is what the ratio of equation 6 and the TD errors need.
        row["views"].copy_(slots.columns(self.views))
        row["started"].copy_(self.started)
        logits, values, self.memory = self._look(row["views"], self.memory, self.started)
        actions = choose(logits, self.generator)
        row["actions"].copy_(actions)
        row["values"].copy_(values)
        row["log_probs"].copy_(log_prob(logits, actions))
        # 2. The worlds take a step; where policies are sampled or residents act, slots are not learners.
        played = slots.play(actions, self.views, self.started)
        if not slots.fixed:
            row["mask"].copy_(slots.mask())
        step = self.batch.step(played if self.on_gpu else played.cpu().numpy())
        row["rewards"].copy_(slots.columns(self._pay(step)))
        row["terminated"].copy_(to_tensor(step.terminated, self.device))
        row["truncated"].copy_(to_tensor(step.truncated, self.device))
        # 3. Last views of episodes that a time limit cut are kept, for the critics to value.
        ended = len(step.episodes["world"]) > 0  # so that nothing waits for the device where nothing ended
        if ended and row["truncated"].any():
            self._note_cut(t, step.final_observations)
        self.views.copy_(to_tensor(step.observations, self.device))
        self.started = row["terminated"] | row["truncated"]
        if ended:
            self._note(step.episodes)
            slots.redraw(self.started)

    def _pay(self, step: Any) -> torch.Tensor:
        """What the slots are paid, (W, N), scaled."""
        rewards = to_tensor(step.rewards, self.device)
        if self.cost_weight != 1:
            rewards = rewards - (1 - self.cost_weight) * to_tensor(step.events.cost, self.device)
        return rewards * self.reward_scale

    def _note(self, ended: dict[str, np.ndarray]) -> None:
        """Keep the metrics of episodes that ended, and who acted in them."""
        if not self.slots.fixed:
            ended = {**ended, "slot_policies": self.slots.policies(ended["world"])}
        self.episodes.note(ended)

    def _note_cut(self, t: int, final_observations) -> None:
        """Keep the last view of the worlds that were cut at step t, and the memory they have then."""
        worlds = self._rows["truncated"][t].nonzero().squeeze(1)
        finals = self.slots.columns(to_tensor(final_observations, self.device))[worlds]
        L, rows, H = self.memory.shape
        memory = self.memory.view(L, self.batch.num_worlds, rows // self.batch.num_worlds, H)[:, worlds]
        self._cut.append(Cut(t * self.batch.num_worlds + worlds, finals, memory))

    def _value_cut(self) -> None:
        """Ask the critics about all of these at once: with many worlds some are cut in every step."""
        if not self._cut:
            return
        row = torch.cat([cut.row for cut in self._cut])
        finals = torch.cat([cut.finals for cut in self._cut])
        memory = torch.cat([cut.memory for cut in self._cut], 1).flatten(1, 2)
        goes_on = torch.zeros(len(row), dtype=torch.bool, device=self.device)
        _, values, _ = self._look(finals, memory, goes_on)
        self._rows["final_values"].flatten(0, 1).index_copy_(0, row, values)
        self._cut.clear()

    def state(self) -> Tensors:
        """All that the next rollout depends on besides the weights, as named tensors."""
        snapshot = self.batch.snapshot()
        worlds = {f"batch.{name}": torch.from_numpy(np.array(array)) for name, array in snapshot.items()}
        mine = {"views": self.views, "started": self.started, "memory": self.memory}
        others = {**self.slots.state(), **self.episodes.state()}
        return {**worlds, **others, **mine, "generator": self.generator.get_state()}

    def load_state(self, state: Tensors) -> None:
        """The inverse of `state`. Raises ValueError when it belongs to other worlds."""
        for name in ("views", "started", "memory"):
            mine, saved = getattr(self, name), state[name]
            if mine.shape != saved.shape:
                raise ValueError(f"{name} has shape {tuple(saved.shape)}; allowed: {tuple(mine.shape)}")
            setattr(self, name, saved.to(self.device).clone())
        self.episodes.load_state(state)
        self.generator.set_state(state["generator"])
        self.batch.restore({name: tensor.numpy() for name, tensor in part_of(state, "batch.").items()})
        self.slots.load_state(state)


def log_prob(logits: torch.Tensor, actions: torch.Tensor) -> torch.Tensor:
    """Logarithm of the probability of each action, logits (..., A), actions int64 (...) -> (...)."""
    return log_softmax(logits).gather(-1, actions.unsqueeze(-1)).squeeze(-1)
