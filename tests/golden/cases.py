"""What the golden test plays: settings in which every mechanism is at work."""

from collections.abc import Iterator
from typing import Any

from . import names, own, own_then
from .case import (
    BERRIES,
    CHANCY,
    EVERYBODY,
    HARVEST,
    LAKE,
    LIVELY,
    LOPSIDED,
    POND,
    REWARDS,
    ROOM,
    RULED,
    SMALL,
    UNEQUAL,
    Case,
)


def all_cases() -> dict[str, Case]:
    """By name."""
    made = [case for family in FAMILIES for case in family()]
    cases = {case.name: case for case in made}
    assert len(cases) == len(made), "two cases have one name"
    return cases


# Commons Harvest -------------------------------------------------------------------------------------


def harvest_cases() -> Iterator[Case]:
    """Maps, numbers, views, seeds, endings, rewards."""
    game = "commons_harvest"
    for place in ("open", "closed", "partnership"):
        yield Case(f"{game} usual {place}", game, {"map": place, "max_cycles": 80})
    yield Case(f"{game} lively", game, HARVEST, kinds=("rgb",), snapshot=True)
    yield Case(f"{game} threads", game, HARVEST, worlds=4, threads=2)
    yield Case(f"{game} seeds", game, HARVEST, seed=(5, 2**64 - 1, 9))
    yield Case(f"{game} by hand", game, HARVEST, auto_reset=False)
    yield Case(f"{game} pond", game, {**HARVEST, "map": POND, "num_agents": 3})
    yield Case(f"{game} chance alone", game, {**HARVEST, "max_cycles": 0})
    yield Case(f"{game} alone", game, {**HARVEST, "num_agents": 1}, worlds=2)
    yield Case(f"{game} crowd", game, {**HARVEST, "num_agents": 16}, worlds=2)
    yield Case(f"{game} wide beam", game, {**HARVEST, "beam_length": 6, "beam_radius": 2, "cooldown": 0})
    yield Case(f"{game} no removal", game, {**HARVEST, "removal_steps": 0, "beam_radius": 0})
    yield Case(f"{game} near", game, {**HARVEST, "growth_radius": 1.0, "apple_reward": 2.5})
    lopsided = {"view_forward": 3, "view_backward": 2, "view_left": 4, "view_right": 1}
    yield Case(f"{game} narrow view", game, {**HARVEST, **lopsided}, kinds=("rgb",))
    yield from layer_cases(game, HARVEST)
    yield from reward_cases(game, {**HARVEST, "map": POND, "num_agents": 4})
    for who in ("random", "greedy", "sustainable", "vigilante"):
        yield Case(f"{game} of {who}", game, {**HARVEST, "max_cycles": 100}, people=who, worlds=2)


def layer_cases(game: str, options: dict[str, Any]) -> Iterator[Case]:
    """Further layers of the views, and other forms of them."""
    layers = {"observe_last_reward": True, "identity": True}
    for name in layers:
        yield Case(f"{game} {name}", game, {**options, name: True}, snapshot=True)
    yield Case(f"{game} both layers", game, {**options, **layers})
    yield Case(f"{game} planes", game, options, seeing={"observation": "planes"})
    first = {"observation": "planes", "channels_first": True, "dtype": "float32"}
    yield Case(f"{game} planes first", game, options, seeing=first)
    yield Case(f"{game} layers first", game, {**options, **layers}, seeing=first, worlds=2)
    rgb = {"observation": "rgb", "channels_first": True}
    yield Case(f"{game} rgb first", game, options, seeing=rgb, worlds=2, steps=70)


def reward_cases(game: str, options: dict[str, Any], **others: Any) -> Iterator[Case]:
    """Every reward view."""
    for name, reward in REWARDS.items():
        yield Case(f"{game} paid {name}", game, options, reward=reward, **others)


# Altared Harvest -------------------------------------------------------------------------------------

