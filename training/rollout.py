"""Rollouts: T steps of all worlds, written straight from the batch into tensors."""

from typing import Any, NamedTuple, Protocol

import numpy as np
import torch

from ..agents.networks import Networks, choose
from .gae import following_values
from .stagger import stagger


class Batch(Protocol):
    """What a trainer needs of a game: W worlds of N agents behind one reset and step."""

    num_worlds: int
    num_agents: int
    observation_space: Any  # of one agent
    action_space: Any  # of one agent
    game: Any  # .name and .config.to_dict()

    def reset(self, seed: int | None = None) -> Any: ...
    def step(self, actions: Any) -> Any: ...
    def snapshot(self) -> dict[str, np.ndarray]: ...
    def restore(self, snapshot: dict[str, np.ndarray]) -> None: ...


class Residents(Protocol):
    """Others who sit in some slots of some worlds, each for whole episodes; see company.py."""

    def start(self, worlds: int, seed: int) -> None: ...
    def act(self, observations: np.ndarray, started: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """(W, N, *view) and bool (W,) to their actions, int (W, N), and the slots they hold, bool (W, N)."""
        ...

    def state(self) -> dict[str, torch.Tensor]: ...
    def load_state(self, state: dict[str, torch.Tensor]) -> None: ...


class Rollout(NamedTuple):
    """T steps of W worlds with N agents, as the learners see them."""

    views: torch.Tensor  # (T, W, N, *view) in the batch's dtype
    started: torch.Tensor  # (T, W) bool: the view is the first of its episode
    actions: torch.Tensor  # (T, W, N) int64
    log_probs: torch.Tensor  # (T, W, N) float32 of these actions when they were chosen
    values: torch.Tensor  # (T, W, N) float32 the critics' opinion of each view
    following: torch.Tensor  # (T, W, N) float32 value of what came after, see gae.following_values
    rewards: torch.Tensor  # (T, W, N) float32, scaled
    ended: torch.Tensor  # (T, W) bool: terminated or truncated at this step
    memory: torch.Tensor  # (L, W * R, H) float32 before the first step
    mask: torch.Tensor | None = None  # (T, W, N) bool: the learner itself acted; None: all did, always


def to_tensor(array, device: torch.device) -> torch.Tensor:
    """A tensor of a batch's array: without a copy where it lies on the same device."""
    if isinstance(array, np.ndarray):
        return torch.from_numpy(array).to(device)
    return torch.as_tensor(array, device="cuda").to(device)  # through the CUDA array interface


class Collector:
    """Steps a batch with the networks' own choices and remembers where it stands between rollouts.

    In slots that `residents` hold these choose. The learner of such a slot sees on, and remembers what it
    saw, but the mask says that it did not act; it has the slot back at the start of an episode, when memory
    begins anew, so that nothing of another's life is ever remembered by one that acts.
    """

    def __init__(
        self, batch: Batch, networks: Networks, steps: int, reward_scale: float, seed: int, action_seed: int,
        residents: Residents | None = None,
    ) -> None:  # fmt: skip
        self.batch, self.networks, self.steps, self.reward_scale = batch, networks, steps, reward_scale
        self.cost_weight = 1.0  # what learners feel of the reward part `cost`
        self.residents = residents
        if residents:
            residents.start(batch.num_worlds, action_seed)
        self.device = next(networks.parameters()).device
        self.generator = torch.Generator(self.device).manual_seed(action_seed)
        self.views = to_tensor(batch.reset(seed), self.device).clone()  # (W, N, *view)
        self.partial = stagger(batch)  # (W,) bool: the episode under way was shortened
        self.started = torch.ones(batch.num_worlds, dtype=torch.bool, device=self.device)
        self.memory = networks.blank_memory(batch.num_worlds)
        self.episodes: list[dict[str, np.ndarray]] = []  # metrics of episodes that ended, until taken
        self._rows = self._allocate()

    def _allocate(self) -> dict[str, torch.Tensor]:
        T, W, N = self.steps, self.batch.num_worlds, self.batch.num_agents
        floats = ("log_probs", "values", "rewards", "final_values")
        rows = {name: torch.zeros(T, W, N, device=self.device) for name in floats}
        for name in ("started", "terminated", "truncated"):
            rows[name] = torch.zeros(T, W, dtype=torch.bool, device=self.device)
        rows["actions"] = torch.zeros(T, W, N, dtype=torch.int64, device=self.device)
        rows["views"] = torch.zeros(T, *self.views.shape, dtype=self.views.dtype, device=self.device)
        if self.residents:
            rows["mask"] = torch.ones(T, W, N, dtype=torch.bool, device=self.device)
        return rows

    @torch.inference_mode()
    def collect(self) -> Rollout:
        """Step every world T times. The tensors are reused by the next call."""
        memory = self.memory
        for t in range(self.steps):
            self._step({name: row[t] for name, row in self._rows.items()})
        _, last_values, _ = self._look(self.views, self.memory, self.started)
        r = self._rows
        following = following_values(
            r["values"], last_values, r["terminated"], r["truncated"], r["final_values"]
        )
        return Rollout(
            r["views"], r["started"], r["actions"], r["log_probs"], r["values"], following, r["rewards"],
            r["terminated"] | r["truncated"], memory, r.get("mask"),
        )  # fmt: skip

    def take_episodes(self) -> list[dict[str, np.ndarray]]:
        """The metrics gathered since the last call, one dict for each step in which episodes ended."""
        taken, self.episodes = self.episodes, []
        return taken

    def _look(self, views, memory, started):
        """One step of the networks: logits (W, N, actions), values (W, N), memory after."""
        logits, values, memory = self.networks(views.unsqueeze(0), memory, started.unsqueeze(0))
        return logits[0], values[0], memory

    def _step(self, row: dict[str, torch.Tensor]) -> None:
        row["views"].copy_(self.views)
        row["started"].copy_(self.started)
        logits, values, self.memory = self._look(self.views, self.memory, self.started)
        actions = choose(logits, self.generator)
        row["actions"].copy_(actions)
        row["values"].copy_(values)
        row["log_probs"].copy_(log_prob(logits, actions))
        if self.residents:
            actions = self._with_residents(self.residents, actions, row["mask"])
        step = self.batch.step(actions.cpu().numpy())
        row["rewards"].copy_(to_tensor(step.rewards, self.device))
        if self.cost_weight != 1:
            row["rewards"].sub_(to_tensor(step.events.cost, self.device), alpha=1 - self.cost_weight)
        row["rewards"].mul_(self.reward_scale)
        row["terminated"].copy_(to_tensor(step.terminated, self.device))
        row["truncated"].copy_(to_tensor(step.truncated, self.device))
        if row["truncated"].any():
            self._value_endings(step.final_observations, row)
        self.views.copy_(to_tensor(step.observations, self.device))
        self.started = row["terminated"] | row["truncated"]
        self._note(step.episodes, row.get("mask"))

    def _with_residents(self, residents: Residents, actions: torch.Tensor, mask: torch.Tensor):
        """The learners' actions (W, N), with those of the residents in the slots that these hold."""
        views, started = self.views.cpu().numpy(), self.started.cpu().numpy()
        theirs, held = (torch.from_numpy(a).to(self.device) for a in residents.act(views, started))
        mask.copy_(~held)
        return torch.where(held, theirs.long(), actions)

    def _note(self, ended: dict[str, np.ndarray], mask: torch.Tensor | None) -> None:
        """Keep the metrics of episodes that ended, but for the shortened first ones.

        With a mask also `seats` (E, N): the learner that had each slot, -1 where it was a resident.
        """
        if mask is not None and len(ended["world"]):
            seats = torch.where(mask, torch.arange(mask.shape[1], device=self.device), -1)
            ended = {**ended, "seats": seats.cpu().numpy()[ended["world"]]}
        whole = ~self.partial[ended["world"]]
        self.partial[ended["world"]] = False
        if whole.any():
            self.episodes.append({name: np.array(column)[whole] for name, column in ended.items()})

    def _value_endings(self, final_observations, row: dict[str, torch.Tensor]) -> None:
        """Ask the critics about the last view of the worlds that were cut, with the memory they have now."""
        finals = to_tensor(final_observations, self.device)
        valid = row["truncated"].view(-1, *[1] * (finals.dim() - 1))
        finals = torch.where(valid, finals, self.views)  # other rows hold nothing meaningful
        _, values, _ = self._look(finals, self.memory, torch.zeros_like(self.started))
        row["final_values"].copy_(values)

    def state(self) -> dict[str, torch.Tensor]:
        """All that the next rollout depends on besides the weights, as named tensors."""
        snapshot = self.batch.snapshot()
        worlds = {f"batch.{name}": torch.from_numpy(np.array(array)) for name, array in snapshot.items()}
        mine = {"views": self.views, "started": self.started, "memory": self.memory}
        mine["partial"] = torch.from_numpy(self.partial)
        theirs = self.residents.state() if self.residents else {}
        others = {f"residents.{name}": tensor for name, tensor in theirs.items()}
        return {**worlds, **others, **mine, "generator": self.generator.get_state()}

    def load_state(self, state: dict[str, torch.Tensor]) -> None:
        """The inverse of `state`. Raises ValueError when it belongs to other worlds."""
        for name in ("views", "started", "memory"):
            mine, saved = getattr(self, name), state[name]
            if mine.shape != saved.shape:
                raise ValueError(f"{name} has shape {tuple(saved.shape)}; allowed: {tuple(mine.shape)}")
            setattr(self, name, saved.to(self.device).clone())
        self.partial = state["partial"].numpy().copy()
        self.generator.set_state(state["generator"])
        self.batch.restore({name: tensor.numpy() for name, tensor in part_of(state, "batch.").items()})
        if self.residents:
            self.residents.load_state(part_of(state, "residents."))


def part_of(named: dict[str, torch.Tensor], prefix: str) -> dict[str, torch.Tensor]:
    """The tensors whose names begin with a prefix, under the rest of their names."""
    return {name.removeprefix(prefix): t for name, t in named.items() if name.startswith(prefix)}


def log_prob(logits: torch.Tensor, actions: torch.Tensor) -> torch.Tensor:
    """Logarithm of the probability of each action, logits (..., A), actions int64 (...) -> (...)."""
    return torch.log_softmax(logits, -1).gather(-1, actions.unsqueeze(-1)).squeeze(-1)
