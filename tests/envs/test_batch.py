"""The batch: actions in, arrays out, and what it refuses."""

import numpy as np
import pytest
from altared.envs import make_batch
from altared.envs.grid import codes

from .play import LIVELY, arrays_of, random_actions, same


@pytest.mark.parametrize(
    ("options", "shape", "high"),
    [
        ({"observation": "tiles"}, (11, 11, 2), codes.SELF + 1),
        ({"observation": "planes"}, (11, 11, 16), 1),
        ({"observation": "rgb"}, (88, 88, 3), 255),
        ({"observation": "planes", "channels_first": True}, (16, 11, 11), 1),
        (
            {"observation": "planes", "channels_first": True, "dtype": "float32"},
            (16, 11, 11),
            1,
        ),
        ({"observation": "rgb", "dtype": "float32"}, (88, 88, 3), 255),
    ],
)
def test_what_comes_out_has_the_promised_shape_and_lies_in_the_space(options, shape, high):
    batch = make_batch("commons_harvest", 3, max_cycles=20, **options)
    space = batch.observation_space
    assert (space.shape, space.dtype) == (shape, np.dtype(options.get("dtype", "uint8")))
    assert space.high.max() == high
    assert batch.action_space.n == 8
    assert batch.agents == [f"agent_{i}" for i in range(7)]
    rng = np.random.default_rng(0)
    for view in batch.reset(seed=0).reshape(-1, *shape):
        assert space.contains(view)
    for t in range(1, 41):
        step = batch.step(random_actions(batch, rng))
        seen = [*step.observations.reshape(-1, *shape)]
        seen += [*step.final_observations.reshape(-1, *shape)] if t % 20 == 0 else []
        assert all(space.contains(view) for view in seen)
        assert (step.rewards.shape, step.rewards.dtype) == ((3, 7), np.float32)
        for ended in (step.terminated, step.truncated):
            assert (ended.shape, ended.dtype) == ((3,), np.bool_)
        assert step.truncated.all() == (t % 20 == 0)
        for name in ("ate", "fired", "removed", "returned"):
            assert getattr(step.events, name).shape == (3, 7)
        assert step.events.hit.shape == (3, 7, 7)
        assert step.events.sprouted.shape == (3, 64)


def test_planes_and_rgb_show_what_tiles_show():
    batches = {
        name: make_batch("commons_harvest", 2, observation=name, map="closed")
        for name in ("tiles", "planes", "rgb")
    }
    seen = {name: batch.reset(seed=1) for name, batch in batches.items()}
    rng, colours, book = np.random.default_rng(1), {}, batches["tiles"].game.codebook
    for _ in range(40):
        actions = random_actions(batches["tiles"], rng)
        seen = {name: batch.step(actions).observations for name, batch in batches.items()}
        ground, occupant = seen["tiles"][..., 0], seen["tiles"][..., 1]
        assert (seen["planes"] == (book.ground_planes[ground] | book.occupant_planes[occupant])).all()
        blocks = seen["rgb"].reshape(2, 7, 11, 8, 11, 8, 3).swapaxes(3, 4)
        for index in np.ndindex(2, 7, 11, 11):
            key = (int(ground[index]), int(occupant[index]))
            block = blocks[index].tobytes()
            assert colours.setdefault(key, block) == block
    unseen = colours[codes.UNSEEN, codes.NOBODY]
    assert unseen == bytes(8 * 8 * 3), "a removed agent sees black"
    shown = [block for key, block in colours.items() if key[0] not in (codes.UNSEEN, codes.OUTSIDE)]
    assert len(set(shown)) == len(shown), "different codes look different"


@pytest.mark.parametrize("copies", [False, True])
def test_buffers_are_reused_unless_copies_are_asked_for(copies):
    batch = make_batch("commons_harvest", 4, copy=copies, max_cycles=5)
    rng = np.random.default_rng(0)
    first = batch.reset(seed=0)
    kept, at_the_time = [], []
    for _ in range(12):
        kept.append(batch.step(random_actions(batch, rng)))
        at_the_time.append([array.copy() for array in arrays_of(kept[-1])])
    unchanged = [same(tuple(then), step) for then, step in zip(at_the_time, kept, strict=True)]
    shared = [np.shares_memory(kept[0].observations, step.observations) for step in kept[1:]]
    if copies:
        assert all(unchanged)
        assert not any(shared)
        assert not np.shares_memory(first, kept[0].observations)
    else:
        assert not any(unchanged[:4])
        assert all(shared)


