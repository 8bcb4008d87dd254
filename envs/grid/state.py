"""The arrays of W worlds. Rules see one world: the same tuple with the first axis taken (`world_of`)."""

from typing import NamedTuple

import numpy as np

from ..engine.compiling import rule
from ..engine.random import PURPOSES
from .codes import KINDS
from .params import Params


class State(NamedTuple):
    """What the next step depends on. Numbers used as indices are unsigned: Numba then checks no sign."""

    seed: np.ndarray  # (W, 2) uint64 the seed, and the world's number under it
    episode: np.ndarray  # (W, 1) int64 0, 1, 2, ... since the seed was given
    streams: np.ndarray  # (W, PURPOSES) uint64 see random.py
    clock: np.ndarray  # (W, 1) int32 steps taken in this episode
    cells: np.ndarray  # (W, C) uint16 the picture: ground | occupant << 8, facing absolute
    bodies: np.ndarray  # (W, C) uint8 1 + agent standing there, 0 none
    beam_cells: np.ndarray  # (W, N * beam cells) int32 cells the beams of this step shine on
    beam_cell_count: np.ndarray  # (W, 1) int32 how many of them
    order: np.ndarray  # (W, N) uint32 the agents, shuffled
    at: np.ndarray  # (W, N) int32 cell an agent stands on, -1 while removed
    facing: np.ndarray  # (W, N) uint32 0 .. 3: N, E, S, W
    cooling: np.ndarray  # (W, N) int32 steps before it can fire again
    fired_from: np.ndarray  # (W, N) int32 cell of its last shot in this episode, -1 none
    removed_for: np.ndarray  # (W, N) int32 steps before it returns, 0 present
    live: np.ndarray  # (W, S) uint8 1 where a fruit hangs
    neighbours: np.ndarray  # (W, S) uint8 live sites around
    label: np.ndarray  # (W, S) uint8 neighbours as they were when last labelled, or UNLABELLED
    waiting: np.ndarray  # (W, S) uint32 the sites without fruit, in no order
    waiting_count: np.ndarray  # (W, 1) int32 how many of them
    live_in_patch: np.ndarray  # (W, patches) int32
    live_of_kind: np.ndarray  # (W, KINDS) int32
    live_total: np.ndarray  # (W, 1) int32
    appearance: np.ndarray  # (W, N) uint32 badge + BADGES * mark, as others see the body
    own_appearance: np.ndarray  # (W, N) uint32 the same, as it sees itself
    smoothed: np.ndarray  # (W, N) float64 smoothed rewards, for inequity aversion


class Events(NamedTuple):
    """What happened in a step, written by the rules alone."""

    ate: np.ndarray  # (W, N) uint8 1 + kind eaten, 0 none
    eaten_site: np.ndarray  # (W, N) int32 1 + site eaten, 0 none
    fired: np.ndarray  # (W, N) uint8 the beam went off
    hit: np.ndarray  # (W, N, N) uint8 [source, target] the beam of source reached target
    removed: np.ndarray  # (W, N) uint8 taken off the map at the end of this step
    returned: np.ndarray  # (W, N) uint8 put back on the map in this step
    sprouted: np.ndarray  # (W, S) uint8 regrew in this step
    resource: np.ndarray  # (W, N) float32 reward from meals
    earned: np.ndarray  # (W, N) float32 all reward of the step: the sum of its parts


AGENT_EVENTS: tuple[str, ...] = (
    "ate",
    "eaten_site",
    "fired",
    "removed",
    "returned",
    "resource",
    "earned",
)  # (W, N)
PAIR_EVENTS: tuple[str, ...] = ("hit",)  # (W, N, N)


class Outputs(NamedTuple):
    """What a step hands out beside events."""

    tiles: np.ndarray  # (W, N, rows, columns) uint16 the views
    final_tiles: np.ndarray  # same; the last views of the worlds that ended
    rewards: np.ndarray  # (W, N) float32
    terminated: np.ndarray  # (W,) bool
    truncated: np.ndarray  # (W,) bool
    paused: np.ndarray  # (W,) bool the world is to stand still


