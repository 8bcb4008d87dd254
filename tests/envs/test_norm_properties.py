"""Whatever the norms, the map and the actions: every step keeps the rules, as `slow_norms.py` reads them."""

from collections import Counter

import numpy as np
import pytest
from altared.envs import make_batch
from hypothesis import given
from hypothesis import strategies as st

from .slow_norms import NormWitness
from .test_properties import GENTLE, maps_and_agents

STAKES = st.sampled_from([0.0, 0.5, 2.0, 10.0])
FEW = st.integers(0, 4)
SETS = st.sampled_from(["", "a", "b", "c", "ab", "ac", "bc", "abc"])
SHARES = st.tuples(st.sampled_from([0.0, 0.3, 0.5, 0.9]), st.sampled_from([0.0, 0.1, 0.5]))


@st.composite
def norms(draw):
    """Fields of `Norms` that do not contradict each other."""
    close, gap = draw(SHARES)
    fields = {
        "institution": draw(
            st.sampled_from(["none", "fixed", "stock", "stock", "episode", "schedule", "vote"])
        ),
        "rule": draw(st.sampled_from(["one_permitted", "one_prohibited"])),
        "schedule": tuple(draw(st.lists(SETS, min_size=1, max_size=4))),
        "schedule_every": draw(st.integers(1, 5)),
        "vote_every": draw(st.integers(1, 5)),
        "close": close,
        "open": min(close + gap, 1.0),
        "stock_measure": draw(st.sampled_from(["zone", "weakest_patch"])),
        "notice": draw(FEW),
        "amnesty_on_change": draw(st.booleans()),
        "cue": draw(st.sampled_from(["badge", "mark"])),
        "violation_window": draw(st.sampled_from([0, 1, 3, 12])),
        "see_own_mark": draw(st.booleans()),
        "sanction": draw(st.sampled_from(["removal", "fine", "graduated"])),
        "sanction_cost": draw(STAKES),
        "sanction_bonus": draw(STAKES),
        "bonus_source": draw(st.sampled_from(["external", "target"])),
        "target_penalty": draw(STAKES),
        "shot_cost": draw(STAKES),
        "ties": draw(st.sampled_from(["first", "each"])),
    }
    if fields["institution"] == "vote":
        fields["rule"] = "one_permitted"
    if fields["sanction"] == "graduated":
        fields["bonus_source"] = "external"
    return fields


@st.composite
def physics(draw):
    sight = st.integers(0, 6)
    map_and_agents = draw(maps_and_agents("   aaabbccPPQ#^", "abc^PPP", largest=5, least=3))
    return map_and_agents | {
        "growth_radius": draw(st.sampled_from([1.0, 2.0, 3.0])),
        "beam_length": draw(st.integers(1, 5)),
        "beam_radius": draw(FEW),
        "cooldown": draw(st.integers(0, 2)),
        "removal_steps": draw(FEW),
        "view_forward": draw(sight),
        "view_backward": draw(sight),
        "view_left": draw(sight),
        "view_right": draw(sight),
    }


def play(game, config, steps, seed, zeal=0.3) -> Counter:
    """Random play of two worlds under a witness, a share `zeal` more shots; how often what happened."""
    batch, happened = make_batch(game, num_worlds=2, **config), Counter()
    witness, rng = NormWitness(batch), np.random.default_rng(seed)
    witness.start(batch.reset(seed=seed))
    for _ in range(steps):
        actions = rng.integers(0, 8, (batch.num_worlds, batch.num_agents))
        actions[rng.random(actions.shape) < zeal] = 7
        step = batch.step(actions)
        witness.check(actions, step)
        happened.update({name: int((array != 0).sum()) for name, array in step.events._asdict().items()})
    return happened


CONDITIONS = st.sampled_from(
    ["altar", "hidden", "vanilla", "placebo", "random", "permuted", "announced", "yoked"]
)
REGROWTH = st.lists(st.sampled_from([0.0, 0.1, 0.5, 1.0]), min_size=1, max_size=4).map(tuple)


