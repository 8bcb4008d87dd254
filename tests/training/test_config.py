"""Settings: every wrong value is refused by name, and a saved configuration comes back."""

import json
import re

import pytest
from altared.training.config import PPO, Cluster, Schedule, TrainingConfig


@pytest.mark.parametrize(
    ("kind", "name", "value", "message"),
    [
        (PPO, "gamma", 1.5, "a number in 0.0 .. 1.0"),
        (PPO, "epochs", 0, "a whole number in 1 .. 100"),
        (PPO, "epochs", 1.5, "a whole number in 1 .. 100"),
        (PPO, "epochs", True, "a whole number in 1 .. 100"),
        (PPO, "learning_rate", float("nan"), "a number in 0.0 .. 1.0"),
        (PPO, "learning_rate", "fast", "a number in 0.0 .. 1.0"),
        (PPO, "max_grad_norm", -1, "a number >= 0.0"),
        (PPO, "network", "lstm", "one of feedforward, recurrent"),
        (PPO, "share_parameters", 1, "True or False"),
        (Schedule, "worlds", -1, "a whole number in 1 .. 1000000"),
        (Schedule, "device", "tpu", "one of cpu, cuda"),
        (Cluster, "ray_address", 3, "an address"),
    ],
)
def test_errors_name_field_value_and_what_is_allowed(kind, name, value, message):
    said = f"{name}={value!r} is not allowed: {name} must be {message}"
    with pytest.raises(ValueError, match=f"^{re.escape(said)}$"):
        kind(**{name: value})


def test_a_saved_configuration_comes_back():
    config = TrainingConfig("tiny", {"size": 3}, PPO(entropy_coef=0.5), Schedule(steps=1000))
    assert TrainingConfig.from_dict(json.loads(json.dumps(config.to_dict()))) == config


def test_what_was_chosen_is_kept_beside_all_settings():
    config = TrainingConfig("tiny", {"map": "a file", "size": 3, "contract": None})
    assert config.game_settings == config.env
    everything = {"map": "###", "size": 3, "speed": 1.0}
    resolved = config.resolved(everything)
    assert resolved.env == {"map": "###", "size": 3}  # as the game reads them; a contract of None is none
    assert resolved.env_resolved == resolved.game_settings == everything
    assert TrainingConfig.from_dict(json.loads(json.dumps(resolved.to_dict()))) == resolved
    assert resolved.resolved(everything) == resolved  # a run that goes on still knows what was chosen


@pytest.mark.parametrize("part", ["ppo", "schedule", "curriculum", "cluster", "env_resolved"])
def test_a_saved_configuration_that_lacks_a_part_is_refused(part):
    saved = TrainingConfig("tiny", {}).to_dict()
    del saved[part]
    with pytest.raises(KeyError, match=part):
        TrainingConfig.from_dict(saved)


def test_updates_are_whole_and_at_least_one():
    config = TrainingConfig("tiny", {}, PPO(rollout_steps=10), Schedule(steps=1000, worlds=4))
    assert config.updates(num_agents=7) == 3
    assert config.updates(num_agents=1000) == 1


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"trainer": "xx"}, "trainer='xx' is not allowed: trainer must be one of ippo, sb3, rllib"),
        ({"ppo": {}}, r"ppo=\{\} is not allowed: ppo must be a PPO"),
        ({"env_resolved": None}, "env_resolved=None .* a dict of settings by name"),
        ({"reward": "zzz"}, "'zzz'.* known: own"),
        ({"reward_constants": {"x": 1.0}}, "reward own has no constant x; allowed: none"),
        (
            {"ppo": PPO(network="recurrent", minibatches=5), "schedule": Schedule(worlds=4)},
            "minibatches=5 .* from 1 to 4 with network 'recurrent', 4 worlds .* with trainer 'ippo'",
        ),
        (
            {"ppo": PPO(rollout_steps=2, minibatches=9), "schedule": Schedule(worlds=4)},
            "minibatches=9 .* from 1 to 8 .* 4 worlds and rollout_steps 2",
        ),
    ],
)
def test_settings_that_cannot_be_had_together_are_named(settings, message):
    with pytest.raises(ValueError, match=message):
        TrainingConfig("tiny", {}, **settings)
