"""Same seed, same bytes, whatever other worlds run and whatever runs them."""

import hashlib
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from altared.envs import games, make, make_batch
from gymnasium import spaces

from .small import SMALL, small

LIVELY = SMALL["commons_harvest"]
NOTHING_SEEN = ("matrix_games",)  # where chance decides about nothing that is seen, but the end


def actions_for(worlds, agents, steps, seed=0, choices=8):
    """World w's actions do not depend on how many worlds there are."""
    streams = [np.random.default_rng((seed, w)) for w in range(worlds)]
    return np.stack([rng.integers(0, choices, (steps, agents)) for rng in streams], axis=1)


def actions_of(batch, steps, seed=0):
    """Actions for any game's batch: whole numbers, or where the action space is a Box any in its range."""
    worlds, agents, space = batch.num_worlds, batch.num_agents, batch.action_space
    if isinstance(space, spaces.Discrete):
        return actions_for(worlds, agents, steps, seed, space.n)
    shares = actions_for(worlds, agents, steps, seed, 101)[..., None] / 100
    return (space.low + shares * (space.high - space.low)).astype(space.dtype)


def everything(batch, step=None) -> dict:
    """Every array of a batch after a reset or step, by name, world axis first."""
    schema = batch.state.schema
    state = {name: array for name, array in batch.state._asdict().items() if not schema[name].scratch}
    arrays = {f"state.{name}": array for name, array in state.items()}
    if step is not None:
        arrays |= {f"events.{name}": array for name, array in step.events._asdict().items()}
        over = step.terminated | step.truncated
        arrays |= {"rewards": step.rewards, "terminated": step.terminated, "truncated": step.truncated}
        arrays |= {"observations": step.observations}
        ended = over.reshape(-1, *[1] * (step.final_observations.ndim - 1))
        arrays |= {"final_observations": np.where(ended, step.final_observations, 0)}
    return {name: np.array(array) for name, array in arrays.items()}


def film(batch, actions, seed=7) -> list:
    """Everything after the reset and after every step, and the episodes that ended."""
    first = np.array(batch.reset(seed=seed))
    frames = [everything(batch) | {"observations": first}]
    for action in actions:
        step = batch.step(action)
        episodes = {f"episodes.{name}": np.array(values) for name, values in step.episodes.items()}
        frames.append(everything(batch, step) | {"episodes": episodes})
    return frames


def assert_same(one, two, worlds=slice(None), others=slice(None)):
    assert len(one) == len(two)
    for t, (a, b) in enumerate(zip(one, two, strict=True)):
        assert a.keys() == b.keys()
        for name in a.keys() - {"episodes"}:
            assert a[name].dtype == b[name].dtype
            assert a[name][worlds].tobytes() == b[name][others].tobytes(), f"{name} differs at step {t}"


def digest(frames) -> list:
    """One line a step: a hash of every array, so that films of two processes can be compared."""
    return [
        hashlib.sha256(
            b"".join(frame[name].tobytes() for name in sorted(frame.keys() - {"episodes"}))
        ).hexdigest()
        for frame in frames
    ]


@pytest.mark.parametrize("game", games())
def test_the_same_seed_gives_the_same_bytes_and_another_seed_others(game):
    one, two, three = (make_batch(game, 3, **small(game)) for _ in range(3))
    actions = actions_of(one, 60)
    first, again, other = film(one, actions), film(two, actions), film(three, actions, seed=8)
    assert_same(first, again)
    drawn = "state.streams" if game in NOTHING_SEEN else "observations"
    for t in range(len(first)):
        for w in range(3):
            assert (first[t][drawn][w] != other[t][drawn][w]).any()


@pytest.mark.parametrize("game", games())
def test_a_batch_that_is_reset_with_its_seed_begins_again(game):
    batch = make_batch(game, 3, **small(game))
    actions = actions_of(batch, 60)
    assert_same(film(batch, actions), film(batch, actions))