def test_a_world_needs_at_most_16_kilobytes_beside_its_views():
    for name in ("open", "closed", "partnership"):
        batch = make_batch("commons_harvest", 10, map=name)
        worlds = batch.worlds
        held = [
            *worlds.state,
            *worlds.tally,
            *worlds.events,
            worlds.rewards,
            worlds.terminated,
            worlds.truncated,
        ]
        held += [*worlds.tally]  # the tallies of episodes that ended
        assert sum(array.nbytes for array in held) / 10 <= 16_000


@pytest.mark.parametrize("threads", [1, 2])
@pytest.mark.parametrize(
    ("world", "agent", "value"), [(0, 0, 8), (2, 6, -1), (1, 3, 255), (2, 0, 2**40), (2, 6, -(2**63))]
)
def test_an_action_outside_the_space_names_world_agent_and_value_and_nothing_moves(
    world, agent, value, threads
):
    batch = make_batch("commons_harvest", 3, threads=threads)
    batch.reset(seed=0)
    batch.step(np.full((3, 7), 7))
    before, events = batch.snapshot(), [array.copy() for array in batch.events]
    actions = np.ones((3, 7), np.int64)
    actions[world, agent] = value
    with pytest.raises(ValueError, match=rf"action {value} of agent_{agent} in world {world} .*0 \.\. 7"):
        batch.step(actions)
    after = batch.snapshot()
    assert all(np.array_equal(before[name], after[name]) for name in before)
    assert all(np.array_equal(a, b) for a, b in zip(events, batch.events, strict=True))
    batch.step(np.ones((3, 7), np.int64))


@pytest.mark.parametrize(
    ("actions", "said"),
    [
        (np.zeros((3, 6), int), r"shape \(3, 6\); allowed: \(3, 7\)"),
        (np.zeros((7, 3), int), r"shape \(7, 3\)"),
        (np.zeros(21, int), r"shape \(21,\)"),
        (0, r"shape \(\)"),
        (np.zeros((3, 7)), "dtype float64; allowed: integers"),
        (np.zeros((3, 7), bool), "dtype bool"),
        (np.full((3, 7), "1"), "dtype <U1"),
        (np.full((3, 7), 2**64 - 1, np.uint64), "action 18446744073709551615 of agent_0 in world 0"),
    ],
)
def test_arrays_that_are_no_actions_are_refused(actions, said):
    batch = make_batch("commons_harvest", 3)
    batch.reset(seed=0)
    before = batch.snapshot()
    with pytest.raises(ValueError, match=said):
        batch.step(actions)
    assert all(np.array_equal(before[name], array) for name, array in batch.snapshot().items())


@pytest.mark.parametrize("dtype", ["int8", "uint8", "int32", "int64", "uint64", list])
def test_any_integers_will_do_and_are_not_changed(dtype):
    one, two = make_batch("commons_harvest", 3), make_batch("commons_harvest", 3)
    one.reset(seed=0)
    two.reset(seed=0)
    actions = random_actions(one, np.random.default_rng(0))
    given = actions.tolist() if dtype is list else actions.astype(dtype)
    assert same(one.step(actions), two.step(given))
    assert np.array_equal(given, actions)


def test_a_step_before_the_first_reset_is_refused():
    batch = make_batch("commons_harvest")
    with pytest.raises(RuntimeError, match="reset"):
        batch.step(np.zeros((1, 7), int))


@pytest.mark.parametrize("seed", [-1, 2**64, "3", True, [1, 2], [1, 2, -3], [1, 2, 3, 4]])
def test_bad_seeds_are_refused(seed):
    with pytest.raises(ValueError, match="seed"):
        make_batch("commons_harvest", 3).reset(seed=seed)


