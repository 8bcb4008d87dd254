"""How an episode starts, and what the first observation shows."""

import numpy as np
import pytest
from altared.envs import make_batch
from altared.envs.grid import codes

from .worlds import NEAR_SIGHT, assert_share, place_of

ROOM = "\n".join(["########", "#Q    Q#", "# aaa  #", "#PPPP  #", "########"]) + "\n"


def starts(episodes, **config):
    """Cells (episodes * W, N) and facings of first states."""
    batch = make_batch("commons_harvest", num_worlds=20_000, **NEAR_SIGHT, **config)
    cells, facings = [], []
    for episode in range(episodes):
        batch.reset(**({"seed": 3} if episode == 0 else {}))
        cells.append(batch.state.at.copy())
        facings.append(batch.state.facing.copy())
    return batch, np.concatenate(cells), np.concatenate(facings)


def test_the_first_two_slots_take_the_start_cells_in_random_assignment():
    batch, cells, _ = starts(5, map=ROOM, num_agents=5)
    starts_at = batch.game.params.start_cells
    assert np.isin(cells[:, :2], starts_at).all()
    assert (cells[:, 0] != cells[:, 1]).all()
    assert_share((cells[:, 0] == starts_at[0]).sum(), len(cells), 1 / 2)


def test_the_others_take_distinct_spawn_cells_each_equally_likely():
    # 300,000 starts; of 3 agents on 4 cells each agent is on each with 1/4, each pair of cells with 1/12
    batch, cells, _ = starts(15, map=ROOM, num_agents=5)
    spawns, others = batch.game.params.spawn_cells, cells[:, 2:]
    assert np.isin(others, spawns).all()
    assert all((others[:, i] != others[:, j]).all() for i in range(3) for j in range(i))
    for agent in range(3):
        for spawn in spawns:
            assert_share((others[:, agent] == spawn).sum(), len(cells), 1 / 4)
    for one in spawns:
        for two in spawns:
            if one != two:
                both = ((others[:, 0] == one) & (others[:, 1] == two)).sum()
                assert_share(both, len(cells), 1 / 12, error=0.04)


def test_facings_are_uniform_for_every_slot():
    _, _, facings = starts(15, map=ROOM, num_agents=3)
    for agent in range(3):
        for facing in range(4):
            assert_share((facings[:, agent] == facing).sum(), len(facings), 1 / 4)


@pytest.mark.parametrize("agents", [1, 2, 3, 62])
def test_up_to_62_agents_start_on_cells_of_their_own(agents):
    batch = make_batch("commons_harvest", num_worlds=20, num_agents=agents)
    batch.reset(seed=1)
    for world in range(20):
        places = [place_of(batch, i, world) for i in range(agents)]
        assert len(set(places)) == agents
        assert set(places[:2]) <= {(7, 7), (7, 16)}
        assert all(13 < y < 17 for y, _ in places[2:])


@pytest.mark.parametrize("name", ["open", "closed", "partnership"])
def test_everything_is_ripe_and_ready(name):
    batch = make_batch("commons_harvest", num_worlds=5, map=name)
    observations = batch.reset(seed=2)
    assert (batch.state.live == 1).all()
    ground = batch.picture(0)[..., 0]
    assert (ground == codes.SITE + codes.LIVE).sum() == 64
    for view in observations.reshape(-1, 11, 11, 2):
        own = codes.occupant_parts(view[9, 5, 1])
        assert (own.name, own.ready) == ("self", True)


def test_an_episode_leaves_nothing_behind():
    batch = make_batch("commons_harvest", num_worlds=30, removal_steps=50, cooldown=50, max_cycles=100)
    batch.reset(seed=4)
    rng = np.random.default_rng(4)
    for _ in range(100):
        step = batch.step(rng.integers(0, 8, (30, 7)))
    assert step.truncated.all()
    state = batch.state
    assert (state.live == 1).all()
    assert (state.removed_for == 0).all()
    assert (state.cooling == 0).all()
    assert (state.clock == 0).all()
    for world in range(30):
        occupants = batch.picture(world)[..., 1]
        assert (occupants == codes.BEAM).sum() == 0
        assert (occupants >= codes.OTHER).sum() == 7
