"""Matrix games: two or more players choose at once, and a table says what everybody gets.

    from altared.envs import matrix_games_v0
    env = matrix_games_v0.parallel_env(preset="chicken", rounds=1)

`preset`, with (R, S, T, P) for what those get who both cooperate, the exploited, the exploiter, and those who
both defect: *prisoners_dilemma* (3, 0, 4, 1); *slides_dilemma* (2, 0, 4, 1: the first of the "Altared
Environments" slides, where taking turns at exploiting is as good as cooperating); *chicken* (3, 1, 4, 0);
*stag_hunt* (4, 0, 3, 1). *bach_or_stravinsky* (3, 2 or 2, 3 for meeting), *pure_coordination* (1 for meeting
in one of three places), *ranked_coordination* (1, 2 or 3), *matching_pennies*, *rock_paper_scissors*, and
*public_goods* (three players; who pays 1 adds 1.5 to what all share).

Any other game: `payoffs`, an array (A, ..., A, N): what each of the N players gets where they choose
a1, ..., aN. All have the same number of actions. With a `preset` that fits, its action names are kept.

How long: `rounds=1` is one-shot, `rounds=k` a game of k rounds, and `end_chance=p` one that goes on with
chance 1 - p after each round; all these *terminate*. `max_cycles` is a time limit, no part of the game, and
*truncates*. The default has no end, and a limit of 100.

Observations: `vector`, float32 (N * A,): number k * A + a is 1 where the player k places on (0: oneself; the
players stand in a ring) took action a in the last round, and 0 elsewhere; all are 0 before the first round.
So a policy of a symmetric game can play in any slot. `state()`: the same by player, uint8 (N, A).
Actions: 0 .. A - 1, named by `action_names`. Events: `played` (1 + action), `payoff`, `earned`.
Metrics: `altared.envs.games.matrix.metrics.episode_metrics`.

`classify(payoffs)` returns the kind of a symmetric 2 x 2 game; `equilibria(payoffs)` all equilibria of two
players, and the pure ones of more (for two, `pip install 'altared[games]'`).

Version history: v0, first release.
"""

from .api.spec import EnvSpec
from .games.matrix.config import MatrixConfig, defaults_for
from .games.matrix.game import MatrixGame
from .games.matrix.presets import PRESETS, dilemma
from .games.matrix.theory import Dilemma, classify, equilibria

__all__ = [
    "NAME",
    "PRESETS",
    "Dilemma",
    "MatrixConfig",
    "choices",
    "classify",
    "configure",
    "dilemma",
    "env",
    "equilibria",
    "game",
    "parallel_env",
]

NAME = "matrix_games"

_spec = EnvSpec(NAME, "Matrix Game", MatrixConfig, defaults_for, MatrixGame)
configure, choices, game = _spec.configure, _spec.choices, _spec.game
parallel_env, env = _spec.parallel_env, _spec.env