def test_a_seed_that_is_neither_number_nor_sequence_is_refused():
    with pytest.raises(ValueError, match=r"seed=1\.5 is not allowed"):
        make_batch("commons_harvest", 3).reset(seed=1.5)  # type: ignore[arg-type]


@pytest.mark.parametrize("observation", ["tiles", "planes", "rgb"])
def test_final_observations_are_the_last_views_of_the_episode_that_ended(observation):
    options = {"observation": observation, **LIVELY}
    batch, twin = (make_batch("commons_harvest", 5, auto_reset=auto, **options) for auto in (True, False))
    batch.reset(seed=3)
    twin.reset(seed=3)
    rng, going, seen = np.random.default_rng(3), np.ones(5, bool), 0
    for _ in range(60):
        actions = random_actions(batch, rng)
        step, last = batch.step(actions), twin.step(actions)
        over = (step.terminated | step.truncated) & going
        assert np.array_equal(step.final_observations[over], last.observations[over])
        assert np.array_equal(step.observations[going & ~over], last.observations[going & ~over])
        assert not any(
            np.array_equal(step.observations[w], last.observations[w]) for w in np.flatnonzero(over)
        )
        seen += over.sum()
        going &= ~over
    assert seen == 5


def test_without_auto_reset_an_ended_world_stands_still_until_a_reset():
    options = {"auto_reset": False, "copy": True, "end_chance": 0.3, "end_after": 1, "end_interval": 3}
    batch = make_batch("commons_harvest", num_worlds=6, **options)
    noop = np.zeros((6, batch.num_agents), int)
    with pytest.raises(RuntimeError, match="before reset"):
        batch.step(noop)
    batch.reset(seed=0)
    rng, over, counted = np.random.default_rng(0), np.zeros(6, bool), []
    before = batch.snapshot()
    for _ in range(60):
        step = batch.step(random_actions(batch, rng))
        now = batch.snapshot()
        for name, array in now.items():
            if name.startswith(("state.", "tally.")):
                assert np.array_equal(array[over], before[name][over]), name
        assert all(not array[over].any() for array in (*step.events, step.rewards))
        assert (step.terminated[over]).all()
        counted += step.episodes["world"].tolist()
        over, before = step.terminated, now
    assert sorted(counted) == list(range(6))
    again = make_batch("commons_harvest", num_worlds=6, **options)
    again.restore(before)
    assert again.step(noop).terminated.all()
    assert (again.state.clock == before["state.clock"]).all()
    again.reset()
    assert not again.step(noop).terminated.any()


@pytest.mark.parametrize("threads", [1, 2])
def test_a_refused_action_leaves_no_trace(threads):
    batch = make_batch("commons_harvest", num_worlds=2, threads=threads, copy=True)
    fresh = make_batch("commons_harvest", num_worlds=2, copy=True)
    start = batch.reset(seed=0)
    kept = batch.snapshot()
    rng = np.random.default_rng(0)
    for _ in range(20):
        batch.step(random_actions(batch, rng))
    for again in (lambda: batch.reset(seed=0), lambda: batch.restore(kept)):
        with pytest.raises(ValueError, match="action 8 of agent_0 in world 0"):
            batch.step(np.full((2, 7), 8))
        assert np.array_equal(again(), start)
        fresh.reset(seed=0)
        actions = random_actions(batch, rng)
        assert same(batch.step(actions), fresh.step(actions))


def test_every_field_of_a_world_is_that_field_of_all_worlds():
    from altared.envs.engine.arrays import row_of

    worlds = make_batch("commons_harvest", 3).worlds
    for arrays in (worlds.state, worlds.events, worlds.tally):
        take = row_of(type(arrays))
        for name, array in getattr(take, "py_func", take)(arrays, 1)._asdict().items():
            assert array.ctypes.data == getattr(arrays, name)[1].ctypes.data, name


def test_more_threads_than_the_machine_has_are_refused():
    with pytest.raises(ValueError, match="threads=100000 is not allowed"):
        make_batch("commons_harvest", threads=100_000)
