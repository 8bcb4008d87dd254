"""Everything that never changes while a game is played: `Params`, made from a config and a map."""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from ..engine.config import ConfigError
from ..mechanics.norm_params import make_laws
from . import codes
from .config import ForagingConfig, Kind
from .maps import Map, check_room, neighbours_of, patches_of

UNLABELLED = 255  # label of a site whose fruit was eaten in the last step: it cannot grow yet
MOST_NEIGHBOURS = UNLABELLED - 1


class Params(NamedTuple):
    """Static numbers of one game. A *cell* is an index into the flat, padded grid."""

    # the padded grid, `stride` cells a row; `edge` rows and columns of "outside" around the map
    stride: int
    height: int  # of the map, without padding
    width: int
    edge: int
    ground: np.ndarray  # (C,) uint16 ground codes with every site live
    solid: np.ndarray  # (C,) uint8 1 where neither body nor beam can be
    ahead: np.ndarray  # (4,) int32 step to the next cell in direction N, E, S, W
    # sites
    site_at: np.ndarray  # (C,) int32 site of a cell, -1 none
    site_cell: np.ndarray  # (S,) uint32
    site_kind: np.ndarray  # (S,) uint32
    site_patch: np.ndarray  # (S,) uint32
    near: np.ndarray  # (S, M) uint32 sites around a site; the first near_count hold
    near_count: np.ndarray  # (S,) int32
    patch_sites: np.ndarray  # (patches,) int32 number of sites
    patch_kind: np.ndarray  # (patches,) int32
    sites_of_kind: np.ndarray  # (KINDS,) int32 number of sites
    grown: int  # set of kinds with sites
    meal_reward: np.ndarray  # (KINDS,) float32
    regrowth: np.ndarray  # (KINDS, M + 1) float64 chance by number of live sites around
    # bodies
    spawn_cells: np.ndarray  # (P,) int32
    start_cells: np.ndarray  # (Q,) int32
    beam_length: int
    beam_radius: int
    cooldown: int
    removal_steps: int
    # endings
    max_cycles: int
    end_chance: float
    end_after: int
    end_interval: int
    # view
    view_forward: int
    view_left: int
    observe_last_reward: int  # 1: a further layer of the view
    identity: int  # 1: a further layer of the view
    altar_cells: np.ndarray  # (A,) int32
    sees_altar: np.ndarray  # (C,) uint32 bit h: a body there with heading h has an altar in view
    # norms: see norms.py for the words, institution.py, display.py, records.py, sanctions.py for the numbers
    has_norms: int  # 0: no rule, no altar
    institution: int
    rule: int
    rule_values: np.ndarray  # (V,) uint8 sets that the institution can prohibit
    fixed: int  # set
    schedule: np.ndarray  # (E,) uint8 sets
    schedule_every: int
    vote_every: int
    close: float
    open: float
    close_at: np.ndarray  # (KINDS,) int32 live sites below which a kind closes
    open_at: np.ndarray  # (KINDS,) int32 from which it may be drawn again
    stock_measure: int
    notice: int
    amnesty: int
    display: int
    cue: int
    violation_window: int
    see_own_mark: int
    effect: int
    sanction_cost: float
    sanction_bonus: float
    bonus_source: int
    target_penalty: float
    shot_cost: float
    ties: int
    yoked_removals: float
    poisonous: int  # set
    poison_delay: int
    poison_duration: int
    poison_scale: float
    redraw_kinds: int
    seen_from: np.ndarray  # (4, 256) uint16 an occupant code as a viewer facing N, E, S, W sees it, << 8


