"""The batch: actions in, arrays out, metrics, saving, recording, reward views."""

import copy
import json
import math
import pickle

import numpy as np
import pytest
from altared.envs import make_batch
from altared.envs.foraging import codes
from altared.envs.recording import ReplayError, replay
from altared.envs.rewards import InequityAversion, SocialValueOrientation, reward_from_dict, reward_to_dict

from .slow import Witness

LIVELY = {
    "max_cycles": 60,
    "regrowth": (0.0, 0.05, 0.1, 0.3),
    "end_chance": 0.1,
    "end_after": 10,
    "end_interval": 7,
}
SCALARS = (
    "length",
    "collective_return",
    "efficiency",
    "equality",
    "sustainability",
    "peace",
    "depletion",
    "mean_depletion",
    "dead_patches",
    "first_dead_patch",
    "meals",
    "shots",
    "hits",
    "removals",
    "unrewarded_agents",
)


def random_actions(batch, rng):
    return rng.integers(0, 8, (batch.num_worlds, batch.num_agents))


def arrays_of(value) -> list:
    """All arrays in a step, in order."""
    if isinstance(value, dict):
        return [value[name] for name in sorted(value)]
    if isinstance(value, tuple):
        return [array for part in value for array in arrays_of(part)]
    return [value]


def same(one, two) -> bool:
    pairs = zip(arrays_of(one), arrays_of(two), strict=True)
    return all(np.array_equal(a, b, equal_nan=a.dtype.kind == "f") for a, b in pairs)


