"""The training benchmark runs all learners on the same worlds and prints how they compare."""

import re

import pytest
from altared.scripts import benchmark_training


def test_prints_speeds_and_ratios(capsys):
    small = ["--updates", "1", "--worlds", "2", "--ppo.rollout", "8", "--ppo.hidden", "8"]
    assert benchmark_training.main(["commons_harvest", "--env.num-agents", "2", *small]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("commons_harvest: 2 worlds, rollouts of 8, 2 x 4 minibatches, 8 units")
    speeds = [float(re.search(r"([\d,]+) agent-steps/s", line)[1].replace(",", "")) for line in lines[1:]]
    ratios = [float(re.search(r"([\d.]+) x$", line)[1]) for line in lines[2:]]
    assert len(speeds) == 4
    assert ratios == pytest.approx([speed / speeds[0] for speed in speeds[1:]], abs=0.06)
