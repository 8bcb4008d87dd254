"""Norms and poison as the numbers that rules read: part of `board.Params`."""

from typing import NamedTuple

import numpy as np

from ..grid import codes
from ..grid.config import ForagingConfig, Poison
from ..grid.maps import Map, MapError, require_altar, require_kinds
from .altar import DISPLAYS
from .custom_institution import lawgiver_of
from .institution import INSTITUTIONS, OWN, RULES, STOCK_MEASURES
from .norm_config import WITHOUT_NORMS, Norms
from .records import CUES, FOREVER
from .sanctions import BONUS_SOURCES, EFFECTS, TIES

NO_POISON = Poison(kind="", delay=0, duration=0, scale=1.0, redrawn=False)
AT_LEAST_TWO = ("stock", "episode", "vote")  # institutions that choose among the kinds that grow


class Laws(NamedTuple):
    """The fields of `Params` under the same names."""

    has_norms: int
    institution: int
    rule: int
    rule_values: np.ndarray
    fixed: int
    schedule: np.ndarray
    schedule_every: int
    vote_every: int
    close: float
    open: float
    close_at: np.ndarray
    open_at: np.ndarray
    stock_measure: int
    notice: int
    amnesty: int
    display: int
    cue: int
    violation_window: int
    see_own_mark: int
    effect: int
    sanction_cost: float
    sanction_bonus: float
    bonus_source: int
    target_penalty: float
    shot_cost: float
    ties: int
    yoked_removals: float
    poisonous: int
    poison_delay: int
    poison_duration: int
    poison_scale: float
    redraw_kinds: int


def make_laws(config: ForagingConfig, world: Map) -> Laws:
    """Tabulate a config's norms (none, if it has none) and poison for a map."""
    has_norms = isinstance(config, Norms)
    norms: Norms = config if isinstance(config, Norms) else WITHOUT_NORMS
    poison = config.poisoning() or NO_POISON
    check_map(config, world)
    return Laws(
        has_norms=int(has_norms),
        institution=OWN if lawgiver_of(norms) else INSTITUTIONS[norms.institution],
        rule=RULES[norms.rule],
        rule_values=rule_values(norms, set(world.kinds.tolist())),
        fixed=codes.bits_of(norms.prohibited),
        schedule=np.array([codes.bits_of(entry) for entry in norms.schedule], np.uint8),
        schedule_every=norms.schedule_every,
        vote_every=norms.vote_every,
        close=norms.close,
        open=norms.open,
        close_at=fewest(norms.close, world),
        open_at=fewest(norms.open, world),
        stock_measure=STOCK_MEASURES[norms.stock_measure],
        notice=norms.notice,
        amnesty=int(norms.amnesty_on_change),
        display=DISPLAYS[norms.display],
        cue=CUES[norms.cue],
        violation_window=norms.violation_window or FOREVER,
        see_own_mark=int(norms.see_own_mark),
        effect=EFFECTS[norms.sanction],
        sanction_cost=norms.sanction_cost,
        sanction_bonus=norms.sanction_bonus,
        bonus_source=BONUS_SOURCES[norms.bonus_source],
        target_penalty=norms.target_penalty,
        shot_cost=norms.shot_cost,
        ties=TIES[norms.ties],
        yoked_removals=norms.yoked_removals,
        poisonous=codes.bits_of(poison.kind),
        poison_delay=poison.delay,
        poison_duration=poison.duration,
        poison_scale=float(poison.scale),
        redraw_kinds=int(poison.redrawn),
    )


def fewest(share: float, world: Map) -> np.ndarray:
    """(KINDS,) int32: the fewest live sites of a kind that are `share` of them or more."""
    counts = np.bincount(world.kinds, minlength=codes.KINDS).tolist()
    each = [next(k for k in range(count + 1) if count == 0 or k / count >= share) for count in counts]
    return np.array(each, np.int32)


def rule_values(norms: Norms, grown: set[int]) -> np.ndarray:
    """(V,) uint8: every set of kinds that the institution can prohibit, on a map that grows `grown`."""
    bits = [1 << kind for kind in sorted(grown)]
    if norms.institution == "none":
        values = [0]
    elif lawgiver_of(norms):  # all sets of them
        values = [v for v in range(codes.ALL_KINDS + 1) if v & ~sum(bits) == 0]
    elif norms.institution == "fixed":  # others of the same size
        size = len(norms.prohibited)
        values = [v for v in range(codes.ALL_KINDS + 1) if v.bit_count() == size]
    elif norms.institution == "schedule":
        values = sorted({codes.bits_of(entry) for entry in norms.schedule})
    elif norms.rule == "one_prohibited":
        values = bits
    else:
        values = [codes.ALL_KINDS & ~bit for bit in bits]
        values += [codes.ALL_KINDS] * (norms.institution == "stock")  # no harvest
    return np.array(values, np.uint8)


def check_map(config: ForagingConfig, world: Map) -> None:
    """Refuse a map that lacks what the norms or the poison speak of."""
    if poison := config.poisoning():
        require_kinds(world, poison.kind)
    if not isinstance(config, Norms):
        return
    if config.display != "blank" or config.institution == "vote":
        require_altar(world)
    if config.institution == "fixed":
        require_kinds(world, config.prohibited)
    if config.institution == "schedule":
        require_kinds(world, "".join(config.schedule))
    if config.institution in AT_LEAST_TWO and len(set(world.kinds.tolist())) < 2:
        raise MapError(
            f"map {world.name!r}: institution={config.institution!r} chooses among kinds: "
            "sites of at least two of a, b and c are needed"
        )
