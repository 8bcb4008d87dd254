"""Contracts of any game: transfers that add up, and nothing else changed; see test_contract_rules.py for what
each rule says, test_contract_terms.py for what is refused, test_contract_views.py for what agents see.
"""

import pickle

import numpy as np
import pytest
from altared.envs import make
from altared.envs.contracts import CONTRACTS
from altared.envs.contracts.state import Agreement, Deal
from altared.envs.engine.social_metrics import equality
from altared.envs.recording import ReplayError, replay
from gymnasium import spaces
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from .contracted import DEALS, DILEMMA, QUICK, contracted, dilemma, uncontracted
from .test_determinism import actions_of, assert_same, film
from .test_registry import assert_same_episodes, go_on

GENTLE = settings(deadline=None, max_examples=25, derandomize=True, suppress_health_check=list(HealthCheck))
DRAWN = {"procedure": "random", "null_chance": 0.3, "proposer": -1}
TALKED = {"proposer": -1, "settings": {"signing_payment": 0.4}}
ADDED = {f"state.{name}" for name in Agreement._fields} | {f"events.{name}" for name in Deal._fields}


def without_contract(frame: dict, view_shape: tuple[int, ...]) -> dict:
    """A frame of `film` as the game alone would show it: without the contract's arrays and layers."""
    own = {name: array for name, array in frame.items() if name not in ADDED}
    for name in {"observations", "final_observations"} & own.keys():
        own[name] = np.ascontiguousarray(own[name][..., : view_shape[-1]])
    return own


def assert_same_episodes_but_for_the_contract(one: dict, two: dict) -> None:
    for a, b in zip(one, two, strict=True):
        shared = a["episodes"].keys()
        assert all(np.array_equal(a["episodes"][k], b["episodes"][k], equal_nan=True) for k in shared)


TERMS = st.fixed_dictionaries(
    {
        "procedure": st.sampled_from(["negotiated", "negotiated", "random"]),
        "null_chance": st.sampled_from([0.0, 0.3]),
        "acceptance": st.sampled_from(["unanimous", "majority"]),
        "proposer": st.integers(-1, 1),
        "polled": st.integers(0, 1),
        "settings": st.fixed_dictionaries(
            {"signing_payment": st.sampled_from([0.0, 0.7]), "high": st.sampled_from([1.0, 10.0, 1e7])}
        ),
    }
)


@pytest.mark.parametrize("label", QUICK)
@GENTLE
@given(terms=TERMS, seed=st.integers(0, 2**64 - 1))
def test_transfers_sum_to_zero_and_are_what_rewards_differ_by(label, terms, seed):
    batch = contracted(label, 4, **terms)
    batch.reset(seed=seed)
    paid = np.zeros((4, batch.num_agents))
    for action in actions_of(batch, 30, seed):
        step = batch.step(action)
        largest = np.maximum(np.abs(step.events.transfer).sum(1) / 2, 1)
        assert (np.abs(step.events.transfer.sum(1)) <= 1e-9 * largest).all()
        unpaid = (step.events.offer == 0).all(1)
        assert (step.events.transfer[unpaid] == 0).all()
        paid += step.events.transfer
        ended = step.episodes["world"]
        assert np.allclose(step.episodes["agent_transfer"], paid[ended], rtol=1e-12)
        total = equality(step.episodes["agent_return"] + step.episodes["agent_transfer"])
        assert np.array_equal(step.episodes["equality_total"], total, equal_nan=True)
        assert (step.episodes["contracted"] == ~np.isnan(step.episodes["theta"])).all()
        paid[ended] = 0


@pytest.mark.parametrize("label", DEALS)
@pytest.mark.parametrize("auto_reset", [True, False])
def test_the_null_contract_leaves_the_game_as_it_is(label, auto_reset):
    options = {"auto_reset": auto_reset}
    alone = uncontracted(label, **options)
    null = contracted(label, procedure="fixed", options=options)
    actions = actions_of(alone, 60)
    plain, other = film(alone, actions), film(null, actions)
    shape = alone.observation_space.shape
    assert_same(plain, [without_contract(frame, shape) for frame in other])
    assert_same_episodes_but_for_the_contract(plain[1:], other[1:])
    assert sum(len(frame["episodes"]["episodes.world"]) for frame in plain[1:]) >= 3


