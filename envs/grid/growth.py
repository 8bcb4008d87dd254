"""Resources: eating, and regrowth where fruit remains."""

from ..engine.compiling import rule
from ..engine.random import PHYSICS, draw_chance
from .codes import BARREN, EMPTY, KINDS, LIVE, SITE
from .params import UNLABELLED


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
def draw_regrowth(s, p, e):
    """Each waiting site sprouts with the chance of its label, then takes its neighbours' count as label.

    The label lags: a site draws with the count at the end of the step before last, and a site eaten
    in the last step, which has none yet, does not draw. Sprouts of one step do not see each other.
    Returns the number of sprouts; they are the first entries after those that go on waiting.
    """
    waiting = s.waiting_count[0]
    for k in range(waiting - 1, -1, -1):
        site = s.waiting[k]
        if may_sprout(s, p, site):
            e.sprouted[site] = 1
            s.waiting_count[0] -= 1
            s.waiting[k] = s.waiting[s.waiting_count[0]]
            s.waiting[s.waiting_count[0]] = site
        s.label[site] = s.neighbours[site]
    return waiting - s.waiting_count[0]


@rule
def may_sprout(s, p, site):
    """A waiting site's draw."""
    label = s.label[site]
    if label == UNLABELLED:
        return False
    chance = p.regrowth[p.site_kind[site], label]
    return chance > 0.0 and draw_chance(s.streams, PHYSICS, chance)


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
    """Fruit, grass where it can grow now, bare earth where it cannot."""
    if s.live[site]:
        growth = LIVE
    elif p.regrowth[p.site_kind[site], s.neighbours[site]] > 0.0:
        growth = EMPTY
    else:
        growth = BARREN
    cell = p.site_cell[site]
    s.cells[cell] = (int(s.cells[cell]) & 0xFF00) | (SITE + 3 * p.site_kind[site] + growth)
