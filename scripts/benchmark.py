"""`altared benchmark`: the speed of the environments under random actions, observations always computed."""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import tyro
from altared.envs import Batch, game_module, games, make, make_batch
from altared.envs.grid.maps import Map
from altared.scripts.argument_checks import require_at_least, require_place
from altared.scripts.options import parse
from gymnasium import spaces
from rich.console import Console
from rich.table import Table


@dataclass(frozen=True)
class Args:
    """Measure environment steps a second, memory, import and start."""

    game: Annotated[str, tyro.conf.Positional, tyro.conf.arg(metavar="[GAME]")] = "commons_harvest"
    """Name of the game."""
    worlds: tuple[int, ...] = (1, 64, 1024)
    """Batch sizes to measure."""
    observations: tuple[str, ...] = ()
    """Kinds of observation to measure; by default tiles, planes and rgb, or vector where there is no map."""
    threads: int = 1
    """Threads that share the worlds, >= 1."""
    seconds: float = 1.0
    """How long to measure each row, in CPU seconds, > 0."""
    against: str = ""
    """Another game: compare speeds in turns, with as many agents, on its own map and on this game's."""
    start: bool = True
    """Also measure import and first step, in new processes (half a minute)."""
    json: Path | None = None
    """Write the rows to this file."""

    def __post_init__(self) -> None:
        require_at_least(self, threads=1)
        if not self.seconds > 0:
            raise ValueError(f"seconds is {self.seconds}; allowed: above 0")
        require_place("json", self.json)


@dataclass(frozen=True)
class Row:
    """One measurement; steps are of whole worlds, agent steps are N times as many."""

    what: str
    worlds: int
    steps_per_cpu_second: float
    steps_per_wall_second: float
    agent_steps_per_cpu_second: float


def main(argv: list[str] | None = None) -> int:
    """The command `altared benchmark`."""
    args, overrides = parse(Args, argv)
    try:
        measure(args, overrides)
    except (ValueError, OSError) as error:
        print(f"altared benchmark: {error}", file=sys.stderr)
        return 1
    return 0


def measure(args: Args, overrides: dict[str, Any]) -> None:
    """Measure, print the table, write the file. Raises ValueError for what cannot be measured."""
    if args.against:
        require_comparable(args)
    console = Console()
    rows = []
    for kind in args.observations or kinds_of(args.game, overrides):
        for worlds in args.worlds:
            options = {"num_worlds": worlds, "observation": kind, "threads": args.threads, **overrides}
            rows.append(_measure_batch(kind, make_batch(args.game, **options), args.seconds))
    rows.append(_measure_api(args.game, overrides, args.seconds))
    console.print(_table(args.game, rows))
    facts = _memory(args.game, overrides)
    if args.against:
        facts |= _ratios(args, overrides)
    if args.start:
        facts |= _starts(args.game)
    for name, value in facts.items():
        console.print(f"{name}: {value:,.3g}")
    if args.json:
        args.json.write_text(json.dumps({"rows": [asdict(row) for row in rows], **facts}, indent=1))


def require_comparable(args: Args) -> None:
    """Raise ValueError unless both games are played on a map, so that they can share one."""
    on_maps = [name for name in games() if hasattr(game_module(name).configure(), "map")]
    for field, name in (("game", args.game), ("against", args.against)):
        if name not in on_maps:
            raise ValueError(f"{field} is {name!r}; allowed in a comparison: {', '.join(on_maps)}")


def kinds_of(game: str, overrides: dict) -> tuple[str, ...]:
    """The kinds of observation that a game has."""
    usual = make_batch(game, **overrides).observation
    return ("tiles", "planes", "rgb") if usual == "tiles" else (usual,)


def _measure_batch(kind: str, batch: Batch, seconds: float) -> Row:
    batch.reset(seed=0)
    actions = _random_actions(batch, 64)
    calls, cpu, wall = _timed(lambda k: batch.step(actions[k % 64]), seconds)
    return _row(f"batch, {kind}", batch.num_worlds, batch.num_agents, calls, cpu, wall)


def _random_actions(batch: Batch, steps: int) -> np.ndarray:
    rng, space = np.random.default_rng(0), batch.action_space
    shape = (steps, batch.num_worlds, batch.num_agents, *space.shape)
    if isinstance(space, spaces.Discrete):
        return rng.integers(0, space.n, shape)
    return rng.uniform(space.low, space.high, shape)


