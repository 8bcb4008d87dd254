"""How a contract comes about: proposals, votes, and draws; who pays what is in test_contract_payments.py."""

import numpy as np
import pytest
from altared.envs import make_batch
from altared.envs.contracts.state import PLAYING, PROPOSING, VOTING

from .contracted import contracted, dilemma
from .worlds import assert_share


def talk(batch, offer, votes):
    """One episode's negotiation in all worlds: (W, N) actions to propose with, then to vote with."""
    batch.reset(seed=0)
    first, second = (np.broadcast_to(a, (batch.num_worlds, batch.num_agents)) for a in (offer, votes))
    proposed = batch.step(first)
    assert (batch.state.stage == VOTING).all()
    offered = proposed.events.offer[:, 0].copy()
    signed = batch.step(second)
    assert (batch.state.stage == PLAYING).all()
    return offered, signed


# Proposals -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("settings", "offers"),
    [
        ({"high": 3.0}, [0.0, 1.0, 2.0, 3.0]),  # the first action offers none, the others equal steps
        ({"low": 1.0, "high": 3.0}, [0.0, 1.0, 2.0, 3.0]),  # where none lies beside, from the lowest on
        ({"low": -2.0, "high": 2.0, "null": 0.5}, [0.5, -2.0, 0.0, 2.0]),
    ],
)
def test_an_action_offers_theta(settings, offers):
    config = {"num_agents": 2, "actions": "discrete", "levels": 4}
    for action, theta in enumerate(offers):
        batch = make_batch("fishing", contract={"name": "fishing_tax", "settings": settings}, **config)
        offered, step = talk(batch, [action, 0], [0, 3])
        assert offered == pytest.approx(theta)
        assert step.events.signed[0, 0] == (action > 0) == batch.state.in_force[0, 0]
        assert batch.state.theta[0, 0] == pytest.approx(theta)


@pytest.mark.parametrize(("catch", "theta"), [(0.0, 0.0), (5.0, 1.0), (2.5, 0.5), (0.01, 0.002)])
def test_a_number_offers_theta_by_its_place_between_its_bounds(catch, theta):
    config = {"num_agents": 2, "actions": "continuous", "catch_limit": 5.0}
    batch = make_batch("fishing", contract={"name": "fishing_tax", "settings": {"high": 1.0}}, **config)
    batch.reset(seed=0)
    step = batch.step([[[catch], [5.0]]])
    assert step.events.offer[0, 0] == pytest.approx(theta, rel=1e-6)
    assert step.events.proposed[0, 0] == (theta != 0)


def test_two_actions_offer_nothing_or_the_highest():
    for settings in ({"high": 3.0}, {"low": 1.0, "high": 3.0}):
        assert talk(dilemma(settings=settings), [0, 1], [0, 1])[0] == [0.0]
        assert talk(dilemma(settings=settings), [1, 0], [0, 1])[0] == [3.0]


def test_the_proposer_named_is_the_one_who_is_heard():
    batch = dilemma(players=3, proposer=2)
    batch.reset(seed=0)
    assert batch.step([[1, 1, 0]]).events.proposed.tolist() == [[0]]
    batch.reset(seed=0)
    assert batch.step([[0, 0, 1]]).events.proposed.tolist() == [[1]]


def test_a_proposer_is_drawn_for_each_episode_without_preference():
    batch, counts = dilemma(6000, players=3, proposer=-1), np.zeros(3, int)
    batch.reset(seed=0)
    before = batch.state.proposer.copy()
    for _ in range(5):
        counts += np.bincount(batch.state.proposer[:, 0], minlength=3)
        batch.reset()
    assert_share(counts[0], 30_000, 1 / 3, error=0.05)
    assert_share(counts[2], 30_000, 1 / 3, error=0.05)
    assert (batch.state.proposer != before).any()


# Votes ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("acceptance", "votes", "accepted"),
    [
        ("unanimous", [0, 1, 1, 1, 1], True),  # the proposer's own vote is not asked for
        ("unanimous", [1, 1, 1, 1, 0], False),
        ("majority", [0, 1, 1, 1, 0], True),
        ("majority", [1, 1, 1, 0, 0], False),  # half is no majority
    ],
)
def test_who_must_agree(acceptance, votes, accepted):
    batch = dilemma(players=5, acceptance=acceptance)
    _, step = talk(batch, [1, 0, 0, 0, 0], votes)
    assert step.events.signed.tolist() == [[int(accepted)]]
    assert batch.state.theta.tolist() == [[3.0 if accepted else 0.0]]
    assert step.events.offer.tolist() == [[3.0]]  # what was voted on
    assert batch.step([[1, 0, 0, 0, 0]]).rewards[0, 0] == (-3.0 if accepted else 0.0)


