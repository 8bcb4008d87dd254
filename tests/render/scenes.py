"""Hand-made scenes for the tests of the pictures."""

import numpy as np
from altared.envs.grid import codes
from altared.envs.render.scene import GridScene, Rule, Shot, Stock


def make_scene(agents: int = 3, height: int = 9, width: int = 12, removed: int | None = None) -> GridScene:
    """A walled room with one agent a cell, facing all ways; every kind of site in the first row."""
    tiles = np.zeros((height, width, 2), np.uint8)
    tiles[..., 0] = codes.WALL
    tiles[1:-1, 1:-1, 0] = codes.FLOOR
    sites = min(width - 2, 9)
    tiles[1, 1 : 1 + sites, 0] = codes.SITE + np.arange(sites)
    who = np.full((height, width), -1, np.int16)
    steps_away = np.zeros(agents, int)
    cells = [(y, x) for y in range(2, height - 1) for x in range(1, width - 1)]
    for agent, (y, x) in enumerate(cells[:agents]):
        if agent == removed:
            steps_away[agent] = 4
            continue
        tiles[y, x, 1] = codes.OTHER + agent % 4
        who[y, x] = agent
    return GridScene(
        title="Commons Harvest",
        tiles=tiles,
        agents=who,
        step=12,
        max_cycles=1000,
        stocks=(Stock("apples", 3, 9),),
        returns=np.arange(agents, dtype=float),
        removed=steps_away,
        events=("agent_1 ate", "agent_0 zapped agent_2"),
    )


def make_ruled_scene(prohibited: int = 0b110, altar: int | None = None) -> GridScene:
    """A room of 9 x 15 with an altar in its middle, three zones of one site and its floor, seven agents.

    Agents 0, 1 and 2 have just fired: a correct sanction, a misdirected one and a miss. `altar` is the ground
    code that the altar shows, by default of what is `prohibited`.
    """
    height, width = 9, 15
    tiles = np.zeros((height, width, 2), np.uint8)
    tiles[..., 0] = codes.WALL
    tiles[1:-1, 1:-1, 0] = codes.FLOOR
    zones = np.full((height, width), -1, np.int8)
    for kind in range(codes.KINDS):
        zones[1, 1 + 4 * kind : 3 + 4 * kind] = kind
        tiles[1, 1 + 4 * kind, 0] = codes.SITE + 3 * kind + codes.LIVE
    shown = codes.ALTAR + prohibited if altar is None else altar
    tiles[4, 7, 0] = shown
    agents = np.full((height, width), -1, np.int16)
    looks = (0, 1, 2, 3, 4, 6, 0)  # badge + BADGES * mark
    for agent, look in enumerate(looks):
        agents[7, 1 + 2 * agent] = agent
        tiles[7, 1 + 2 * agent, 1] = codes.OTHER + 4 * look
    shots = (Shot("correct", ((6, 1),), ((5, 1),)), Shot("misdirected", ((6, 3),), ((5, 3),)))
    shots += (Shot("", ((6, 5), (5, 5)), ()),)
    for shot in shots:
        for cell in shot.beam_cells:
            tiles[cell][1] = codes.BEAM
    return GridScene(
        title="Altared Harvest",
        tiles=tiles,
        agents=agents,
        step=12,
        max_cycles=1000,
        stocks=tuple(
            Stock(f"{name} apples", 1, 1, kind, bool(prohibited >> kind & 1))
            for kind, name in enumerate(("red", "blue", "green"))
        ),
        returns=np.arange(7.0),
        removed=np.zeros(7, int),
        events=("agent_0 sanctioned agent_5: correct",),
        rule=Rule("only red is permitted", shown, "the altar shows it"),
        counts=(("correct", 3), ("misdirected", 1), ("violations", 7)),
        shots=shots,
        zones=zones,
        poisoned=np.zeros(7, bool),
    )
