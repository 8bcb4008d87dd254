"""The experiments by name, each in two sizes: `laptop` for 2 cores and 90 minutes, `full` for a GPU."""

from collections.abc import Callable

from .definitions.altar import SMALL, altar
from .definitions.altar_learned import altar_learned
from .definitions.altar_remedies import altar_remedies
from .definitions.altar_residents import altar_residents
from .definitions.contracts import contracts
from .definitions.contracts_signed import contracts_signed
from .definitions.silly_learned import silly_learned
from .definitions.silly_remedies import silly_remedies
from .definitions.silly_rule import silly_rule
from .definitions.tragedy import tragedy
from .definitions.transfer import transfer
from .plan import Experiment, Words, words

GPU: Words = words("--device cuda --worlds 1024")
CONTROLS = words("altar hidden vanilla placebo announced yoked")
ANNEALED: Words = words("--ppo.reward-scale 0.1 --ppo.entropy-coef 0.05 --ppo.final-entropy-coef 0.002")

PRESETS = ("laptop", "full")
EXPERIMENTS: dict[str, dict[str, Callable[[], Experiment]]] = {
    "tragedy": {
        "laptop": lambda: tragedy(6_000_000, ()),
        "full": lambda: tragedy(100_000_000, GPU),
    },
    "altar": {
        "laptop": lambda: altar(12_000_000, ["feasible"], ["altar", "hidden"], SMALL, ()),
        "full": lambda: altar(1_000_000_000, ["feasible", "source"], CONTROLS, (), GPU),
    },
    "altar-remedies": {
        "laptop": lambda: altar_remedies(6_000_000, ()),
        "full": lambda: altar_remedies(200_000_000, GPU),
    },
    "altar-residents": {
        "laptop": lambda: altar_residents(6_000_000, ()),
        "full": lambda: altar_residents(200_000_000, GPU),
    },
    "altar-learned": {
        "laptop": lambda: altar_learned(8_000_000, ANNEALED),
        "full": lambda: altar_learned(1_000_000_000, (*ANNEALED, *GPU)),
    },
    "silly-rule": {
        "laptop": lambda: silly_rule(12_000_000, ANNEALED),
        "full": lambda: silly_rule(8_000_000_000, (*ANNEALED, "--ppo.population-size", "12", *GPU)),
    },
    "silly-remedies": {
        "laptop": lambda: silly_remedies(8_000_000, ANNEALED),
        "full": lambda: silly_remedies(1_000_000_000, (*ANNEALED, *GPU)),
    },
    "silly-learned": {
        "laptop": lambda: silly_learned(10_000_000, ANNEALED),
        "full": lambda: silly_learned(1_000_000_000, (*ANNEALED, *GPU)),
    },
    "transfer": {
        "laptop": lambda: transfer(8_000_000, 4, ("--env.preset", "feasible", *SMALL[:2]), ()),
        "full": lambda: transfer(500_000_000, 7, ("--env.preset", "feasible"), GPU),
    },
    "contracts": {
        "laptop": lambda: contracts(1.0),
        "full": lambda: contracts(10.0),
    },
    "contracts-signed": {
        "laptop": lambda: contracts_signed(1.0),
        "full": lambda: contracts_signed(10.0),
    },
}


def experiment_named(name: str, preset: str) -> Experiment:
    """Raises ValueError, naming those that are known, for an unknown name or preset."""
    if name not in EXPERIMENTS:
        raise ValueError(f"name is {name!r}; known: {', '.join(EXPERIMENTS)}")
    if preset not in PRESETS:
        raise ValueError(f"preset is {preset!r}; known: {', '.join(PRESETS)}")
    return EXPERIMENTS[name][preset]()
