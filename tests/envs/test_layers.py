"""Further layers of a view: what one was last paid, and who the others are."""

import copy

import numpy as np
import pytest
from altared.agents.scripted import SCRIPTED
from altared.envs import games, make, make_batch
from altared.envs.engine.config import ConfigError
from altared.envs.grid import codes

from .play import random_actions
from .ruled import Ruled
from .slow_views import AHEAD, sees
from .small import small
from .worlds import Drawn, place_of

MAPPED = ["altared_harvest", "commons_harvest", "poison_berries"]
BOTH = {"observe_last_reward": True, "identity": True}
WIDE = dict.fromkeys(("view_forward", "view_backward", "view_left", "view_right"), 3)
ROOM = """
    #########
    #..1....#
    #..0a.2.#
    #.......#
    #########
"""


def named(view) -> dict:
    """Numbers on the identity layer of a (rows, columns) view, by place relative to the middle."""
    return {(int(y) - 3, int(x) - 3): int(view[y, x]) for y, x in np.argwhere(view)}


# Drawn -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("heading", range(4))
def test_identity_names_the_others_where_they_stand_as_seen_by_the_viewer(heading):
    world = Drawn(ROOM, "NESW"[heading] + "NN", identity=True, **WIDE)
    layer = world.wait().observations[0, 0, :, :, 2]
    offsets = {(-1, 0): 2, (0, 3): 3}  # agent 1 north, agent 2 three cells east of agent 0
    (ay, ax), (ry, rx) = AHEAD[heading], AHEAD[(heading + 1) % 4]
    turned = {(-(dy * ay + dx * ax), dy * ry + dx * rx): who for (dy, dx), who in offsets.items()}
    assert named(layer) == turned


def test_each_is_named_to_the_others_and_not_to_oneself():
    world = Drawn(ROOM, "NNN", identity=True, **WIDE)
    layers = world.wait().observations[0, ..., 2]
    assert [named(layer) for layer in layers] == [
        {(-1, 0): 2, (0, 3): 3},
        {(1, 0): 1, (1, 3): 3},
        {(0, -3): 1, (-1, -3): 2},
    ]


def test_the_last_reward_is_that_of_the_last_step_alone_and_nobody_elses():
    world = Drawn(ROOM, "EEE", observe_last_reward=True, apple_reward=7.4, **WIDE)
    assert (world.batch.observe("tiles")[..., 2] == 128).all()
    shown = [world.act(name, "noop", "noop").observations[0, ..., 2].copy() for name in ("forward", "noop")]
    assert [sorted(set(layer.ravel().tolist())) for layer in shown[0]] == [[135], [128], [128]]
    assert (shown[1] == 128).all()


@pytest.mark.parametrize(
    ("reward", "byte"),
    [(0.4, 128), (0.6, 129), (-3.0, 125), (126.6, 255), (127.0, 255), (1e6, 255), (-128.0, 0), (-1e6, 0)],
)
def test_rewards_are_rounded_and_held_within_a_byte(reward, byte):
    world = Drawn("####\n#0a#\n####", "E", observe_last_reward=True, apple_reward=reward)
    assert (world.act("forward").observations[0, 0, ..., 2] == byte).all()
    planes = world.batch.worlds.observer("planes", dtype="float32").current()[0, 0, ..., -1]
    assert (planes == np.float32(byte / 255)).all()


def test_it_is_what_the_reward_view_pays():
    world = Drawn(ROOM, "EEE", observe_last_reward=True, apple_reward=4, **WIDE)
    batch = make_batch("commons_harvest", reward="shared", **world.batch.game.config.to_dict())
    batch.reset(seed=0)
    snapshot = world.batch.snapshot() | {"header": batch.snapshot()["header"]}
    batch.restore(snapshot)
    views = batch.step([[1, 0, 0]]).observations
    assert (views[..., 2] == 132).all()


