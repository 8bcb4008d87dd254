"""Fishing, Commons Harvest and the Prisoner's Dilemma, with and without contracts."""

from dataclasses import dataclass

from ..plan import Condition, Endpoint, Experiment, Panel, Words, secondary, words


@dataclass(frozen=True)
class Deal:
    """A game, a contract in it, and how its two phases are learned."""

    name: str  # in the names of its conditions
    part: str
    game: str
    contract: str
    play_steps: int  # agent-steps of learning to play
    deal_steps: int  # and of learning to propose and vote
    dealing: Words  # options of the second
    playing: Words = ()  # options of the first
    env: Words = ()
    drawing: Words = ()  # how contracts are drawn while play is learned

    def conditions(self, share: float) -> list[Condition]:
        """Without a contract; play under random ones; negotiation; and the same players unsigned."""
        random = (*self.env, "--contract.name", self.contract, *words("--contract.procedure random"))
        unsigned = words("--contract.procedure fixed --contract.theta 0")
        play, deal = f"{self.name}-play", f"{self.name}-deal"
        learn, steps, where = self.playing, int(self.play_steps * share), (self.part, self.game)
        negotiation = int(self.deal_steps * share)
        return [
            Condition(f"{self.name}-none", "no contract", *where, self.env, learn, steps),
            Condition(play, "random contracts", *where, (*random, *self.drawing), learn, steps),
            Condition(deal, "negotiated", *where, (), self.dealing, negotiation, players_of=play),
            Condition(f"{self.name}-null", "unsigned", *where, unsigned, runs_of=play),
        ]

    def raises(self, claim: str, metric: str, smallest: float) -> Endpoint:
        """With a negotiated contract against the game without one."""
        return Endpoint(claim, metric, f"{self.name}-deal", f"{self.name}-none", smallest)

    def signing_matters(self, claim: str, metric: str, smallest: float) -> Endpoint:
        """With a negotiated contract against the same players without one."""
        sides = f"{self.name}-deal", f"{self.name}-null"
        return secondary(f"signing matters: {claim}", metric, *sides, smallest)


ONE_SHOT = words("--ppo.rollout-steps 32 --worlds 64 --ppo.learning-rate 0.01")
DILEMMA = Deal(
    "dilemma", "Prisoner's Dilemma", "matrix_games", "action_fee", 400_000, 200_000, ONE_SHOT, ONE_SHOT,
    ("--env.rounds", "1"),
)  # fmt: skip
LAKE = Deal(
    "lake", "fishing", "fishing", "fishing_tax", 3_000_000, 102_400,
    words("--ppo.rollout-steps 8 --ppo.minibatches 2 --ppo.reward-scale 0.01 --ppo.learning-rate 3e-3"),
)  # fmt: skip
HARVEST = Deal(
    "harvest", "Commons Harvest", "commons_harvest", "low_density_harvest", 5_000_000, 26_880,
    words("--ppo.rollout-steps 4 --ppo.minibatches 2 --ppo.reward-scale 0.02 --ppo.learning-rate 3e-3"),
)  # fmt: skip


def contracts(share: float) -> Experiment:
    """Three games; `share` multiplies the steps of every run."""
    return Experiment(
        name="contracts",
        title="Formal contracts: binding transfers, proposed and voted on",
        source="Christoffersen, Haupt, Hadfield-Menell 2022 (arXiv:2208.10469)",
        claimed="Independent learners who may bind themselves, before play, to transfers of reward reach "
        "outcomes close to the social optimum where without contracts they deplete the commons.",
        conditions=(
            *DILEMMA.conditions(share),
            *LAKE.conditions(share),
            *(_scripted_boats(population) for population in ("greedy", "sustainable")),
            *HARVEST.conditions(share),
        ),
        endpoints=_ENDPOINTS,
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


def _scripted_boats(population: str) -> Condition:
    label = f"{population} (scripted)"
    return Condition(f"lake-{population}", label, LAKE.part, LAKE.game, population=population)


_RETURN = "collective_return"
_ENDPOINTS = (
    DILEMMA.raises("cooperation is more frequent with a negotiated contract", "cooperation", 0.1),
    LAKE.raises("the lake returns more with a negotiated contract", _RETURN, 50.0),
    HARVEST.raises("the commons returns more with a negotiated contract", _RETURN, 20.0),
    DILEMMA.signing_matters("the same players cooperate less unsigned", "cooperation", 0.1),
    LAKE.signing_matters("the same players earn less unsigned", _RETURN, 50.0),
    HARVEST.signing_matters("the same players earn less unsigned", _RETURN, 20.0),
)
