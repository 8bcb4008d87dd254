"""Statistical parity with Melting Pot's engine under uniform-random play on the open map.

The reference holds two recorded runs, 30 and 120 episodes of 1000 steps, pooled here. Of altared's there are
ten times as many, so that nearly all sampling error is the reference's. Each statistic is compared by a
two-sample test; together they fail a right port once in a thousand runs (Bonferroni), and our seeds are
fixed. altared's chances are compared with their configured values far more tightly, see the second half.
"""

import json
from pathlib import Path

import numpy as np
import pytest
from altared.envs import make_batch
from scipy import stats

from .worlds import NEAR_SIGHT, assert_share, neighbour_matrix, set_apples

REFERENCE = Path(__file__).parent / "reference" / "meltingpot_commons_open_uniform.json"
LEVEL = 0.001  # of all comparisons together
STEPS = 1000
AT = (50, 100, 250, 500, 750, 1000)
MEANS = (
    "collective_return",
    "zap_hits",
    "removals",
    "shots",
    "eaten_on_regrow_under_avatar",
    "return_of_first_two_slots",
    "return_of_other_slots",
    *(f"apples_frac_t{t}" for t in AT),
)
SHARES = ("following", *(f"regrowth_{k}" for k in range(1, 13)))
AHEAD = np.array([(-1, 0), (0, 1), (1, 0), (0, -1)])
QUARTERS = np.array([0, 0, 2, 3, 1, 0, 0, 0])  # of a moving action, from the facing


class Sample(dict):
    """Of each mean its values by episode, of each share (successes, trials)."""


def recorded() -> Sample:
    runs = json.loads(REFERENCE.read_text())["runs"].values()
    rows = [row for run in runs for row in run["episodes_rows"]]
    returns = np.array([row["per_agent_return"] for row in rows])
    sample = Sample({name: np.array([row[name] for row in rows]) for name in MEANS if name in rows[0]})
    sample["return_of_first_two_slots"] = returns[:, :2].sum(1)
    sample["return_of_other_slots"] = returns[:, 2:].sum(1)
    follow = [run["conflicts"] for run in runs]
    sample["following"] = tuple(sum(c[f] for c in follow) for f in ("follow_success", "follow_into_vacated"))
    for k in range(13):
        counts = [run["regrow"][str(k)] for run in runs]
        sample[f"regrowth_{k}"] = tuple(sum(c[f] for c in counts) for f in ("sprouts", "trials"))
    return sample


def played(worlds, seed, **config) -> Sample:
    """The same statistics of altared's episodes, counted from outside."""
    batch = make_batch("commons_harvest", worlds, auto_reset=False, **NEAR_SIGHT, **config)
    batch.reset(seed=seed)
    rng = np.random.default_rng(seed)
    near = neighbour_matrix(batch.game.map.sites).astype(np.float32)
    sample, underfoot = Sample(), np.zeros(worlds)
    sprouts, trials, follow = np.zeros(13), np.zeros(13), np.zeros(2)
    two_ago = one_ago = batch.state.live > 0
    eaten_underfoot = np.zeros_like(one_ago)
    for t in range(1, STEPS + 1):
        actions = rng.integers(0, 8, (worlds, batch.num_agents))
        at, facing = batch.state.at.copy(), batch.state.facing.copy()
        step = batch.step(actions)
        sprouted, live = step.events.sprouted > 0, batch.state.live > 0
        drew = ~one_ago & ~two_ago & ~eaten_underfoot
        counts = (two_ago.astype(np.float32) @ near).astype(int)  # live neighbours two steps ago
        trials += np.bincount(counts[drew], minlength=13)
        sprouts += np.bincount(counts[sprouted], minlength=13)
        assert not (sprouted & ~drew).any()
        eaten_underfoot = sprouted & ~live
        underfoot += eaten_underfoot.sum(1)
        two_ago, one_ago = one_ago, live
        follow += followed(batch, at, facing, actions, step.events.removed > 0)
        if t in AT:
            sample[f"apples_frac_t{t}"] = live.mean(1)
    assert step.truncated.all()
    ended = step.episodes
    sample["collective_return"], sample["shots"] = ended["collective_return"], ended["shots"]
    sample["zap_hits"], sample["removals"] = ended["hits"], ended["removals"]
    sample["eaten_on_regrow_under_avatar"] = underfoot
    sample["return_of_first_two_slots"] = ended["agent_return"][:, :2].sum(1)
    sample["return_of_other_slots"] = ended["agent_return"][:, 2:].sum(1)
    sample["following"] = tuple(follow)
    return Sample(sample | {f"regrowth_{k}": (sprouts[k], trials[k]) for k in range(13)})


