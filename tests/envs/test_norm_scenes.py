"""What a scene says of a world with rules: the rule in words, verdicts of beams, zones, counts, events."""

import numpy as np
import pytest
from altared.envs import make_batch
from altared.envs.grid import codes
from altared.envs.render.scene import Stock

from .small import small
from .worlds import cell_of, lift_all, put

ROOM = """
#############
#PPPPPP  ^  #
#           #
#  a  b  c  #
#           #
#############
"""
NOOP, ZAP = 0, 7


def staged(places, guilty=(), game="altared_harvest", auto_reset=False, **config):
    """A world with agents at [(y, x, facing)], those of `guilty` with a record of violation."""
    config = {"institution": "fixed", "num_agents": len(places), "map": ROOM, **config}
    batch = make_batch(game, auto_reset=auto_reset, **config)
    batch.reset(seed=0)
    snapshot = batch.snapshot()
    lift_all(snapshot)
    for agent, (y, x, facing) in enumerate(places):
        put(batch, snapshot, agent, y, x, facing)
    for agent in guilty:
        snapshot["state.guilty"][0, agent] = 1
        snapshot["state.record_left"][0, agent] = 9
    batch.restore(snapshot)
    return batch


def crowded(game, auto_reset=True, **config):
    """Six agents in one room, where much happens."""
    return make_batch(game, auto_reset=auto_reset, **{**small(game), "map": ROOM, "num_agents": 6, **config})


def fire(batch, *shooters):
    """One step in which these agents fire; the scene after it."""
    actions = [[ZAP if i in shooters else NOOP for i in range(batch.num_agents)]]
    batch.step(np.array(actions))
    return batch.scene(0)


def shots_of(scene):
    """(verdict, cells struck) of each shot, in the order of shooters."""
    return [(shot.verdict, list(shot.struck)) for shot in scene.shots]


# Beams -------------------------------------------------------------------------------------------

TWO_PAIRS = [(2, 2, "E"), (2, 5, "W"), (4, 6, "E"), (4, 8, "E")]


def test_a_beam_has_the_verdict_of_its_sanction():
    scene = fire(staged(TWO_PAIRS, guilty=[1]), 0, 2)
    assert shots_of(scene) == [("correct", [(2, 5)]), ("misdirected", [(4, 8)])]
    assert scene.events == (
        "agent_0 sanctioned agent_1: correct",
        "agent_2 sanctioned agent_3: misdirected",
    )
    assert (scene.agents[2, 5], scene.agents[4, 8]) == (-1, -1), "both are gone, their places are known"


def test_the_cells_a_beam_lights():
    scene = fire(staged(TWO_PAIRS), 0)
    beside = {(y, x) for y in (1, 3) for x in (2, 3, 4)}
    assert set(scene.shots[0].beam_cells) == beside | {(2, 3), (2, 4)}
    assert {tuple(cell) for cell in np.argwhere(scene.tiles[..., 1] == codes.BEAM)} == set(
        scene.shots[0].beam_cells
    )


def test_a_shot_that_reaches_nobody_has_no_verdict():
    assert shots_of(fire(staged(TWO_PAIRS), 3)) == [("", [])]


def test_shooters_who_are_removed_in_the_same_step_are_shown_firing():
    scene = fire(staged(TWO_PAIRS, guilty=[0]), 0, 1)
    assert shots_of(scene) == [("misdirected", [(2, 5)]), ("correct", [(2, 2)])]
    assert scene.removed[0] > 0
    assert scene.removed[1] > 0


@pytest.mark.parametrize(("ties", "verdicts"), [("first", ["correct", "void"]), ("each", ["correct"] * 2)])
def test_of_two_beams_on_one_target_the_second_is_void(ties, verdicts):
    scene = fire(staged([(2, 2, "E"), (2, 5, "W"), (2, 8, "W")], guilty=[1], ties=ties), 0, 2)
    assert sorted(shot.verdict for shot in scene.shots) == verdicts
    assert {shot.struck for shot in scene.shots} == {((2, 5),)}
    assert ("agent_0 sanctioned agent_1: void" in scene.events) + (
        "agent_2 sanctioned agent_1: void" in scene.events
    ) == (ties == "first")


