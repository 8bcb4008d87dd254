"""The picture of a lake's stock."""

import numpy as np
from altared.scripts import draw_lake, train
from altared.training.folder import RunFolder
from matplotlib.image import imread


def test_the_stock_of_runs_is_drawn(tmp_path, capsys):
    small = ["--steps", "200", "--worlds", "2", "--ppo.rollout", "20", "--no-video"]
    contract = ["--contract.name", "fishing_tax", "--contract.procedure", "random"]
    for name, words in (("lake-none-0", []), ("lake-deal-0", contract)):
        run = str(tmp_path / "runs" / name)
        assert train.main(["fishing", *words, *small, "--run", run]) == 0
    out = tmp_path / "stock.png"
    assert draw_lake.main([str(tmp_path), "--out", str(out)]) == 0
    assert imread(out).std() > 0.05
    assert capsys.readouterr().out.endswith(f"wrote {out}\n")
    stocks = draw_lake.stock_path(RunFolder(tmp_path / "runs" / "lake-none-0"), worlds=2)
    assert stocks[0] == 100
    assert len(stocks) <= 201
    assert np.all((stocks >= 0) & (stocks <= 100))


def test_a_folder_without_the_runs(tmp_path, capsys):
    assert draw_lake.main([str(tmp_path), "--out", str(tmp_path / "stock.png")]) == 1
    assert "has no lake-none-*; made by: altared reproduce contracts" in capsys.readouterr().err
    assert not (tmp_path / "stock.png").exists()
