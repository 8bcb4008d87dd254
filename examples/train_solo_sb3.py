"""Train one agent among residents with stable-baselines3, and print what it earns before and after.

python examples/train_solo_sb3.py commons_harvest --residents sustainable
python examples/train_solo_sb3.py altared_harvest --residents enforcer --hide-rule --env.max-cycles 500
python examples/train_solo_sb3.py commons_harvest --residents runs/first
"""

from dataclasses import dataclass
from typing import Annotated, Any

import numpy as np
import torch
import tyro
from altared.agents import load_residents
from altared.envs import SoloEnv, game_module, make_solo
from altared.scripts.options import parse
from altared.scripts.playback import plain_errors, require_end
from stable_baselines3 import PPO
from stable_baselines3.common.env_util import make_vec_env

PLANES = {"observation": "planes", "channels_first": True, "dtype": "float32"}  # the layout that SB3 expects
ROLLOUT = 128  # steps of each world between two updates


@dataclass(frozen=True)
class Args:
    """Train one agent among residents with stable-baselines3, and print what it earns before and after."""

    game: Annotated[str, tyro.conf.Positional] = "commons_harvest"
    """The game to learn."""
    residents: tuple[str, ...] = ("sustainable",)
    """Scripted names or run folders: one for all residents, or one for each in the order of the agents."""
    focal: str = "agent_0"
    """The agent that learns."""
    hide_rule: bool = False
    """The altar is blank to the learner alone; its residents see what it shows."""
    steps: int = 50_000
    """Steps of the learner, in all worlds together."""
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
        world = make_env(args, env)
        require_end(world.world.batch)
        learner = new_learner(args, env)
        report("before", learner, world, args)
        learner.learn(args.steps)
        report("after", learner, world, args)
    return 0


def make_env(args: Args, env: dict[str, Any]) -> SoloEnv:
    """The learner's environment, a gymnasium.Env; `env` are fields of the game's config."""
    count = game_module(args.game).configure(**env).num_agents - 1
    names = args.residents * count if len(args.residents) == 1 else args.residents
    residents = load_residents(names, args.focal)
    return make_solo(args.game, residents, args.focal, hide_rule=args.hide_rule, **PLANES, **env)


def new_learner(args: Args, env: dict[str, Any]) -> PPO:
    """An untrained learner with its worlds, each of which has its residents."""
    torch.set_num_threads(1)  # networks this small are slower on more
    envs = make_vec_env(lambda: make_env(args, env), n_envs=args.worlds, seed=args.seed)
    batch_size = ROLLOUT * args.worlds // 4
    return PPO("MlpPolicy", envs, n_steps=ROLLOUT, batch_size=batch_size, seed=args.seed, device="cpu")


def mean_returns(learner: PPO, env: SoloEnv, episodes: int, seed: int) -> tuple[float, float]:
    """Mean return of an episode of the learner, and of a resident (NaN in a world without any)."""
    own, others = [], []
    residents = len(env.world.possible_agents) - 1
    observation, _ = env.reset(seed=seed)
    while len(own) < episodes:
        action, _ = learner.predict(observation)
        observation, _, terminated, truncated, info = env.step(action)
        if terminated or truncated:
            metrics = info["metrics"]
            own.append(metrics["agent_return"])
            others.append((metrics["collective_return"] - own[-1]) / residents if residents else np.nan)
            observation, _ = env.reset()
    return float(np.mean(own)), float(np.mean(others))


def report(when: str, learner: PPO, env: SoloEnv, args: Args) -> None:
    """Measure and print a line."""
    own, others = mean_returns(learner, env, args.episodes, args.seed)
    print(f"{when:8}learner {own:8.1f}    a resident {others:8.1f}    (return an episode)", flush=True)


if __name__ == "__main__":
    raise SystemExit(main())
