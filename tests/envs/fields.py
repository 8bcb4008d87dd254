"""Values for every field of every game: allowed ones, far from the defaults, and ones that are refused.

Both follow from what a field says it may hold. By hand are the fields that a function checks, and those of
whose values only some make a world that a test can play.
"""

import math

import numpy as np
from altared.envs import game_module, games
from altared.envs.engine.config import OneOf, Text, Within, allowed_in, as_chances, as_flag
from altared.envs.games.matrix.payoffs import as_table
from hypothesis import strategies as st
from outside import orchard

CHANCE = st.floats(0, 1)
MONEY = st.sampled_from([0.0, 0.25, 3.0, 20.0])
KINDS = st.sets(st.sampled_from("abc")).map(lambda kinds: "".join(sorted(kinds)))
NO_KINDS = ["d", "abd", 3, None, ("a",)]

# Some of the values that a field may hold: those with which a small world can be played for a few steps.
PLAYABLE = {
    "num_agents": st.integers(1, 12),
    "max_cycles": st.integers(0, 10**6).filter(lambda n: n == 0 or n > 15),
    "apple_reward": st.floats(-100, 100, width=32),
    "berry_reward": st.floats(-100, 100, width=32),
    "growth_radius": st.floats(0, 8).map(lambda radius: round(radius, 3)),
    "beam_length": st.integers(1, 20),
    "beam_radius": st.integers(0, 10),
    "cooldown": st.integers(0, 100),
    "removal_steps": st.integers(0, 200),
    "end_chance": st.just(0.0),
    "view_forward": st.integers(0, 30),
    "view_backward": st.integers(0, 30),
    "view_left": st.integers(0, 30),
    "view_right": st.integers(0, 30),
    "schedule_every": st.integers(1, 10),
    "vote_every": st.integers(1, 10),
    "notice": st.integers(0, 10),
    "violation_window": st.integers(0, 100),
    "sanction_cost": MONEY,
    "sanction_bonus": MONEY,
    "target_penalty": MONEY,
    "shot_cost": MONEY,
    "yoked_removals": CHANCE.filter(bool),
    "poison_delay": st.integers(0, 10),
    "poison_duration": st.integers(0, 10),
    "poison_scale": st.floats(-2, 2),
    "actions": st.just("discrete"),
    "levels": st.integers(2, 100),
    "catch_limit": st.floats(0.01, 500),
    "capacity": st.floats(200, 10_000),
    "initial_stock": st.floats(50, 100),
    "initial_spread": st.floats(0, 50),
    "growth": st.floats(0, 3),
    "critical_stock": st.floats(0, 100),
    "price": MONEY,
    "unit_cost": MONEY,
    "effort_cost": MONEY,
    "catchability": st.floats(0.001, 1),
    "crowding": MONEY,
    "income": MONEY,
    # checked by functions
    "institution": st.sampled_from(["none", "fixed", "stock", "episode", "schedule", "vote"]),
    "prohibited": KINDS,
    "schedule": st.lists(KINDS, min_size=1, max_size=5).map(tuple),
}
OWN = {
    "orchard": {"map": st.just(orchard.MAP), "num_agents": st.integers(1, 6)},
    "commons_harvest": {"map": st.sampled_from(["open", "closed", "partnership"])},
    "altared_harvest": {"map": st.sampled_from(["altared", "altared_wide", "altared_small"])},
    "poison_berries": {"map": st.just("altared_small"), "regrowth": st.tuples(CHANCE, CHANCE, CHANCE)},
    "fishing": {},
    "matrix_games": {
        "preset": st.sampled_from(["prisoners_dilemma", "chicken", "rock_paper_scissors", "public_goods"]),
        "payoffs": st.lists(st.floats(-100, 100), min_size=24, max_size=24).map(
            lambda flat: as_table(np.reshape(flat, (2, 2, 2, 3)))
        ),
        "action_names": st.sampled_from([("swim", "walk"), ("left", "far right")]),
        "cooperative": st.just(""),
        "rounds": st.sampled_from([0, 1, 3, 10**6]),
        "end_chance": CHANCE,
    },
}
# Refused by a function, or for what other fields are by default.
BAD = {
    "map": ["", None, 3],
    "institution": ["king", None, 0, "Stock"],
    "prohibited": NO_KINDS,
    "schedule": [(), "ab", None, 3, ("a", "d"), ("a", None)],
    "initial_stock": [100.5],
    "initial_spread": [0.5],
    "critical_stock": [100.5],
    "preset": ["sauce", None, 3],
    "payoffs": [
        (),
        3,
        None,
        "x",
        "[1, 2",
        [1.0, 2.0],
        [[1.0, 2.0], [3.0, 4.0]],
        [["a", "b"], ["c", "d"]],
        [[[1.0, 2.0], [3.0]], [[1.0, 2.0], [3.0, 4.0]]],  # ragged
        [[[1.0], [2.0]], [[3.0], [4.0]]],  # of one player where there are two axes
        [[[1.0, math.nan], [0.0, 0.0]], [[0.0, 0.0], [0.0, 0.0]]],
        [[[1.0, math.inf], [0.0, 0.0]], [[0.0, 0.0], [0.0, 0.0]]],
        [[[1.0, 1e7], [0.0, 0.0]], [[0.0, 0.0], [0.0, 0.0]]],
        [[[1.0, 1.0]] * 3] * 2,  # unequal numbers of actions
        [[[1.0, 1.0]]],  # one action
        [[[True, True]] * 2] * 2,
    ],
    "action_names": ["ab", None, 3, ("a",), ("a", "a"), ("a", ""), ("a", 3), ("a", "b", "c")],
    "cooperative": ["be nice", None, 3],
}


