"""Train one newcomer among residents with stable-baselines3, and say what it takes before and after.

python scripts/train_newcomer.py commons_harvest --residents sustainable
python scripts/train_newcomer.py altared_harvest --residents enforcer --hide-rule --env.max-cycles 500
python scripts/train_newcomer.py commons_harvest --residents runs/first
"""

from dataclasses import dataclass
from typing import Annotated, Any

import tyro
from altared.agents import load_residents
from altared.envs import SoloEnv, game_module, make_solo
from altared.scripts.options import parse
from altared.scripts.playback import plain_errors, require_end
from altared.scripts.progress import DelayedProgress
from rich.console import Console


@dataclass(frozen=True)
class Args:
    """Train one newcomer among residents with stable-baselines3, and say what it takes before and after."""

    game: Annotated[str, tyro.conf.Positional] = "commons_harvest"
    """The game to learn."""
    residents: tuple[str, ...] = ("sustainable",)
    """Scripted names or run folders: one for all residents, or one for each in the order of the agents."""
    focal: str = "agent_0"
    """The agent that learns."""
    hide_rule: bool = False
    """The altar is blank to the newcomer alone; its residents see what it shows."""
    steps: int = 50_000
    """Steps of the newcomer, in all worlds together."""
    worlds: int = 4
    """Worlds that it learns in at once, each with its own residents."""
    episodes: int = 5
    """Episodes that are played before and after, to measure."""
    seed: int = 0
    """Of the worlds, the residents and the learner."""


def main(argv: list[str] | None = None) -> int:
    """Measure, train, measure again."""
    args, env = parse(Args, argv)
    with plain_errors():
        from altared.training.newcomer import learn, mean_returns, new_learner

        stage = make_env(args, env)
        require_end(stage.world.batch)
        learner = new_learner(lambda: make_env(args, env), args.worlds, args.seed)
        with DelayedProgress(Console()) as waiting:
            for when in ("before", "after"):
                if when == "after":
                    learn(learner, args.steps, waiting.task("learning", args.steps))
                own, others = mean_returns(learner, stage, args.episodes, args.seed)
                print(f"{when:8}newcomer {own:8.1f}    a resident {others:8.1f}    (return an episode)")
    return 0


def make_env(args: Args, env: dict[str, Any]) -> SoloEnv:
    """The newcomer's environment; `env` are fields of the game's config."""
    from altared.training.newcomer import PLANES

    count = game_module(args.game).configure(**env).num_agents - 1
    names = args.residents * count if len(args.residents) == 1 else args.residents
    residents = load_residents(names, args.focal)
    return make_solo(args.game, residents, args.focal, hide_rule=args.hide_rule, **PLANES, **env)


if __name__ == "__main__":
    raise SystemExit(main())