# Shapes and spaces ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("options", "shape", "high"),
    [
        ({"observation": "tiles"}, (11, 11, 2), codes.OCCUPANT_CODES - 1),
        ({"observation": "planes"}, (11, 11, len(codes.PLANES)), 1),
        ({"observation": "rgb"}, (88, 88, 3), 255),
        ({"observation": "planes", "channels_first": True}, (len(codes.PLANES), 11, 11), 1),
        (
            {"observation": "planes", "channels_first": True, "dtype": "float32"},
            (len(codes.PLANES), 11, 11),
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
        assert step.events.zapped.shape == (3, 7, 7)
        assert step.events.sprouted.shape == (3, 64)


def test_planes_and_rgb_show_what_tiles_show():
    batches = {
        name: make_batch("commons_harvest", 2, observation=name, map="closed")
        for name in ("tiles", "planes", "rgb")
    }
    seen = {name: batch.reset(seed=1) for name, batch in batches.items()}
    rng, colours = np.random.default_rng(1), {}
    for _ in range(40):
        actions = random_actions(batches["tiles"], rng)
        seen = {name: batch.step(actions).observations for name, batch in batches.items()}
        ground, occupant = seen["tiles"][..., 0], seen["tiles"][..., 1]
        assert (seen["planes"] == (codes.GROUND_PLANES[ground] | codes.OCCUPANT_PLANES[occupant])).all()
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


# Actions -------------------------------------------------------------------------------------------


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


# Endings and metrics -------------------------------------------------------------------------------


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


class SlowTally:
    """The metrics of spec/metrics.md, from what one world reports step by step."""

    def __init__(self, batch):
        self.batch, self.n = batch, batch.num_agents
        self.patch = Witness(batch).patch
        self.history = []

    def add(self, step, world, live, present):
        events = type(step.events)(*(array[world].copy() for array in step.events))
        self.history.append((step.rewards[world].astype(float), events, live, present))

    def metrics(self) -> dict:
        T, n = len(self.history), self.n
        resource = np.array([events.resource for _, events, _, _ in self.history], float)
        live = [live for _, _, live, _ in self.history]
        R = resource.sum(0)
        times = [[t for t in range(1, T + 1) if resource[t - 1, i] > 0] for i in range(n)]
        rewarded = [sum(ts) / len(ts) for ts in times if ts]
        gaps = sum(abs(a - b) for a in R for b in R)
        empty = [[not stock[self.patch == k].any() for k in range(self.patch.max() + 1)] for stock in live]
        dead_at = [
            t + 1 for t in range(1, T) for k in range(len(empty[0])) if empty[t][k] and empty[t - 1][k]
        ]
        return {
            "length": T,
            "collective_return": sum(events.earned.sum() for _, events, _, _ in self.history),
            "efficiency": R.sum() / T,
            "equality": 1 - gaps / (2 * n * R.sum()) if R.sum() > 0 else math.nan,
            "sustainability": sum(rewarded) / len(rewarded) if rewarded else math.nan,
            "unrewarded_agents": n - len(rewarded),
            "peace": sum(present for _, _, _, present in self.history) / T,
            "depletion": 1 - live[-1].mean(),
            "mean_depletion": 1 - np.mean([stock.mean() for stock in live]),
            "dead_patches": sum(a and b for a, b in zip(*empty[-2:], strict=True)) if T > 1 else 0,
            "first_dead_patch": min(dead_at, default=math.nan),
            "meals": sum((events.ate > 0).sum() for _, events, _, _ in self.history),
            "shots": sum(events.fired.sum() for _, events, _, _ in self.history),
            "hits": sum(events.zapped.sum() for _, events, _, _ in self.history),
            "removals": sum(events.removed.sum() for _, events, _, _ in self.history),
            "agent_return": sum(events.earned.astype(float) for _, events, _, _ in self.history),
            "agent_paid": sum(rewards for rewards, _, _, _ in self.history),
        }


CROWDED = (
    "\n".join(["##########", "#Q aa  aa#", "# aaa   a#", "#  a Q aa#", "#PPPPPPPP#", "##########"]) + "\n"
)


@pytest.mark.parametrize(
    ("reward", "config"),
    [
        ("own", LIVELY),
        ("own", {"max_cycles": 300, "map": CROWDED, "num_agents": 6}),
        ("own", {"max_cycles": 30, "map": CROWDED, "num_agents": 2, "apple_reward": -1.0}),
        ("own", {"max_cycles": 1, "map": CROWDED, "num_agents": 3}),
        ("shared", {"max_cycles": 25, "map": CROWDED, "num_agents": 3}),
        ("inequity_aversion", {"max_cycles": 25, "map": CROWDED, "num_agents": 3}),
    ],
)
def test_episode_metrics_against_a_slow_recount(reward, config):
    """Every ending of every world: the state before it is read from a twin that does not reset itself."""
    batch = make_batch("commons_harvest", 6, reward=reward, auto_reset=False, **config)
    rng, checked, dead = np.random.default_rng(4), 0, 0
    for seed in range(4):
        batch.reset(seed=seed)
        tallies, going = [SlowTally(batch) for _ in range(6)], np.ones(6, bool)
        while going.any():
            step = batch.step(random_actions(batch, rng))
            assert set(step.episodes) == {"world", "agent_return", "agent_paid", *SCALARS}
            for w in np.flatnonzero(going):
                present = (batch.state.away[w] == 0).sum()
                tallies[w].add(step, w, batch.state.live[w] > 0, present)
            over = (step.terminated | step.truncated) & going
            assert step.episodes["world"].tolist() == np.flatnonzero(over).tolist()
            for row, w in enumerate(step.episodes["world"]):
                if going[w]:
                    for name, value in tallies[w].metrics().items():
                        assert step.episodes[name].dtype == np.float64
                        np.testing.assert_allclose(step.episodes[name][row], value, rtol=1e-6, err_msg=name)
                    checked += 1
                    dead += step.episodes["dead_patches"][row] > 0
            going &= ~over
    assert checked == 24
    if config["max_cycles"] == 300:
        assert dead > 5


def test_tallies_begin_anew_with_every_episode():
    batch, first = make_batch("commons_harvest", 2, max_cycles=50), []
    batch.reset(seed=1)
    for t in range(1, 151):
        step = batch.step(np.full((2, 7), 7))
        assert len(step.episodes["world"]) == (2 if t % 50 == 0 else 0)
        first += step.episodes["shots"].tolist()
    assert max(first) <= 7 * 17  # 50 steps at one shot in three
    assert step.episodes["length"].tolist() == [50, 50]


# Saving --------------------------------------------------------------------------------------------


def test_a_snapshot_continues_exactly_also_in_another_batch_and_through_a_file(tmp_path):
    batch = make_batch("commons_harvest", 3, reward="inequity_aversion", **LIVELY)
    batch.reset(seed=5)
    rng = np.random.default_rng(5)
    for _ in range(17):
        views = batch.step(random_actions(batch, rng)).observations
    snapshot, views = batch.snapshot(), views.copy()
    actions = [random_actions(batch, rng) for _ in range(80)]
    copying = make_batch("commons_harvest", 3, reward="inequity_aversion", copy=True, **LIVELY)
    copying.restore(snapshot)
    expected = [copying.step(a) for a in actions]
    assert sum(len(step.episodes["world"]) for step in expected) > 3
    np.savez(tmp_path / "saved.npz", **snapshot)
    with np.load(tmp_path / "saved.npz", allow_pickle=False) as file:
        loaded = dict(file)
    other = make_batch("commons_harvest", 3, reward="inequity_aversion", **LIVELY)
    for one in (batch, other):
        assert np.array_equal(one.restore(loaded), views)
        for a, step in zip(actions, expected, strict=True):
            assert same(one.step(a), step)


@pytest.mark.parametrize(
    "double", [copy.deepcopy, lambda b: pickle.loads(pickle.dumps(b))], ids=["copy", "pickle"]
)
@pytest.mark.parametrize("observation", ["tiles", "planes"])
def test_a_copied_or_pickled_batch_continues_exactly_and_by_itself(double, observation):
    batch = make_batch(
        "commons_harvest", 3, observation=observation, copy=True, reward="inequity_aversion", **LIVELY
    )
    batch.reset(seed=5)
    rng = np.random.default_rng(5)
    for _ in range(17):
        batch.step(random_actions(batch, rng))
    twin = double(batch)
    actions = [random_actions(batch, rng) for _ in range(80)]
    alone = [batch.step(a) for a in actions]
    assert all(same(twin.step(a), step) for a, step in zip(actions, alone, strict=True))


def test_a_batch_that_is_recording_is_not_copied(tmp_path):
    batch = make_batch("commons_harvest")
    batch.reset(seed=0)
    with (
        batch.record(str(tmp_path / "play.npz")),
        pytest.raises(TypeError, match=r"recording to .*play\.npz"),
    ):
        copy.deepcopy(batch)


def test_a_snapshot_is_a_copy():
    batch = make_batch("commons_harvest", 2)
    batch.reset(seed=0)
    snapshot = batch.snapshot()
    kept = {name: array.copy() for name, array in snapshot.items()}
    for _ in range(10):
        batch.step(np.full((2, 7), 1))
    assert all(np.array_equal(kept[name], snapshot[name]) for name in kept)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"cooldown": 3}, "another game"),
        ({"num_agents": 6}, "another game"),
        ({"map": "closed"}, "another game"),
        ({"reward": "shared"}, "another game"),
        ({"num_worlds": 3}, "shape"),
    ],
)
def test_a_snapshot_of_another_game_is_refused_and_nothing_changes(options, said):
    batch, other = (
        make_batch("commons_harvest", 2),
        make_batch("commons_harvest", **{"num_worlds": 2} | options),
    )
    batch.reset(seed=0)
    other.reset(seed=0)
    before = batch.snapshot()
    with pytest.raises(ValueError, match=said):
        batch.restore(other.snapshot())
    assert all(np.array_equal(before[name], array) for name, array in batch.snapshot().items())