def allowed_of(game) -> dict:
    """What each field of a game may hold."""
    return allowed_in(type(game_module(game).configure()))


def good(allowed):
    """Any values that a field may hold; None where a function checks it."""
    if isinstance(allowed, Within):
        return (
            st.integers(allowed.low, allowed.high) if allowed.whole else st.floats(allowed.low, allowed.high)
        )
    if isinstance(allowed, OneOf):
        return st.sampled_from(allowed.known)
    known = {as_flag: st.booleans(), as_chances: st.lists(CHANCE, min_size=1, max_size=14).map(tuple)}
    return known.get(allowed)


def bad(allowed) -> list:
    """Values that a field may not hold, just outside and of other types; none where a function checks it."""
    if isinstance(allowed, Within) and allowed.whole:
        return [allowed.low - 1, allowed.high + 1, 0.5, None, True, "7"]
    if isinstance(allowed, Within):
        outside = [math.nextafter(allowed.low, -math.inf), math.nextafter(allowed.high, math.inf)]
        return [*outside, math.nan, math.inf, "1", None, True]
    if isinstance(allowed, OneOf):
        return ["nonsense", allowed.known[0].title(), None, 3, ("a",)]
    if isinstance(allowed, Text):
        return [None, 3]
    known = {
        as_flag: [0, 1, None, "yes"],
        as_chances: [(), (-0.1,), (0.0, 1.5), (math.nan,), (0.0, "1"), (True,)],
    }
    return known.get(allowed, [])


BAD_OF = {
    game: [(name, value) for name, allowed in allowed_of(game).items()
           for value in [*bad(allowed), *BAD.get(name, [])]]
    for game in games()
}  # fmt: skip


def coherent(game, config) -> dict:
    """The same fields without those that contradict others among them."""
    config = dict(config)
    if game in ("commons_harvest", "orchard"):
        return config
    if game == "fishing":
        spread = {"initial_stock": 60.0, "capacity": 200.0} if "initial_spread" in config else {}
        endless = {"known_end": False} if config.get("max_cycles") == 0 else {}
        return config | spread | endless
    if game == "matrix_games":
        unfit = {"preset"} if "payoffs" in config else {"action_names"}
        return {name: value for name, value in config.items() if name not in unfit}
    config["close"], config["open"] = sorted((config.get("close", 0.3), config.get("open", 0.4)))
    if config.get("institution") == "vote" or config.get("preset") in ("feasible", "learnable"):
        config["rule"] = "one_permitted"
    if config.get("sanction") == "graduated":
        config["bonus_source"] = "external"
    if config.get("yoked_removals"):
        config["removal_steps"] = 3
    if game == "poison_berries":
        config["silly_kind"] = {"a": "b", "b": "c", "c": "a"}[config.get("poison_kind", "a")]
        config["institution"] = config.get("institution", "fixed")
        dropped = {"prohibited"} if config["institution"] == "fixed" else set()
    else:
        condition = config.get("condition", "altar")
        yoke = {"yoked_removals": 0.5, "removal_steps": 3} if condition == "yoked" else {}
        config |= yoke
        dropped = {"display"} | ({"yoked_removals"} if not yoke else set())
        dropped |= {"sanction_bonus"} if condition == "vanilla" else set()
    return {name: value for name, value in config.items() if name not in dropped}


def any_config(game):
    """Some of the fields of a game, with any values that go together."""
    by_hand = PLAYABLE | OWN[game]
    cases = {name: by_hand.get(name, good(allowed)) for name, allowed in allowed_of(game).items()}
    return st.fixed_dictionaries({}, optional=cases).map(lambda config: coherent(game, config))
