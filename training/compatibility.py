"""What a run's settings must not ask for together: each trainer says in one place here what it cannot do.

A need is whether it is met, the field, its value, and what is allowed. All are checked when a
`TrainingConfig` is made, without the trainers' libraries; a range of a field by itself is in its dataclass.
"""

from collections.abc import Callable, Iterator
from dataclasses import asdict
from typing import Any

from ..envs.engine.config import require

Settings = Any  # a TrainingConfig, which asks this module and is not imported by it
Need = tuple[bool, str, Any, str]


def require_possible(config: Settings) -> None:
    """Raise ValueError naming the first field that cannot be had with a run's other settings."""
    for where, needs in _all_needs(config):
        for met, field, value, allowed in needs:
            require(met, field, value, f"{allowed} {where}")


def _all_needs(config: Settings) -> Iterator[tuple[str, list[Need]]]:
    if config.negotiates:
        yield "with negotiates=True", needs_of_negotiation(config)
    yield f"with trainer {config.trainer!r}", TRAINERS[config.trainer](config)
    if cost_anneal := config.curriculum.cost_anneal:
        yield f"with cost_anneal {cost_anneal}", [(config.reward == "own", "reward", config.reward, "'own'")]


def needs_of_ippo(config: Settings) -> list[Need]:
    """IPPO steps its worlds itself, and takes a minibatch whole worlds where networks remember."""
    ppo, worlds = config.ppo, config.schedule.worlds
    sequences = worlds if ppo.network == "recurrent" else ppo.rollout_steps * worlds
    setting = f"network {ppo.network!r}, {worlds} worlds and rollout_steps {ppo.rollout_steps}"
    most = f"from 1 to {sequences} with {setting}"
    return [*_no_cluster(config), (ppo.minibatches <= sequences, "minibatches", ppo.minibatches, most)]


def needs_of_sb3(config: Settings) -> list[Need]:
    """Independent models of stable-baselines3, whose PPO takes no minibatch of a single sample."""
    ppo, samples = config.ppo, config.ppo.rollout_steps * config.schedule.worlds
    one_policy = "one policy for all agents is SB3's PPO on altared.envs.sb3.PairVecEnv, see the README"
    fits, clips = ppo.minibatches * 2 <= samples, ppo.clip_range_value
    most = f"from 1 to {samples // 2} where an update has {samples} samples of an agent"
    return [
        *_no_cluster(config),
        *_left_to_own(config),
        (not ppo.share_parameters, "share_parameters", ppo.share_parameters, f"False ({one_policy})"),
        (fits, "minibatches", ppo.minibatches, most),
        (clips == 0, "clip_range_value", clips, "0 (SB3 drops the error of the value unclipped)"),
    ]


def needs_of_rllib(config: Settings) -> list[Need]:
    """Ray RLlib makes and steps its worlds where it likes, on CPUs."""
    ppo, schedule, runners = config.ppo, config.schedule, config.cluster.num_env_runners
    clips, limits = ppo.clip_range_value, ppo.max_grad_norm
    divides = schedule.worlds % max(1, runners) == 0
    return [
        *_left_to_own(config),
        (not config.negotiates, "negotiates", config.negotiates, "False"),
        (clips == 0, "clip_range_value", clips, "0 (RLlib clips the error, not the value)"),
        (limits > 0, "max_grad_norm", limits, "above 0 (RLlib takes 0 for no limit)"),
        (schedule.device == "cpu", "device", schedule.device, "'cpu'"),
        (divides, "num_env_runners", runners, f"0, or a number that divides {schedule.worlds} worlds"),
    ]


TRAINERS: dict[str, Callable[[Settings], list[Need]]] = {
    "ippo": needs_of_ippo,
    "sb3": needs_of_sb3,
    "rllib": needs_of_rllib,
}


def needs_of_negotiation(config: Settings) -> list[Need]:
    """The learners of all slots propose and vote, on what the game itself pays."""
    return [_no_population(config), *_no_curriculum(config)]


def _left_to_own(config: Settings) -> list[Need]:
    """What only IPPO can do."""
    ppo = config.ppo
    return [
        _no_population(config),
        *_no_curriculum(config),
        (ppo.network == "feedforward", "network", ppo.network, "'feedforward'"),
        (not ppo.normalise_rewards, "normalise_rewards", ppo.normalise_rewards, "False"),
        (not config.weights, "weights", config.weights, "none"),
    ]


def _no_population(config: Settings) -> Need:
    return config.ppo.population_size == 0, "population_size", config.ppo.population_size, "0"


def _no_curriculum(config: Settings) -> list[Need]:
    return _unasked(config.curriculum)


def _no_cluster(config: Settings) -> list[Need]:
    return _unasked(config.cluster)


def _unasked(part: Any) -> list[Need]:
    """A part of the settings that must stay as it is by default."""
    defaults = asdict(type(part)())
    return [
        (value == defaults[name], name, value, repr(defaults[name])) for name, value in asdict(part).items()
    ]
