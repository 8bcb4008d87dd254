"""The picture of a lake's stock."""

import draw_lake
import numpy as np
from altared.scripts import train
from altared.training.run_folder import RunFolder
from matplotlib.image import imread


def test_the_stock_of_runs_is_drawn(tmp_path, capsys):
    small = ["--steps", "200", "--worlds", "2", "--ppo.rollout-steps", "20", "--no-video"]
    contract = ["--contract.name", "fishing_tax", "--contract.procedure", "random"]
    runs = {name: str(tmp_path / "runs" / f"lake-{name}-0") for name in ("none", "play", "deal")}
    assert train.main(["fishing", *small, "--run", runs["none"]]) == 0
    assert train.main(["fishing", *contract, *small, "--run", runs["play"]]) == 0
    assert train.main(["--play", runs["play"], *small, "--run", runs["deal"]]) == 0
    out = tmp_path / "stock.png"
    assert draw_lake.main([str(tmp_path), "--out", str(out)]) == 0
    assert imread(out).std() > 0.05
    assert capsys.readouterr().out.endswith(f"wrote {out}\n")
    for name in ("none", "deal"):
        stocks = draw_lake.stock_path(RunFolder(tmp_path / "runs" / f"lake-{name}-0"), worlds=2)
        assert stocks[0] == 100
        assert stocks[1] < 100  # from the first step on they fish: proposal and vote are no steps
        assert len(stocks) <= 201
        assert np.all((stocks >= 0) & (stocks <= 100))


def test_a_folder_without_the_runs(tmp_path, capsys):
    assert draw_lake.main([str(tmp_path), "--out", str(tmp_path / "stock.png")]) == 1
    assert "has no lake-none-*; made by: altared reproduce contracts" in capsys.readouterr().err
    assert not (tmp_path / "stock.png").exists()