NORMS: dict[str, dict[str, Any]] = {
    "none": {"institution": "none"},
    "fixed": {"institution": "fixed", "prohibited": "c"},
    "fixed, nothing": {"institution": "fixed", "prohibited": ""},
    "episode": {"institution": "episode", "bonus_source": "target"},
    "schedule": {"institution": "schedule", "schedule_every": 7, "notice": 2},
    "schedule of two": {"institution": "schedule", "schedule": ("a", "", "bc"), "schedule_every": 11},
    "vote": {"institution": "vote", "vote_every": 5},
    "one prohibited": {"rule": "one_prohibited"},
    "one prohibited an episode": {"rule": "one_prohibited", "institution": "episode"},
    "zone": {"close": 0.7, "open": 0.85, "stock_measure": "zone"},
    "weakest patch": {"close": 0.7, "open": 0.85, "stock_measure": "weakest_patch"},
    "notice": {"notice": 4, "close": 0.9, "open": 0.9},
    "no amnesty": {"amnesty_on_change": False, "close": 0.9, "open": 0.9},
    "mark": {"cue": "mark"},
    "own mark": {"cue": "mark", "see_own_mark": True, "violation_window": 0},
    "badge for ever": {"violation_window": 0},
    "fine": {"sanction": "fine", "target_penalty": 7.5, "removal_steps": 0},
    "graduated": {"sanction": "graduated", "target_penalty": 3.0, "violation_window": 30},
    "paid by the target": {"bonus_source": "target", "target_penalty": 20.0},
    "each tie": {"ties": "each", "cooldown": 0, "beam_radius": 2},
    "first tie": {"ties": "first", "cooldown": 0, "beam_radius": 2},
    "shots cost": {"shot_cost": 0.5, "sanction_cost": 2.0, "sanction_bonus": 3.0},
    "no cost": {"sanction_cost": 0.0, "shot_cost": 0.0},
}


def altared_cases() -> Iterator[Case]:
    """Presets, conditions, maps, norms, views, people."""
    game = "altared_harvest"
    for preset in ("source", "feasible", "learnable"):
        yield Case(f"{game} preset {preset}", game, {"preset": preset, "max_cycles": 90})
        rules = {"preset": preset, "map": ROOM, "num_agents": 6, "max_cycles": 60}
        yield Case(f"{game} preset {preset} in a room", game, rules)
    for place in ("altared", "altared_wide", "altared_small"):
        agents = {"num_agents": 4} if place == "altared_small" else {}
        yield Case(f"{game} map {place}", game, {**HARVEST, "map": place, **agents}, kinds=("rgb",))
    for condition in ("altar", "hidden", "vanilla", "placebo", "random", "permuted", "announced", "yoked"):
        yoke = {"yoked_removals": 0.05} if condition == "yoked" else {}
        options = {**RULED, "condition": condition, **yoke}
        yield Case(f"{game} condition {condition}", game, options, kinds=("rgb",) * (not yoke))
    for name, norms in NORMS.items():
        yield Case(f"{game} {name}", game, {**RULED, **norms})
    users = {
        **RULED,
        "institution": (own_then if names.forgotten() else own).spare_the_scarcest,
        "max_cycles": 30,
    }
    yield Case(f"{game} own institution", game, users, steps=80, worlds=2, compiled=False)
    voting = {"institution": "vote", "vote_every": 5, "condition": "placebo"}
    yield Case(f"{game} placebo vote", game, {**RULED, **voting})
    timed = {"institution": "schedule", "schedule_every": 7, "condition": "permuted", "notice": 1}
    yield Case(f"{game} permuted schedule", game, {**RULED, **timed})
    yield Case(f"{game} lively", game, {**SMALL, **CHANCY}, snapshot=True, kinds=("rgb",))
    yield Case(f"{game} threads", game, RULED, worlds=4, threads=2)
    yield Case(f"{game} by hand", game, {**RULED, **CHANCY}, auto_reset=False)
    yield Case(f"{game} seeds", game, RULED, seed=(0, 3, 2**63))
    yield Case(f"{game} rule hidden", game, RULED, seeing={"hide_rule": True})
    hidden = {"observation": "planes", "hide_rule": True}
    yield Case(f"{game} rule hidden in planes", game, RULED, seeing=hidden)
    yield from layer_cases(game, RULED)
    yield from reward_cases(game, RULED)
    for who in EVERYBODY:
        yield Case(f"{game} of {who}", game, {**SMALL, "max_cycles": 110}, people=who, worlds=2, steps=230)
    society = {**LIVELY, "num_agents": len(EVERYBODY), "max_cycles": 200, "close": 0.8, "open": 0.9}
    yield Case(f"{game} society", game, society, people=EVERYBODY, worlds=2, steps=300)
    marked = {**society, "cue": "mark", "rule": "one_prohibited", "ties": "each", "condition": "announced"}
    yield Case(f"{game} society with marks", game, marked, people=EVERYBODY, worlds=2, steps=300)
    voters = {**SMALL, "num_agents": 8, "institution": "vote", "vote_every": 20, "max_cycles": 150}
    yield Case(f"{game} voters", game, voters, people=EVERYBODY[:8], worlds=2, steps=300)


