"""Poison berries: the silly-rule environment.

Berries of three kinds regrow by themselves. One is poisonous: long after it was eaten, and for a while, all
berries pay its eater less. A rule may taboo it: whoever eats a taboo berry is marked at once, in the eyes of
others, until it is punished. A beam costs its giver, costs its target more, and pays if the target was
marked. An extra taboo on a harmless kind is pointless, and gives practice in enforcement.

    from altared.envs import poison_berries_v0
    env = poison_berries_v0.parallel_env(condition="silly_rule")

`condition`: *no_rule* (nothing is taboo), *important_rule* (the poisonous kind), *silly_rule* (that and a
harmless one). `preset`: *koster2022*, after Köster, Hadfield-Menell, Everett, Weidinger, Hadfield and Leibo
2022 (PNAS 119(3), doi 10.1073/pnas.2106028118; arXiv 2001.09318), whose environment is not public; *altared*:
the same world with Altared Harvest's altar, which shows the taboo kinds, and its badges instead of marks;
what the kinds look like is redrawn each episode, so that only the altar shows which are taboo.

Every number is a field of `PoisonBerriesConfig`, tagged: [S] stated by the source, [I] inferred from its
figures, [2] said by a replication, [ours] our choice. The chances of regrowth and the cooldown are calibrated
by `scripts/maintenance/calibrate_berries.py`: uniform-random agents come within 20 % of the first points of
its Figure 4 (docs/results/poison_berries.md). The population of 12 from which the source draws 8 is for
trainers: an environment has slots, not identities.

Observations and actions are Altared Harvest's, so that a policy trained in one game runs in the other.

Version history: v0, first release.
"""

from .games.poison_berries import rules
from .games.poison_berries.config import CONDITIONS, PRESETS, PoisonBerriesConfig, defaults_for
from .grid.maps import BERRY_LEGEND
from .grid.spec import grid_env_spec
from .mechanics.map_checks import check_poison_map as check_map

__all__ = [
    "CONDITIONS",
    "NAME",
    "PRESETS",
    "PoisonBerriesConfig",
    "choices",
    "configure",
    "env",
    "game",
    "parallel_env",
]

NAME = "poison_berries"

_spec = grid_env_spec(
    NAME,
    "Poison Berries",
    PoisonBerriesConfig,
    rules,
    legend=BERRY_LEGEND,
    defaults_for=defaults_for,
    check_map=check_map,
)
configure, choices, game = _spec.configure, _spec.choices, _spec.game
parallel_env, env = _spec.parallel_env, _spec.env