@pytest.mark.parametrize("game", games())
@pytest.mark.parametrize("beside", [1, 5])
def test_a_world_does_not_depend_on_how_many_run_beside_it(beside, game):
    many = make_batch(game, 64, **small(game))
    actions = actions_of(many, 60)
    many = film(many, actions)
    few = film(make_batch(game, beside, **small(game)), actions[:, :beside])
    assert_same(few, many, others=slice(beside))
    ended = [t for t, frame in enumerate(few[1:], 1) if (frame["terminated"] | frame["truncated"])[0]]
    assert ended, "an episode must have ended and begun anew on the way"


@pytest.mark.parametrize("game", games())
def test_threads_do_not_matter(game):
    one, two = (make_batch(game, 37, threads=threads, **small(game)) for threads in (1, 2))
    actions = actions_of(one, 60)
    one, two = film(one, actions), film(two, actions)
    assert_same(one, two)
    for a, b in zip(one[1:], two[1:], strict=True):
        assert all(np.array_equal(a["episodes"][k], b["episodes"][k], equal_nan=True) for k in a["episodes"])


@pytest.mark.parametrize("game", games())
def test_a_sequence_of_seeds_makes_every_world_number_0_of_its_seed(game):
    batch = make_batch(game, 3, **small(game))
    actions = actions_of(batch, 60)
    together = film(batch, actions, seed=[5, 2**64 - 1, 9])
    for w, seed in enumerate((5, 2**64 - 1, 9)):
        alone = film(make_batch(game, 1, **small(game)), actions[:, w : w + 1], seed=seed)
        assert_same(alone, together, others=slice(w, w + 1))


def test_no_world_of_one_seed_is_a_world_of_another():
    # not seed + world: seed 0's world 1 is not seed 1's world 0, nor is any other of these the same
    starts = set()
    for seed in range(8):
        batch = make_batch("commons_harvest", 8)
        batch.reset(seed=seed)
        for _ in range(3):
            starts |= {batch.state.at[w].tobytes() + batch.state.streams[w].tobytes() for w in range(8)}
            batch.reset()
    assert len(starts) == 8 * 8 * 3
    one, zero = make_batch("commons_harvest", 1), make_batch("commons_harvest", 2)
    zero.reset(seed=0)
    one.reset(seed=1)
    assert (zero.state.at[1] != one.state.at[0]).any()


def test_the_next_episode_is_the_same_by_auto_reset_and_by_reset():
    batch, by_hand = (
        make_batch("commons_harvest", 4, max_cycles=25, auto_reset=auto) for auto in (True, False)
    )
    actions = actions_for(4, 7, 100)
    assert np.array_equal(batch.reset(seed=3), by_hand.reset(seed=3))
    for t, action in enumerate(actions, 1):
        a, b = batch.step(action), by_hand.step(action)
        assert np.array_equal(a.rewards, b.rewards)
        if t % 25 == 0:
            assert a.truncated.all()
            assert b.truncated.all()
            assert np.array_equal(a.final_observations, b.final_observations)
            assert np.array_equal(b.observations, b.final_observations)
            assert np.array_equal(a.observations, by_hand.reset())
        else:
            assert np.array_equal(a.observations, b.observations)


def test_a_later_episode_does_not_depend_on_how_earlier_ones_were_played():
    one, two = make_batch("commons_harvest", 2), make_batch("commons_harvest", 2)
    one.reset(seed=1)
    two.reset(seed=1)
    for action in actions_for(2, 7, 30):
        one.step(action)
    assert np.array_equal(one.reset(), two.reset())


def test_unseeded_batches_differ_and_go_on():
    one, two = make_batch("commons_harvest", 2), make_batch("commons_harvest", 2)
    first = one.reset().copy()
    assert (first != two.reset()).any()
    assert (first != one.reset()).any()


