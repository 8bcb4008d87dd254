"""Settings: every wrong value is refused by name, and a saved configuration comes back."""

import json

import pytest
from altared.training.config import PPO, Schedule, TrainingConfig


@pytest.mark.parametrize(
    ("kind", "name", "value", "message"),
    [
        (PPO, "gamma", 1.5, "gamma is 1.5; allowed: from 0.0 to 1.0"),
        (PPO, "epochs", 0, "epochs is 0; allowed: from 1 to 100"),
        (PPO, "epochs", 1.5, "epochs is 1.5; allowed: a whole number"),
        (PPO, "epochs", True, "epochs is True; allowed: a whole number"),
        (PPO, "learning_rate", float("nan"), "learning_rate is nan; allowed: from 0.0 to 1.0"),
        (PPO, "learning_rate", "fast", "learning_rate is 'fast'; allowed: a number"),
        (PPO, "network", "lstm", "network is 'lstm'; allowed: 'feedforward', 'recurrent'"),
        (PPO, "share_parameters", 1, "share_parameters is 1; allowed: True or False"),
        (Schedule, "worlds", -1, "worlds is -1; allowed: from 1 to 1000000"),
        (Schedule, "device", "tpu", "device is 'tpu'; allowed: 'cpu', 'cuda'"),
    ],
)
def test_errors_name_field_value_and_what_is_allowed(kind, name, value, message):
    with pytest.raises(ValueError, match=message):
        kind(**{name: value})


def test_a_saved_configuration_comes_back():
    config = TrainingConfig("tiny", {"size": 3}, PPO(entropy_coef=0.5), Schedule(steps=1000))
    assert TrainingConfig.from_dict(json.loads(json.dumps(config.to_dict()))) == config


def test_updates_are_whole_and_at_least_one():
    config = TrainingConfig("tiny", {}, PPO(rollout_steps=10), Schedule(steps=1000, worlds=4))
    assert config.updates(num_agents=7) == 3
    assert config.updates(num_agents=1000) == 1


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"trainer": "xx"}, "trainer is 'xx'; allowed: 'ippo', 'sb3', 'rllib'"),
        ({"reward": "zzz"}, "'zzz'.* known: own"),
        ({"reward_constants": {"x": 1.0}}, "reward own has no constant x; allowed: none"),
        (
            {"ppo": PPO(network="recurrent", minibatches=5), "schedule": Schedule(worlds=4)},
            "minibatches is 5; allowed with trainer 'ippo': from 1 to 4 with network 'recurrent', 4 worlds",
        ),
        (
            {"ppo": PPO(rollout_steps=2, minibatches=9), "schedule": Schedule(worlds=4)},
            "minibatches is 9; allowed with trainer 'ippo': from 1 to 8 .* 4 worlds and rollout_steps 2",
        ),
    ],
)
def test_settings_that_cannot_be_had_together_are_named(settings, message):
    with pytest.raises(ValueError, match=message):
        TrainingConfig("tiny", {}, **settings)
