"""Resources: eating, and regrowth where fruit remains."""

from typing import Any

import numpy as np

from ..engine.arrays import Array
from ..engine.compiling import rule
from ..engine.config import ConfigError
from ..engine.random import PHYSICS, draw_chance
from .codes import BARREN, EMPTY, KINDS, LIVE, SITE
from .config import Kind
from .layout import Setup, show_ground
from .maps import Map, neighbours_of, patches_of

UNLABELLED = 255  # label of a site whose fruit was eaten in the last step: it cannot grow yet
MOST_NEIGHBOURS = UNLABELLED - 1
DEAD_AFTER = 2  # steps without fruit until a patch is dead: the regrowth lag lets one sprout in between

PARAMS = {
    "site_at": Array("i4", "C", "site of a cell, -1 none", low=-1, below="S"),
    "site_cell": Array("u4", "S", "cell of a site", below="C"),
    "site_kind": Array("u4", "S", "kind of a site", below="kinds"),
    "site_patch": Array("u4", "S", "patch of a site", below="patches"),
    "near": Array("u4", "S M", "sites around a site; the first near_count hold", below="S"),
    "near_count": Array("i4", "S", "sites around a site", low=0),
    "patch_sites": Array("i4", "patches", "sites of a patch", low=1),
    "patch_kind": Array("i4", "patches", "kind of a patch", low=0, below="kinds"),
    "sites_of_kind": Array("i4", "kinds", "sites of a kind", low=0),
    "grown": Array("i8", "", "set of the kinds with sites"),
    "meal_reward": Array("f4", "kinds", "reward of a meal"),
    "regrowth": Array("f8", "kinds counts", "chance a step by number of live sites around", low=0, high=1),
}
STATE = {
    "live": Array("u1", "S", "1 where a fruit hangs", low=0, high=1),
    "neighbours": Array("u1", "S", "live sites around", low=0),
    "label": Array("u1", "S", "neighbours as they were when last labelled, or UNLABELLED", low=0),
    "waiting": Array("u4", "S", "the sites without fruit, in no order", below="S"),
    "waiting_count": Array("i4", "1", "how many of them", low=0),
    "live_in_patch": Array("i4", "patches", "live sites of a patch", low=0),
    "live_of_kind": Array("i4", "kinds", "live sites of a kind", low=0),
    "live_total": Array("i4", "1", "live sites", low=0),
}
EVENTS = {
    "ate": Array("u1", "N", "1 + kind eaten, 0 none", low=0),
    "eaten_site": Array("i4", "N", "1 + site eaten, 0 none", low=0),
    "sprouted": Array("u1", "S", "regrew in this step", low=0, high=1),
    "resource": Array("f4", "N", "reward from meals"),
    "earned": Array("f4", "N", "all reward of the step: the sum of its parts"),
}
TALLY = {
    "resource_sum": Array("f8", "N", "reward from meals"),
    "meals": Array("f8", "N", "meals", low=0),
    "rewarded_steps": Array("f8", "N", "steps with positive reward from meals", low=0),
    "rewarded_step_sum": Array("f8", "N", "sum of the numbers (from 1) of those steps", low=0),
    "live_sum": Array("f8", "1", "live sites at the end of a step, summed over steps", low=0),
    "live_now": Array("f8", "1", "live sites now", low=0),
    "first_death": Array("f8", "1", "step at which the first patch was dead, 0 none", low=0),
    "bare_for": Array("f8", "patches", "steps since a patch last bore fruit", low=0),
}


def params_of(setup: Setup) -> dict[str, Any]:
    """Values of PARAMS."""
    layout, world, kinds = setup.layout, setup.layout.map, setup.config.kinds()
    site_cell = layout.cell(world.sites)
    site_at = np.full(layout.size, -1, np.int32)
    site_at[site_cell] = np.arange(len(site_cell))
    near, near_count, patch = _neighbourhood(world, setup.config.growth_radius, kinds)
    counts = np.bincount(world.kinds, minlength=KINDS)
    return {
        "site_at": site_at,
        "site_cell": site_cell,
        "site_kind": world.kinds,
        "site_patch": patch,
        "near": near,
        "near_count": near_count,
        "patch_sites": np.bincount(patch),
        "patch_kind": world.kinds[np.unique(patch, return_index=True)[1]],
        "sites_of_kind": counts,
        "grown": sum(1 << int(kind) for kind in np.flatnonzero(counts)),
        "meal_reward": [kind.reward for kind in kinds],
        "regrowth": np.stack([_regrowth_table(kind.regrowth, near.shape[1]) for kind in kinds]),
    }