@pytest.mark.parametrize("observation", ["tiles", "planes", "rgb"])
def test_the_pettingzoo_api_is_world_0_of_a_batch(observation):
    env = make("commons_harvest", observation=observation, max_cycles=30)
    batch = make_batch("commons_harvest", 3, observation=observation, max_cycles=30)
    actions = actions_for(3, 7, 90)
    for seed in (11, None):
        observations, _ = env.reset(seed=seed)
        if seed is not None:
            expected = batch.reset(seed=seed)
        for i, agent in enumerate(env.possible_agents):
            assert np.array_equal(observations[agent], expected[0, i])
        for action in actions[:30]:
            step = batch.step(action)
            seen, rewards, terminated, truncated, _ = env.step(
                dict(zip(env.possible_agents, action[0].tolist(), strict=True))
            )
            shown = step.final_observations if step.truncated[0] else step.observations
            for i, agent in enumerate(env.possible_agents):
                assert np.array_equal(seen[agent], shown[0, i])
                assert rewards[agent] == step.rewards[0, i]
                assert terminated[agent] == step.terminated[0]
                assert truncated[agent] == step.truncated[0]
            if not step.truncated[0]:
                assert np.array_equal(env.state(), batch.picture(0))
        expected = step.observations


PLAIN_PYTHON = """
import sys
sys.path.insert(0, {folder!r})
from envs.test_determinism import PLAIN, actions_of, digest, film
from altared.envs import make_batch
import numba
assert numba.config.DISABLE_JIT
for game, config in PLAIN:
    batch = make_batch(game, 3, **config)
    print(*digest(film(batch, actions_of(batch, 40))))
"""
# small worlds: plain Python is slow
ROOM = "########\n#Q aa Q#\n# aaa  #\n#  aa  #\n#PPPPPP#\n########\n"
IN = {"map": ROOM, "num_agents": 4}
RULED = {"map": ROOM.replace("  aa  ", " b^cc "), "num_agents": 4, "max_cycles": 15, "cooldown": 0}
PLAIN = (
    ("commons_harvest", {**IN, "max_cycles": 15, "regrowth": (0.0, 0.2, 0.5, 0.9)}),
    ("commons_harvest", {**IN, "end_chance": 0.2, "end_after": 5, "end_interval": 5, "beam_radius": 2}),
    ("commons_harvest", {**IN, "reward": "inequity_aversion", "removal_steps": 2, "cooldown": 0}),
    ("commons_harvest", {**IN, "reward": "shared", "view_forward": 3, "growth_radius": 1.0}),
    ("altared_harvest", {**RULED, "close": 0.9, "open": 1.0, "removal_steps": 2}),
    ("altared_harvest", {**RULED, "rule": "one_prohibited", "condition": "permuted", "ties": "each"}),
    ("altared_harvest", {**RULED, "condition": "yoked", "yoked_removals": 0.2, "sanction": "graduated"}),
    ("poison_berries", {**RULED, "preset": "altared", "poison_delay": 2, "reward": "shared"}),
    ("fishing", SMALL["fishing"]),
    ("fishing", {**SMALL["fishing"], "actions": "continuous", "law": "proportional"}),
    ("matrix_games", {**SMALL["matrix_games"], "reward": "inequity_aversion"}),
    ("matrix_games", {"preset": "chicken", "rounds": 3, "reward": "social_value_orientation"}),
)


def test_plain_python_gives_the_same_bytes():
    """Every array at every step of three worlds for 40 steps: rules compiled, and not compiled."""
    code = PLAIN_PYTHON.format(folder=str(Path(__file__).parents[1]))
    environment = os.environ | {"NUMBA_DISABLE_JIT": "1"}
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, env=environment, check=False
    )
    assert done.returncode == 0, done.stderr
    lines = [line.split() for line in done.stdout.splitlines()]
    assert len(lines) == len(PLAIN)
    for (game, config), plain in zip(PLAIN, lines, strict=True):
        batch = make_batch(game, 3, **config)
        frames = film(batch, actions_of(batch, 40))
        assert digest(frames) == plain
        assert len(set(plain)) == 41
