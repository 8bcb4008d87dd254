"""Miniature worlds for the tests: drawn as text, staged exactly, read back as drawings.

A drawing has one character a cell:

    #  wall            a b c  fruit        0 .. 9  agent of that number (what it stands on: `on`)
    .  floor           , ; :  eaten fruit  *  beam (in drawings that are read back)
    ^  altar                  of a, b, c   P Q  spawn cell, start-only cell (both are read back as floor)

The engine keeps its worlds on a flat, padded grid (envs/grid/params.py); only this module knows that.
A world is staged through the public `snapshot` and `restore`, so whatever follows is the engine's own.
"""

from collections import Counter
from textwrap import dedent

import numpy as np
from altared.envs import make_batch
from altared.envs.grid import codes
from altared.envs.grid.params import UNLABELLED

HEADINGS = "NESW"
ACTIONS = ("noop", "forward", "backward", "step left", "step right", "turn left", "turn right", "zap")
NEAR_SIGHT = dict.fromkeys(("view_forward", "view_backward", "view_left", "view_right"), 1)  # small grids
GROUND_CHARS = {codes.OUTSIDE: "?", codes.WALL: "#", codes.FLOOR: "."}
EATEN = dict(zip(",;:", codes.KIND_NAMES, strict=True))
EMPTIED = str.maketrans("abc", ",;:")


def art(drawing: str) -> str:
    """A drawing without the indentation of the test around it."""
    return dedent(drawing).strip("\n")


