"""Hand-made scenes for the tests of the pictures."""

import numpy as np
from altared.envs.foraging import codes
from altared.envs.render.scene import Scene


def make_scene(agents: int = 3, height: int = 9, width: int = 12, removed: int | None = None) -> Scene:
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
    return Scene(
        title="Commons Harvest",
        tiles=tiles,
        agents=who,
        step=12,
        max_cycles=1000,
        stocks=(("apples", 3, 9),),
        returns=np.arange(agents, dtype=float),
        removed=steps_away,
        events=("agent_1 ate", "agent_0 zapped agent_2"),
    )
