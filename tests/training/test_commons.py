"""The learners on the real game: worlds of different ages, and one agent that learns to harvest."""

import numpy as np
import torch
from altared.agents.networks import Networks, architecture_for
from altared.envs import make_batch
from altared.training.config import PPO, Schedule, TrainingConfig
from altared.training.run_folder import RunFolder
from altared.training.trainers.ippo.rollout import Collector
from altared.training.trainers.ippo.trainer import IPPO, train

ORCHARD = """
##########
#P       #
# aaa  P #
# aaa    #
# aaa  P #
#        #
##########
"""


def test_worlds_have_different_ages_and_only_whole_episodes_are_measured():
    batch = make_batch("commons_harvest", num_worlds=5, num_agents=2, max_cycles=50)
    networks = Networks(architecture_for(batch, False, 8, False))
    collector = Collector(batch, networks, 100, seed=0, action_seed=0)
    ended = collector.collect().ended
    expected = {w: {49 - 10 * w, 99 - 10 * w} for w in range(5)}
    assert {w: set(np.flatnonzero(ended[:, w])) for w in range(5)} == expected
    episodes = collector.episodes.take()
    assert [list(part["world"]) for part in episodes] == [[0], [4], [3], [2], [1], [0]]
    assert all((part["length"] == 50).all() for part in episodes)


def test_one_agent_learns_to_harvest():
    """Where fruit grows back anyway, it soon takes three times as much as with its first, random steps."""
    game = {"map": ORCHARD, "num_agents": 1, "max_cycles": 100, "regrowth": (0.03,)}
    batch = make_batch("commons_harvest", num_worlds=32, **game)
    ppo = PPO(rollout_steps=64, hidden_size=32, epochs=4, final_learning_rate=1e-3, entropy_coef=0.01)
    schedule = Schedule(steps=32 * 64 * 40, worlds=32)
    trainer = IPPO(TrainingConfig("commons_harvest", batch.game.config.to_dict(), ppo, schedule), batch)
    rows = [trainer.step() for _ in range(trainer.updates)]
    returns = [row["collective_return"] for row in rows if row["episodes"]]
    assert np.mean(returns[-3:]) > 3 * returns[0]


def test_resumed_run_on_the_real_game_is_the_same_bit_for_bit(tmp_path):
    def go(name: str, updates: int, resume: bool) -> IPPO:
        batch = make_batch("commons_harvest", num_worlds=4, num_agents=3, max_cycles=30)
        ppo = PPO(rollout_steps=16, hidden_size=8, final_learning_rate=1e-3, final_entropy_coef=0.02)
        schedule = Schedule(steps=updates * 16 * 4 * 3, worlds=4)
        config = TrainingConfig("commons_harvest", batch.game.config.to_dict(), ppo, schedule)
        return train(config, batch, RunFolder(tmp_path / name), resume, lambda row, updates: None)

    straight = go("a", 6, False)
    go("b", 3, False)
    resumed = go("b", 6, True)
    for one, other in zip(straight.networks.parameters(), resumed.networks.parameters(), strict=True):
        assert torch.equal(one, other)
    assert straight.recent == resumed.recent
