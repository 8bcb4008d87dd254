"""Compare CPU and GPU on the same seeds and actions, byte for byte, and time both.

python scripts/maintenance/compare_devices.py commons_harvest --worlds 4096 --steps 500

With a reward view whose arithmetic a GPU rounds otherwise (see envs/engine/rewards.py), what comes of
rewards is compared with a tolerance, everything else by its bytes.
"""

import sys
import time
from dataclasses import dataclass
from typing import Annotated, Any, Literal

import numpy as np
import tyro
from altared.envs import Batch, make_batch
from altared.envs.engine.rewards import Own, Shared
from altared.scripts.options import parse

EXACT_REWARDS = (Own, Shared)
OF_REWARDS = ("rewards", "state.smoothed", "tally.agent")  # arrays made from what a reward view pays
TOLERANCE = 1e-6  # relative and absolute


@dataclass(frozen=True)
class Args:
    """Compare CPU and GPU on the same seeds and actions, byte for byte, and time both."""

    game: Annotated[str, tyro.conf.Positional] = "commons_harvest"
    """Name of the game."""
    worlds: int = 64
    """Worlds side by side, >= 1."""
    steps: int = 200
    """Steps to compare, >= 1."""
    observations: tuple[str, ...] = ("tiles", "planes")
    """Kinds of observation to compare."""
    reward: Literal["own", "shared", "social_value_orientation", "inequity_aversion"] = "own"
    """What agents are paid; of the last two rewards are compared with a tolerance."""
    seed: int = 0
    """Of worlds and actions."""


def main(argv: list[str] | None = None) -> int:
    """Exit status 0 if the devices agree, 1 if not (the first difference is named)."""
    args, overrides = parse(Args, argv)
    for kind in args.observations:
        cpu, gpu = (
            make_batch(args.game, args.worlds, kind, args.reward, device=device, **overrides)
            for device in ("cpu", "cuda")
        )
        actions = _actions(args, cpu)
        if difference := first_difference(cpu, gpu, actions, args.seed):
            print(f"{kind}: {difference}")
            return 1
        print(f"{kind}: {args.worlds} worlds x {args.steps} steps agree {_how_closely(cpu)}")
        for name, batch in (("cpu", cpu), ("cuda", gpu)):
            print(f"{kind}, {name}: {_speed(batch, actions):,.0f} environment steps a second")
    return 0


def first_difference(one: Batch, other: Batch, actions: np.ndarray, seed: int) -> str | None:
    """The first array that differs while both play `actions` (T, W, N), or None."""
    rounded = () if isinstance(one.reward, EXACT_REWARDS) else OF_REWARDS
    if not np.array_equal(np.asarray(one.reset(seed)), np.asarray(other.reset(seed))):
        return "observations differ after reset"
    for t, taken in enumerate(actions):
        arrays = [_everything(batch, batch.step(taken)) for batch in (one, other)]
        for name, array in arrays[0].items():
            if not _agree(array, arrays[1][name], name in rounded):
                return f"{name} differs after step {t + 1}"
    return None


def _agree(one: np.ndarray, other: np.ndarray, rounded: bool) -> bool:
    if rounded:
        return np.allclose(one, other, rtol=TOLERANCE, atol=TOLERANCE)
    return one.tobytes() == other.tobytes()


def _how_closely(batch: Batch) -> str:
    if isinstance(batch.reward, EXACT_REWARDS):
        return "in every byte"
    return f"in every byte but those of rewards, which agree within {TOLERANCE:g}"


def _everything(batch: Batch, step: Any) -> dict[str, np.ndarray]:
    """Every array of a batch after a step, in the host's memory."""
    parts = {"state": batch.state, "events": step.events, "tally": batch.worlds.tally}
    named = {f"{part}.{name}": a for part, arrays in parts.items() for name, a in arrays._asdict().items()}
    named |= {name: getattr(step, name) for name in ("observations", "rewards", "terminated", "truncated")}
    return {name: np.ascontiguousarray(np.asarray(array)) for name, array in named.items()}


def _actions(args: Args, batch: Batch) -> np.ndarray:
    rng = np.random.default_rng(args.seed)
    return rng.integers(0, batch.action_space.n, (args.steps, batch.num_worlds, batch.num_agents))


def _speed(batch: Batch, actions: np.ndarray) -> float:
    """Environment steps a wall second; every step waits for its episode ends to be known on the host."""
    batch.reset(seed=0)
    begin = time.perf_counter()
    for taken in actions:
        batch.step(taken)
    return len(actions) * batch.num_worlds / (time.perf_counter() - begin)


if __name__ == "__main__":
    sys.exit(main())