def test_sanctions_show_in_it_and_the_removed_see_nothing_here_too():
    config = {"records": {1: ("b", 9)}, "guilty": (1,), "target_penalty": 5, "removal_steps": 2}
    world = Ruled("######\n#0.1P#\n######", "EW", **config, **BOTH)
    views = world.act("zap", "noop").observations[0]
    assert (views[0, ..., 2] == 128 + 10).all()
    assert (views[1] == 0).all()
    assert not views[0, ..., 3].any(), "who was removed is not to be seen"
    views = world.wait(3).observations[0]
    assert (views[..., 2] == 128).all()
    assert set(np.unique(views[0, ..., 3])) == {0, 2}


def test_planes_end_with_one_for_the_reward_and_one_for_each_agent():
    world = Drawn(ROOM, "EEE", apple_reward=7, **BOTH, **WIDE)
    tiles = world.act("forward", "noop", "noop").observations
    assert tiles.shape == (1, 3, 7, 7, 4)
    planes = world.batch.observe("planes")
    shown = len(world.batch.game.planes)
    assert planes.shape[-1] == shown + 1 + 3
    assert (planes[0, 0, ..., -4] == 135).all()
    for agent in range(3):
        assert (planes[..., agent - 3] == (tiles[..., 3] == 1 + agent)).all()
    assert (planes[..., :shown] == _without(world).observe("planes")).all()
    first = world.batch.worlds.observer("planes", channels_first=True, dtype="float32").current()
    assert (np.moveaxis(first, -3, -1)[..., -3:] == planes[..., -3:]).all()
    assert np.allclose(first[:, :, -4], planes[..., -4] / 255)


def _without(world):
    """The same world without further layers."""
    config = world.batch.game.config.to_dict() | dict.fromkeys(BOTH, False)
    batch = make_batch("commons_harvest", **config)
    plain, snapshot = batch.reset(seed=0), world.batch.snapshot()
    assert plain.shape[-1] == 2
    del snapshot["state.last_paid"]
    batch.restore(snapshot | {"header": batch.snapshot()["header"]})
    return batch


# In every game -----------------------------------------------------------------------------------


@pytest.mark.parametrize("game", MAPPED)
def test_played_at_random_the_layers_say_what_a_slow_reading_says(game):
    batch = make_batch(game, 3, **{**small(game), **BOTH})
    plain = make_batch(game, 3, **small(game))
    views, others = batch.reset(seed=3), plain.reset(seed=3)
    rng, ends, paid = np.random.default_rng(0), 0, np.zeros((3, batch.num_agents))
    for _ in range(90):
        assert (views[..., :2] == others).all(), "the codes are the same as without layers"
        _check(batch, views, paid)
        actions = random_actions(batch, rng)
        step, other = batch.step(actions), plain.step(actions)
        views, others, ended = step.observations, other.observations, step.terminated | step.truncated
        assert (step.final_observations[ended][..., :2] == other.final_observations[ended]).all()
        _check_final(step, ended)
        ends += ended.sum()
        paid = np.where(ended[:, None], 0, step.rewards)
    assert ends > 3


def _check(batch, views, paid) -> None:
    config = batch.game.config
    for w in range(batch.num_worlds):
        places = [place_of(batch, i, w) for i in range(batch.num_agents)]
        for i, view in enumerate(views[w]):
            if places[i] is None:
                assert not view.any()
                continue
            assert (view[..., 2] == np.clip(128 + np.rint(paid[w, i]), 0, 255)).all()
            facing = int(batch.state.facing[w, i])
            seen = {
                1 + j
                for j, place in enumerate(places)
                if j != i and place is not None and sees(config, places[i], facing, place)
            }
            assert set(view[..., 3].ravel().tolist()) - {0} == seen
            bodies = (view[..., 1] >= codes.OTHER) & (view[..., 1] < codes.SELF)
            assert ((view[..., 3] > 0) == bodies).all()