def test_a_beam_with_an_innocent_among_its_targets_is_misdirected():
    scene = fire(staged([(2, 2, "E"), (2, 5, "W"), (3, 4, "N")], guilty=[1]), 0)
    assert [(shot.verdict, set(shot.struck)) for shot in scene.shots] == [("misdirected", {(2, 5), (3, 4)})]


def test_a_fine_leaves_the_target_under_its_spark():
    batch = staged(TWO_PAIRS, guilty=[1], game="poison_berries", condition="important_rule")
    scene = fire(batch, 0)
    assert shots_of(scene) == [("correct", [(2, 5)])]
    assert scene.agents[2, 5] == 1


@pytest.mark.parametrize("radius", [0, 1, 3])
def test_shots_of_random_play_are_those_that_happened(radius):
    batch = crowded("altared_harvest", beam_radius=radius)
    batch.reset(seed=1)
    rng, seen = np.random.default_rng(0), 0
    for _ in range(150):
        step = batch.step(rng.choice(8, (1, batch.num_agents), p=[0, 0.3, 0.05, 0.05, 0.05, 0.1, 0.1, 0.35]))
        if step.terminated[0] or step.truncated[0]:
            continue
        scene, state, events = batch.scene(0), batch.state, batch.events
        shooters = np.flatnonzero(events.fired[0])
        assert len(scene.shots) == len(shooters)
        cells = sorted(cell_of(batch, y, x) for shot in scene.shots for y, x in shot.beam_cells)
        assert cells == sorted(state.beam_cells[0, : state.beam_cell_count[0, 0]].tolist())
        for shot, shooter in zip(scene.shots, shooters, strict=True):
            assert len(set(shot.struck)) == len(shot.struck) == events.hit[0, shooter].sum()
            seen += len(shot.struck)
    assert seen > 10


def test_nothing_has_happened_at_a_start():
    batch = staged(TWO_PAIRS, guilty=[1], auto_reset=True, max_cycles=1)
    scene = fire(batch, 0)  # the last step of its episode; the batch has gone on to the next
    assert batch.events.fired.any()
    assert scene.step == 0
    assert scene.shots == scene.events == ()
    assert scene.counts[:3] == (("correct", 0), ("misdirected", 0), ("violations", 0))


# The rule in words ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("prohibited", "words"),
    [
        ("", "nothing is prohibited"),
        ("a", "red is prohibited"),
        ("b", "blue is prohibited"),
        ("c", "green is prohibited"),
        ("bc", "only red is permitted"),
        ("ac", "only blue is permitted"),
        ("ab", "only green is permitted"),
        ("abc", "no harvest"),
    ],
)
def test_every_rule_has_a_sentence_and_its_flame(prohibited, words):
    scene = staged(TWO_PAIRS, prohibited=prohibited).scene(0)
    assert scene.rule.sentence == words
    assert scene.rule.altar == scene.tiles[1, 9, 0] == codes.ALTAR + codes.bits_of(prohibited)
    assert scene.rule.altar_says == "the altar shows it"
    assert [stock.prohibited for stock in scene.stocks] == [kind in prohibited for kind in codes.KIND_NAMES]


def test_what_other_displays_say():
    hidden = staged(TWO_PAIRS, condition="hidden").scene(0)
    assert hidden.rule[1:] == (codes.BLANK_ALTAR, "the altar is blank")
    assert staged(TWO_PAIRS, condition="announced").scene(0).rule.altar_says == "announced to everyone"
    said = set()
    batch = staged(TWO_PAIRS, condition="placebo", prohibited="b")
    for _ in range(20):
        batch.reset()
        rule = batch.scene(0).rule
        assert rule.sentence == "blue is prohibited"
        said.add((rule.altar - codes.ALTAR, rule.altar_says))
    assert said == {
        (1, "the altar says: red is prohibited"),
        (2, "the altar shows it"),
        (4, "the altar says: green is prohibited"),
    }


def test_a_map_without_an_altar_says_so():
    scene = staged(TWO_PAIRS, game="poison_berries", map=ROOM.replace("^", " ")).scene(0)
    assert scene.rule.altar is None
    assert scene.rule.altar_says == "there is no altar"