def allocate_state(p: Params, num_worlds: int, num_agents: int) -> State:
    """Zeroed arrays; a reset gives them meaning."""
    W, N, C, S = num_worlds, num_agents, p.ground.size, p.site_cell.size
    beam_cells = p.beam_length * (2 * p.beam_radius + 1)
    i32, u32, u8 = np.int32, np.uint32, np.uint8
    return State(
        seed=np.zeros((W, 2), np.uint64),
        episode=np.zeros((W, 1), np.int64),
        streams=np.zeros((W, PURPOSES), np.uint64),
        clock=np.zeros((W, 1), i32),
        cells=np.zeros((W, C), np.uint16),
        bodies=np.zeros((W, C), u8),
        beam_cells=np.zeros((W, N * beam_cells), i32),
        beam_cell_count=np.zeros((W, 1), i32),
        order=np.zeros((W, N), u32),
        at=np.zeros((W, N), i32),
        facing=np.zeros((W, N), u32),
        cooling=np.zeros((W, N), i32),
        fired_from=np.zeros((W, N), i32),
        removed_for=np.zeros((W, N), i32),
        live=np.zeros((W, S), u8),
        neighbours=np.zeros((W, S), u8),
        label=np.zeros((W, S), u8),
        waiting=np.zeros((W, S), u32),
        waiting_count=np.zeros((W, 1), i32),
        live_in_patch=np.zeros((W, p.patch_sites.size), i32),
        live_of_kind=np.zeros((W, KINDS), i32),
        live_total=np.zeros((W, 1), i32),
        appearance=np.zeros((W, N), u32),
        own_appearance=np.zeros((W, N), u32),
        smoothed=np.zeros((W, N), np.float64),
    )


def allocate_events(p: Params, num_worlds: int, num_agents: int) -> Events:
    """Zeroed arrays."""
    W, N, S = num_worlds, num_agents, p.site_cell.size
    u8, f32 = np.uint8, np.float32
    return Events(
        ate=np.zeros((W, N), u8),
        eaten_site=np.zeros((W, N), np.int32),
        fired=np.zeros((W, N), u8),
        hit=np.zeros((W, N, N), u8),
        removed=np.zeros((W, N), u8),
        returned=np.zeros((W, N), u8),
        sprouted=np.zeros((W, S), u8),
        resource=np.zeros((W, N), f32),
        earned=np.zeros((W, N), f32),
    )


def allocate_outputs(num_worlds: int, num_agents: int, view: tuple[int, int]) -> Outputs:
    """Zeroed arrays; `view` is (rows, columns)."""
    W, N = num_worlds, num_agents
    return Outputs(
        tiles=np.zeros((W, N, *view), np.uint16),
        final_tiles=np.zeros((W, N, *view), np.uint16),
        rewards=np.zeros((W, N), np.float32),
        terminated=np.zeros(W, np.bool_),
        truncated=np.zeros(W, np.bool_),
        paused=np.zeros(W, np.bool_),
    )


@rule
def world_of(s, w):
    """World w of the state, as views."""
    return State(
        s.seed[w],
        s.episode[w],
        s.streams[w],
        s.clock[w],
        s.cells[w],
        s.bodies[w],
        s.beam_cells[w],
        s.beam_cell_count[w],
        s.order[w],
        s.at[w],
        s.facing[w],
        s.cooling[w],
        s.fired_from[w],
        s.removed_for[w],
        s.live[w],
        s.neighbours[w],
        s.label[w],
        s.waiting[w],
        s.waiting_count[w],
        s.live_in_patch[w],
        s.live_of_kind[w],
        s.live_total[w],
        s.appearance[w],
        s.own_appearance[w],
        s.smoothed[w],
    )


@rule
def events_of(e, w):
    """World w of the events, as views."""
    return Events(
        e.ate[w],
        e.eaten_site[w],
        e.fired[w],
        e.hit[w],
        e.removed[w],
        e.returned[w],
        e.sprouted[w],
        e.resource[w],
        e.earned[w],
    )


@rule
def clear_events(e):
    """Nothing has happened yet in this step."""
    for i in range(e.fired.size):
        e.ate[i] = 0
        e.eaten_site[i] = 0
        e.removed[i] = 0
        e.returned[i] = 0
        e.resource[i] = 0.0
        e.earned[i] = 0.0
        if e.fired[i]:
            e.fired[i] = 0
            for target in range(e.fired.size):
                e.hit[i, target] = 0
    for site in range(e.sprouted.size):
        e.sprouted[site] = 0
