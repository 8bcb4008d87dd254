"""Watch a trained run or a scripted policy, as a film or in a window.

altared watch runs/first --video harvest.mp4
altared watch sustainable --env.map closed
altared watch altared_harvest patroller*4,greedy*3 --video altar.mp4
"""

import sys
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import tyro
from altared.envs import games, make_batch
from altared.envs.render.video import check_path, write_video
from altared.envs.render.window import Window
from altared.scripts.argument_checks import require_at_least, require_picture
from altared.scripts.options import DEFAULT_GAME, merged, parse
from altared.scripts.playback import (
    Playback,
    plain_errors,
    population_for,
    report,
    require_end,
    settings_of_first_run,
)


@dataclass(frozen=True)
class Args:
    """Watch a trained run or a scripted policy, as a film or in a window."""

    who: Annotated[str, tyro.conf.Positional, tyro.conf.arg(metavar="WHO")]
    """A run folder, a checkpoint, or a scripted name: random, greedy, sustainable ...; with commas, one
    for each slot (greedy,enforcer*6 is one and six). The game's name may stand before it."""
    game: str = DEFAULT_GAME
    """The game; a run is watched in the one it was trained on unless another is named."""
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

    def __post_init__(self) -> None:
        require_at_least(self, steps=0, seed=0)
        require_picture(self)


def record(playback: Playback, args: Args, total: int | None) -> None:
    """Write the film, with a progress bar; `total` frames are expected, None: nobody knows."""
    assert args.video is not None
    from rich.progress import track  # with the film's own needs in the extra `train`

    frames = playback.frames(args.steps, args.cell)
    count = write_video(args.video, track(frames, "filming", total=total), args.fps)
    print(f"wrote {args.video}: {count} frames")


def show(playback: Playback, args: Args) -> None:
    """Show the world in a window until it is closed."""
    window = Window(args.fps, f"altared: {args.who}")
    try:
        for frame in playback.frames(args.steps, args.cell):
            window.show(frame)
            if window.closed:
                break
    finally:
        window.close()


def main(argv: list[str] | None = None) -> int:
    """The command `altared watch`."""
    argv = game_last(list(sys.argv[1:] if argv is None else argv))
    with plain_errors():
        game = settings_of_first_run(argv[0])[0] if argv else ""
        args, overrides = parse(Args, with_default_game(argv, game))
        if args.video is not None:
            check_path(args.video)
        watch(args, overrides)
    return 0


def game_last(argv: list[str]) -> list[str]:
    """`GAME WHO ...` as `WHO ... --game GAME`."""
    return [*argv[1:], "--game", argv[0]] if argv and argv[0] in games() else argv


def with_default_game(argv: list[str], game: str) -> list[str]:
    """The command line, with the game the watched run was trained on unless another is named."""
    named = not argv or argv[0].startswith("-") or any(arg.split("=")[0] == "--game" for arg in argv)
    return argv if named else [*argv, "--game", game]


def watch(args: Args, overrides: dict[str, Any]) -> None:
    """Make the world, film or show it, and print the metrics of the last episode that ended."""
    game, settings = settings_of_first_run(args.who)
    config = merged(settings if args.game == game else {}, overrides)
    with closing(make_batch(args.game, auto_reset=False, **config)) as batch:
        if not args.steps:
            require_end(batch)
        playback = Playback(batch, population_for(args.who, batch), args.seed)
        if args.video is None:
            show(playback, args)
        else:
            length = args.steps or batch.game.max_cycles
            record(playback, args, length + 1 if length else None)
    print(report(playback.metrics) if playback.metrics else "no episode ended: no metrics")


if __name__ == "__main__":
    raise SystemExit(main())
