"""Watch a trained run or a scripted policy, as a film or in a window.

altared watch runs/first --video harvest.mp4
altared watch sustainable --env.map closed
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import tyro
from altared.agents.population import load_population
from altared.envs import make_batch
from altared.envs.render.video import check_path, write_video
from altared.envs.render.window import Window
from altared.scripts.options import parse
from altared.scripts.stage import Stage, home, report


@dataclass(frozen=True)
class Args:
    """Watch a trained run or a scripted policy, as a film or in a window."""

    who: Annotated[str, tyro.conf.Positional]
    """A run folder, a checkpoint, or a scripted policy: random, greedy, sustainable."""
    game: str = ""
    """The game; by default the one the run was trained on."""
    video: Path | None = None
    """The film to write, .mp4 or .gif; without it a window opens."""
    steps: int = 0
    """Steps to watch; 0: one whole episode. A shorter episode is followed by the next."""
    seed: int = 0
    """Of the world and of the policy's choices."""
    fps: float = 10.0
    """Steps a second."""
    cell: int = 32
    """Pixels a cell."""


def record(stage: Stage, args: Args, total: int | None) -> None:
    """Write the film, with a progress bar."""
    from rich.progress import track  # with the film's own needs in the extra `train`

    frames = stage.frames(args.steps, args.cell)
    count = write_video(args.video, track(frames, "filming", total=total), args.fps)
    print(f"wrote {args.video}: {count} frames")


def show(stage: Stage, args: Args) -> None:
    """Show the world in a window until it is closed."""
    window = Window(args.fps, f"altared: {args.who}")
    try:
        for frame in stage.frames(args.steps, args.cell):
            window.show(frame)
            if window.closed:
                break
    finally:
        window.close()


def main(argv: list[str] | None = None) -> int:
    """The command `altared watch`."""
    args, overrides = parse(Args, argv)
    if args.video is not None:
        check_path(args.video)
    game, settings = home(args.who)
    env = (settings if args.game in ("", game) else {}) | overrides
    batch = make_batch(args.game or game, num_worlds=1, observation="tiles", **env)
    stage = Stage(batch, load_population(args.who, batch.num_agents), args.seed)
    length = args.steps or batch.scene(0).max_cycles
    if args.video is not None:
        record(stage, args, length + 1 if length else None)
    else:
        show(stage, args)
    print(report(stage.metrics) if stage.metrics else "no episode ended: no metrics")
    batch.close()
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