def test_a_snapshot_that_lacks_something_is_refused():
    batch = make_batch("commons_harvest", 2)
    batch.reset(seed=0)
    snapshot = batch.snapshot()
    del snapshot["state.cooling"]
    with pytest.raises(ValueError, match=r"lacks state\.cooling"):
        batch.restore(snapshot)


# Recording -----------------------------------------------------------------------------------------


def recorded(path, episodes=2, **options):
    """Play and record; returns the steps as copies."""
    batch = make_batch("commons_harvest", 2, copy=True, **LIVELY, **options)
    rng, steps = np.random.default_rng(6), []
    with batch.record(str(path)):
        for episode in range(episodes):
            batch.reset(**({"seed": 6} if episode == 0 else {}))
            steps += [batch.step(random_actions(batch, rng)) for _ in range(30)]
    return steps


@pytest.mark.parametrize(
    "options", [{}, {"reward": SocialValueOrientation(30.0, 0.5)}, {"auto_reset": False}]
)
def test_a_recording_plays_again_exactly(tmp_path, options):
    path = tmp_path / "play.npz"
    steps = recorded(path, **options)
    played = 0
    for (batch, step), expected in zip(replay(str(path)), steps, strict=True):
        assert same(step, expected)
        assert batch.num_worlds == 2
        played += 1
    assert played == 60
    assert [file.name for file in tmp_path.iterdir()] == ["play.npz"]


def test_recording_may_begin_in_the_middle_and_follow_a_restore(tmp_path):
    path, batch = tmp_path / "play.npz", make_batch("commons_harvest", 2, copy=True)
    batch.reset(seed=1)
    rng = np.random.default_rng(1)
    for _ in range(10):
        batch.step(random_actions(batch, rng))
    snapshot, steps = batch.snapshot(), []
    recorder = batch.record(str(path))
    with pytest.raises(RuntimeError, match="already recording"):
        batch.record(str(tmp_path / "second.npz"))
    for _ in range(2):
        steps += [batch.step(random_actions(batch, rng)) for _ in range(10)]
        batch.restore(snapshot)
    recorder.close()
    recorder.close()
    batch.step(random_actions(batch, rng))  # not recorded any more
    played = [step.rewards.copy() for _, step in replay(str(path))]
    assert np.array_equal(played, [step.rewards for step in steps])