@pytest.mark.parametrize("label", DEALS)
def test_a_rejected_contract_leaves_the_game_as_it_is_two_steps_later(label):
    """Everybody's first action refuses, and the proposer's last offers the dearest contract there is."""
    options = {"auto_reset": False}
    alone, talking = uncontracted(label, **options), contracted(label, options=options)
    space, refusal = alone.action_space, np.zeros_like(actions_of(alone, 1)[0])
    offer = refusal.copy()
    offer[:, 0] = space.n - 1 if isinstance(space, spaces.Discrete) else space.high
    actions = actions_of(alone, 60)
    for seed in (3, None, None):
        expected = alone.reset(seed=seed).copy()
        shown = talking.reset(seed=seed)[..., : expected.shape[-1]].copy()
        assert np.array_equal(shown, expected)
        for spoken, event in ((offer, "proposed"), (refusal, "offer")):
            step = talking.step(spoken)
            assert (getattr(step.events, event) > 0).all()
            assert not step.rewards.any()
            assert not (step.terminated | step.truncated).any()
            assert np.array_equal(step.observations[..., : expected.shape[-1]], expected)
            for name, array in alone.state._asdict().items():
                assert np.array_equal(getattr(talking.state, name), array), f"{name} moved meanwhile"
        assert not step.events.signed.any()
        plain, other = go_on(alone, actions), go_on(talking, actions)
        assert_same(plain, [without_contract(frame, alone.observation_space.shape) for frame in other])
        for a, b in zip(plain, other, strict=True):
            names = a["episodes"].keys()
            assert all(np.array_equal(a["episodes"][k], b["episodes"][k], equal_nan=True) for k in names)
        assert (alone.worlds.ended()).all() or label == "public_goods"


@pytest.mark.parametrize("label", DEALS)
@pytest.mark.parametrize("terms", [DRAWN, TALKED], ids=["random", "negotiated"])
def test_auto_reset_changes_nothing_but_what_follows_an_ending(label, terms):
    """The last step of an episode, too, is paid for as it was: the next episode's fruit are not counted."""
    rolling, standing = (
        contracted(label, 8, **terms),
        contracted(label, 8, options={"auto_reset": False}, **terms),
    )
    rolling.reset(seed=5)
    standing.reset(seed=5)
    going = np.ones(8, bool)
    for action in actions_of(rolling, 45):
        a, b = rolling.step(action), standing.step(action)
        for name in ("rewards", "terminated", "truncated"):
            assert np.array_equal(getattr(a, name)[going], getattr(b, name)[going])
        assert np.array_equal(a.events.transfer[going], b.events.transfer[going])
        over = going & (a.terminated | a.truncated)
        assert np.array_equal(a.final_observations[over], b.final_observations[over])
        for name in b.episodes:
            mine = np.isin(a.episodes["world"], np.flatnonzero(over))
            assert np.array_equal(a.episodes[name][mine], b.episodes[name], equal_nan=True), name
        assert not b.events.transfer[~going].any()
        assert not b.rewards[~going].any()
        going &= ~over
    assert not going.all()


@pytest.mark.parametrize("label", QUICK)
@pytest.mark.parametrize("terms", [DRAWN, TALKED], ids=["random", "negotiated"])
def test_same_seed_same_bytes_whatever_runs_beside_or_runs_it(label, terms):
    many = contracted(label, 37, **terms)
    actions = actions_of(many, 30)
    one = film(many, actions)
    assert_same(one, film(contracted(label, 37, options={"threads": 2}, **terms), actions))
    assert_same(film(contracted(label, 5, **terms), actions[:, :5]), one, others=slice(5))
    other = film(contracted(label, 37, **terms), actions, seed=8)
    assert any((a["state.theta"] != b["state.theta"]).any() for a, b in zip(one, other, strict=True))