def followed(batch, at, facing, actions, removed):
    """(successes, trials) of agents that wanted a cell whose agent moved away in the same step."""
    ahead = batch.game.params.ahead
    here = at >= 0
    moving = here & (actions >= 1) & (actions <= 4) & ~removed
    target = np.where(moving, at + ahead[(facing + QUARTERS[actions]) & 3], -2)
    after = batch.state.at
    leader = (target[:, :, None] == at[:, None, :]) & ((after != at) & here & ~removed)[:, None, :]
    wanted_by_one = (target[:, :, None] == target[:, None, :]).sum(2) == 1
    trying = leader.any(2) & wanted_by_one
    return (trying & (after == target)).sum(), trying.sum()


def surprise(name, reference, own) -> float:
    """p value: were the two drawn alike? Welch's test for means, Fisher's exact test for shares."""
    if name in MEANS:
        return float(stats.ttest_ind(reference[name], own[name], equal_var=False).pvalue)
    table = [[int(good), int(trials - good)] for good, trials in (reference[name], own[name])]
    return float(stats.fisher_exact(table).pvalue)


@pytest.fixture(scope="module")
def reference():
    return recorded()


@pytest.fixture(scope="module")
def own():
    """1500 episodes; 150 at a time stay in the processor's cache."""
    parts = [played(worlds=150, seed=seed) for seed in range(2024, 2034)]
    means = {name: np.concatenate([part[name] for part in parts]) for name in MEANS}
    return Sample(
        means | {name: np.sum([part[name] for part in parts], 0) for name in ("regrowth_0", *SHARES)}
    )


@pytest.mark.parametrize("name", MEANS + SHARES)
def test_parity_with_the_reference(name, reference, own):
    if name in MEANS:
        assert len(reference[name]) == 150
        assert len(own[name]) == 1500
    p = surprise(name, reference, own)
    assert p > LEVEL / len(MEANS + SHARES), (name, p, np.mean(reference[name]), np.mean(own[name]))


def test_nothing_regrows_alone_here_or_there(reference, own):
    assert reference["regrowth_0"][0] == own["regrowth_0"][0] == 0
    assert own["regrowth_0"][1] > reference["regrowth_0"][1]


@pytest.mark.parametrize(
    ("wrong", "shows_in"),
    [
        ({"cooldown": 1}, "shots"),
        ({"beam_length": 4}, "zap_hits"),
        ({"beam_radius": 2}, "removals"),
        ({"regrowth": (0.0, 0.0025, 0.005, 0.0225)}, "regrowth_3"),
        ({"regrowth": (0.0, 0.005, 0.005, 0.025)}, "regrowth_1"),
        ({"growth_radius": 1.5}, "collective_return"),
        ({"map": "closed"}, "return_of_other_slots"),
    ],
)
def test_a_wrong_number_would_be_noticed(wrong, shows_in, reference):
    assert surprise(shows_in, reference, played(worlds=150, seed=7, **wrong)) < LEVEL / len(MEANS + SHARES)