@pytest.mark.parametrize(
    "part",
    ["actions", "rewards", "truncated", "terminated", "events.zapped", "events.ate", "events.sprouted"],
)
def test_a_tampered_recording_is_refused_at_the_step(tmp_path, part):
    path = tmp_path / "play.npz"
    recorded(path, episodes=1)
    with np.load(path) as file:
        arrays = dict(file)
    altered = arrays[f"0/steps/{part}"]
    if part == "actions":
        altered[4:] = 0
    elif altered.dtype == bool:
        altered[4, 0] ^= True
    else:
        altered[4, 0] += 1
    np.savez(path, **arrays)
    expected = "differs from the recording" if part == "actions" else f"segment 0, step 5: {part} differs"
    with pytest.raises(ReplayError, match=expected):
        list(replay(str(path)))


def test_a_recording_of_another_world_is_refused(tmp_path):
    path = tmp_path / "play.npz"
    recorded(path, episodes=1)
    with np.load(path) as file:
        arrays = dict(file)
    header = json.loads(bytes(arrays["header"]))
    header["identity"]["config"]["cooldown"] = 0
    arrays["header"] = np.frombuffer(json.dumps(header).encode(), np.uint8)
    np.savez(path, **arrays)
    with pytest.raises((ReplayError, ValueError)):
        list(replay(str(path)))


def test_files_that_are_no_recordings_and_folders_that_are_none(tmp_path):
    np.savez(tmp_path / "other.npz", a=np.zeros(3))
    with pytest.raises(ValueError, match="not a recording"):
        list(replay(str(tmp_path / "other.npz")))
    with pytest.raises(FileNotFoundError, match="not a folder"):
        make_batch("commons_harvest").record(str(tmp_path / "nowhere" / "play.npz"))


# Reward views --------------------------------------------------------------------------------------


def slow_shared(earned):
    return np.repeat(earned.sum(-1, keepdims=True), earned.shape[-1], -1)


def slow_orientation(earned, angle, weight):
    """McKee et al. 2020, section 2.2: r_i - w |theta_i - theta(R)|, theta(R) = atan(mean of others / r_i)."""
    paid = earned.copy()
    for t, w, i in np.ndindex(earned.shape):
        others = np.delete(earned[t, w], i)
        if earned[t, w].any():
            own_angle = math.atan2(others.mean(), earned[t, w, i])
            if earned[t, w, i] != 0 or others.mean() != 0:
                paid[t, w, i] -= weight * abs(math.radians(angle) - own_angle)
    return paid


def slow_aversion(earned, envy, guilt, smoothing, started):
    """Hughes et al. 2018, equations 3 and 4; smoothing begins anew with an episode."""
    paid, n = earned.copy(), earned.shape[-1]
    for w in range(earned.shape[1]):
        e = np.zeros(n)
        for t in range(len(earned)):
            if started[t, w]:
                e = np.zeros(n)
            e = smoothing * e + earned[t, w]
            for i in range(n):
                paid[t, w, i] -= envy / (n - 1) * sum(max(e[j] - e[i], 0) for j in range(n))
                paid[t, w, i] -= guilt / (n - 1) * sum(max(e[i] - e[j], 0) for j in range(n))
    return paid