@GENTLE
@given(fields=norms(), world=physics(), condition=CONDITIONS, prohibited=SETS, regrowth=REGROWTH,
       seed=st.integers(0, 2**64 - 1))  # fmt: skip
def test_every_step_of_altared_harvest_keeps_the_rules(fields, world, condition, prohibited, regrowth, seed):
    config = fields | world | {"condition": condition, "prohibited": prohibited, "regrowth": regrowth}
    if condition == "vanilla":
        config["sanction_bonus"] = 0.0
    if condition == "yoked":
        config |= {"yoked_removals": 0.3, "removal_steps": max(world["removal_steps"], 1)}
    play("altared_harvest", config, 30, seed)


POISON = st.fixed_dictionaries(
    {
        "condition": st.sampled_from(["no_rule", "important_rule", "silly_rule"]),
        "poison_kind": st.sampled_from("ac"),
        "poison_delay": st.sampled_from([0, 1, 4]),
        "poison_duration": st.sampled_from([0, 1, 3, 12]),
        "poison_scale": st.sampled_from([0.65, 0.5, 0.0, -1.0]),
        "berry_reward": st.sampled_from([4.0, 1.5]),
        "regrowth": st.tuples(*[st.sampled_from([0.0, 0.1, 0.5, 1.0])] * 3),
        "display": st.sampled_from(["truthful", "blank", "placebo", "random", "permuted", "announced"]),
        "redraw_kinds": st.booleans(),
    }
)


@GENTLE
@given(fields=norms(), world=physics(), poison=POISON, seed=st.integers(0, 2**64 - 1))
def test_every_step_of_poison_berries_keeps_the_rules(fields, world, poison, seed):
    play("poison_berries", fields | world | poison, 30, seed)


ROOM = "\n".join(["#########", "#Qab ^aa#", "# abb cc#", "# c Qca #", "#PPPPPPP#", "#########"]) + "\n"
GROWING = {"regrowth": (0.1, 0.3, 0.6, 1.0), "close": 0.7, "open": 0.8}
CROWDS = {
    "by stock": {"violation_window": 6},
    "weakest patch": {"stock_measure": "weakest_patch", "notice": 2, "bonus_source": "target"},
    "one prohibited": {"rule": "one_prohibited", "cue": "mark", "ties": "each", "see_own_mark": True},
    "by vote": {"institution": "vote", "vote_every": 2, "sanction": "graduated", "target_penalty": 0.5},
    "by schedule": {"institution": "schedule", "schedule_every": 4, "violation_window": 0, "notice": 1},
    "permuted": {"condition": "permuted", "amnesty_on_change": False, "shot_cost": 0.25},
    "placebo": {"condition": "placebo", "sanction": "fine", "target_penalty": 2.0},
}


@pytest.mark.parametrize("name", CROWDS)
def test_a_crowd_in_a_small_room(name):
    config = {**GROWING, "map": ROOM, "num_agents": 6, "cooldown": 0, "removal_steps": 2, **CROWDS[name]}
    happened = play("altared_harvest", config, 300, 4, zeal=0.05)
    lively = {"violated", "correct", "sanctioned", "hit", "changed", "visited"}
    assert min(happened[event] for event in lively) >= 5, happened
    assert happened["correct"] < happened["sanctioned"]
    assert (happened["sanctioned"] < happened["hit"]) == (config.get("ties") != "each")


@pytest.mark.parametrize(("game", "steps"), [("altared_harvest", 120), ("poison_berries", 40)])
def test_the_bundled_maps(game, steps):
    lively = {"regrowth": (0.0, 0.1, 0.2, 0.5)} if game == "altared_harvest" else {"poison_delay": 5}
    play(game, {**lively, "violation_window": 9}, steps, 1)
