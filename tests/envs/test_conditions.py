"""Conditions have the same physics: from one seed and the same actions all else is equal.

What may differ: what the altar shows, and in vanilla the bonus and what is added up from it.
"""

import numpy as np
import pytest
from altared.envs import make_batch
from altared.envs.grid import codes

from .play import CROWDED, random_actions
from .small import small

ROOM = CROWDED.replace("#Q aa  aa#", "#Q ab^ aa#").replace("#  a Q aa#", "#  c Q cc#")
WORLDS, STEPS = 6, 80
SHOWN = ("displayed",)
PAID = ("bonus", "penalty", "earned")
CONDITIONS = ("hidden", "vanilla", "placebo", "random", "permuted", "announced")
RULES = {
    "stock": {},
    "one prohibited": {"rule": "one_prohibited"},
    "vote": {"institution": "vote", "vote_every": 3},
    "schedule": {"institution": "schedule", "schedule_every": 7, "notice": 2},
    "episode": {"institution": "episode", "bonus_source": "target"},
    "fixed": {"institution": "fixed", "ties": "each", "sanction": "graduated"},
    "none": {"institution": "none"},
}


def film(game, **config):
    """Every array of a batch after the start and every step, by name; observations beside them."""
    crowd = {"map": ROOM, "num_agents": 6, "removal_steps": 2, "max_cycles": 30, "end_chance": 0.0}
    batch = make_batch(game, WORLDS, **{**small(game), **crowd, **config})
    rng, frames = np.random.default_rng(5), [{"observations": batch.reset(seed=11).copy()}]
    for _ in range(STEPS):
        actions = random_actions(batch, rng)
        actions[rng.random(actions.shape) < 0.3] = 7
        step = batch.step(actions)
        parts = {"state": batch.state, "events": step.events, "tally": batch.worlds.tally}
        frame = {name: array for arrays in parts.values() for name, array in arrays._asdict().items()}
        frame |= {name: getattr(step, name) for name in ("observations", "rewards", "truncated")}
        frames.append({name: array.copy() for name, array in frame.items()})
    return frames


def without_altar(frame) -> dict:
    """The same with every altar blank, and the picture without what it shows."""
    frame = {name: array for name, array in frame.items() if name not in SHOWN}
    for name in {"cells", "observations"} & frame.keys():
        ground = frame[name] & 0xFF if name == "cells" else frame[name][..., 0]
        altar = (ground >= codes.ALTAR) & (ground <= codes.BLANK_ALTAR)
        frame[name] = frame[name].copy()
        if name == "cells":
            frame[name][altar] = frame[name][altar] & 0xFF00 | codes.BLANK_ALTAR
        else:
            frame[name][..., 0][altar] = codes.BLANK_ALTAR
    return frame


def without_pay(frame) -> dict:
    """The same without the bonus, and what is added up from it."""
    added_up = ("rewards", "bonuses", "penalties", "returns", "paid")
    return {name: array for name, array in frame.items() if name not in (*PAID, *added_up)}


def assert_equal(one, two, but=()):
    for t, (a, b) in enumerate(zip(one, two, strict=True)):
        assert a.keys() == b.keys()
        for name in a.keys() - set(but):
            assert a[name].tobytes() == b[name].tobytes(), f"{name} differs after step {t}"


def test_these_worlds_are_lively():
    frames = film("altared_harvest")
    for name in ("changed", "violated", "correct", "removed", "returned", "bonus", "truncated"):
        assert sum(frame[name].any() for frame in frames[1:]) > 1, name
    assert any((frame["sanctioned"] > frame["correct"]).any() for frame in frames[1:])
    assert any((frame["hit"] > frame["sanctioned"]).any() for frame in frames[1:])


@pytest.mark.parametrize("rule", RULES)
def test_every_array_is_equal_but_what_is_shown_and_in_vanilla_the_bonus(rule):
    altar = [without_altar(frame) for frame in film("altared_harvest", **RULES[rule])]
    for condition in CONDITIONS:
        other = film("altared_harvest", condition=condition, **RULES[rule])
        blind = [without_altar(frame) for frame in other]
        if condition == "announced":  # the ground under one's own feet is hidden by the code
            assert_equal(altar[1:], blind[1:], but=["observations"])
        elif condition == "vanilla":
            assert_equal([without_pay(f) for f in altar], [without_pay(f) for f in blind])
            assert not any(frame["bonus"].any() for frame in other[1:])
        else:
            assert_equal(altar, blind)


def test_what_is_shown_does_differ():
    altar = film("altared_harvest")
    assert sum(frame["bonus"].sum() for frame in altar[1:]) > 0
    for condition in CONDITIONS:
        pairs = list(zip(altar[1:], film("altared_harvest", condition=condition)[1:], strict=True))
        on_the_altar = any((a["displayed"] != b["displayed"]).any() for a, b in pairs)
        assert on_the_altar == (condition != "announced"), condition
        assert any((a["observations"] != b["observations"]).any() for a, b in pairs), condition


@pytest.mark.parametrize("display", ["blank", "placebo", "random", "permuted", "announced"])
def test_the_same_of_displays_in_poison_berries(display):
    config = {"preset": "altared", "redraw_kinds": False}
    one, two = (film("poison_berries", **config, display=shown) for shown in ("truthful", display))
    but = ["observations"] if display == "announced" else []
    pairs = [[without_altar(frame) for frame in frames] for frames in (one, two)]
    assert_equal(*(frames[1:] for frames in pairs), but=but)


def test_a_yoked_world_is_a_hidden_one_until_its_first_removal():
    hidden = film("altared_harvest", condition="hidden")
    yoked = film("altared_harvest", condition="yoked", yoked_removals=0.05)
    taken = [
        ((f["removed"] > 0) & (f["struck"] == 0)).any(1) if "removed" in f else np.zeros(WORLDS, bool)
        for f in yoked
    ]
    for w in range(WORLDS):
        first = next(t for t in range(STEPS + 1) if taken[t][w])
        assert first > 1
        for a, b in zip(hidden[:first], yoked[:first], strict=True):
            assert all(a[name][w].tobytes() == b[name][w].tobytes() for name in a.keys() - {"streams"})
        assert (hidden[first]["removed_for"][w] != yoked[first]["removed_for"][w]).any()