class Drawn:
    """`worlds` equal miniature worlds, each with random streams of its own."""

    game = "commons_harvest"
    needs = "a"  # characters that a map of the game must have

    def __init__(
        self, drawing, facing="", on=None, fresh=(), cooling=None, away=None, worlds=1, seed=0, **config
    ):
        """facing: one of N E S W for each agent. on: {agent: ground it stands on}, floor if not given.

        fresh: (y, x) of eaten apples (`,`) that were eaten in the last step; the others were eaten long ago.
        cooling: {agent: steps before it can fire}. away: {agent: steps before it returns}; it is not drawn.

        Agents see one cell around them unless `config` says otherwise.
        Every world needs spawn cells and what the game `needs`: what the drawing lacks is added below, walled
        off.
        """
        self._rows = art(drawing).split("\n")
        self._facing, self._on, self._fresh = facing, on or {}, set(fresh)
        self._cooling, self._away = cooling or {}, away or {}
        self._drawn = {
            int(c): (y, x) for y, row in enumerate(self._rows) for x, c in enumerate(row) if c in "0123456789"
        }
        agents = max([*self._drawn, *self._away], default=-1) + 1
        config = NEAR_SIGHT | {"num_agents": agents} | config
        self.map = self._as_map(config["num_agents"])
        self.batch = make_batch(self.game, num_worlds=worlds, map=self.map, **config)
        self.batch.reset(seed=seed)
        self.stage()

    def _as_map(self, agents: int) -> str:
        ground = [
            "".join(self._on.get(int(c), ".") if c in "0123456789" else c for c in row) for row in self._rows
        ]
        text, width = "\n".join(ground), len(ground[0])
        spawn = "P" if "P" not in text else "Q"  # too few drawn spawn cells: the others start somewhere else
        lacking = max(agents - text.count("P") - text.count("Q"), 1 if spawn == "P" else 0)
        while lacking > 0:
            here = min(lacking, width - 2)
            ground += ["#" + (spawn * here).ljust(width - 2, "#") + "#", "#" * width]
            lacking -= here
        for char in sorted(set(self.needs) - set(text) - {EATEN[c] for c in set(text) & set(EATEN)}):
            ground += ["#" * width, f"#{char}".ljust(width, "#"), "#" * width]
        return "\n".join(ground).translate(str.maketrans(",;:.", "abc ")) + "\n"

    # Staging ---------------------------------------------------------------------------------------

    def stage(self) -> None:
        """Set every world up as drawn; random streams stay as they are."""
        snapshot = self.batch.snapshot()
        lift_all(snapshot)
        for i, (y, x) in self._drawn.items():
            put(self.batch, snapshot, i, y, x, self._facing[i])
        for i, steps in self._cooling.items():
            snapshot["state.cooling"][:, i] = steps
        for i, steps in self._away.items():
            snapshot["state.removed_for"][:, i] = steps
        self._stage_apples(snapshot)
        self._stage_norms(snapshot)
        self.batch.restore(snapshot)

    def _stage_norms(self, snapshot) -> None:
        """See ruled.py."""

    def _stage_apples(self, snapshot) -> None:
        sites = [tuple(site) for site in self.batch.game.map.sites]
        eaten = {(y, x) for y, row in enumerate(self._rows) for x, c in enumerate(row) if c in EATEN}
        eaten |= {self._drawn[i] for i, ground in self._on.items() if ground in EATEN}
        assert self._fresh <= eaten <= set(sites)
        live = np.array([site not in eaten for site in sites])
        fresh = np.array([site in self._fresh for site in sites])
        set_apples(self.batch, snapshot, live, fresh)

    def again(self) -> None:
        """New random streams (the next episode of every world), staged as drawn."""
        self.batch.reset()
        self.stage()

    # Playing ---------------------------------------------------------------------------------------

    def act(self, *names):
        """Every agent acts, the same in all worlds; returns the Step."""
        actions = np.array([ACTIONS.index(name) for name in names])
        return self.batch.step(np.broadcast_to(actions, (self.batch.num_worlds, self.batch.num_agents)))

    def wait(self, steps=1):
        """Nobody does anything; returns the last Step."""
        for _ in range(steps):
            step = self.act(*["noop"] * self.batch.num_agents)
        return step

    # Reading ---------------------------------------------------------------------------------------

    def drawing(self, world=0) -> str:
        """One world as it is now, without the added room."""
        picture, agents = self.batch.picture(world), self.batch.scene(world).agents
        return "\n".join(
            "".join(_char(picture[y, x], agents[y, x]) for x in range(len(row)))
            for y, row in enumerate(self._rows)
        )

    def outcomes(self) -> Counter:
        """How many worlds look like which drawing."""
        state = self.batch.state
        mixer = np.random.default_rng(1).integers(0, 2**63, (2, state.cells.shape[1]), np.uint64)
        look = state.cells.astype(np.uint64) @ mixer[0] + state.bodies.astype(np.uint64) @ mixer[1]
        _, first, counts = np.unique(look, return_index=True, return_counts=True)
        seen: Counter = Counter()
        for world, count in zip(first, counts, strict=True):
            seen[self.drawing(world)] += int(count)
        return seen

    def outcomes_of(self, *names, rounds=1) -> Counter:
        """Stage and act `rounds` times, with new random streams each time."""
        seen: Counter = Counter()
        for _ in range(rounds):
            self.again()
            self.act(*names)
            seen += self.outcomes()
        return seen

    def facings(self, world=0) -> str:
        return "".join(HEADINGS[f] for f in self.batch.state.facing[world])

    def place(self, agent, world=0):
        """(y, x) of an agent, or None while removed."""
        return place_of(self.batch, agent, world)

    def events(self, name, world=0) -> list:
        """Agents (or pairs, or (y, x) of sites) to which an event happened in the last step."""
        found = np.argwhere(getattr(self.batch.events, name)[world]).tolist()
        if name == "sprouted":
            return [tuple(int(c) for c in self.batch.game.map.sites[site]) for (site,) in found]
        return [entry[0] if len(entry) == 1 else tuple(entry) for entry in found]


def _char(tile, agent) -> str:
    ground, occupant = int(tile[0]), int(tile[1])
    if agent >= 0:
        return str(agent)
    if occupant == codes.BEAM:
        return "*"
    if ground in GROUND_CHARS:
        return GROUND_CHARS[ground]
    if ground >= codes.ALTAR:
        return "^"
    kind, growth = codes.site_parts(ground)
    fruit = codes.KIND_NAMES[kind]
    return fruit if growth == codes.LIVE else fruit.translate(EMPTIED)


# The padded grid -----------------------------------------------------------------------------------


def cell_of(batch, y, x):
    p = batch.game.params
    return (y + p.edge) * p.stride + x + p.edge