@pytest.mark.parametrize(
    ("view", "slow"),
    [
        ("own", lambda earned, started: earned),
        ("shared", lambda earned, started: slow_shared(earned)),
        ("social_value_orientation", lambda earned, started: slow_orientation(earned, 45, 0.2)),
        (SocialValueOrientation(75, 1.5), lambda earned, started: slow_orientation(earned, 75, 1.5)),
        ("inequity_aversion", lambda earned, started: slow_aversion(earned, 5, 0.05, 0.99 * 0.975, started)),
        (
            InequityAversion(0.5, 2.0, 0.9),
            lambda earned, started: slow_aversion(earned, 0.5, 2, 0.9, started),
        ),
    ],
)
def test_reward_views_against_their_formulas(view, slow):
    config = {"map": CROWDED, "num_agents": 4, "regrowth": (0.0, 0.2, 0.4, 0.8), "apple_reward": 1.5}
    batch = make_batch("commons_harvest", 3, reward=view, max_cycles=40, **config)
    batch.reset(seed=8)
    rng, earned, paid = np.random.default_rng(8), [], []
    for _ in range(120):
        step = batch.step(random_actions(batch, rng))
        earned.append(step.events.resource.astype(float))
        paid.append(step.rewards.copy())
    started = np.zeros((120, 3), bool)
    started[::40] = True
    assert np.count_nonzero(earned) > 100
    np.testing.assert_allclose(paid, slow(np.array(earned), started), rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("view", ["shared", "social_value_orientation", "inequity_aversion"])
def test_reward_views_with_a_single_agent(view):
    batch = make_batch(
        "commons_harvest", 1, reward=view, num_agents=1, map="#####\n#Qaa#\n#####\n", max_cycles=50
    )
    batch.reset(seed=0)
    rewards = [batch.step([[action]]).rewards[0, 0] for action in [1, 2, 3, 4] * 10]
    assert np.isfinite(rewards).all()
    assert max(rewards) > 0


def test_views_go_through_plain_data_and_bad_constants_are_refused():
    for view in (SocialValueOrientation(10.0, 0.1), InequityAversion(1.0, 2.0, 0.5)):
        assert reward_from_dict(json.loads(json.dumps(reward_to_dict(view)))) == view
    for make, field in (
        (lambda: SocialValueOrientation(weight=-1.0), "weight"),
        (lambda: SocialValueOrientation(angle=math.nan), "angle"),
        (lambda: InequityAversion(envy=-0.1), "envy"),
        (lambda: InequityAversion(guilt=math.inf), "guilt"),
        (lambda: InequityAversion(smoothing=1.01), "smoothing"),
    ):
        with pytest.raises(ValueError, match=f"{field}="):
            make()
    with pytest.raises(TypeError, match="not a reward view"):
        make_batch("commons_harvest", reward=3)


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


def test_a_map_file_is_read_once(tmp_path):
    file, pond = tmp_path / "pond.txt", "#####\n#PaP#\n#####\n"
    file.write_text(pond)
    batch = make_batch("commons_harvest", map=str(file), num_agents=2)
    assert batch.game.config.map == pond
    batch.reset(seed=0)
    kept = batch.snapshot()
    file.write_text("#####\n#PaP#\n#aaa#\n#####\n")
    other = make_batch("commons_harvest", map=str(file), num_agents=2)
    with pytest.raises(ValueError, match="another game"):
        other.restore(kept)


def test_a_snapshot_of_other_numbers_is_refused():
    batch = make_batch("commons_harvest")
    batch.reset(seed=0)
    kept = batch.snapshot()
    with pytest.raises(ValueError, match=r"state\.at has dtype float64 .* allowed: int32"):
        batch.restore({**kept, "state.at": kept["state.at"] + 0.5})
    make_batch("commons_harvest", apple_reward=1, regrowth=[0, 0.0025, 0.005, 0.025]).restore(kept)


def test_the_collective_return_does_not_depend_on_who_is_paid():
    returns, paid = {}, {}
    for reward in ("own", "shared", "inequity_aversion"):
        batch = make_batch("commons_harvest", 4, max_cycles=60, reward=reward)
        batch.reset(seed=0)
        rng = np.random.default_rng(0)
        for _ in range(60):
            step = batch.step(rng.integers(0, 8, (4, 7)))
        returns[reward], paid[reward] = step.episodes["collective_return"], step.episodes["agent_paid"]
    assert returns["own"].sum() > 0
    assert np.array_equal(returns["own"], returns["shared"])
    assert np.array_equal(returns["own"], returns["inequity_aversion"])
    assert np.array_equal(paid["shared"], np.repeat(returns["own"][:, None], 7, 1))


def test_every_field_of_a_world_is_that_field_of_all_worlds():
    from altared.envs.foraging.state import events_of, world_of
    from altared.envs.foraging.tally import tally_of

    worlds = make_batch("commons_harvest", 3).worlds
    for take, arrays in ((world_of, worlds.state), (events_of, worlds.events), (tally_of, worlds.tally)):
        plain = getattr(take, "py_func", take)
        for name, array in plain(arrays, 1)._asdict().items():
            assert array.ctypes.data == getattr(arrays, name)[1].ctypes.data, name


def test_more_threads_than_the_machine_has_are_refused():
    with pytest.raises(ValueError, match="threads=100000 is not allowed"):
        make_batch("commons_harvest", threads=100_000)