def _neighbourhood(
    world: Map, radius: float, kinds: tuple[Kind, ...]
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """`near`, `near_count` and `site_patch`. Where a kind grows the same whatever lives around, nothing is
    counted around its sites, and they are one patch."""
    alone = np.array([len(set(kind.regrowth)) == 1 for kind in kinds])[world.kinds]
    lists = neighbours_of(world.sites, world.kinds, radius)
    patch = np.array(patches_of(lists))
    patch[alone] = patch.size + world.kinds[alone]
    count = np.where(alone, 0, [len(near) for near in lists]).astype(np.int32)
    if count.max() > MOST_NEIGHBOURS:
        around = f"growth_radius={radius} puts {count.max()} sites around one"
        raise ConfigError(f"{around}; at most {MOST_NEIGHBOURS} are allowed")
    near = np.zeros((len(lists), max(1, count.max())), np.uint32)
    for site, sites in enumerate(lists):
        near[site, : count[site]] = sites[: count[site]]
    return near, count, np.unique(patch, return_inverse=True)[1]


def _regrowth_table(chances: tuple[float, ...], most: int) -> np.ndarray:
    """The chances for 0 .. most live neighbours: the last entry serves all more."""
    return np.array([chances[min(k, len(chances) - 1)] for k in range(most + 1)], np.float64)


@rule
def plant_all(s, p):
    """Every site bears fruit."""
    for site in range(p.site_cell.size):
        s.live[site] = 1
        s.label[site] = UNLABELLED
        s.neighbours[site] = p.near_count[site]
        s.waiting[site] = 0
    for patch in range(p.patch_sites.size):
        s.live_in_patch[patch] = p.patch_sites[patch]
    for kind in range(KINDS):
        s.live_of_kind[kind] = p.sites_of_kind[kind]
    s.live_total[0] = p.site_cell.size
    s.waiting_count[0] = 0


@rule
def eat_under_feet(s, p, e):
    """An agent that stands on live fruit eats it: once a step, the fruit vanishing after regrowth."""
    for i in range(s.at.size):
        if s.removed_for[i] == 0:
            site = p.site_at[s.at[i]]
            if site >= 0 and s.live[site]:
                eat(p, i, site, e)


@rule
def eat(p, i, site, e):
    """A meal pays its kind's reward."""
    kind = p.site_kind[site]
    e.ate[i] = 1 + kind
    e.eaten_site[i] = 1 + site
    e.resource[i] += p.meal_reward[kind]


@rule
def add_up_meals(e):
    """What an agent earned is what its meals paid, where nothing else pays."""
    for i in range(e.earned.size):
        e.earned[i] = e.resource[i]


@rule
def draw_regrowth(s, p, e, chance_of):
    """Each waiting site sprouts with the chance of its label, then takes its neighbours' count as label.

    The label lags: a site draws with the count at the end of the step before last, and a site eaten
    in the last step, which has none yet, does not draw. Sprouts of one step do not see each other.
    `chance_of`: the law of growth, a rule (s, p, site), as `by_neighbours`.
    Returns the number of sprouts; they are the first entries after those that go on waiting.
    """
    waiting = s.waiting_count[0]
    for k in range(waiting - 1, -1, -1):
        site = s.waiting[k]
        if may_sprout(s, p, site, chance_of):
            e.sprouted[site] = 1
            s.waiting_count[0] -= 1
            s.waiting[k] = s.waiting[s.waiting_count[0]]
            s.waiting[s.waiting_count[0]] = site
        s.label[site] = s.neighbours[site]
    return waiting - s.waiting_count[0]


@rule
def may_sprout(s, p, site, chance_of):
    """A waiting site's draw."""
    if s.label[site] == UNLABELLED:
        return False
    chance = chance_of(s, p, site)
    return chance > 0.0 and draw_chance(s.streams, PHYSICS, chance)


@rule
def by_neighbours(s, p, site):
    """The chance in the table `regrowth`, by the site's kind and label."""
    return p.regrowth[p.site_kind[site], s.label[site]]


@rule
def sprout(s, p, e, sprouts):
    """New fruit appears; under a standing agent it is eaten at once."""
    for k in range(s.waiting_count[0], s.waiting_count[0] + sprouts):
        site = s.waiting[k]
        set_live(s, p, site, 1)
        body = s.bodies[p.site_cell[site]]
        if body:
            eat(p, body - 1, site, e)


@rule
def clear_eaten(s, p, e):
    """Eaten fruit vanishes, and its site waits without a label."""
    for i in range(s.at.size):
        if e.ate[i]:
            site = p.site_at[s.at[i]]
            set_live(s, p, site, 0)
            s.label[site] = UNLABELLED
            s.waiting[s.waiting_count[0]] = site
            s.waiting_count[0] += 1


@rule
def set_live(s, p, site, live):
    """Change a site, and the counts and pictures that depend on it."""
    change = 1 if live else -1
    s.live[site] = live
    s.live_in_patch[p.site_patch[site]] += change
    s.live_of_kind[p.site_kind[site]] += change
    s.live_total[0] += change
    show_site(s, p, site)
    for k in range(p.near_count[site]):
        other = p.near[site, k]
        s.neighbours[other] = int(s.neighbours[other]) + change
        show_site(s, p, other)


@rule
def show_site(s, p, site):
    """Fruit; grass where the table `regrowth` lets it grow now; bare earth elsewhere.

    A game's own law of growth does not change this picture.
    """
    if s.live[site]:
        growth = LIVE
    elif p.regrowth[p.site_kind[site], s.neighbours[site]] > 0.0:
        growth = EMPTY
    else:
        growth = BARREN
    show_ground(s, p.site_cell[site], SITE + 3 * p.site_kind[site] + growth)


@rule
def count_meals(t, s, e):
    """Add one step: meals, and the stock that it led to. The step counts already in `t.steps`."""
    t.live_sum[0] += s.live_total[0]
    t.live_now[0] = s.live_total[0]
    for i in range(e.ate.size):
        if e.ate[i]:
            count_meal(t, e, i)
    count_patches(t, s)


@rule
def count_meal(t, e, i):
    """Agent i ate in this step."""
    t.meals[i] += 1.0
    t.resource_sum[i] += e.resource[i]
    if e.resource[i] > 0.0:
        t.rewarded_steps[i] += 1.0
        t.rewarded_step_sum[i] += t.steps[0]


@rule
def count_patches(t, s):
    """A patch is dead when it bears no fruit at the end of two consecutive steps."""
    for patch in range(t.bare_for.size):
        if s.live_in_patch[patch] > 0:
            t.bare_for[patch] = 0.0
        else:
            t.bare_for[patch] += 1.0
            if t.bare_for[patch] == DEAD_AFTER and t.first_death[0] == 0.0:
                t.first_death[0] = t.steps[0]
