"""The Gymnasium API: one learner in a world whose other agents follow given policies."""

import copy
from collections.abc import Sequence
from typing import Any, Protocol

import gymnasium
import numpy as np
from gymnasium import spaces

from ..engine.formats import different_names
from .parallel import WorldEnv
from .seeding import world_seeds


class Resident(Protocol):
    """Acts for B bodies at once, each from its own view: a policy of `altared.agents`, or a custom one.

    It may say what it was made for; what it leaves out, or None, fits anything:
    `view`, the shape of the views that it reads; `actions`, the number of actions that it chooses from;
    `slot`, the number of the agent that it acts as; `interface`, the names of actions, planes and further
    channels that it knows, as attributes.
    """

    def start(self, bodies: int, seed: int) -> None:
        """Forget everything and prepare for `bodies` bodies; the same seed gives the same actions."""
        ...

    def act(self, observations: np.ndarray, started: np.ndarray) -> np.ndarray:
        """(B, *view) and (B,) bool, true on an episode's first view: (B,) actions, or (B, 1) numbers.

        The views are (rows, columns, 2) uint8 tiles, or where there is no map a vector of float32.
        """
        ...


class SoloEnv(gymnasium.Env):
    """One world as a gymnasium.Env: the focal agent learns, the residents live there.

    The world is that of the PettingZoo API with the same seed, byte for byte, if all act alike. Residents see
    `tiles` (where there is no map, `vector`), whatever the learner sees. `infos` hold what happened to the
    focal agent in the step, by the names of the game's events, and at an episode's end its metrics (those
    that are defined) under "metrics".
    """

    def __init__(
        self, world: WorldEnv, residents: Resident | Sequence[Resident], focal: str = "agent_0"
    ) -> None:
        """residents: one for each other slot, in the order of the agents, or one policy for all of them.

        A policy that is named several times is one policy with several bodies. The environment plays with
        copies, so one list serves many environments.
        """
        agents = world.possible_agents
        if focal not in agents:
            raise ValueError(f"focal={focal!r} is unknown; known: {', '.join(agents)}")
        self.world, self.focal = world, focal
        self.observation_space = world.observation_space(focal)
        self.action_space: spaces.Space = world.action_space(focal)
        self.metadata = {name: world.metadata[name] for name in ("name", "render_modes", "render_fps")}
        self.render_mode = world.render_mode
        slots = [slot for slot, agent in enumerate(agents) if agent != focal]
        self._groups = _groups(copy.deepcopy(self._checked(residents, slots)), slots)
        self._seeded = False
        self._started = False  # whether the residents' next view is an episode's first

    def reset(
        self, *, seed: int | None = None, options: dict[str, Any] | None = None
    ) -> tuple[np.ndarray, dict[str, Any]]:
        """Begin an episode: with a seed its first, without one the next. `options` has no entries yet.

        A seed also starts the residents anew; without one they go on with their streams of numbers. Their
        memory of the episode before is dropped either way.
        """
        super().reset(seed=seed)
        if seed is None and not self._seeded:
            seed = world_seeds(None, 1)[0][0]
        observations, infos = self.world.reset(seed)
        if seed is not None:
            self._seeded = True
            for resident, slots in self._groups:  # seeded as by agents.population.Slots
                own = np.random.SeedSequence([seed, slots[0]]).generate_state(1, np.uint64)[0]
                resident.start(len(slots), int(own))
        self._started = True
        return observations[self.focal], infos[self.focal]

    def step(self, action: Any) -> tuple[np.ndarray, float, bool, bool, dict[str, Any]]:
        """All act at once; returns the focal agent's observation, reward, termination, truncation, info."""
        if not self.world.agents:
            raise RuntimeError("the episode has ended (or not begun): call reset")
        if not self.action_space.contains(action):
            raise ValueError(f"action={action!r} is not allowed: {_allowed(self.action_space)}")
        actions = self._residents_act() | {self.focal: np.asarray(action).tolist()}
        observations, rewards, terminations, truncations, infos = self.world.step(actions)
        me = self.focal
        return observations[me], rewards[me], terminations[me], truncations[me], infos[me]

    def render(self) -> np.ndarray | None:
        """A frame (H, W, 3) uint8 for "rgb_array"; shows it for "human"."""
        return self.world.render()

    def close(self) -> None:
        """Close the window, if there is one; may be called again."""
        self.world.close()

    def _views(self) -> np.ndarray:
        """(1, N, *view): what residents see."""
        return self.world.batch.observe(self.world.game.observation)

    def _residents_act(self) -> dict[str, Any]:
        views = self._views()[0]
        actions: dict[str, Any] = {}
        for resident, slots in self._groups:
            chosen = resident.act(views[slots], np.full(len(slots), self._started))
            names = [self.world.possible_agents[slot] for slot in slots]
            actions |= zip(names, np.asarray(chosen).tolist(), strict=True)
        self._started = False
        return actions

    def _checked(self, residents: Any, slots: list[int]) -> list[Resident]:
        """A resident for each slot; refuses what cannot act there."""
        if hasattr(residents, "act"):
            residents = [residents] * len(slots)
        if isinstance(residents, str) or len(residents) != len(slots):
            what = f"{residents!r}" if isinstance(residents, str) else f"{len(residents)} entries"
            raise ValueError(
                f"residents: {what} is not allowed; allowed: one policy, or a list of {len(slots)} "
                f"(one for each agent but {self.focal}), as altared.agents.load_residents makes it"
            )
        for i, (resident, slot) in enumerate(zip(residents, slots, strict=True)):
            self._require_fitting(f"residents[{i}]", resident, slot)
        return list(residents)

    def _require_fitting(self, field: str, resident: Any, slot: int) -> None:
        if not (hasattr(resident, "start") and hasattr(resident, "act")):
            raise ValueError(
                f"{field}={resident!r} is not allowed: a resident is a policy with `start` and `act`; "
                "altared.agents.load_residents makes them from names and run folders"
            )
        fitting = {"view": self._views().shape[2:], "slot": slot}
        if isinstance(self.action_space, spaces.Discrete):
            fitting["actions"] = int(self.action_space.n)
        for name, here in fitting.items():
            made_for = getattr(resident, name, None)
            if made_for is not None and made_for != here:
                hint = " (load_residents takes `focal`, too)" if name == "slot" else ""
                raise ValueError(
                    f"{field}.{name}={made_for} is not allowed: agent_{slot} of {self.world.game.name} "
                    f"has {name} {here}{hint}"
                )
        if said := different_names(getattr(resident, "interface", None), self.world.game):
            raise ValueError(f"{field} is not allowed: it knows {said}")


def _allowed(actions: spaces.Space) -> str:
    if isinstance(actions, spaces.Discrete):
        return f"actions are whole numbers in 0 .. {actions.n - 1}"
    return f"actions lie in {actions}"


def _groups(residents: list[Resident], slots: list[int]) -> list[tuple[Resident, list[int]]]:
    """Each policy once, with the slots of its bodies."""
    groups: dict[int, tuple[Resident, list[int]]] = {}
    for resident, slot in zip(residents, slots, strict=True):
        groups.setdefault(id(resident), (resident, []))[1].append(slot)
    return list(groups.values())