@pytest.mark.parametrize("label", QUICK)
@pytest.mark.parametrize("taken", [1, 2, 3, 20])  # before the vote, at the start of play, on the way
def test_snapshots_and_pickles_continue_exactly(label, taken):
    batch, other = contracted(label, **TALKED), contracted(label, **TALKED)
    actions = actions_of(batch, 60)
    film(batch, actions[:taken])
    snapshot, twin = batch.snapshot(), pickle.loads(pickle.dumps(batch))
    straight = go_on(batch, actions[taken:])
    other.reset(seed=1)
    for again in (batch, other):
        shown = again.restore(snapshot)
        assert np.array_equal(shown[..., 0], twin._out(twin._observer.current())[..., 0])
        frames = go_on(again, actions[taken:])
        assert_same(straight, frames)
        assert_same_episodes(straight, frames)
    assert_same(straight, go_on(twin, actions[taken:]))


def test_a_restored_batch_counts_an_episode_that_ends_otherwise_this_time():
    batch = dilemma(procedure="fixed", theta=2.0, options={"auto_reset": False})
    batch.reset(seed=0)
    start = batch.snapshot()
    for action, paid in (([[1, 0]], 8.0), ([[0, 0]], 0.0), ([[1, 0]], 8.0)):
        batch.restore(start)
        for _ in range(4):
            step = batch.step(action)
        assert step.episodes["transferred"].tolist() == [paid]


def test_a_world_that_has_ended_pays_no_more():
    batch = dilemma(2, name="tests_gift", procedure="fixed", theta=0.5, options={"auto_reset": False})
    batch.reset(seed=0)
    nobody = np.zeros((2, 2), int)
    for _ in range(4):
        assert batch.step(nobody).rewards.tolist() == [[-0.5, 0.5]] * 2
    ended = batch.snapshot()
    for _ in range(2):
        step = batch.step(nobody)
        assert not step.rewards.any()
        assert not step.events.transfer.any()
        batch.restore(ended)


@pytest.mark.parametrize("label", QUICK)
def test_recordings_replay_and_notice_a_change(label, tmp_path):
    path = tmp_path / "deal.npz"
    batch = contracted(label, **TALKED)
    batch.reset(seed=2)
    with batch.record(str(path)):
        played = [np.array(batch.step(action).events.transfer) for action in actions_of(batch, 30)]
    assert np.array_equal(played, [np.array(step.events.transfer) for _, step in replay(str(path))])
    with np.load(path) as file:
        arrays = {name: file[name].copy() for name in file.files}
    arrays["0/steps/events.transfer"][7] += 0.1
    np.savez(path, **arrays)
    with pytest.raises(ReplayError, match=r"step 8: events.transfer differs"):
        list(replay(str(path)))


@pytest.mark.parametrize("name", CONTRACTS)
def test_every_contract_has_a_game_here(name):
    assert name.startswith("tests_") or name in {contract for _, contract, _ in DEALS.values()}


def test_the_pettingzoo_api_is_world_0_of_a_batch():
    terms = {"name": "action_fee", "settings": {"signing_payment": 0.5}, "proposer": -1}
    env, batch = make("matrix_games", contract=terms, **DILEMMA), contracted("dilemma", **terms)
    actions = actions_of(batch, 24)
    shown = batch.reset(seed=11)
    for seed in (11, None, None, None):
        seen, _ = env.reset(seed=seed)
        assert all(np.array_equal(seen[agent], shown[0, i]) for i, agent in enumerate(env.agents))
        for t in range(6):  # two of talk, four of play
            step = batch.step(actions[t])
            seen, rewards, terminated, truncated, infos = env.step(
                dict(zip(env.agents, actions[t][0], strict=True))
            )
            over = bool(step.terminated[0] or step.truncated[0])
            assert over == (t == 5) == (not env.agents)
            shown = step.observations.copy()
            last = step.final_observations if over else shown
            for i, agent in enumerate(env.possible_agents):
                assert np.array_equal(seen[agent], last[0, i])
                assert rewards[agent] == step.rewards[0, i]
                assert (terminated[agent], truncated[agent]) == (step.terminated[0], step.truncated[0])
                assert infos[agent]["transfer"] == step.events.transfer[0, i]
                assert infos[agent]["offer"] == step.events.offer[0, 0]
                assert infos[agent]["signed"] == step.events.signed[0, 0]
        assert infos["agent_0"]["metrics"]["transferred"] == step.episodes["transferred"][0]
