"""Altared Harvest: Commons Harvest with an institution, an altar that shows its rule, and sanctions that pay.

Three zones grow apples, red (a), blue (b) and green (c), which regrow only where apples remain. At any time
a rule says which zone is appropriate; eating in another is a violation. An altar may show the rule: its code
is the set of *prohibited* zones. Every meal leaves a badge on the eater's body, for a while: the colour it
ate, never whether that was allowed. A beam that reaches a body is a sanction: it costs its giver, pays if the
target had broken the rule, and removes the target for a while.

    from altared.envs import altared_harvest_v0
    env = altared_harvest_v0.parallel_env(preset="source", condition="altar")

`preset`: *source*, the numbers of the "Altared Environments" slides; *feasible*, ours: the same structure,
with numbers under which keeping the rule and enforcing it pays; *learnable*, ours: numbers under which
learners come to read, keep and enforce the rule within minutes (both: docs/results/altared_harvest.md).

`condition`, with identical physics: *altar*; *hidden* (the altar is blank); *vanilla* (hidden, no bonus);
*placebo* (a rule drawn apart by the same law is shown); *random* (any rule, each step); *permuted* (the
colours' meaning is redrawn each episode); *announced* (shown under every agent's own feet too); *yoked* (as
hidden, and random agents are removed at the rate `yoked_removals` of a recorded altar run: its removals
divided by its steps).

Step: move, eat, fire, settle sanctions, return, regrow, write records, remove; the institution moves last,
so the altar in observation n is the rule for meals of step n+1. A meal in step n is liable to beams of steps
n+1 to n+`violation_window`. Every number is a field of `AltaredHarvestConfig`. Others are anonymous in all
views, and an agent sees neither its rewards nor the clock, so a hidden rule stays hidden (`identity` and
`observe_last_reward` lift that: see `altared.envs.grid.extra_channels`).

Maps: `altared`, `altared_wide` (larger patches) and `altared_small` (4 agents; the altar can be seen from
patches there); custom: `#` wall, space floor, `a b c` sites, `P` spawn cell, `Q` start cell, `^` altar.

Actions: 0 noop, 1 forward, 2 backward, 3 step left, 4 step right, 5 turn left, 6 turn right, 7 zap.
Observations: `planes` (the default here), `tiles`, `rgb`; what they mean:
`make_batch(NAME).game.codebook.legend()`.

Version history: v0, first release.
"""

from .games.altared_harvest import rules
from .games.altared_harvest.config import CONDITIONS, PRESETS, AltaredHarvestConfig, defaults_for
from .grid.maps import ALTARED_LEGEND
from .grid.spec import grid_env_spec
from .mechanics.map_checks import check_map

__all__ = [
    "CONDITIONS",
    "NAME",
    "PRESETS",
    "AltaredHarvestConfig",
    "choices",
    "configure",
    "env",
    "game",
    "parallel_env",
]

NAME = "altared_harvest"

_spec = grid_env_spec(
    NAME,
    "Altared Harvest",
    AltaredHarvestConfig,
    rules,
    legend=ALTARED_LEGEND,
    defaults_for=defaults_for,
    check_map=check_map,
)
configure, choices, game = _spec.configure, _spec.choices, _spec.game
parallel_env, env = _spec.parallel_env, _spec.env
