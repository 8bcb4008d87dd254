"""One network runs in every game with an institution: the codes, the spaces and their meaning are the same.

For other games weights are matched by name: see tests/agents/test_transfer.py.
"""

import numpy as np
import pytest
from altared.envs import make_batch
from altared.envs.grid import codes

from .ruled import Berries, Ruled

RULED = ["altared_harvest", "poison_berries"]


@pytest.mark.parametrize("observation", ["tiles", "planes", "rgb"])
def test_all_games_with_an_institution_have_the_same_spaces(observation):
    batches = [make_batch(game, observation=observation) for game in RULED]
    assert len({str(batch.observation_space) for batch in batches}) == 1
    assert len({str(batch.action_space) for batch in batches}) == 1
    assert len({batch.game.actions for batch in batches}) == 1


def test_what_is_drawn_alike_looks_alike_in_both_games():
    row = "########\n#0ab.1.#\n#..^.,:#\n########"
    views = []
    for make in (Ruled, Berries):
        shown = {"display": "truthful", "cue": "badge"} if make is Berries else {"prohibited": "a"}
        regrowth = {"regrowth": (0.1,) if make is Ruled else (0.1,) * 3}
        world = make(row, "EW", removal_steps=0, **shown, **regrowth)
        for names in (("forward", "noop"), ("noop", "zap"), ("forward", "turn left")):
            views.append(world.act(*names).observations.copy())
    assert len({codes.occupant_parts(int(code)).name for code in np.unique(views[1][..., 1])}) == 4
    for one, other in zip(views[:3], views[3:], strict=True):
        assert (one == other).all()


def test_one_network_acts_in_both_games():
    torch = pytest.importorskip("torch")
    from altared.agents.networks import Networks, architecture_for, choose

    batches = [make_batch(game, 2, num_agents=4, max_cycles=20) for game in RULED]
    fits = [
        architecture_for(batch, share_parameters=True, hidden_size=8, recurrent=True) for batch in batches
    ]
    assert fits[0] == fits[1]
    torch.manual_seed(0)
    networks, generator = Networks(fits[0]), torch.Generator().manual_seed(0)
    for batch in batches:
        views, memory = batch.reset(seed=0), networks.blank_memory(2)
        for t in range(25):
            seen, started = torch.from_numpy(views)[None], torch.full((1, 2), t % 20 == 0)
            with torch.no_grad():
                logits, values, memory = networks(seen, memory, started)
            assert (logits.shape, values.shape) == ((1, 2, 4, 8), (1, 2, 4))
            assert torch.isfinite(logits).all()
            views = batch.step(choose(logits[0], generator).numpy()).observations