def make_params(config: ForagingConfig, world: Map) -> Params:
    """Lay a map out on the padded grid and tabulate the rules' numbers."""
    check_room(world, config.num_agents, config.removal_steps > 0)
    edge = max(config.view_forward, config.view_backward, config.view_left, config.view_right, 1)
    stride = world.width + 2 * edge

    def cell(places: np.ndarray) -> np.ndarray:
        return ((places[:, 0] + edge) * stride + places[:, 1] + edge).astype(np.int32)

    ground = _ground(world, edge, cell)
    site_cell = cell(world.sites)
    site_at = np.full(ground.size, -1, np.int32)
    site_at[site_cell] = np.arange(len(site_cell))
    kinds = config.kinds()
    near, near_count, patch = _neighbourhood(world, config.growth_radius, kinds)
    counts = np.bincount(world.kinds, minlength=codes.KINDS)
    return Params(
        stride=stride,
        height=world.height,
        width=world.width,
        edge=edge,
        ground=ground,
        solid=np.isin(ground, (codes.OUTSIDE, codes.WALL, codes.BLANK_ALTAR)).astype(np.uint8),
        ahead=np.array([-stride, 1, stride, -1], np.int32),
        site_at=site_at,
        site_cell=site_cell.astype(np.uint32),
        site_kind=world.kinds.astype(np.uint32),
        site_patch=patch.astype(np.uint32),
        near=near,
        near_count=near_count,
        patch_sites=np.bincount(patch).astype(np.int32),
        patch_kind=world.kinds[np.unique(patch, return_index=True)[1]].astype(np.int32),
        sites_of_kind=counts.astype(np.int32),
        grown=int(sum(1 << kind for kind in np.flatnonzero(counts))),
        meal_reward=np.array([kind.reward for kind in kinds], np.float32),
        regrowth=np.stack([_regrowth_table(kind.regrowth, near.shape[1]) for kind in kinds]),
        spawn_cells=cell(world.spawns),
        start_cells=cell(world.starts),
        beam_length=config.beam_length,
        beam_radius=config.beam_radius,
        cooldown=config.cooldown,
        removal_steps=config.removal_steps,
        max_cycles=config.max_cycles,
        end_chance=float(config.end_chance),
        end_after=config.end_after,
        end_interval=config.end_interval,
        view_forward=config.view_forward,
        view_left=config.view_left,
        observe_last_reward=int(config.observe_last_reward),
        identity=int(config.identity),
        altar_cells=cell(world.altars),
        sees_altar=_sees_altar(config, world, ground.size, cell),
        seen_from=_seen_from(),
        **make_laws(config, world)._asdict(),
    )


def _ground(world: Map, edge: int, cell: Callable[[np.ndarray], np.ndarray]) -> np.ndarray:
    """(C,) uint16 ground codes with every site live and every altar blank."""
    ground = np.full((world.height + 2 * edge, world.width + 2 * edge), codes.OUTSIDE, np.uint16)
    ground[edge:-edge, edge:-edge] = np.where(world.walls, codes.WALL, codes.FLOOR)
    ground = ground.ravel()
    ground[cell(world.sites)] = codes.SITE + 3 * world.kinds + codes.LIVE
    ground[cell(world.altars)] = codes.BLANK_ALTAR
    return ground


def _sees_altar(
    config: ForagingConfig, world: Map, cells: int, cell: Callable[[np.ndarray], np.ndarray]
) -> np.ndarray:
    """(C,) uint32: an altar at (dy, dx) from a body lies so far ahead and to the right of it."""
    table = np.zeros(cells, np.uint32)
    places = np.argwhere(np.ones((world.height, world.width), bool))
    for altar in world.altars:
        dy, dx = (altar - places).T
        for heading, (ahead, right) in enumerate(((-dy, dx), (dx, dy), (dy, -dx), (-dx, -dy))):
            seen = (-config.view_backward <= ahead) & (ahead <= config.view_forward)
            seen &= (-config.view_left <= right) & (right <= config.view_right)
            table[cell(places[seen])] |= 1 << heading
    return table


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


def _seen_from() -> np.ndarray:
    table = np.zeros((4, 256), np.uint16)
    for heading in range(4):
        table[heading, codes.BEAM] = codes.BEAM
        for body in range(codes.BODY_CODES):
            facing, rest = body % 4, body - body % 4
            table[heading, codes.OTHER + body] = codes.OTHER + (facing - heading) % 4 + rest
    return table << 8