# Poison berries --------------------------------------------------------------------------------------


def berry_cases() -> Iterator[Case]:
    """Presets, conditions, poison, redrawn kinds, displays, people."""
    game = "poison_berries"
    for preset in ("koster2022", "altared"):
        usual = {"preset": preset, "max_cycles": 100, "poison_delay": 20, "poison_duration": 30}
        yield Case(f"{game} preset {preset}", game, usual)
        for condition in ("no_rule", "important_rule", "silly_rule"):
            options = {**BERRIES, "preset": preset, "condition": condition}
            yield Case(f"{game} {preset} {condition}", game, options, kinds=("rgb",))
    for shown in ("truthful", "blank", "placebo", "random", "permuted", "announced"):
        for redraw in (True, False):
            options = {**BERRIES, "preset": "altared", "display": shown, "redraw_kinds": redraw}
            yield Case(f"{game} {shown}{' redrawn' * redraw}", game, options)
    yield Case(f"{game} other kinds", game, {**BERRIES, "poison_kind": "c", "silly_kind": "a"})
    yield Case(f"{game} another kind", game, {**BERRIES, "poison_kind": "b", "silly_kind": "c"})
    yield Case(f"{game} healing", game, {**BERRIES, "poison_scale": -0.5, "berry_reward": 2.0})
    for name in ("none", "episode", "schedule", "vote", "one prohibited", "zone", "weakest patch", "notice"):
        options = {"institution": "stock", "prohibited": "", **BERRIES, "preset": "altared", **NORMS[name]}
        yield Case(f"{game} {name}", game, options)
    for name in ("no amnesty", "own mark", "graduated", "paid by the target", "each tie", "shots cost"):
        yield Case(f"{game} {name}", game, {**BERRIES, "removal_steps": 4, **NORMS[name]})
    yield Case(f"{game} yoked", game, {**BERRIES, "yoked_removals": 0.05, "removal_steps": 3})
    yield Case(f"{game} removal", game, {**BERRIES, **CHANCY, "sanction": "removal", "removal_steps": 4})
    yield Case(f"{game} lively", game, {**BERRIES, **CHANCY, "map": "berries"}, snapshot=True)
    yield Case(f"{game} by hand", game, BERRIES, auto_reset=False)
    yield from layer_cases(game, BERRIES)
    yield from reward_cases(game, BERRIES)
    people = ("compliant", "enforcer", "badge_hunter", "greedy", "vigilante", "violate_and_police")
    usual = {**BERRIES, "map": "berries", "max_cycles": 150, "poison_delay": 20, "poison_duration": 30}
    for preset in ("koster2022", "altared"):
        options = {**usual, "preset": preset}
        yield Case(f"{game} {preset} society", game, options, people=people, worlds=2, steps=300)


# Fishing ---------------------------------------------------------------------------------------------


