"""Values for every field of every game: allowed ones, far from the defaults, and ones that are refused."""

import dataclasses
import math

import numpy as np
from altared.envs import game_module, games
from altared.envs.games.matrix.payoffs import as_table
from hypothesis import strategies as st

CHANCE = st.floats(0, 1)
MONEY = st.sampled_from([0.0, 0.25, 3.0, 20.0])
WHOLE = [-1, 0.5, None, True, "7"]
NOT_A_CHANCE = [-0.1, 1.1, math.nan, "1", True]
NOT_MONEY = [-0.5, math.nan, math.inf, "1", None]
KINDS = st.sets(st.sampled_from("abc")).map(lambda kinds: "".join(sorted(kinds)))
NO_KINDS = ["d", "abd", 3, None, ("a",)]

# Values within the allowed range, far from the defaults, for every field of any game.
ANY = {
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
    "end_after": st.integers(0, 10**9),
    "end_interval": st.integers(1, 10**9),
    "view_forward": st.integers(0, 30),
    "view_backward": st.integers(0, 30),
    "view_left": st.integers(0, 30),
    "view_right": st.integers(0, 30),
    "observe_last_reward": st.booleans(),
    "identity": st.booleans(),
    "institution": st.sampled_from(["none", "fixed", "stock", "episode", "schedule", "vote"]),
    "rule": st.sampled_from(["one_permitted", "one_prohibited"]),
    "prohibited": KINDS,
    "schedule": st.lists(KINDS, min_size=1, max_size=5).map(tuple),
    "schedule_every": st.integers(1, 10),
    "vote_every": st.integers(1, 10),
    "close": CHANCE,
    "open": CHANCE,
    "stock_measure": st.sampled_from(["zone", "weakest_patch"]),
    "notice": st.integers(0, 10),
    "amnesty_on_change": st.booleans(),
    "display": st.sampled_from(["truthful", "blank", "placebo", "random", "permuted", "announced"]),
    "cue": st.sampled_from(["badge", "mark"]),
    "violation_window": st.integers(0, 100),
    "see_own_mark": st.booleans(),
    "sanction": st.sampled_from(["removal", "fine", "graduated"]),
    "sanction_cost": MONEY,
    "sanction_bonus": MONEY,
    "bonus_source": st.sampled_from(["external", "target"]),
    "target_penalty": MONEY,
    "shot_cost": MONEY,
    "ties": st.sampled_from(["first", "each"]),
    "yoked_removals": CHANCE.filter(bool),
    "poison_kind": st.sampled_from("abc"),
    "silly_kind": st.sampled_from("abc"),
    "poison_delay": st.integers(0, 10),
    "poison_duration": st.integers(0, 10),
    "poison_scale": st.floats(-2, 2),
    "redraw_kinds": st.booleans(),
    "known_end": st.booleans(),
    "actions": st.just("discrete"),
    "levels": st.integers(2, 100),
    "catch_limit": st.floats(0.01, 500),
    "capacity": st.floats(200, 10_000),
    "initial_stock": st.floats(50, 100),
    "initial_spread": st.floats(0, 50),
    "law": st.sampled_from(["logistic", "proportional"]),
    "growth": st.floats(0, 3),
    "growth_noise": CHANCE,
    "critical_stock": st.floats(0, 100),
    "price": MONEY,
    "unit_cost": MONEY,
    "effort_cost": MONEY,
    "catchability": st.floats(0.001, 1),
    "crowding": MONEY,
    "income": MONEY,
    "observation_noise": CHANCE,
}
TABLE = st.lists(CHANCE, min_size=1, max_size=14).map(tuple)
OWN = {
    "commons_harvest": {"map": st.sampled_from(["open", "closed", "partnership"]), "regrowth": TABLE},
    "altared_harvest": {
        "map": st.sampled_from(["altared", "altared_wide", "altared_small"]),
        "regrowth": TABLE,
        "preset": st.sampled_from(["source", "feasible", "learnable"]),
        "condition": st.sampled_from(
            ["altar", "hidden", "vanilla", "placebo", "random", "permuted", "announced", "yoked"]
        ),
    },
    "poison_berries": {
        "map": st.just("altared_small"),
        "regrowth": st.tuples(CHANCE, CHANCE, CHANCE),
        "preset": st.sampled_from(["koster2022", "altared"]),
        "condition": st.sampled_from(["no_rule", "important_rule", "silly_rule"]),
    },
    "fishing": {"preset": st.sampled_from(["logistic", "govsim", "ostrom"])},
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
BAD = {
    "map": ["", None, 3],
    "num_agents": [0, *WHOLE, 255],
    "max_cycles": [*WHOLE, 2**31],
    "apple_reward": [math.nan, math.inf, "1", None],
    "berry_reward": [math.nan, math.inf, "1", None],
    "regrowth": [(), (-0.1,), (0.0, 1.5), (math.nan,), (0.0, "1"), (True,)],
    "growth_radius": [-1.0, math.nan, math.inf, 17.0],
    "beam_length": [0, *WHOLE, 65],
    "beam_radius": [*WHOLE, 65],
    "cooldown": WHOLE,
    "removal_steps": WHOLE,
    "end_chance": NOT_A_CHANCE,
    "end_after": WHOLE,
    "end_interval": [0, *WHOLE],
    "view_forward": [*WHOLE, 65],
    "view_backward": [*WHOLE, 65],
    "view_left": [*WHOLE, 65],
    "view_right": [*WHOLE, 65],
    "observe_last_reward": [0, 1, None, "yes"],
    "identity": [0, 1, None, "no"],
    "institution": ["king", None, 0, "Stock"],
    "rule": ["two_permitted", None, 0],
    "prohibited": NO_KINDS,
    "schedule": [(), "ab", None, 3, ("a", "d"), ("a", None)],
    "schedule_every": [0, *WHOLE],
    "vote_every": [0, *WHOLE],
    "close": NOT_A_CHANCE,
    "open": NOT_A_CHANCE,
    "stock_measure": ["patch", None],
    "notice": WHOLE,
    "amnesty_on_change": [0, 1, None, "yes"],
    "display": ["shown", None],
    "cue": ["colour", None],
    "violation_window": WHOLE,
    "see_own_mark": [0, 1, None, "no"],
    "sanction": ["prison", None],
    "sanction_cost": NOT_MONEY,
    "sanction_bonus": NOT_MONEY,
    "bonus_source": ["state", None],
    "target_penalty": NOT_MONEY,
    "shot_cost": NOT_MONEY,
    "ties": ["last", None],
    "yoked_removals": NOT_A_CHANCE,
    "poison_kind": ["d", "", "ab", None],
    "silly_kind": ["d", "", "bc", None],
    "poison_delay": WHOLE,
    "poison_duration": WHOLE,
    "poison_scale": [math.nan, math.inf, "1", None],
    "redraw_kinds": [0, 1, None],
    "known_end": [0, 1, None],
    "actions": ["both", None],
    "levels": [0, 1, *WHOLE],
    "catch_limit": [0, *NOT_MONEY],
    "capacity": [0, *NOT_MONEY],
    "initial_stock": [*NOT_MONEY, 100.5],
    "initial_spread": [*NOT_MONEY, 0.5],
    "law": ["gompertz", None],
    "growth": NOT_MONEY,
    "growth_noise": NOT_A_CHANCE,
    "critical_stock": [*NOT_MONEY, 100.5],
    "price": NOT_MONEY,
    "unit_cost": NOT_MONEY,
    "effort_cost": NOT_MONEY,
    "catchability": [0, *NOT_MONEY],
    "crowding": NOT_MONEY,
    "income": NOT_MONEY,
    "observation_noise": NOT_A_CHANCE,
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
    "rounds": [*WHOLE, 2**31],
    "condition": ["dark", None, 3],
}
BAD_OF = {
    game: [(field.name, value) for field in dataclasses.fields(game_module(game).configure())
           for value in BAD[field.name]]
    for game in games()
}  # fmt: skip


def coherent(game, config) -> dict:
    """The same fields without those that contradict others among them."""
    config = dict(config)
    if game == "commons_harvest":
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
    fields = [field.name for field in dataclasses.fields(game_module(game).configure())]
    cases = {name: (OWN[game] | ANY)[name] for name in fields}
    return st.fixed_dictionaries({}, optional=cases).map(lambda config: coherent(game, config))