def _ratios(args: Args, overrides: dict) -> dict[str, float]:
    """Speed of the game over that of another: the median of pairs measured in turns, 64 worlds, tiles."""
    mine = make_batch(args.game, 64, threads=args.threads, **overrides)
    world: Any = mine.game
    found = {}
    for where, drawn in (("", {}), (" on the same map", {"map": _drawing(world.map)})):
        settings: dict[str, Any] = {"num_agents": mine.num_agents, "removal_steps": 25, **drawn}
        theirs = make_batch(args.against, 64, threads=args.threads, **settings)
        pairs = [
            [_measure_batch("", batch, args.seconds / 2).steps_per_cpu_second for batch in (mine, theirs)]
            for _ in range(5)
        ]
        found[f"speed over that of {args.against}{where}"] = float(
            np.median([one / two for one, two in pairs])
        )
    return found


def _drawing(world: Map) -> str:
    """A map with all its sites of one kind, and walls for altars."""
    grid = np.where(world.walls, "#", " ")
    for cells, char in ((world.sites, "a"), (world.spawns, "P"), (world.starts, "Q"), (world.altars, "#")):
        grid[tuple(cells.T)] = char
    return "\n".join("".join(row) for row in grid) + "\n"


def _measure_api(game: str, overrides: dict, seconds: float) -> Row:
    env = make(game, **overrides)
    for i, agent in enumerate(env.possible_agents):
        env.action_space(agent).seed(i)
    drawn: Any = {
        agent: [env.action_space(agent).sample() for _ in range(64)] for agent in env.possible_agents
    }
    actions = [dict(zip(drawn, row, strict=True)) for row in zip(*drawn.values(), strict=True)]
    env.reset(seed=0)

    def step(k: int) -> None:
        if not env.agents:
            env.reset()
        env.step(actions[k % 64])

    calls, cpu, wall = _timed(step, seconds)
    return _row(f"PettingZoo, {env.batch.observation}", 1, len(env.possible_agents), calls, cpu, wall)


def _timed(step: Callable[[int], object], seconds: float) -> tuple[int, float, float]:
    """Call step(0), step(1), ... for some CPU seconds after a warm-up; returns calls, CPU and wall time."""
    for k in range(3):
        step(k)
    calls, cpu, wall = 0, time.process_time(), time.perf_counter()
    while time.process_time() - cpu < seconds:
        for _ in range(16):
            step(calls)
            calls += 1
    return calls, time.process_time() - cpu, time.perf_counter() - wall


def _row(what: str, worlds: int, agents: int, calls: int, cpu: float, wall: float) -> Row:
    steps = calls * worlds
    return Row(what, worlds, steps / cpu, steps / wall, steps * agents / cpu)


def _memory(game: str, overrides: dict) -> dict[str, float]:
    """Bytes of a world's state, without observation buffers."""
    worlds = make_batch(game, num_worlds=1, **overrides).worlds
    arrays = (*worlds.state, *worlds.tally, *worlds.events)
    return {"state of a world, bytes": float(sum(array.nbytes for array in arrays))}


_PARTS = "import numpy, numba, gymnasium, pettingzoo"
_STEP = """
import time
import numpy as np
from altared.envs import make_batch
begin = time.perf_counter()
batch = make_batch("{game}")
batch.reset(seed=0)
batch.step(np.zeros((1, batch.num_agents), int))
print(time.perf_counter() - begin)
"""


def _starts(game: str) -> dict[str, float]:
    """What new processes take to import and to make a first step: the best of 5, side by side."""
    with tempfile.TemporaryDirectory() as cache:
        own = {**os.environ, "NUMBA_CACHE_DIR": cache}
        step = _STEP.format(game=game)
        cold = _first_step(step, own)
        rounds = range(5)
        trio = [(_run(_PARTS, own), _run("import altared.envs", own), _first_step(step, own)) for _ in rounds]
        bare, ours, warm = zip(*trio, strict=True)
        return {
            "import altared.envs, ratio to the import of its dependencies": min(ours) / min(bare),
            "make, reset and first step with an empty cache, seconds": cold,
            "make, reset and first step with a warm cache, seconds": min(warm),
        }


def _first_step(code: str, environment: dict[str, str]) -> float:
    """Seconds from import to the end of the first step, in a new process."""
    command = [sys.executable, "-c", code]
    return float(subprocess.run(command, env=environment, check=True, capture_output=True).stdout)


def _run(code: str, environment: dict[str, str]) -> float:
    begin = time.perf_counter()
    subprocess.run([sys.executable, "-c", code], env=environment, check=True)
    return time.perf_counter() - begin


def _table(game: str, rows: list[Row]) -> Table:
    table = Table(title=f"{game}: environment steps a second, random actions")
    for heading in ("what", "worlds", "a CPU second", "a wall second", "agent steps a CPU second"):
        table.add_column(heading, justify="left" if heading == "what" else "right")
    for row in rows:
        numbers = (row.steps_per_cpu_second, row.steps_per_wall_second, row.agent_steps_per_cpu_second)
        table.add_row(row.what, str(row.worlds), *(f"{number:,.0f}" for number in numbers))
    return table


if __name__ == "__main__":
    sys.exit(main())
