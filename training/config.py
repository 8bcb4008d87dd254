"""All settings of a training run, with defaults, units, allowed ranges and sources.

Defaults were chosen on Commons Harvest (see the README); the ones with a source come from there.
PPO: Schulman et al. 2017 (arXiv 1707.06347); details after Huang et al. 2022 (the 37 implementation
details) and Andrychowicz et al. 2021 (arXiv 2006.05990).
"""

from collections.abc import Mapping
from dataclasses import MISSING, dataclass, field, replace
from math import inf
from typing import Annotated, Any, Literal

import tyro

from ..envs.engine.config import ALLOWED, Config, checked, require, text, within
from ..envs.engine.rewards import RewardView, reward_from_dict
from .compatibility import require_possible

TrainerName = Literal["ippo", "sb3", "rllib"]


def read_whole(text: str) -> int:
    """A whole number as people write it: 2000000 or 2e6."""
    try:
        return int(text)
    except ValueError:
        try:
            number = float(text)
        except ValueError:
            number = float("nan")
        if not number.is_integer():
            raise ValueError(f"{text!r} is not a whole number") from None
        return int(number)


Whole = Annotated[
    int,
    tyro.constructors.PrimitiveConstructorSpec(
        nargs=1,
        metavar="INT",
        instance_from_str=lambda args: read_whole(args[0]),
        is_instance=lambda value: isinstance(value, int),
        str_from_instance=lambda value: [str(value)],
    ),
]


def tuple_of_names(field: str, value: Any) -> tuple[str, ...]:
    """`value` as a tuple of strings."""
    fits = isinstance(value, tuple) and all(isinstance(one, str) for one in value)
    require(fits, field, value, "a tuple of names")
    return value


def settings_by_name(field: str, value: Any) -> dict[str, Any]:
    """`value` as a dict whose keys are names."""
    fits = isinstance(value, Mapping) and all(isinstance(name, str) for name in value)
    require(fits, field, value, "a dict of settings by name")
    return dict(value)


@dataclass(frozen=True)
class PPO(Config):
    """How the learners learn."""

    network: Literal["feedforward", "recurrent"] = "feedforward"  # recurrent: a GRU remembers
    hidden_size: Whole = within(64, 1, 4096)  # units in each layer
    share_parameters: bool = False  # all agents share one set of weights
    rollout_steps: Whole = within(128, 1, 100_000)  # steps of every world between updates
    epochs: Whole = within(2, 1, 100)  # passes over a rollout in an update
    minibatches: Whole = within(4, 1, 10_000)  # parts of a rollout, each one step of Adam in an epoch
    learning_rate: float = within(1e-3, 0.0, 1.0)  # Adam's step size at the start
    final_learning_rate: float = within(1e-4, 0.0, 1.0)  # and at the end; linear between
    entropy_coef: float = within(0.02, 0.0, 100.0)  # weight of the entropy bonus (nats) at the start
    final_entropy_coef: float = within(0.002, 0.0, 100.0)  # and at the end; linear between
    gamma: float = within(0.99, 0.0, 1.0)  # value of a reward one step later
    gae_lambda: float = within(0.95, 0.0, 1.0)  # lambda of generalised advantage estimation
    clip_range: float = within(0.2, 0.0, 10.0)  # how far a probability ratio may leave 1
    clip_range_value: float = within(0.0, 0.0, inf)  # how far a value may move in an update; 0: any distance
    value_coef: float = within(0.5, 0.0, 100.0)  # weight of the critic's squared error
    max_grad_norm: float = within(0.5, 0.0, inf)  # largest norm of one learner's gradient
    reward_scale: float = within(1.0, 1e-6, 1e6)  # rewards are multiplied by it before learning
    normalise_rewards: bool = False  # and before that divided by the deviation of each learner's return
    population_size: Whole = within(0, 0, 10_000)  # policies, drawn for each episode's slots; 0: one a slot

    def __post_init__(self) -> None:
        super().__post_init__()
        apart = not (self.population_size and self.share_parameters)
        require(apart, "population_size", self.population_size, "0 with share_parameters=True")


@dataclass(frozen=True)
class Schedule(Config):
    """How long a run is, where it runs and what it keeps."""

    steps: Whole = within(6_000_000, 1, 10**13)  # agent-steps: steps of the game times worlds times agents
    worlds: Whole = within(32, 1, 10**6)  # worlds stepped side by side
    seed: Whole = within(0, 0, 2**63 - 1)  # of networks, actions, minibatches and worlds
    device: Literal["cpu", "cuda"] = "cpu"  # where the learners run
    threads: Whole = within(1, 1, 1024)  # for groups of feed-forward learners apart; sb3, rllib: torch's
    checkpoint_every: Whole = within(20, 1, 10**9)  # updates between checkpoints