def fishing_cases() -> Iterator[Case]:
    """Presets, actions, laws, noise, known ends, people."""
    game = "fishing"
    for preset in ("logistic", "govsim", "ostrom"):
        for actions in ("discrete", "continuous"):
            options = {"preset": preset, "actions": actions}
            yield Case(f"{game} {preset} {actions}", game, options)
    noisy = {"initial_stock": 70.0, "initial_spread": 20.0, "growth_noise": 0.2, "observation_noise": 0.1}
    mild = {"catch_limit": 5.0, "max_cycles": 25}
    yield Case(f"{game} noisy", game, {**LAKE, **noisy, **mild}, snapshot=True)
    yield Case(f"{game} noisy continuous", game, {**LAKE, **noisy, **mild, "actions": "continuous"})
    yield Case(f"{game} threads", game, {**LAKE, **noisy}, worlds=4, threads=2)
    yield Case(f"{game} seeds", game, {**LAKE, **noisy}, seed=(1, 2, 2**64 - 1))
    yield Case(f"{game} by hand", game, {**LAKE, **noisy, "known_end": True}, auto_reset=False)
    yield Case(f"{game} known end", game, {**LAKE, **mild, "known_end": True})
    yield Case(f"{game} proportional", game, {**LAKE, **noisy, "law": "proportional", "growth": 0.3})
    money = {"unit_cost": 0.1, "effort_cost": 0.4, "crowding": 0.02, "income": 1.5, "price": 2.0}
    yield Case(f"{game} money", game, {**LAKE, **mild, **money, "catchability": 0.02, "levels": 7})
    yield Case(f"{game} endless", game, {**LAKE, **noisy, "max_cycles": 0, "critical_stock": 20.0})
    yield Case(f"{game} alone", game, {**mild, "num_agents": 1, "critical_stock": 0.0})
    yield from reward_cases(game, {**LAKE, **noisy, "catch_limit": 6.0})
    for who in ("random", "greedy", "sustainable"):
        yield Case(f"{game} of {who}", game, {**LAKE, **noisy}, people=who)
    yield Case(f"{game} mixed", game, LAKE, people=("greedy", "sustainable", "random", "sustainable"))


# Matrix games ----------------------------------------------------------------------------------------

TABLES_BY_NAME = (
    *("prisoners_dilemma", "slides_dilemma", "chicken", "stag_hunt", "bach_or_stravinsky"),
    *("pure_coordination", "ranked_coordination", "matching_pennies", "rock_paper_scissors", "public_goods"),
)


def matrix_cases() -> Iterator[Case]:
    """Presets, tables of one's own, ends."""
    game = "matrix_games"
    for preset in TABLES_BY_NAME:
        yield Case(f"{game} {preset}", game, {"preset": preset, "max_cycles": 30})
    yield Case(f"{game} unequal", game, {"payoffs": UNEQUAL, "max_cycles": 25}, snapshot=True)
    yield Case(f"{game} lopsided", game, {"payoffs": LOPSIDED, "action_names": ("swim", "far walk")})
    yield Case(f"{game} one shot", game, {"preset": "chicken", "rounds": 1})
    yield Case(f"{game} rounds", game, {"preset": "stag_hunt", "rounds": 7}, seed=(3, 4, 5))
    yield Case(f"{game} uncertain end", game, {"end_chance": 0.1, "max_cycles": 0}, worlds=4, threads=2)
    yield Case(f"{game} by hand", game, {"end_chance": 0.05, "max_cycles": 20}, auto_reset=False)
    yield from reward_cases(game, {"payoffs": UNEQUAL, "max_cycles": 25})
    yield Case(f"{game} of random", game, {"preset": "public_goods", "max_cycles": 20}, people="random")


# Contracts -------------------------------------------------------------------------------------------

POLLED = {"acceptance": "majority", "proposer": -1, "polled": 2}
PROCEDURES: dict[str, dict[str, Any]] = {
    "negotiated": {"procedure": "negotiated"},
    "polled": {"procedure": "negotiated", **POLLED},
    "random": {"procedure": "random", "null_chance": 0.4},
    "fixed": {"procedure": "fixed"},
}


