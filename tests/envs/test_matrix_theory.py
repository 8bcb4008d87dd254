"""Kinds of social dilemmas and Nash equilibria, against what textbooks know."""

import itertools
import sys

import numpy as np
import pytest
from altared.envs.matrix_games_v0 import PRESETS, classify, dilemma, equilibria
from hypothesis import given, settings
from hypothesis import strategies as st

WHOLE = st.integers(-20, 20)


# Kinds ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("numbers", "greed", "fear", "kind", "social"),
    [  # R, S, T, P
        ((3, 0, 4, 1), True, True, "prisoner's dilemma", True),
        ((2, 0, 4, 1), True, True, "prisoner's dilemma", False),  # taking turns gives 2 each, too
        ((3, 1, 4, 0), True, False, "chicken", True),
        ((4, 0, 3, 1), False, True, "stag hunt", True),
        ((4, 2, 3, 1), False, False, "harmony", False),
        ((1, 0, 4, 3), True, True, "no dilemma", False),  # defecting is best for all
        ((2, 3, 4, 1), True, False, "no dilemma", False),  # being exploited is better than cooperating
        ((3, 1, 3, 0), False, False, "degenerate", False),
        ((3, 1, 4, 1), True, False, "degenerate", True),
    ],
)
def test_kinds_by_greed_and_fear(numbers, greed, fear, kind, social):
    found = classify(dilemma(*numbers))
    assert (found.reward, found.sucker, found.temptation, found.punishment) == numbers
    assert (found.greed, found.fear, found.kind, found.social_dilemma) == (greed, fear, kind, social)


def test_the_presets_are_what_their_names_say():
    kinds = {name: classify(PRESETS[name].payoffs).kind for name in ("chicken", "stag_hunt")}
    assert kinds == {"chicken": "chicken", "stag_hunt": "stag hunt"}
    for name in ("prisoners_dilemma", "slides_dilemma"):
        assert classify(PRESETS[name].payoffs).kind == "prisoner's dilemma"


@given(st.tuples(WHOLE, WHOLE, WHOLE, WHOLE), st.integers(1, 5), WHOLE)
def test_the_kind_does_not_depend_on_the_unit(numbers, scale, shift):
    one, other = classify(dilemma(*numbers)), classify(dilemma(*(scale * n + shift for n in numbers)))
    assert one[4:] == other[4:]


@pytest.mark.parametrize(
    ("payoffs", "message"),
    [
        (PRESETS["pure_coordination"].payoffs, r"payoffs have shape \(3, 3, 2\); allowed: \(2, 2, 2\)"),
        (PRESETS["public_goods"].payoffs, r"payoffs have shape \(2, 2, 2, 3\)"),
        (PRESETS["bach_or_stravinsky"].payoffs, "payoffs are not symmetric"),
        ([[1, 2], [3, 4]], "payoffs=.* is not allowed"),
        ([[[1, np.nan], [3, 4]], [[1, 2], [3, 4]]], "payoffs=.* finite numbers"),
    ],
)
def test_what_has_no_kind_is_refused(payoffs, message):
    with pytest.raises(ValueError, match=message):
        classify(payoffs)


# Equilibria ----------------------------------------------------------------------------------------


def strategies(*pairs):
    """Profiles with the chances of each player's actions, in the order of `equilibria`."""
    return [pytest.approx(np.array(pair)) for pair in sorted(pairs, reverse=True)]


FIRST, SECOND, EVEN = (1.0, 0.0), (0.0, 1.0), (0.5, 0.5)
THIRDS = (1 / 3, 1 / 3, 1 / 3)
KNOWN = {
    "prisoners_dilemma": [(SECOND, SECOND)],
    "slides_dilemma": [(SECOND, SECOND)],
    "chicken": [(FIRST, SECOND), (SECOND, FIRST), (EVEN, EVEN)],
    "stag_hunt": [(FIRST, FIRST), (SECOND, SECOND), (EVEN, EVEN)],
    "bach_or_stravinsky": [(FIRST, FIRST), (SECOND, SECOND), ((0.6, 0.4), (0.4, 0.6))],
    "matching_pennies": [(EVEN, EVEN)],
    "rock_paper_scissors": [(THIRDS, THIRDS)],
    "public_goods": [(SECOND, SECOND, SECOND)],
}


@pytest.mark.parametrize("preset", KNOWN)
def test_known_equilibria(preset):
    found = [np.array(profile) for profile in equilibria(PRESETS[preset].payoffs)]
    assert found == strategies(*KNOWN[preset])


@pytest.mark.parametrize(
    ("preset", "payoffs"), [("pure_coordination", (1, 1, 1)), ("ranked_coordination", (1, 2, 3))]
)
def test_coordination_has_one_equilibrium_for_every_set_of_places(preset, payoffs):
    # on a set of places the chances are such that all of them pay the same: inverse to the payoffs
    expected = []
    for places in (p for size in (1, 2, 3) for p in itertools.combinations(range(3), size)):
        weights = np.array([1 / payoffs[k] if k in places else 0.0 for k in range(3)])
        expected.append((tuple(weights / weights.sum()),) * 2)
    found = equilibria(PRESETS[preset].payoffs)
    assert [np.array(profile) for profile in found] == strategies(*expected)


def gain(payoffs, profile, player):
    """What the player could gain by its best action, beside what it gets."""
    expected = np.moveaxis(payoffs[..., player], player, -1)
    for other in (one for k, one in enumerate(profile) if k != player):
        expected = np.tensordot(np.array(other), expected, (0, 0))
    return expected.max() - expected @ np.array(profile[player])


def tables(actions, players):
    count = actions**players * players
    shape = (actions,) * players + (players,)
    numbers = st.lists(st.integers(-9, 9), min_size=count, max_size=count)
    return numbers.map(lambda flat: np.reshape(flat, shape).astype(float))


@settings(deadline=None, max_examples=60)
@given(st.one_of(tables(2, 2), tables(3, 2), tables(4, 2), tables(2, 3), tables(3, 3)))
def test_in_an_equilibrium_nobody_gains_alone_and_every_pure_one_is_found(payoffs):
    actions, players = payoffs.shape[0], payoffs.shape[-1]
    found = equilibria(payoffs)
    for profile in found:
        assert all(sum(strategy) == pytest.approx(1) and min(strategy) >= 0 for strategy in profile)
        assert all(gain(payoffs, profile, player) <= 1e-6 for player in range(players))
    pure = set()
    for joint in itertools.product(range(actions), repeat=players):
        profile = [np.eye(actions)[action] for action in joint]
        if all(gain(payoffs, profile, player) <= 0 for player in range(players)):
            pure.add(joint)
    certain = [profile for profile in found if all(max(one) > 1 - 1e-9 for one in profile)]
    assert {tuple(int(np.argmax(one)) for one in profile) for profile in certain} == pure
    assert len(found) >= 1 or players > 2, "two players always have an equilibrium (Nash)"


def test_payoffs_of_any_size_have_the_same_equilibria():
    chicken = np.array(PRESETS["chicken"].payoffs)
    for other in (1e5 * chicken - 3e5, 1e-4 * chicken, -5 + chicken * [1, 100]):
        for one, same in zip(equilibria(chicken), equilibria(other), strict=True):
            assert np.array(one) == pytest.approx(np.array(same))


def test_without_its_library_the_extra_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "nashpy", None)
    with pytest.raises(ModuleNotFoundError, match=r"nashpy is missing: pip install 'altared\[games\]'"):
        equilibria(PRESETS["chicken"].payoffs)
    assert equilibria(PRESETS["public_goods"].payoffs), "more players need none"