def test_the_upper_half_of_the_actions_accepts():
    config = {"num_agents": 2, "actions": "discrete", "levels": 5}
    for vote in range(5):
        batch = make_batch("fishing", contract="fishing_tax", **config)
        assert talk(batch, [4, 0], [0, vote])[1].events.signed[0, 0] == (vote >= 2)


def test_only_those_polled_are_heard_and_each_as_often():
    batch = dilemma(15_000, players=5, polled=2, proposer=1)
    _, step = talk(batch, [0, 1, 0, 0, 0], [0, 0, 1, 1, 1])
    assert (batch.state.asked.sum(1) == 2).all()
    assert not batch.state.asked[:, 1].any()
    for i in (0, 2, 3, 4):
        assert_share(int(batch.state.asked[:, i].sum()), 15_000, 1 / 2, error=0.05)
    assert (step.events.signed[:, 0] == (batch.state.asked[:, 0] == 0)).all()  # agent 0 alone refuses


@pytest.mark.parametrize("polled", [0, 4])
def test_all_others_are_asked_otherwise(polled):
    batch = dilemma(3, players=5, polled=polled, proposer=3)
    batch.reset(seed=0)
    assert batch.state.asked.tolist() == [[1, 1, 1, 0, 1]] * 3


def test_a_signature_is_paid_for_once_by_the_proposer():
    batch = dilemma(players=3, settings={"signing_payment": 1.0}, proposer=1)
    _, step = talk(batch, [0, 1, 0], [1, 0, 1])
    assert step.rewards.tolist() == [[0.5, -1.0, 0.5]]
    assert step.events.transfer.tolist() == [[0.5, -1.0, 0.5]]
    assert not batch.step([[0, 0, 0]]).rewards.any()
    assert not talk(batch, [0, 1, 0], [0, 0, 1])[1].rewards.any()  # refused
    assert not talk(batch, [0, 0, 0], [1, 0, 1])[1].rewards.any()  # nothing was offered


def test_terms_hold_for_one_episode():
    batch = dilemma()
    talk(batch, [1, 0], [0, 1])
    for _ in range(4):
        step = batch.step([[1, 0]])
        assert step.rewards.tolist() == [[-3.0, 3.0]]
    assert step.episodes["theta"].tolist() == [3.0]
    assert step.episodes["agent_transfer"].tolist() == [[-12.0, 12.0]]
    assert step.episodes["agent_paid"].tolist() == [[-12.0, 12.0]]
    assert step.episodes["agent_return"].tolist() == [[0.0, 0.0]]  # what the game itself paid
    assert (batch.state.stage[0, 0], batch.state.in_force[0, 0]) == (PROPOSING, 0)
    for _ in range(6):
        step = batch.step([[0, 0]])
    assert np.isnan(step.episodes["theta"]).all()
    assert step.episodes["contracted"].tolist() == [0.0]


# Random and fixed contracts ------------------------------------------------------------------------


def test_a_random_theta_is_uniform_and_drawn_for_each_episode():
    settings = {"low": 1.0, "high": 3.0}
    batch = contracted("dilemma", 20_000, procedure="random", null_chance=0.25, settings=settings)
    batch.reset(seed=0)
    first = batch.state.theta.copy()
    none = batch.state.in_force[:, 0] == 0
    assert_share(int(none.sum()), 20_000, 1 / 4, error=0.1)
    assert (batch.state.theta[none] == 0).all()
    agreed = batch.state.theta[~none]
    assert ((agreed >= 1) & (agreed < 3)).all()
    for cut in (1.5, 2.0, 2.5):
        assert_share(int((agreed < cut).sum()), agreed.size, (cut - 1) / 2, error=0.1)
    for _ in range(4):
        batch.step(np.zeros((20_000, 2), int))
    again = batch.state.theta
    assert (first != again).mean() > 0.9
    assert abs(np.corrcoef(first[:, 0], again[:, 0])[0, 1]) < 0.1
    assert (batch.state.stage == PLAYING).all()


@pytest.mark.parametrize(("chance", "in_force"), [(0.0, 1), (1.0, 0)])
def test_the_chance_of_no_contract(chance, in_force):
    batch = contracted("dilemma", 50, procedure="random", null_chance=chance)
    batch.reset(seed=0)
    assert (batch.state.in_force == in_force).all()
