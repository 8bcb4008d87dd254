"""Train a population of independent learners, and show what became of it.

altared train commons_harvest
altared train commons_harvest --env.map closed --ppo.network recurrent --steps 20e6 --run runs/closed
altared train --resume runs/closed
altared train fishing --contract.name fishing_tax --contract.procedure random --run runs/play
altared train --play runs/play --run runs/deal        # who played is kept; proposing and voting are learned
"""

import sys
from dataclasses import dataclass, field, fields, replace
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any, Literal

import tyro
from altared.agents import checkpoint
from altared.agents.trained import load_networks
from altared.envs import games
from altared.scripts import watch
from altared.scripts.options import merged, parse
from altared.scripts.playback import require_end, settings_of_run
from altared.scripts.progress import Progress, print_summary
from altared.training.config import PPO, Cluster, Curriculum, Schedule, TrainerName, TrainingConfig
from altared.training.curves import draw_curves
from altared.training.log import read_log
from altared.training.negotiation import Negotiation
from altared.training.run_folder import RunFolder
from altared.training.signals import Stopped
from altared.training.trainers import trainer_named
from altared.training.trainers.base import make_training_batch

# when a run is resumed
MAY_CHANGE = ("steps", "threads", "checkpoint_every", "num_env_runners", "ray_address")


@dataclass(frozen=True)
class Args:
    """Train a population of independent learners, and show what became of it."""

    game: Annotated[str, tyro.conf.Positional, tyro.conf.arg(metavar="[GAME]")] = ""
    """The game: commons_harvest, altared_harvest, poison_berries, fishing or matrix_games, whose settings
    `altared train GAME --help` lists under --env; with --resume or --play it may be left out."""
    schedule: tyro.conf.OmitArgPrefixes[Schedule] = field(default_factory=Schedule)
    ppo: PPO = field(default_factory=PPO)
    curriculum: tyro.conf.OmitArgPrefixes[Curriculum] = field(default_factory=Curriculum)
    trainer: TrainerName = "ippo"
    """The trainer: independent PPO (ippo), stable-baselines3's PPO or Ray RLlib's."""
    cluster: tyro.conf.OmitArgPrefixes[Cluster] = field(default_factory=Cluster)
    reward: Literal["own", "shared", "social_value_orientation", "inequity_aversion"] = "own"
    """What learners are paid, made from what everybody earned (altared.envs.rewards)."""
    reward_constants: dict[str, float] = field(default_factory=dict)
    """Constants of that view, as in `--reward-constants envy 5 guilt 0.05`; those left out keep defaults."""
    run: Path | None = None
    """Folder for the new run; by default runs/GAME-DATE-TIME."""
    play: Path | None = None
    """A run that learned to play under random contracts: its population plays on as it is, and the learners
    negotiate, in the same game; an episode is a proposal, a vote, and what everybody earns after that."""
    weights: Path | None = None
    """Begin with the weights of this run's last checkpoint: of the same networks, in whatever game."""
    resume: Path | None = None
    """Go on with the run in this folder. Of its settings only --steps, --threads and --checkpoint-every (and
    --num-env-runners and --ray-address of trainer rllib) may be given anew; other --steps move the end to
    which learning rate and entropy bonus fall."""
    video: bool = True
    """Film an episode of the trained population at the end."""


def new_run(args: Args, overrides: dict) -> tuple[TrainingConfig, RunFolder]:
    """Configuration and folder of a run that begins."""
    game, env = args.game, overrides
    if args.play:
        game, settings = settings_of_run(str(args.play))
        if args.game not in ("", game):
            raise ValueError(f"{args.play} plays {game}; nobody there can play {args.game}")
        require_play_under_contracts(args.play, settings)
        env = merged(settings, merged({"contract": {"procedure": "negotiated"}}, overrides))
    if not game:
        raise ValueError(f"no game was named; known: {', '.join(games())}")
    path = args.run or Path("runs") / f"{game}-{datetime.now():%Y%m%d-%H%M%S}"
    learning = (args.ppo, args.schedule, args.reward, args.reward_constants)
    made = TrainingConfig(
        game, env, *learning, negotiates=bool(args.play), weights=str(args.weights or ""),
        trainer=args.trainer, cluster=args.cluster, curriculum=args.curriculum,
    )  # fmt: skip
    return made, RunFolder(path)


