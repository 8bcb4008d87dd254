"""What trainer rllib refuses, and what other trainers refuse of its settings; Ray is not needed for that."""

import json
from dataclasses import replace

import pytest
from altared.scripts import train as command
from altared.training.config import PPO, Cluster, Curriculum, Schedule, TrainingConfig
from altared.training.trainers.rllib.settings import falling, minibatch_size

CONFIG = TrainingConfig("tiny", {}, PPO(), Schedule(), trainer="rllib")


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"negotiates": True}, "negotiates=True .* must be False with trainer 'rllib'"),
        ({"ppo": PPO(network="recurrent")}, "network='recurrent' .* 'feedforward' with trainer 'rllib'"),
        ({"ppo": PPO(clip_range_value=0.2)}, "clip_range_value=0.2 .* must be 0 .* with trainer 'rllib'"),
        ({"ppo": PPO(max_grad_norm=0.0)}, "max_grad_norm=0.0 .* must be above 0 .* with trainer 'rllib'"),
        ({"schedule": Schedule(device="cuda")}, "device='cuda' .* must be 'cpu' with trainer 'rllib'"),
        ({"cluster": Cluster(num_env_runners=5)}, "num_env_runners=5 .* divides 32 worlds with trainer"),
        ({"curriculum": Curriculum(cost_anneal=0.5)}, "cost_anneal=0.5 .* 0.0 with trainer 'rllib'"),
        ({"curriculum": Curriculum(residents=("x",))}, r"residents=.* \(\) with trainer 'rllib'"),
    ],
)
def test_what_rllib_cannot_do_is_refused_by_name(changes, message):
    with pytest.raises(ValueError, match=message):
        replace(CONFIG, **changes)


def test_what_it_can_do_is_not():
    assert (
        replace(CONFIG, ppo=PPO(share_parameters=True), cluster=Cluster(8, "10.0.0.1:6379")).trainer
        == "rllib"
    )


@pytest.mark.parametrize("trainer", ["ippo", "sb3"])
@pytest.mark.parametrize("option", [["--num-env-runners", "2"], ["--ray-address", "auto"]])
def test_other_trainers_refuse_env_runners(trainer, option, tmp_path, capsys):
    run = tmp_path / "run"
    assert command.main(["matrix_games", "--trainer", trainer, *option, "--run", str(run)]) == 1
    name = option[0][2:].replace("-", "_")
    assert f"error: {name}={option[1]!r} is not".replace("'2'", "2") in capsys.readouterr().err
    assert not run.exists()


def test_a_cluster_is_saved():
    config = replace(CONFIG, cluster=Cluster(4, "auto"))
    saved = json.loads(json.dumps(config.to_dict()))
    assert TrainingConfig.from_dict(saved) == config
    with pytest.raises(ValueError, match=r"num_env_runners=-1 .* must be a whole number in 0 \.\. 1024"):
        Cluster(num_env_runners=-1)


def test_minibatches_are_as_many_as_asked_for():
    config = replace(CONFIG, ppo=PPO(rollout_steps=128, minibatches=4), schedule=Schedule(worlds=32))
    samples = (128 + 1) * 32  # one more for every world, to value what comes next
    size = minibatch_size(config, 1)
    assert size is not None
    assert 3 * size < samples <= 4 * size
    assert minibatch_size(replace(config, ppo=PPO(minibatches=1)), 1) is None
    assert (minibatch_size(config, 7) or 0) >= 7 * (size - 1)


def test_a_schedule_goes_from_the_first_number_to_the_last():
    assert falling(1e-3, 1e-4, 500) == [[0, 1e-3], [500, 1e-4]]
