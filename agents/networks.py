"""The networks of all agents at once: one for each learner, parameters stacked, run in one batched product.

L learners drive N agents: L = N when everyone learns alone, L = 1 when all share one set of weights.
Every parameter has the learner as first axis, so nothing of one learner ever meets another's.
Names of sizes: T steps, W worlds, N agents, L learners, R = N / L agents of one learner, H hidden units.
"""

import json
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np
import torch
from gymnasium import spaces
from torch import nn

from ..envs.grid.codebook import Codebook
from ..envs.grid.codes import PLANES
from .tile_embedding import TileLayer, plane_table

CODES = 2  # layers of codes in tiles: ground, occupant


@dataclass(frozen=True)
class Architecture:
    """All that is needed to build the networks again; saved with every checkpoint."""

    view: tuple[int, ...]  # shape of one agent's observation
    tiles: bool  # it is tiles: two codes a cell, and further numbers after them; otherwise numbers alone
    actions: int  # number of actions
    agents: int  # N: slots of the game, or a population from which they are filled
    learners: int  # L: N (independent) or 1 (shared weights)
    hidden_size: int  # units in each layer
    recurrent: bool  # a GRU instead of the second layer
    planes: tuple[str, ...] = PLANES  # of tiles: names of those that the game shows
    own_ground: tuple[tuple[str, ...], ...] = ()  # planes that each of the game's own ground codes sets
    own_occupants: tuple[tuple[str, ...], ...] = ()  # the same of its own occupant codes

    def to_dict(self) -> dict[str, Any]:
        """As plain data, for a file; `architecture_from` reads it."""
        return json.loads(json.dumps(asdict(self)))

    @property
    def extra_channels(self) -> int:
        """Numbers that follow the codes in every cell of tiles."""
        return self.view[-1] - CODES if self.tiles else 0

    def __post_init__(self) -> None:
        if self.learners not in (1, self.agents):
            raise ValueError(f"learners is {self.learners}; allowed: 1 or {self.agents} (one for each agent)")


def architecture_for(
    batch, share_parameters: bool, hidden_size: int, recurrent: bool, population_size: int = 0
) -> Architecture:
    """The architecture that fits a batch's observation and action space.

    `population_size`: how many there are to fill the batch's slots; 0: one for each slot.
    """
    view, actions = batch.observation_space, batch.action_space
    if not isinstance(actions, spaces.Discrete) or actions.start != 0:
        raise ValueError(f"action space is {actions}; the learners need a Discrete space from 0")
    tiles = getattr(batch, "observation", None) == "tiles"
    if tiles and batch.game.config.to_dict().get("identity"):
        raise ValueError("identity=True is not allowed: the networks take a layer of tiles for one number")
    if not tiles and view.dtype == np.uint8 and view.high.max() == 255 and view.shape[-1] == 3:
        raise ValueError(f"observation space is {view}; learners read tiles, planes or vectors, no pixels")
    if not tiles and view.dtype == np.uint8 and view.high.max() > 1:
        raise ValueError(
            "planes of bytes hold numbers up to 255; the learners read them with dtype='float32'"
        )
    agents = population_size or batch.num_agents
    codes = codes_of(batch.game.codebook if tiles else Codebook(()))
    return Architecture(
        tuple(view.shape),
        tiles,
        int(actions.n),
        agents,
        1 if share_parameters else agents,
        hidden_size,
        recurrent,
        **codes,
    )


def codes_of(codebook: Codebook) -> dict[str, Any]:
    """What an `Architecture` says of a codebook."""
    own = [tuple(code.planes for _, code in codes) for codes in (codebook.ground, codebook.occupants)]
    return {"planes": codebook.planes, "own_ground": own[0], "own_occupants": own[1]}


class StackedLinear(nn.Module):
    """L linear layers: (L, M, inputs) -> (L, M, outputs). Orthogonal weights times `gain`, bias 0."""

    def __init__(self, learners: int, inputs: int, outputs: int, gain: float) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.empty(learners, inputs, outputs))
        self.bias = nn.Parameter(torch.zeros(learners, 1, outputs))
        for weight in self.weight.data:
            nn.init.orthogonal_(weight, gain)

    def forward(self, inputs: torch.Tensor) -> torch.Tensor:
        return torch.baddbmm(self.bias, inputs, self.weight)


class StackedGRU(nn.Module):
    """L gated recurrent layers (Cho et al. 2014), the same equations as `torch.nn.GRU`."""

    def __init__(self, learners: int, inputs: int, hidden: int) -> None:
        super().__init__()
        self.hidden = hidden
        self.inputs = StackedLinear(learners, inputs, 3 * hidden, 1.0)
        self.recurrent = StackedLinear(learners, hidden, 3 * hidden, 1.0)

    def forward(self, inputs, hidden, keep):
        """inputs (L, T, B, I), hidden (L, B, H) before, keep float (T, B, 1): 0 forgets, before that step.

        Returns the hidden states after every step (L, T, B, H).
        """
        L, T, B, _ = inputs.shape
        H = self.hidden
        projected = self.inputs(inputs.flatten(1, 2)).view(L, T, B, 3 * H)
        gates, news = projected.split((2 * H, H), -1)
        states = []
        for gate, new, kept in zip(gates.unbind(1), news.unbind(1), keep, strict=True):  # gradients: a stack
            hidden = hidden * kept
            old_gate, old = self.recurrent(hidden).split((2 * H, H), -1)  # and a cat; slices would be padded
            reset, update = torch.sigmoid(gate + old_gate).chunk(2, -1)
            candidate = torch.tanh(new + reset * old)
            hidden = torch.lerp(candidate, hidden, update)
            states.append(hidden)
        return torch.stack(states, 1)