# Chances in altared --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("pattern", "count", "chance"), [(",a", 1, 0.0025), ("a,a", 2, 0.005), ("aa,a", 3, 0.025)]
)
def test_the_default_chances_of_regrowth(pattern, count, chance):
    """Sites with exactly `count` live neighbours, far from each other; chances as configured by default.

    A relative error of 2 % in a chance p shows with (6 / .02)**2 (1 - p) / p trials: 36 million for .0025.
    """
    across = 12
    row = "#" + (pattern + "...").ljust(8, ".") * across + "#"
    gap = "#" + "." * 8 * across + "#"
    lines = ["#" * len(row), *[row, gap, gap] * across, gap.replace(".", "P", 1), "#" * len(row)]
    drawing = "\n".join(lines).replace(",", "a").replace(".", " ") + "\n"
    batch = make_batch("commons_harvest", 500, map=drawing, num_agents=1, max_cycles=0, **NEAR_SIGHT)
    batch.reset(seed=11)
    eaten = np.array([lines[y][x] == "," for y, x in batch.game.map.sites])
    assert eaten.sum() == across * across
    needed, trials, sprouts, still = (6 / 0.02) ** 2 * (1 - chance) / chance, 0, 0, np.zeros((500, 1), int)
    snapshot = batch.snapshot()
    while trials < needed:
        if trials == 0 or (batch.state.live[:, eaten] > 0).mean() > 0.1:
            snapshot["state.streams"][...] = batch.snapshot()["state.streams"]
            set_apples(batch, snapshot, ~eaten, np.zeros_like(eaten))
            batch.restore(snapshot)
        assert (batch.state.neighbours[:, eaten] == count).all()
        trials += int((batch.state.live[:, eaten] == 0).sum())
        sprouts += int(batch.step(still).events.sprouted.sum())
    assert_share(sprouts, trials, chance)


def test_every_count_of_neighbours_has_its_own_chance():
    """A table of 13 entries on random stocks of the open map: 2 % shows in the chance of every count."""
    table = (0.0, *(0.3 + 0.05 * k for k in range(1, 13)))
    worlds = 4000
    batch = make_batch("commons_harvest", worlds, num_agents=1, regrowth=table, max_cycles=0, **NEAR_SIGHT)
    batch.reset(seed=12)
    rng, near = np.random.default_rng(12), neighbour_matrix(batch.game.map.sites)
    centres = near.sum(1) == 12
    trials, sprouts = np.zeros(13, int), np.zeros(13, int)
    snapshot = batch.snapshot()
    for _ in range(40):
        live = rng.random((worlds, 64)) < rng.random((worlds, 1))
        live[:, centres] = False
        counts = live.astype(np.float32) @ near.astype(np.float32)
        snapshot["state.streams"][...] = batch.snapshot()["state.streams"]
        set_apples(batch, snapshot, live, np.zeros_like(live))
        batch.restore(snapshot)
        sprouted = batch.step(np.zeros((worlds, 1), int)).events.sprouted > 0
        trials += np.bincount(counts[~live].astype(int), minlength=13)
        sprouts += np.bincount(counts[sprouted].astype(int), minlength=13)
    assert sprouts[0] == 0
    assert trials[0] > 100_000
    for k in range(1, 13):
        assert_share(sprouts[k], trials[k], table[k])


def test_on_the_open_map_returns_are_uniform_over_the_60_spawn_cells():
    batch = make_batch("commons_harvest", 2000, removal_steps=2, cooldown=0, max_cycles=0, **NEAR_SIGHT)
    batch.reset(seed=13)
    rng, returns = np.random.default_rng(13), np.zeros(batch.game.params.ground.size)
    for _ in range(100):  # all due at once: the map is empty when they return
        snapshot = batch.snapshot()
        snapshot["state.removed_for"][...] = 1
        snapshot["state.at"][...] = -1
        snapshot["state.bodies"][...] = 0
        snapshot["state.cells"] &= 0xFF
        batch.restore(snapshot)
        batch.step(rng.integers(0, 8, (2000, 7)))
        returns += np.bincount(batch.state.at[:, 0], minlength=returns.size)
    counts = returns[batch.game.params.spawn_cells]
    assert counts.sum() == returns.sum() == 200_000
    assert stats.chisquare(counts).pvalue > 0.001
