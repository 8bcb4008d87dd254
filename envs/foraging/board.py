"""Everything that never changes while a game is played: `Params`, made from a config and a map."""

from typing import NamedTuple

import numpy as np

from . import codes
from .config import ConfigError, ForagingConfig
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
    seen_from: np.ndarray  # (4, 256) uint16 an occupant code as a viewer facing N, E, S, W sees it, << 8


def make_params(config: ForagingConfig, world: Map) -> Params:
    """Lay a map out on the padded grid and tabulate the rules' numbers."""
    check_room(world, config.num_agents, config.removal_steps > 0)
    edge = max(config.view_forward, config.view_backward, config.view_left, config.view_right, 1)
    stride = world.width + 2 * edge

    def cell(places: np.ndarray) -> np.ndarray:
        return ((places[:, 0] + edge) * stride + places[:, 1] + edge).astype(np.int32)

    ground = np.full((world.height + 2 * edge, stride), codes.OUTSIDE, np.uint16)
    ground[edge:-edge, edge:-edge] = np.where(world.walls, codes.WALL, codes.FLOOR)
    ground = ground.ravel()
    site_cell = cell(world.sites)
    ground[site_cell] = codes.SITE + 3 * world.kinds + codes.LIVE
    site_at = np.full(ground.size, -1, np.int32)
    site_at[site_cell] = np.arange(len(site_cell))
    near, near_count, patch = _neighbourhood(world, config.growth_radius)
    return Params(
        stride=stride,
        height=world.height,
        width=world.width,
        edge=edge,
        ground=ground,
        solid=np.isin(ground, (codes.OUTSIDE, codes.WALL)).astype(np.uint8),
        ahead=np.array([-stride, 1, stride, -1], np.int32),
        site_at=site_at,
        site_cell=site_cell.astype(np.uint32),
        site_kind=world.kinds.astype(np.uint32),
        site_patch=patch.astype(np.uint32),
        near=near,
        near_count=near_count,
        patch_sites=np.bincount(patch).astype(np.int32),
        meal_reward=np.full(codes.KINDS, config.apple_reward, np.float32),
        regrowth=np.tile(_regrowth_table(config.regrowth, near.shape[1]), (codes.KINDS, 1)),
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
        seen_from=_seen_from(),
    )


def _neighbourhood(world: Map, radius: float) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    lists = neighbours_of(world.sites, world.kinds, radius)
    count = np.array([len(near) for near in lists], np.int32)
    if count.max() > MOST_NEIGHBOURS:
        around = f"growth_radius={radius} puts {count.max()} sites around one"
        raise ConfigError(f"{around}; at most {MOST_NEIGHBOURS} are allowed")
    near = np.zeros((len(lists), max(1, count.max())), np.uint32)
    for site, sites in enumerate(lists):
        near[site, : len(sites)] = sites
    return near, count, patches_of(lists)


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