def require_play_under_contracts(run: Path, settings: dict[str, Any]) -> None:
    """Raise ValueError unless a run's learners played, and under contracts."""
    if checkpoint.read_state(checkpoint.find(run))["config"].get("negotiates"):
        raise ValueError(f"--play {run}: its learners negotiated; name the run whose learners played")
    if not settings.get("contract"):
        raise ValueError(f"--play {run}: nobody there knows a contract; train it with --contract.name")


def make_worlds(config: TrainingConfig, players: Path) -> Any:
    """The batch that the learners step, with an episode's end ahead of it.

    players: the checkpoint of those who play what the learners negotiate, if they do.
    """
    options = {"reward": config.payment, "auto_reset": not config.negotiates, **config.game_settings}
    batch = make_training_batch(config, options)
    require_end(batch)
    return Negotiation(batch, load_networks(players, game=batch.game)) if config.negotiates else batch


def old_run(args: Args, path: Path, given: set[str]) -> tuple[TrainingConfig, RunFolder]:
    """Configuration and folder of a run that goes on. Raises ValueError for settings it cannot change."""
    folder = RunFolder(path)
    config = folder.read_config()
    if args.game not in ("", config.game):
        raise ValueError(f"{path} trains {config.game}; it cannot go on with {args.game}")
    settings = {f.name for f in fields(Schedule)} & given
    if refused := sorted(name for name in given - {"resume", "video", "no_video"} if name not in MAY_CHANGE):
        allowed = ", ".join(MAY_CHANGE)
        raise ValueError(f"{', '.join(refused)} cannot change in a run that goes on; allowed: {allowed}")
    changes = {name: getattr(args.schedule, name) for name in settings}
    moves = {f.name: getattr(args.cluster, f.name) for f in fields(Cluster) if f.name in given}
    schedule, cluster = replace(config.schedule, **changes), replace(config.cluster, **moves)
    return replace(config, schedule=schedule, cluster=cluster), folder


def run(args: Args, overrides: dict, given: set[str]) -> None:
    """Train, then draw the curves, film an episode and print the summary."""
    if args.resume:
        config, folder = old_run(args, args.resume, given)
    else:
        config, folder = new_run(args, overrides)
    train = trainer_named(config.trainer)
    batch = make_worlds(config, checkpoint.find(args.play) if args.play else folder.players)
    if args.play:  # nothing is written before the worlds are there
        folder.keep_players(args.play)
    config = config.resolved(batch.game.config.to_dict())
    with Progress(str(folder.path)) as progress:
        train(config, batch, folder, bool(args.resume), progress.show)
    if progress.updates == 0:
        print(
            f"nothing left to train: {folder.path} has its {config.schedule.steps:,} agent-steps; see --steps"
        )
    rows = read_log(folder.log)
    draw_curves(rows, folder.curves, f"{config.game}: {folder.path}")
    if args.video:
        watch.main([str(folder.path), "--video", str(folder.video), "--cell", "16", "--fps", "20"])
    print_summary(rows, folder)


def main(argv: list[str] | None = None) -> int:
    """The command `altared train`."""
    argv = list(sys.argv[1:] if argv is None else argv)
    args, overrides = parse(Args, argv)
    given = {arg[2:].split("=")[0].replace("-", "_") for arg in argv if arg.startswith("--")}
    try:
        run(args, overrides, given)
    except Stopped as stopped:
        print(stopped, file=sys.stderr)
        return stopped.exit_code
    except (ValueError, OSError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("stopped at once: only what was saved before is kept", file=sys.stderr)
        return 130
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