def _check_final(step, ended) -> None:
    for view, reward in zip(
        step.final_observations[ended].reshape(-1, *step.final_observations.shape[2:]),
        step.rewards[ended].ravel(),
        strict=True,
    ):
        if not view.any():
            continue
        assert (view[..., 2] == np.clip(128 + np.rint(reward), 0, 255)).all()
        bodies = (view[..., 1] >= codes.OTHER) & (view[..., 1] < codes.SELF)
        assert ((view[..., 3] > 0) == bodies).all()


@pytest.mark.parametrize("field", BOTH)
@pytest.mark.parametrize("seeing", [{"observation": "tiles"}, {"observation": "planes", "dtype": "float32"}])
@pytest.mark.parametrize("game", MAPPED)
def test_spaces_hold_what_is_seen_and_the_pettingzoo_api_shows_the_same(game, seeing, field):
    config = small(game) | {field: True}
    env, batch = make(game, **config, **seeing), make_batch(game, 1, auto_reset=False, **config, **seeing)
    observations, _ = env.reset(seed=4)
    views, rng = batch.reset(seed=4), np.random.default_rng(1)
    while env.agents:
        for i, agent in enumerate(env.possible_agents):
            assert env.observation_space(agent).contains(observations[agent])
            assert (observations[agent] == views[0, i]).all()
        actions = random_actions(batch, rng)
        observations, *_ = env.step(dict(zip(env.possible_agents, actions[0], strict=True)))
        views = batch.step(actions).observations


@pytest.mark.parametrize("game", MAPPED)
def test_snapshots_hold_the_last_reward(game):
    batch = make_batch(game, 3, copy=True, **{**small(game), **BOTH})
    batch.reset(seed=5)
    rng = np.random.default_rng(2)
    for _ in range(25):
        views = batch.step(random_actions(batch, rng)).observations
    assert len(np.unique(views[..., 2])) > 1
    snapshot = batch.snapshot()
    assert (batch.reset(seed=6) != views).any()
    assert (batch.restore(snapshot) == views).all()
    twin, actions = copy.deepcopy(batch), random_actions(batch, rng)
    assert (twin.step(actions).observations == batch.step(actions).observations).all()


@pytest.mark.parametrize("name", SCRIPTED)
def test_scripted_agents_act_the_same_with_further_layers(name):
    plain, further = (make_batch("altared_harvest", 2, **config) for config in ({}, BOTH))
    agents = [SCRIPTED[name]() for _ in range(2)]
    views = [batch.reset(seed=1) for batch in (plain, further)]
    for agent in agents:
        agent.start(14, seed=9)
    for t in range(60):
        started = np.full(14, t == 0)
        chosen = [
            agent.act(seen.reshape(14, *seen.shape[2:]), started).reshape(2, 7)
            for agent, seen in zip(agents, views, strict=True)
        ]
        assert (chosen[0] == chosen[1]).all()
        views = [b.step(a).observations for b, a in zip((plain, further), chosen, strict=True)]


# Refused -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("field", BOTH)
def test_pixels_and_gpus_do_not_show_them(field):
    said = f"observation='rgb' is not allowed: pixels show nothing of {field}=True"
    with pytest.raises(ValueError, match=said):
        make_batch("commons_harvest", observation="rgb", **{field: True})
    with pytest.raises(ValueError, match="takes neither channels_first nor dtype"):
        make_batch("commons_harvest", dtype="float32", **{field: True})
    with pytest.raises(
        ValueError, match=f"{field}=True is not allowed: it must be False where device='cuda'"
    ):
        make_batch("commons_harvest", device="cuda", **{field: True})
    with pytest.raises(ConfigError, match=f"{field}=1 is not allowed: {field} must be True or False"):
        make_batch("commons_harvest", **{field: 1})


def test_all_games_on_maps_are_tested_here():
    mapped = [game for game in games() if hasattr(make_batch(game).game, "map") and game != "orchard"]
    assert mapped == MAPPED
