"""Steer one agent with the keyboard; the others follow a policy or a trained run.

altared play commons_harvest --others greedy
altared play altared_harvest --others enforcer
"""

from contextlib import closing
from dataclasses import dataclass, replace
from typing import Annotated, Any

import numpy as np
import tyro
from altared.envs import Batch, make_batch
from altared.envs.render.canvas import draw
from altared.envs.render.window import Window
from altared.scripts.argument_checks import require_at_least, require_picture
from altared.scripts.controls import controls_for
from altared.scripts.options import DEFAULT_GAME, merged, parse
from altared.scripts.playback import Playback, plain_errors, population_for, report, settings_of_first_run


@dataclass(frozen=True)
class Args:
    """Steer one agent with the keyboard; the others follow a policy or a trained run."""

    game: Annotated[str, tyro.conf.Positional, tyro.conf.arg(metavar="[GAME]")] = DEFAULT_GAME
    """The game, as commons_harvest."""
    others: str = "greedy"
    """Who the others are: a scripted name (random, greedy, sustainable ...) or a run folder; with commas, one
    for each slot."""
    agent: int = 0
    """The agent you steer."""
    seed: int = 0
    """Of the world and of the others' choices."""
    fps: float | None = None
    """Steps a second; the world does not wait for you. Usually 6 on a map, and 1 where there is none."""
    cell: int = 32
    """Pixels a cell."""

    def __post_init__(self) -> None:
        require_at_least(self, seed=0)
        require_picture(self)


def play(playback: Playback, window: Window, agent: int, cell: int) -> None:
    """Steps until the episode ends or the person leaves; then the score stays until enter is pressed."""
    controls = controls_for(playback.batch.game)
    while not playback.ended:
        scene = playback.scene()
        window.show(draw(scene, cell, agent, controls.notes()))
        keys = window.read_keys()
        if window.closed or "escape" in keys:
            return
        actions = np.array(playback.actions())
        actions[0, agent] = controls.action(keys, scene, agent)
        playback.step(actions)
    last = playback.scene()
    final = draw(
        replace(last, title="The end"), cell, agent, (*score(last.returns, agent), "enter or esc: leave")
    )
    while not window.closed and not {"return", "escape"} & set(window.read_keys()):
        window.show(final)


def score(returns: np.ndarray, agent: int) -> tuple[str, str]:
    """Two lines: the person's return and place, and what all got together."""
    place = 1 + int((returns > returns[agent]).sum())
    return (
        f"you, agent_{agent}: {returns[agent]:g}, place {place} of {len(returns)}",
        f"all together: {returns.sum():g}",
    )


def main(argv: list[str] | None = None) -> int:
    """The command `altared play`."""
    args, overrides = parse(Args, argv)
    with plain_errors():
        make_and_play(args, overrides)
    return 0


def make_and_play(args: Args, overrides: dict[str, Any]) -> None:
    """Make the world and the window, and play."""
    game, settings = settings_of_first_run(args.others)
    config = merged(settings if args.game == game else {}, overrides)
    with closing(make_batch(args.game, auto_reset=False, **config)) as batch:
        fps = controls_for(batch.game).fps if args.fps is None else args.fps
        with closing(Window(fps, f"altared: {args.game}")) as window:
            play_in(window, args, batch)


def play_in(window: Window, args: Args, batch: Batch) -> None:
    """Play in a window, and print the score."""
    if not 0 <= args.agent < batch.num_agents:
        raise ValueError(f"agent {args.agent} is not in this game; allowed: 0 .. {batch.num_agents - 1}")
    playback = Playback(batch, population_for(args.others, batch), args.seed)
    play(playback, window, args.agent, args.cell)
    print(*score(playback.scene().returns, args.agent), sep="\n")
    if playback.metrics:
        print(report(playback.metrics))


if __name__ == "__main__":
    raise SystemExit(main())