class Trunk(nn.Module):
    """What actor and critic have in common: the first layer, and the second layer or GRU."""

    def __init__(self, architecture: Architecture) -> None:
        super().__init__()
        self.architecture = a = architecture
        L, H = a.learners, a.hidden_size
        size = int(np.prod(a.view))
        if a.tiles:
            table = plane_table(a.planes, a.own_ground, a.own_occupants)
            self.first = TileLayer(L, size // a.view[-1], H, table)
        else:
            self.first = StackedLinear(L, size, H, 2**0.5)
        self.extra = StackedLinear(L, a.extra_channels, H, 1.0) if a.extra_channels else None
        self.second = StackedGRU(L, H, H) if a.recurrent else StackedLinear(L, H, H, 2**0.5)

    def read(self, rows: torch.Tensor) -> torch.Tensor:
        """Observations (M, L, size) to (L, M, H). Numbers after the codes are the same in every cell."""
        if not self.architecture.tiles:
            return torch.relu(self.first(rows.float().transpose(0, 1)))
        cells = rows.unflatten(-1, (-1, self.architecture.view[-1]))
        x = self.first(cells[..., :CODES].contiguous())
        if self.extra is not None:
            x = x + self.extra(cells[..., 0, CODES:].float().transpose(0, 1) / 255)
        return torch.relu(x)


class Networks(Trunk):
    """Actor and critic of every agent: two heads on a trunk."""

    def __init__(self, architecture: Architecture) -> None:
        super().__init__(architecture)
        a = architecture
        self.actor = StackedLinear(a.learners, a.hidden_size, a.actions, 0.01)
        self.critic = StackedLinear(a.learners, a.hidden_size, 1, 1.0)

    def of(self, who: slice) -> "Networks":
        """The networks of some of L = N learners, on the same memory: to change them is to change these."""
        a = self.architecture
        some = len(range(a.learners)[who])
        if some == a.learners:
            return self
        with torch.device("meta"):  # takes no memory, and draws no random numbers
            part = Networks(replace(a, agents=some, learners=some))
        # `data`: autograd would take a change of other learners' for one of these
        part.load_state_dict({name: p.data[who] for name, p in self.named_parameters()}, assign=True)
        return part

    def blank_memory(self, worlds: int) -> torch.Tensor:
        """What agents remember who have seen nothing: zeros (L, worlds * R, H), H = 0 if not recurrent."""
        a = self.architecture
        rows = worlds * (a.agents // a.learners)
        return torch.zeros(a.learners, rows, a.hidden_size * a.recurrent, device=self.critic.bias.device)

    def forward(self, views, memory, started):
        """Go through T steps of W worlds.

        views (T, W, N, *view), memory (L, W * R, H) before the first step, started bool (T, W): this view
        is the first of an episode. Returns logits (T, W, N, actions), values (T, W, N) and memory after.
        """
        a = self.architecture
        T, W = started.shape
        L, R = a.learners, a.agents // a.learners
        rows = views.reshape(T * W * R, L, -1)
        x = self.read(rows)
        if isinstance(self.second, StackedGRU):
            keep = (~started).to(x.dtype).repeat_interleave(R, 1).unsqueeze(-1)
            states = self.second(x.view(L, T, W * R, -1), memory, keep)
            x, memory = states.flatten(1, 2), states[:, -1]
        else:
            x = torch.relu(self.second(x))
        return self._by_agent(self.actor(x), T, W), self._by_agent(self.critic(x), T, W).squeeze(-1), memory

    def _by_agent(self, x: torch.Tensor, T: int, W: int) -> torch.Tensor:
        """(L, T * W * R, K) -> (T, W, N, K); one of L and R is 1, so that N = L * R has one meaning."""
        a = self.architecture
        x = x.view(a.learners, T, W, a.agents // a.learners, -1)
        return x.permute(1, 2, 0, 3, 4).reshape(T, W, a.agents, -1)


def choose(logits: torch.Tensor, generator: torch.Generator | None) -> torch.Tensor:
    """Draw actions from logits (..., actions) -> int64 (...); without a generator the likeliest one."""
    if generator is None:
        return logits.argmax(-1)
    # An exponential race: the argmax of p / Exp(1) falls on each action with its probability.
    race = torch.empty_like(logits).exponential_(generator=generator)
    return (logits - race.log()).argmax(-1)


def log_softmax(logits: torch.Tensor) -> torch.Tensor:
    """Logarithms of the probabilities (..., actions). Torch is slow along an axis as short as this one."""
    return torch.log_softmax(logits.movedim(-1, 0), 0).movedim(0, -1)
