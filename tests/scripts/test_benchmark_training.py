"""The training benchmark runs all learners on the same worlds and prints how they compare."""

import pytest
from altared.envs import make_batch
from altared.scripts import benchmark_training
from altared.training.benchmark import TRAINERS, new_trainer
from altared.training.config import PPO, Schedule
from altared.training.trainers import base as beside

SMALL = ["--updates", "1", "--worlds", "4", "--ppo.rollout-steps", "8", "--ppo.hidden-size", "8"]


def test_prints_speeds_ratios_and_where_time_goes(capsys):
    assert benchmark_training.main(["commons_harvest", "--env.num-agents", "2", *SMALL]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("commons_harvest: 4 worlds, rollouts of 8, 2 x 4 minibatches, 8 units")
    learners, parts = lines[2:8], lines[9:]
    assert all(line.split()[-4] == "1" for line in learners)
    numbers = [[float(x.replace(",", "")) for x in line.rsplit(maxsplit=3)[1:]] for line in learners]
    shared, independent = numbers[0][0], numbers[2][0]
    for speed, *ratios in numbers:
        assert ratios == pytest.approx([speed / shared, speed / independent], abs=0.06)
    shares = [int(line.rsplit(maxsplit=1)[1].rstrip("%")) for line in parts]
    assert len(shares) == 4
    assert sum(shares) == pytest.approx(100, abs=2)
    assert min(shares) >= 0


def test_any_game_is_measured(capsys):
    assert benchmark_training.main(["fishing", *SMALL]) == 0
    assert capsys.readouterr().out.startswith("fishing: 4 worlds")


def test_everybody_is_shown_at_the_better_number_of_threads(capsys, monkeypatch):
    """Here IPPO gains by a second thread, and SB3's lose."""
    speeds = {"sb3_planes_speed": -1, "sb3_shared_speed": -1, "sb3_speed": -1, "our_speed": 1}
    for name, gain in speeds.items():
        monkeypatch.setattr(
            benchmark_training, name, lambda game, env, ppo, s, n, gain=gain: 100 + gain * s.threads
        )
    assert benchmark_training.main(["fishing", *SMALL, "--threads", "2"]) == 0
    shown = {line[:44].strip(): line[44:].split()[:2] for line in capsys.readouterr().out.splitlines()[2:7]}
    assert {name: numbers for name, numbers in shown.items() if name.startswith("stable")} == {
        "stable-baselines3, shared weights": ["1", "99"],
        "stable-baselines3, independent": ["1", "99"],
    }
    assert shown["altared, independent"] == ["2", "102"]


@pytest.mark.parametrize(("trainer", "asked"), [("ippo", ["cuda", "cpu"]), ("sb3", ["cpu"])])
def test_worlds_are_stepped_where_training_steps_them(monkeypatch, trainer, asked):
    """A game without rules for the GPU falls back to the CPU, as in `altared train`."""
    made = []

    def make(*named, device="cpu", **options):
        made.append(device)
        return make_batch(*named, device=device, **options)

    monkeypatch.setattr(beside, "make_batch", make)
    monkeypatch.setattr(beside, "require_device", lambda *_: None)
    monkeypatch.setitem(TRAINERS, trainer, lambda config, batch: (config, batch))
    config, batch = new_trainer(trainer, "fishing", {"preset": "govsim"}, PPO(), Schedule(device="cuda"))
    assert made == asked
    assert config.env == {"preset": "govsim"}
    assert config.env_resolved == batch.game.config.to_dict()