def test_a_rule_to_come_is_announced_with_its_steps():
    plan = {"institution": "schedule", "schedule": ("bc", "ac"), "schedule_every": 4, "notice": 3}
    batch = staged(TWO_PAIRS, **plan)
    told = []
    for _ in range(8):
        scene = fire(batch)
        told.append((scene.rule.sentence, scene.rule.altar_says, scene.events))
    red, blue = "only red is permitted", "only blue is permitted"
    says = [f"in {steps} steps: {blue}" for steps in (3, 2)] + [f"in 1 step: {blue}"]
    assert [line[1] for line in told if line[0] == red][-3:] == says
    changed = [line for line in told if line[2]]
    assert changed == [(blue, "the altar shows it", (f"the rule changed: {blue}",))]


# Stocks, zones, counts, poison -----------------------------------------------------------------------


def test_stocks_are_listed_by_kind():
    assert staged(TWO_PAIRS).scene(0).stocks == (
        Stock("red apples", 1, 1, 0, False),
        Stock("blue apples", 1, 1, 1, True),
        Stock("green apples", 1, 1, 2, True),
    )
    batch = staged(
        TWO_PAIRS, game="poison_berries", map=ROOM.replace("c", " "), poison_kind="b", silly_kind="a"
    )
    assert batch.scene(0).stocks == (
        Stock("red berries", 1, 1, 0, True),
        Stock("blue berries (poison)", 1, 1, 1, True),
    )


def test_a_zone_is_the_floor_around_its_sites():
    zones = staged(TWO_PAIRS).scene(0).zones
    assert (zones[3, 3], zones[3, 6], zones[3, 9]) == (0, 1, 2)
    assert (zones[3, 4], zones[3, 5], zones[2, 8]) == (0, 1, 2), "the nearest site counts"
    assert (zones[1, 1], zones[0, 0]) == (-1, -1)


def test_berries_that_grow_anywhere_have_no_zones():
    assert make_batch("poison_berries").scene(0).zones is None


@pytest.mark.parametrize("game", ["altared_harvest", "poison_berries"])
def test_counts_agree_with_the_metrics_of_the_episode(game):
    batch = crowded(game, auto_reset=False, max_cycles=60, end_chance=0.0)
    batch.reset(seed=2)
    rng = np.random.default_rng(0)
    for _ in range(60):
        step = batch.step(rng.choice(8, (1, batch.num_agents), p=[0, 0.4, 0.05, 0.05, 0.05, 0.1, 0.1, 0.25]))
    counts, metrics = dict(batch.scene(0).counts), step.episodes
    named = {
        "correct": "correct_sanctions",
        "misdirected": "misdirected_sanctions",
        "violations": "violations",
    }
    if game == "altared_harvest":
        named["rule changes"] = "rule_changes"
    assert {name: counts[name] for name in named} == {name: metrics[n][0] for name, n in named.items()}
    assert counts["violations"] > 0
    assert counts["correct"] + counts["misdirected"] > 0


def test_poison_is_told_when_it_is_eaten_and_when_it_works():
    config = {"poison_delay": 2, "poison_duration": 3, "condition": "no_rule", "regrowth": (0.0, 0.0, 0.0)}
    batch = staged([(3, 2, "E"), (2, 11, "E")], game="poison_berries", **config)
    forward = np.array([[1, 0]])
    batch.step(forward)
    assert batch.scene(0).events == ("agent_0 ate a poisonous red berry",)
    sick, told = [], []
    for _ in range(7):
        batch.step(np.zeros((1, 2), int))
        scene = batch.scene(0)
        sick.append(scene.poisoned.tolist())
        told.append(scene.events)
    first = told.index(("agent_0 is poisoned",))
    assert sick == [[first <= t < first + 3, False] for t in range(7)]
    assert [line for line in told if line] == [("agent_0 is poisoned",)]


def test_meals_within_the_rule_go_without_saying():
    batch = staged([(3, 2, "E"), (3, 5, "E")], prohibited="bc")
    batch.step(np.array([[1, 1]]))
    assert batch.scene(0).events == ("agent_1 ate a prohibited blue apple",)


def test_other_games_have_no_rules_in_their_scenes():
    scene = make_batch("commons_harvest").scene(0)
    assert (scene.rule, scene.counts, scene.shots, scene.zones, scene.poisoned) == (None, (), (), None, None)
