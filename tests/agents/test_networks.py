"""The stacked networks: the same functions as torch's own layers, and nobody touches anybody else."""

import numpy as np
import pytest
import torch
from altared.agents.networks import Architecture, Networks, StackedGRU, architecture_for, choose, log_softmax
from altared.agents.tile_embedding import TileLayer, multiply_planes, plane_table, sum_active
from altared.envs import make_batch
from altared.envs.grid.codes import (
    FLOOR,
    GROUND_CODES,
    GROUND_PLANES,
    OCCUPANT_CODES,
    OCCUPANT_PLANES,
    PLANES,
    WALL,
)
from gymnasium import spaces

T, W, N, H = 5, 3, 4, 8
TABLE = plane_table(PLANES)


def architecture(**changes) -> Architecture:
    usual = dict(view=(3, 4, 2), tiles=True, actions=6, agents=N, learners=N, hidden_size=H, recurrent=False)
    return Architecture(**{**usual, **changes})


def draw_tiles(*shape: int, seed: int = 0) -> torch.Tensor:
    rng = np.random.default_rng(seed)
    layers = [rng.integers(0, codes, shape) for codes in (GROUND_CODES, OCCUPANT_CODES)]
    return torch.from_numpy(np.stack(layers, -1).astype(np.uint8))


