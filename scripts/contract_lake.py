"""The lake with and without a contract, beside what those would do who know it."""

from pathlib import Path

import numpy as np
from altared.agents.population import load_population
from altared.envs import game_module, make_batch
from altared.envs.contracts.state import PLAYING
from altared.envs.fishing.benchmarks import maximum_sustainable_yield
from altared.envs.fishing.config import FishingConfig
from altared.envs.fishing.playouts import myopic, optimal, play_out
from altared.scripts.contract_pictures import draw_paths
from altared.training.folder import RunFolder


def lake(run: RunFolder) -> FishingConfig:
    """The lake of a run without a contract."""
    return game_module("fishing").configure(**run.read_config().env)


def known_lines(run: RunFolder) -> dict[str, dict[str, float]]:
    """What those get who know the lake: all together at best, and each for this step alone."""
    lines: dict[str, dict[str, float]] = {"collective_return": {}, "mean_stock": {}}
    for name, policy in (("social optimum", optimal), ("myopic equilibrium", myopic)):
        played = play_out(lake(run), policy)
        lines["collective_return"][name] = float(np.nansum(played.returns))
        lines["mean_stock"][name] = float(np.nanmean(played.stocks))
    return lines


def draw_stocks(runs: dict[str, list[RunFolder]], path: Path) -> None:
    """The stock over an episode, learned without a contract ("none") and with ("deal"), and computed."""
    config = lake(runs["none"][0])
    paths = {
        "learned, no contract": [stock_path(run) for run in runs["none"]],
        "learned, negotiated tax": [stock_path(run) for run in runs["deal"]],
        "social optimum": [play_out(config, optimal).stocks[:, 0]],
        "myopic equilibrium": [play_out(config, myopic).stocks[:, 0]],
    }
    _, left = maximum_sustainable_yield(config)
    levels = {"critical stock": config.critical_stock, "left by the largest lasting catch": left}
    draw_paths(paths, levels, path)


def stock_path(run: RunFolder, worlds: int = 16, seed: int = 20_000) -> np.ndarray:
    """(T + 1,) fish: the mean stock after each step of an episode; a collapsed lake keeps its last."""
    config = run.read_config()
    batch = make_batch(config.game, worlds, auto_reset=False, **config.env)
    population = load_population(str(run.path), batch.num_agents, batch.observation_space.shape)
    population.start(worlds, seed)
    observations, started = batch.reset(seed), np.ones(worlds, bool)
    stocks, over = [batch.state.stock.mean()], np.zeros(worlds, bool)
    while not over.all():
        talking = config.negotiates and batch.state.stage[0, 0] != PLAYING
        step = batch.step(population.act(observations, started))
        observations, started = step.observations, np.zeros(worlds, bool)
        over |= step.terminated | step.truncated
        if not talking:
            stocks.append(batch.state.stock.mean())
    return np.array(stocks)
