"""Commons Harvest: apples that regrow only where apples remain.

Agents walk a walled field, eat apples (+1 each) and can zap each other off the map for a while. An eaten
apple regrows with a chance that grows with the number of live apples within two cells; a patch that is
eaten bare never regrows. Restraint feeds everyone; haste feeds the hasty, once.

    from altared.envs import commons_harvest_v0
    env = commons_harvest_v0.parallel_env(map="open", num_agents=7)

Maps `open`, `closed` and `partnership` come with the numbers of Melting Pot 2.4's variants of the same
name (Leibo et al. 2021, arXiv 2107.06857; the game: Perolat et al. 2017, arXiv 1707.06600). Every number can
be set by name, see `altared.envs.games.commons_harvest.config`.

Differences from Melting Pot: a fixed horizon of 1000 steps by default (set `max_cycles=5000, end_chance=0.15`
for its ending); grass shows the stock at the end of the step, one step earlier; others are anonymous in views
(unless `identity=True`: see `altared.envs.grid.extra_channels`).

Actions: 0 noop, 1 forward, 2 backward, 3 step left, 4 step right, 5 turn left, 6 turn right, 7 zap.
Observations: `planes` (the default here), `tiles`, `rgb`; what they mean:
`make_batch(NAME).game.codebook.legend()`.

Version history: v0, first release.
"""

from .games.commons_harvest import rules
from .games.commons_harvest.config import VARIANTS, HarvestConfig, defaults_for
from .grid.maps import HARVEST_LEGEND
from .grid.spec import grid_env_spec

__all__ = ["NAME", "VARIANTS", "HarvestConfig", "choices", "configure", "env", "game", "parallel_env"]

NAME = "commons_harvest"

_spec = grid_env_spec(
    NAME, "Commons Harvest", HarvestConfig, rules, legend=HARVEST_LEGEND, defaults_for=defaults_for
)
configure, choices, game = _spec.configure, _spec.choices, _spec.game
parallel_env, env = _spec.parallel_env, _spec.env
