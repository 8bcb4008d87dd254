"""Jobs on a Ray cluster; runs where the extra `rllib` is installed."""

import time

import pytest

pytest.importorskip("ray")


def test_a_job_is_carried_out_on_the_cluster_and_leaves_its_output(tmp_path):
    import ray  # pyright: ignore[reportMissingImports]
    from altared.training.experiments.jobs import Job
    from altared.training.experiments.ray_executor import RayExecutor

    executor = RayExecutor("local", 1)
    try:
        handles = [
            executor.begin(tmp_path, Job(name, (word,)))
            for name, word in (("good", "--version"), ("bad", "x"), ("odd", "@nobody:a/b:1"))
        ]
        end = time.monotonic() + 60
        while None in (statuses := [handle.result() for handle in handles]):
            assert time.monotonic() < end
            time.sleep(0.1)
    finally:
        ray.shutdown()
    assert statuses[0] == 0
    assert statuses[1] != 0
    assert (tmp_path / "output/good.txt").read_text().startswith("0.")
    assert "unknown subcommand" in (tmp_path / "output/bad.txt").read_text()
    assert statuses[2] == 1  # it could not begin: what it waited for is not there
    assert "on the cluster: " in (said := (tmp_path / "output/odd.txt").read_text())
    assert "nobody-1.json" in said