def contract_cases() -> Iterator[Case]:
    """Every contract by every procedure, where it applies."""
    dilemma, three = {"rounds": 6}, {"preset": "public_goods", "rounds": 6}
    brief = {"max_cycles": 25}
    players = (
        ("low_density_harvest", "commons_harvest", {**HARVEST, **brief, "num_agents": 4}, 6.5),
        ("low_density_harvest", "altared_harvest", {**RULED, **brief}, 2.0),
        ("low_density_harvest", "poison_berries", {**BERRIES, **brief}, 10.0),
        ("action_fee", "matrix_games", three, 1.25),
        ("fishing_tax", "fishing", {**LAKE, "max_cycles": 12}, 0.75),
    )
    for contract, game, options, theta in players:
        for name, terms in PROCEDURES.items():
            binding = {"theta": theta} if name == "fixed" else {}
            agreed = {"name": contract, **terms, **binding}
            snapshot = name == "negotiated"
            yield Case(
                f"{game} {contract} {name}",
                game,
                {**options, "contract": agreed},
                worlds=4,
                snapshot=snapshot,
            )
    free = {"name": "fishing_tax", "settings": {"desired": 2.0, "signing_payment": 3.0, "low": 0.5}}
    options = {**LAKE, "max_cycles": 12, "num_agents": 2, "actions": "continuous", "contract": free}
    yield Case("fishing fishing_tax settings", "fishing", options)
    fee = {"name": "action_fee", "settings": {"action": 0, "high": 2.0, "null": -1.0}}
    yield Case("matrix_games action_fee settings", "matrix_games", {**dilemma, "contract": fee})
    dense = {"name": "low_density_harvest", "settings": {"fewer_than": 8}, "procedure": "random"}
    first = {"observation": "planes", "channels_first": True, "dtype": "float32"}
    options = {**HARVEST, "num_agents": 3, "contract": dense}
    yield Case("commons_harvest contract in planes", "commons_harvest", options, seeing=first, worlds=2)
    yield Case("commons_harvest contract by hand", "commons_harvest", options, auto_reset=False)
    options = {**HARVEST, "num_agents": 4, "contract": {"name": "low_density_harvest", **POLLED}}
    yield Case("commons_harvest contract of people", "commons_harvest", options, people="sustainable")


# The APIs of one world -------------------------------------------------------------------------------


def door_cases() -> Iterator[Case]:
    """PettingZoo, and one learner among residents."""
    one = {"worlds": 1, "steps": 100}
    games = {
        "commons_harvest": {**HARVEST, "map": POND, "num_agents": 4},
        "altared_harvest": {**RULED, **CHANCY},
        "poison_berries": {
            **BERRIES,
            **CHANCY,
            "preset": "altared",
            "removal_steps": 3,
            "sanction": "removal",
        },
        "fishing": {**LAKE, "max_cycles": 15, "catch_limit": 5.0, "known_end": True},
        "matrix_games": {"payoffs": UNEQUAL, "max_cycles": 15, "end_chance": 0.1},
    }
    for game, options in games.items():
        yield Case(f"{game} env", game, options, door="env", **one)
    for game in ("commons_harvest", "altared_harvest", "poison_berries"):
        tiles = {"observation": "tiles"}
        yield Case(f"{game} env tiles", game, games[game], door="env", seeing=tiles, **one)
    contract = {"name": "fishing_tax", **POLLED}
    options = {**games["fishing"], "actions": "discrete", "contract": contract}
    yield Case("fishing env contract", "fishing", options, door="env", **one)
    layers = {**games["commons_harvest"], "identity": True, "observe_last_reward": True}
    yield Case("commons_harvest env layers", "commons_harvest", layers, door="env", reward="shared", **one)
    yield Case("commons_harvest solo", "commons_harvest", games["commons_harvest"], door="solo",
               people=("greedy", "random", "sustainable"), **one)  # fmt: skip
    citizens = ("enforcer", "compliant", "vigilante", "greedy", "badge_hunter")
    for name, seeing in {"solo": {}, "solo rule hidden": {"hide_rule": True, "observation": "tiles"}}.items():
        options = {**SMALL, **CHANCY, "num_agents": 6}
        yield Case(f"altared_harvest {name}", "altared_harvest", options, door="solo", people=citizens,
                   seeing=seeing, **one)  # fmt: skip
    yield Case("poison_berries solo", "poison_berries", games["poison_berries"], door="solo",
               people=citizens, **one)  # fmt: skip
    options = {**games["fishing"], "actions": "discrete"}
    yield Case("fishing solo", "fishing", options, door="solo",
               people=("greedy", "sustainable", "random"), **one)  # fmt: skip
    yield Case("matrix_games solo", "matrix_games", games["matrix_games"], door="solo",
               people=("random", "random"), **one)  # fmt: skip


FAMILIES = (
    *(harvest_cases, altared_cases, berry_cases, fishing_cases, matrix_cases),
    *(contract_cases, door_cases),
)