@dataclass(frozen=True)
class Curriculum(Config):
    """What is made easier at the start of a run, and phased in or out; shares are of the run's updates."""

    cost_anneal: float = within(0.0, 0.0, 1.0)  # share in which sanctioning comes to cost; 0: it does always
    # scripted agents and run folders that sit in some slots at first
    residents: tuple[str, ...] = checked((), tuple_of_names)
    residents_share: float = within(0.5, 0.0, 1.0)  # chance that one has a slot for an episode, at first
    residents_until: float = within(0.5, 1e-6, 1.0)  # share in which that chance falls to 0; linear

    def __post_init__(self) -> None:
        super().__post_init__()
        for name in ("residents_share", "residents_until"):
            value, default = getattr(self, name), getattr(type(self), name)
            allowed = bool(self.residents) or value == default
            require(allowed, name, value, f"{default}, the default, without residents")

    def cost_weight(self, progress: float) -> float:
        """What a learner feels of the cost of sanctioning, 0 .. 1, `progress` 0 .. 1 into the run."""
        return min(1.0, progress / self.cost_anneal) if self.cost_anneal else 1.0

    def share(self, progress: float) -> float:
        """The chance that a resident has a slot in an episode that begins at `progress`."""
        left = max(0.0, 1.0 - progress / self.residents_until)
        return self.residents_share * left if self.residents else 0.0


@dataclass(frozen=True)
class Cluster(Config):
    """Where the worlds of trainer 'rllib' are stepped; other trainers step them in their own process."""

    num_env_runners: Whole = within(0, 0, 1024)  # processes that step worlds; 0: that of the learners does
    # of a Ray cluster to join, as in 10.0.0.1:6379; "": a small one is started here
    ray_address: str = text("", "an address")


REQUIRED: Any = MISSING  # a field without a default


@dataclass(frozen=True)
class TrainingConfig(Config):
    """One training run, complete: the game with its settings, the learners, the schedule."""

    game: str = text(REQUIRED, "a game's name")  # in the registry
    env: dict[str, Any] = checked(REQUIRED, settings_by_name)  # what was chosen of the game's settings
    ppo: PPO = PPO()
    schedule: Schedule = Schedule()
    reward: str = text("own", "a reward view's name")  # what the learners are paid: altared.envs.rewards
    reward_constants: dict[str, float] = field(  # of that view; others keep defaults
        default_factory=dict, metadata={ALLOWED: settings_by_name}
    )
    negotiates: bool = False  # the learners propose and vote on a contract; the run's frozen players play
    weights: str = text("", "a run folder")  # learners begin with the weights of its last checkpoint
    trainer: TrainerName = "ippo"  # who does the learning, see altared.training.trainers
    curriculum: Curriculum = Curriculum()
    cluster: Cluster = Cluster()
    env_resolved: dict[str, Any] = field(  # all of the game's settings, once its worlds have been made
        default_factory=dict, metadata={ALLOWED: settings_by_name}
    )

    def __post_init__(self) -> None:
        super().__post_init__()
        require_possible(self)
        _ = self.payment  # refuses constants that the view does not have

    @property
    def game_settings(self) -> dict[str, Any]:
        """What the run's worlds are made with: all of the game's settings, before that those chosen."""
        return self.env_resolved or self.env

    def resolved(self, env: dict[str, Any]) -> "TrainingConfig":
        """With all of the game's settings, as its config's `to_dict` has them.

        What was chosen stays known, with the values that the game made of it: a map in a file is then its
        drawing, so that a saved run does not depend on the file.
        """
        chosen = {name: env[name] for name in self.env if name in env}
        return replace(self, env=chosen, env_resolved=env)

    @property
    def payment(self) -> RewardView:
        """What the learners are paid, made from what everybody earned."""
        return reward_from_dict({"name": self.reward, **self.reward_constants})

    @classmethod
    def from_dict(cls, saved: dict[str, Any]) -> "TrainingConfig":
        """The inverse of `to_dict`. Raises KeyError for a missing part, TypeError for unknown names."""
        curriculum = {**saved["curriculum"], "residents": tuple(saved["curriculum"]["residents"])}
        parts = {
            "ppo": PPO(**saved["ppo"]),
            "schedule": Schedule(**saved["schedule"]),
            "curriculum": Curriculum(**curriculum),
            "cluster": Cluster(**saved["cluster"]),
            "env_resolved": saved["env_resolved"],
        }
        return cls(**{**saved, **parts})

    def agent_steps_an_update(self, num_agents: int) -> int:
        return self.ppo.rollout_steps * self.schedule.worlds * num_agents

    def updates(self, num_agents: int) -> int:
        """Updates in the run: as many as fit into `steps`, at least one."""
        return max(1, self.schedule.steps // self.agent_steps_an_update(num_agents))
