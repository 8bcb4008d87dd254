"""Citizens in real worlds: where they think they are, whom their beams reach, what becomes of the commons.

The numbers of whole episodes were measured first; the margins are several times the sampling error.
"""

import time
from functools import cache

import numpy as np
import pytest
from altared.agents.population import Slots, load_population
from altared.agents.scripted import BadgeHunter, Compliant, Enforcer, Greedy, Patroller, Vigilante
from altared.agents.scripted.mental_map import SIDE
from altared.envs import make_batch
from altared.envs.grid import codes
from altared.envs.grid.movement import ACTIONS
from altared.training.evaluate import play

NOOP, TURN_LEFT, TURN_RIGHT, ZAP = 0, 5, 6, 7
AHEAD = np.array([(-1, 0), (0, 1), (1, 0), (0, -1)])  # (y, x) by facing
ROOM = """
#############
#PPP  #  PPP#
#P   a     P#
#  #    ^ # #
#  b  PP  # #
# ## PPP    #
#P  c  PPP  #
#############
"""

# Where they think they are -----------------------------------------------------------------------


def whereabouts(batch) -> np.ndarray:
    """(W * N, 3) int: y, x and facing of every body."""
    p, at = batch.game.params, batch.state.at.astype(int)
    return np.stack([at // p.stride, at % p.stride, batch.state.facing.astype(int)], -1).reshape(-1, 3)


def believed(memory, origin: np.ndarray) -> np.ndarray:
    """The same by the bodies' own maps, which began at `origin`."""
    up, right = ((memory.at // SIDE + SIDE // 2) % SIDE - SIDE // 2) * -1, memory.at % SIDE
    right = (right + SIDE // 2) % SIDE - SIDE // 2
    facing = origin[:, 2]
    place = origin[:, :2] + up * AHEAD[facing] + right * AHEAD[(facing + 1) % 4]
    return np.column_stack([place, (facing + memory.facing[:, 0]) % 4])


@pytest.mark.parametrize("policy", [Compliant(), Patroller(), BadgeHunter(), Vigilante()])
@pytest.mark.parametrize("game", ["altared_harvest", "commons_harvest", "poison_berries"])
def test_bodies_know_where_they_stand(policy, game):
    batch = make_batch(game, num_worlds=6, max_cycles=250, removal_steps=4)
    population = Slots([policy] * batch.num_agents)
    population.start(6, seed=1)
    observations, started = batch.reset(seed=1), np.ones(6, bool)
    bodies = 6 * batch.num_agents
    origin, was_here, wrong, asked = np.zeros((bodies, 3), int), np.zeros(bodies, bool), 0, 0
    for _ in range(500):
        here, truth = batch.state.at.reshape(-1) >= 0, whereabouts(batch)
        fresh = here & (~was_here | np.repeat(started, batch.num_agents))
        origin[fresh] = truth[fresh]
        actions = population.act(observations, started)
        wrong += (believed(policy._memory, origin) != truth)[here].any(1).sum()
        asked += here.sum()
        was_here = here
        step = batch.step(actions)
        observations, started = step.observations, step.terminated | step.truncated
    assert asked > 400 * bodies
    assert wrong < asked / 2000  # two of equal views can be told apart only later


# Whom their beams reach --------------------------------------------------------------------------


def give_badges(observations: np.ndarray) -> np.ndarray:
    """The views with a badge on every other body."""
    seen = observations.copy()
    others = (seen[..., 1] >= codes.OTHER) & (seen[..., 1] < codes.OTHER + 4)
    seen[..., 1][others] += 4
    return seen


@pytest.mark.parametrize(("length", "radius"), [(3, 1), (4, 2)])
def test_who_is_in_reach_is_whom_the_engine_hits(length, radius):
    """In a crowded room: agent 0 fires, or turns and then fires; the others stand still meanwhile."""
    options = {"map": ROOM, "num_agents": 8, "cooldown": 0, "removal_steps": 0, "institution": "none"}
    batch = make_batch(
        "altared_harvest",
        num_worlds=64,
        condition="hidden",
        beam_length=length,
        beam_radius=radius,
        **options,
    )
    hunters, rng = BadgeHunter(beam_length=length, beam_radius=radius), np.random.default_rng(2)
    observations, counts = batch.reset(seed=3), np.zeros(len(ACTIONS), int)
    for _ in range(60):
        hunters.start(64, seed=0)
        chosen = hunters.act(give_badges(observations)[:, 0], np.ones(64, bool)).copy()
        hits = {turn: hits_after(batch, turn) for turn in (NOOP, TURN_LEFT, TURN_RIGHT)}
        assert ((chosen == ZAP) == hits[NOOP]).all()
        if radius <= batch.game.config.view_backward:  # a wider beam reaches, after a turn, the unseen
            assert ((chosen == TURN_LEFT) >= (~hits[NOOP] & hits[TURN_LEFT])).all()
            assert ((chosen == TURN_RIGHT) >= (~hits[NOOP] & ~hits[TURN_LEFT] & hits[TURN_RIGHT])).all()
        counts += np.bincount(chosen, minlength=len(ACTIONS))
        observations = batch.step(rng.integers(0, ZAP, (64, 8))).observations
    assert counts[[ZAP, TURN_LEFT, TURN_RIGHT]].min() > 200


def hits_after(batch, turn: int) -> np.ndarray:
    """(W,) bool: whether agent 0 hits anybody if it fires after `turn`; the worlds stay as they are."""
    before, actions = batch.snapshot(), np.zeros((batch.num_worlds, batch.num_agents), np.int32)
    if turn != NOOP:
        actions[:, 0] = turn
        batch.step(actions)
    actions[:, 0] = ZAP
    hit = batch.step(actions).events.hit[:, 0].any(1)
    batch.restore(before)
    return hit


# What becomes of the commons ---------------------------------------------------------------------


@cache
def episodes(game: str, names: str, **options) -> dict:
    """Means over 8 episodes, of a population or of one name for each slot."""
    batch = make_batch(game, num_worlds=8, **options)
    spec = names.split() if " " in names else names
    columns = play(batch, load_population(spec, batch.num_agents), episodes=8, seed=4)
    columns["meals"] = sum(columns[f"meals_{kind}"] for kind in codes.KIND_NAMES)
    return {name: np.nanmean(column) for name, column in columns.items() if not np.isnan(column).all()}


def test_the_lawful_keep_a_rule_that_lasts():
    for name in ("compliant", "enforcer", "patroller"):
        played = episodes("altared_harvest", name, preset="feasible")
        assert played["compliance"] > 0.97
        assert played["corrected_return"] > 350
        assert played["dead_patches"] < 0.5


def test_the_lawful_keep_the_slides_hasty_rule():
    for name in ("compliant", "enforcer", "patroller"):
        played = episodes("altared_harvest", name)
        assert played["compliance"] > 0.93
        assert played["corrected_return"] > 380
        assert played["depletion"] < 0.75
    assert episodes("altared_harvest", "compliant")["shots"] == 0


@pytest.mark.parametrize("name", ["enforcer", "patroller", "violate_and_police"])
def test_who_looks_at_the_altar_sanctions_precisely(name):
    played = episodes("altared_harvest", name)
    assert played["precision"] > 0.85
    assert played["sanctions"] > 1


def test_patrollers_meet_a_violator_with_sanctions():
    for name in ("enforcer", "patroller"):
        played = episodes("altared_harvest", f"greedy{6 * (' ' + name)}")
        assert played["correct_sanctions"] > 0.5
        assert played["precision"] > 0.85


def test_the_lawless_ruin_the_commons():
    for name in ("free_rider", "badge_hunter", "violate_and_police"):
        played = episodes("altared_harvest", name)
        assert played["depletion"] > 0.9
        assert played["corrected_return"] < 200
        assert played["compliance"] < 0.6


def test_who_shoots_without_the_altar_shoots_at_the_base_rate():
    hunter, vigilante = (
        episodes("altared_harvest", name, preset="feasible") for name in ("badge_hunter", "vigilante")
    )
    police = episodes("altared_harvest", "violate_and_police", preset="feasible")
    assert hunter["precision"] < 0.5 < 0.8 < police["precision"]
    assert vigilante["precision"] < 0.6


def test_with_everything_prohibited_nobody_eats_and_all_wait_at_the_altar():
    batch = make_batch("altared_harvest", num_worlds=4, institution="fixed", prohibited="abc")
    population = Slots([Enforcer()] * batch.num_agents)
    population.start(4, seed=0)
    observations, started = batch.reset(seed=0), np.ones(4, bool)
    for _ in range(200):
        step = batch.step(population.act(observations, started))
        observations, started = step.observations, step.terminated | step.truncated
        assert not step.events.ate.any()
    assert (observations[..., 0] == codes.ALTAR + codes.ALL_KINDS).any((2, 3)).all()


def test_under_a_blank_altar_they_eat_all_kinds_sparingly_and_shoot_nobody():
    for name in ("enforcer", "patroller"):
        played = episodes("altared_harvest", name, condition="hidden")
        assert min(played[f"meals_{kind}"] for kind in codes.KIND_NAMES) > 30
        assert played["shots"] == 0
        assert played["dead_patches"] < 0.5


def test_without_any_altar_they_explore_and_then_eat_sparingly():
    batch = make_batch("commons_harvest", num_worlds=4)
    columns = play(batch, load_population("enforcer", batch.num_agents), episodes=4, seed=0)
    assert columns["collective_return"].mean() > 180
    assert columns["depletion"].mean() < 0.7
    assert columns["shots"].sum() == 0


def test_impatience_sends_them_to_the_altar():
    batch = make_batch("altared_harvest", num_worlds=4, institution="fixed", prohibited="bc")
    visits = {}
    for policy in (Compliant(), Compliant(window=0), Compliant(window=0, patience=10**5)):
        columns = play(batch, Slots([policy] * batch.num_agents), episodes=4, seed=0)
        visits[policy.window, policy.patience] = columns["visits"].mean()
        assert columns["violations"].sum() == 0
    assert visits[0, 6] > visits[25, 6] > 1.5 * visits[0, 10**5]


def test_marks_are_shot_in_poison_berries():
    for name in ("enforcer", "patroller", "violate_and_police", "badge_hunter"):
        played = episodes("poison_berries", name)
        assert played["correct_sanctions"] > 20
        assert played["misdirected_sanctions"] < 2


def test_vigilantes_in_poison_berries_believe_in_the_kind_that_is_everywhere():
    played = episodes("poison_berries", "vigilante")
    assert played["violations"] + played["shots"] == 0 < 100 < played["meals"]


def test_the_altar_is_heeded_in_poison_berries():
    lawful, greedy = (episodes("poison_berries", name, preset="altared") for name in ("compliant", "greedy"))
    assert lawful["violations"] < 20 < 100 < greedy["violations"]
    assert lawful["corrected_return"] > greedy["corrected_return"]


# Speed -------------------------------------------------------------------------------------------


def test_a_map_in_the_head_costs_little_more_than_none():
    """Against the agent that looks at its view alone, on the same views; the best of several runs."""
    batch = make_batch("altared_harvest", num_worlds=64)
    observations = batch.reset(seed=0)
    views, fresh = observations.reshape(-1, *observations.shape[2:]), np.zeros(64 * 7, bool)
    seconds = {}
    for policy in (Greedy(), Enforcer()):
        policy.start(64 * 7, seed=0)
        policy.act(views, ~fresh)
        seconds[type(policy)] = min(timed(policy, views, fresh) for _ in range(20))
    assert seconds[Enforcer] < 20 * seconds[Greedy]


def timed(policy, views, fresh) -> float:
    begin = time.perf_counter()
    policy.act(views, fresh)
    return time.perf_counter() - begin