def place_of(batch, agent, world=0):
    """(y, x) of an agent, or None while removed."""
    p, cell = batch.game.params, int(batch.state.at[world, agent])
    return None if cell < 0 else (cell // p.stride - p.edge, cell % p.stride - p.edge)


def lift_all(snapshot) -> None:
    """Nobody is on the map."""
    snapshot["state.cells"] &= 0xFF
    snapshot["state.bodies"][...] = 0
    snapshot["state.at"][...] = -1
    snapshot["state.beam_cell_count"][...] = 0


def put(batch, snapshot, agent, y, x, facing, worlds=slice(None)) -> None:
    """An agent that was lifted stands on (y, x), facing N, E, S or W."""
    cell, heading = cell_of(batch, y, x), HEADINGS.index(facing)
    snapshot["state.at"][worlds, agent] = cell
    snapshot["state.facing"][worlds, agent] = heading
    snapshot["state.bodies"][worlds, cell] = 1 + agent
    snapshot["state.cells"][worlds, cell] |= (codes.OTHER + heading) << 8


def set_apples(batch, snapshot, live, fresh) -> None:
    """live (S,) or (W, S) bool; of the others, `fresh` ones were eaten last step, the rest long ago."""
    p, map_ = batch.game.params, batch.game.map
    live, fresh = np.broadcast_arrays(*np.atleast_2d(live, fresh))
    near = np.zeros(
        (len(map_.sites),) * 2, int
    )  # the engine's own idea of it, so that the tests can refute it
    for site, count in enumerate(p.near_count):
        near[site, p.near[site, :count]] = 1
    around, kinds = live @ near, batch.game.config.kinds()
    tables = [np.array(kinds[kind].regrowth) for kind in map_.kinds]
    chance = [table[np.minimum(around[:, s], len(table) - 1)] for s, table in enumerate(tables)]
    growth = np.where(live, codes.LIVE, np.where(np.transpose(chance) > 0, codes.EMPTY, codes.BARREN))
    snapshot["state.live"][...] = live
    snapshot["state.neighbours"][...] = around
    snapshot["state.label"][...] = np.where(fresh | live, UNLABELLED, around)
    snapshot["state.live_total"][...] = live.sum(1, keepdims=True)
    snapshot["state.waiting"][...] = np.argsort(live, axis=1, kind="stable")  # those not live come first
    snapshot["state.waiting_count"][...] = (~live).sum(1, keepdims=True)
    for patch in range(p.patch_sites.size):
        snapshot["state.live_in_patch"][:, patch] = live[:, p.site_patch == patch].sum(1)
    for kind in range(codes.KINDS):
        snapshot["state.live_of_kind"][:, kind] = live[:, map_.kinds == kind].sum(1)
    cells = cell_of(batch, map_.sites[:, 0], map_.sites[:, 1])
    ground = codes.SITE + 3 * map_.kinds + growth
    snapshot["state.cells"][:, cells] = (snapshot["state.cells"][:, cells] & 0xFF00) | ground


# Slow formulas -------------------------------------------------------------------------------------


def neighbour_matrix(sites, radius=2.0) -> np.ndarray:
    """(S, S) int: 1 where another site lies within `radius`."""
    y, x = np.asarray(sites).T
    near = (y[:, None] - y) ** 2 + (x[:, None] - x) ** 2 <= radius**2
    return (near & ~np.eye(len(y), dtype=bool)).astype(int)


# Statistics ----------------------------------------------------------------------------------------


def assert_share(count, trials, p, error=0.02) -> None:
    """`count` of `trials` agrees with probability p, on a sample that shows a relative error of 2 %.

    Fails beyond 4 standard errors: once in 16,000 runs of a right engine (and seeds are fixed). A chance
    that is off by `error` must lie 6 standard errors away, so that it fails in 98 of 100 runs: that needs
    (6 / error)**2 * (1 - p) / p trials, e.g. 90,000 for p = 1/2 and 270,000 for p = 1/4.
    """
    assert trials >= (6 / error) ** 2 * (1 - p) / p, f"{trials} trials are too few for p={p}"
    z = (count - trials * p) / np.sqrt(trials * p * (1 - p))
    assert abs(z) < 4, f"{count} of {trials} is {count / trials:.5f}, not {p:.5f} (z={z:.1f})"