def draw_input(a: Architecture, seed: int = 0):
    tiles = draw_tiles(T, W, N, *a.view[:2], seed=seed)
    started = torch.from_numpy(np.random.default_rng(seed).random((T, W)) < 0.3)
    memory = torch.randn(a.learners, W * N // a.learners, H * a.recurrent)
    return tiles, memory, started


OWN = plane_table((*PLANES, "mud"), (("mud", "beam"), ("mud",)), (("beam", "mud"),))  # shared by both layers


@pytest.mark.parametrize("table", [TABLE, OWN])
def test_sum_of_lit_planes_is_the_product_with_the_planes(table):
    codes = len(table.pairs) // table.occupants, table.occupants
    layers = [np.random.default_rng(0).integers(0, most, (40, 2, 12)) for most in codes]
    tiles = torch.from_numpy(np.stack(layers, -1).astype(np.uint8))
    weight = torch.randn(2, 12, table.planes, H, requires_grad=True)
    goal = torch.randn(2, 40, H)
    results = []
    for function in (sum_active, multiply_planes):
        out = function(weight, tiles, table)
        (gradient,) = torch.autograd.grad((out * goal).sum(), weight)
        results.append((out, gradient))
    torch.testing.assert_close(results[0], results[1], rtol=1e-5, atol=1e-5)
    assert results[0][1].abs().sum() > 0


def test_multiplied_planes_are_those_of_the_ground_and_of_the_occupant_added():
    pairs = torch.cartesian_prod(torch.arange(GROUND_CODES), torch.arange(OCCUPANT_CODES))
    tiles = pairs.to(torch.uint8)[:, None, None]  # (pairs, 1 learner, 1 cell, 2)
    weight = torch.randn(1, 1, len(PLANES), H)
    lit = torch.as_tensor(np.concatenate([GROUND_PLANES, OCCUPANT_PLANES]), dtype=weight.dtype)
    lit[:, PLANES.index("floor")] = 0
    planes = lit[tiles[..., 0].int()] + lit[tiles[..., 1].int() + GROUND_CODES]
    expected = torch.bmm(planes.flatten(2).transpose(0, 1), weight.flatten(1, 2))
    assert torch.equal(multiply_planes(weight, tiles, TABLE), expected)


def test_every_code_but_plain_floor_and_nobody_lights_a_plane():
    dark = np.flatnonzero(TABLE.pairs.sum(1) == 0)
    assert dark.tolist() == [FLOOR * OCCUPANT_CODES]


def test_tile_layer_starts_with_a_variance_of_two_in_a_world_half_floor():
    torch.manual_seed(0)
    ground = torch.where(torch.rand(200, 2, 121) < 0.5, FLOOR, WALL)
    tiles = torch.stack([ground, torch.zeros_like(ground)], -1).to(torch.uint8)
    assert TileLayer(2, 121, 64, TABLE)(tiles).var().item() == pytest.approx(2, rel=0.1)


@pytest.mark.parametrize("started", [False, True])
def test_gru_is_torchs(started):
    mine, theirs = StackedGRU(1, 6, H), torch.nn.GRU(6, H)
    with torch.no_grad():
        for part, layer in (("ih", mine.inputs), ("hh", mine.recurrent)):
            layer.bias.copy_(torch.randn_like(layer.bias))
            getattr(theirs, f"weight_{part}_l0").copy_(layer.weight[0].T)
            getattr(theirs, f"bias_{part}_l0").copy_(layer.bias[0, 0])
    inputs, before = torch.randn(1, T, W, 6), torch.randn(1, W, H)
    keep = torch.ones(T, W, 1)
    keep[0] = 0.0 if started else 1.0
    expected, _ = theirs(inputs[0], torch.zeros_like(before) if started else before)
    torch.testing.assert_close(mine(inputs, before, keep)[0], expected)


@pytest.mark.parametrize("recurrent", [False, True])
@pytest.mark.parametrize("tiles", [False, True])
def test_a_learner_is_the_same_network_alone(recurrent, tiles):
    a = architecture(recurrent=recurrent, tiles=tiles)
    everybody = Networks(a)
    views, before, started = draw_input(a)
    logits, values, after = everybody(views, before, started)
    for i in range(N):
        alone = Networks(architecture(agents=1, learners=1, recurrent=recurrent, tiles=tiles))
        alone.load_state_dict({name: p[i : i + 1] for name, p in everybody.state_dict().items()})
        mine = alone(views[:, :, i : i + 1], before[i : i + 1], started)
        torch.testing.assert_close(mine[0][:, :, 0], logits[:, :, i])
        torch.testing.assert_close(mine[1][:, :, 0], values[:, :, i])
        torch.testing.assert_close(mine[2][0], after[i])


@pytest.mark.parametrize("recurrent", [False, True])
def test_shared_weights_are_stacked_copies(recurrent):
    shared = Networks(architecture(learners=1, recurrent=recurrent))
    stacked = Networks(architecture(recurrent=recurrent))
    copies = {n: p.repeat(N, *[1] * (p.dim() - 1)) for n, p in shared.state_dict().items()}
    stacked.load_state_dict(copies)
    views, _, started = draw_input(shared.architecture)
    memories = shared.blank_memory(W), stacked.blank_memory(W)
    for one, other in zip(
        shared(views, memories[0], started)[:2], stacked(views, memories[1], started)[:2], strict=True
    ):
        torch.testing.assert_close(one, other)


def test_memory_steps_one_by_one_as_in_a_sequence():
    a = architecture(recurrent=True)
    networks = Networks(a)
    views, memory, started = draw_input(a)
    at_once, _, after = networks(views, memory, started)
    for t in range(T):
        logits, _, memory = networks(views[t : t + 1], memory, started[t : t + 1])
        torch.testing.assert_close(logits[0], at_once[t])
    torch.testing.assert_close(memory, after)


def test_the_first_view_of_an_episode_forgets():
    networks = Networks(architecture(recurrent=True))
    views, memory, _ = draw_input(networks.architecture)
    started = torch.zeros(T, W, dtype=torch.bool)
    started[2, 1] = True
    _, values, _ = networks(views, memory, started)
    _, remembering, _ = networks(views, memory, torch.zeros_like(started))
    _, anew, _ = networks(views[2:], networks.blank_memory(W), torch.zeros_like(started[2:]))
    torch.testing.assert_close(values[2:, 1], anew[:, 1])
    torch.testing.assert_close(values[:, [0, 2]], remembering[:, [0, 2]])
    assert (values[2:, 1] - remembering[2:, 1]).abs().min() > 0


def test_choose_draws_each_action_with_its_probability():
    probabilities = torch.tensor([0.5, 0.3, 0.15, 0.05])
    logits = probabilities.log().expand(40_000, 4)
    drawn = choose(logits, torch.Generator().manual_seed(0)).bincount(minlength=4) / 40_000
    torch.testing.assert_close(drawn, probabilities, atol=0.01, rtol=0)
    assert choose(logits, None).eq(0).all()


class Spaces:
    num_agents = 2
    action_space = spaces.Discrete(8)

    def __init__(self, view):
        self.observation_space = view


def test_architecture_reads_the_spaces():
    for contract, layers in ((None, 0), ("low_density_harvest", 5)):
        tiles = architecture_for(make_batch("commons_harvest", contract=contract), True, 32, False)
        assert (tiles.tiles, tiles.learners, tiles.actions, tiles.view) == (True, 1, 8, (11, 11, 2 + layers))
        assert tiles.extra_channels == layers
    with pytest.raises(ValueError, match="identity=True is not allowed"):
        architecture_for(make_batch("commons_harvest", identity=True), True, 32, False)
    assert not architecture_for(Spaces(spaces.Box(0, 1, (11, 11, 28), np.uint8)), False, 32, False).tiles
    with pytest.raises(ValueError, match="no pixels"):
        architecture_for(Spaces(spaces.Box(0, 255, (88, 88, 3), np.uint8)), False, 32, False)


def test_learners_must_be_one_or_all():
    with pytest.raises(ValueError, match="learners is 2; allowed: 1 or 4"):
        architecture(learners=2)


@pytest.mark.parametrize("recurrent", [False, True])
def test_some_learners_are_those_of_the_whole(recurrent):
    """They do the same, and to change them is to change the whole, and nobody else in it."""
    a = architecture(recurrent=recurrent)
    networks = Networks(a)
    some, (tiles, before, started) = networks.of(slice(1, 3)), draw_input(a)
    mine = some(tiles[:, :, 1:3], before[1:3], started)
    logits, values, after = networks(tiles, before, started)
    torch.testing.assert_close(mine, (logits[:, :, 1:3], values[:, :, 1:3], after[1:3]))
    kept = {name: p.detach().clone() for name, p in networks.named_parameters()}
    with torch.no_grad():
        for p in some.parameters():
            p.add_(1)
    for name, p in networks.named_parameters():
        assert torch.equal(p[1:3], kept[name][1:3] + 1), name
        assert torch.equal(p[[0, 3]], kept[name][[0, 3]]), name


@pytest.mark.parametrize("actions", [1, 8, 21])
def test_logarithms_of_probabilities_are_torchs(actions):
    logits, goal = torch.randn(3, 5, actions, requires_grad=True), torch.randn(3, 5, actions)
    results = []
    for function in (log_softmax, lambda x: torch.log_softmax(x, -1)):
        out = function(logits)
        results.append((out, *torch.autograd.grad((out * goal).sum(), logits)))
    torch.testing.assert_close(*results)
