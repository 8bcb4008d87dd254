"""Fishing, Commons Harvest and the Prisoner's Dilemma, with and without contracts."""

from .plan import Condition, Endpoint, Experiment, Panel, Words, words

DILEMMA, LAKE, HARVEST = "Prisoner's Dilemma", "fishing", "Commons Harvest"


def contracts(share: float) -> Experiment:
    """Three games; `share` multiplies the steps of every run."""
    return Experiment(
        name="contracts",
        title="Formal contracts: binding transfers, proposed and voted on",
        source="Christoffersen, Haupt, Hadfield-Menell 2022 (arXiv:2208.10469)",
        claimed="Independent learners who may bind themselves, before play, to transfers of reward reach "
        "outcomes close to the social optimum where without contracts they end in the tragedy.",
        conditions=(
            *_game(
                "dilemma",
                DILEMMA,
                "matrix_games",
                ("--env.rounds", "1"),
                "action_fee",
                words("--ppo.rollout 32 --worlds 64 --ppo.learning-rate 0.01"),
                int(400_000 * share),
                words("--ppo.rollout 32 --worlds 64 --ppo.learning-rate 0.01"),
                int(200_000 * share),
            ),
            *_game(
                "lake",
                LAKE,
                "fishing",
                (),
                "fishing_tax",
                (),
                int(3_000_000 * share),
                words("--ppo.rollout 8 --ppo.minibatches 2 --ppo.reward-scale 0.01 --ppo.learning-rate 3e-3"),
                int(102_400 * share),
            ),
            Condition("lake-greedy", "greedy (scripted)", LAKE, "fishing", population="greedy"),
            Condition(
                "lake-sustainable", "sustainable (scripted)", LAKE, "fishing", population="sustainable"
            ),
            *_game(
                "harvest",
                HARVEST,
                "commons_harvest",
                (),
                "low_density_harvest",
                (),
                int(5_000_000 * share),
                words("--ppo.rollout 4 --ppo.minibatches 2 --ppo.reward-scale 0.02 --ppo.learning-rate 3e-3"),
                int(26_880 * share),
            ),
        ),
        endpoints=(
            _with("dilemma", "cooperation is more frequent with a negotiated contract", "cooperation", 0.1),
            _with("lake", "the lake returns more with a negotiated contract", "collective_return", 50.0),
            _with(
                "harvest", "the commons returns more with a negotiated contract", "collective_return", 20.0
            ),
            _signed(
                "dilemma", "signing matters: the same players cooperate less unsigned", "cooperation", 0.1
            ),
            _signed(
                "lake", "signing matters: the same players earn less unsigned", "collective_return", 50.0
            ),
            _signed(
                "harvest", "signing matters: the same players earn less unsigned", "collective_return", 20.0
            ),
        ),
        metrics=words(
            "collective_return cooperation optimality mean_stock depletion mean_depletion "
            "dead_patches contracted theta transferred"
        ),
        panels=(
            Panel("collective_return", "collective return"),
            Panel("cooperation", "cooperation", share=True),
            Panel("optimality", "optimality", share=True),
            Panel("depletion", "depletion at the end", share=True),
        ),
        notes="Learning is in two phases: play under contracts drawn at random, then, with players as they "
        "are, proposing and voting. *unsigned* are the players of the first phase without a contract.",
    )


def _game(
    name: str,
    part: str,
    game: str,
    env: Words,
    contract: str,
    learn: Words,
    steps: int,
    dealing: Words,
    dealing_steps: int,
) -> list[Condition]:
    """Without a contract; play under random ones; negotiation; and the same players unsigned."""
    random = (*env, "--contract.name", contract, "--contract.procedure", "random")
    unsigned = words("--contract.procedure fixed --contract.theta 0")
    return [
        Condition(f"{name}-none", "no contract", part, game, env, learn, steps),
        Condition(f"{name}-play", "random contracts", part, game, random, learn, steps),
        Condition(
            f"{name}-deal", "negotiated", part, game, (), dealing, dealing_steps, players_of=f"{name}-play"
        ),
        Condition(f"{name}-null", "unsigned", part, game, unsigned, runs_of=f"{name}-play"),
    ]


def _with(game: str, claim: str, metric: str, smallest: float) -> Endpoint:
    return Endpoint(claim, metric, f"{game}-deal", f"{game}-none", smallest)


def _signed(game: str, claim: str, metric: str, smallest: float) -> Endpoint:
    return Endpoint(claim, metric, f"{game}-deal", f"{game}-null", smallest, primary=False)
