"""How a contract comes about: the rules of one world, and the driver over all of them."""

from typing import NamedTuple

from ..engine.arrays import clear_of, row_of
from ..engine.compiling import driver, rule
from ..engine.random import CONTRACT, draw, draw_below, draw_chance, key_streams
from .contract import charge
from .state import PLAYING, PROPOSING, VOTING, Agreement, Deal, DealTally

NEGOTIATED, RANDOM, FIXED = range(3)
UNANIMOUS, MAJORITY = range(2)
_UNIT = 2.0**-64


class TermParams(NamedTuple):
    """Terms as numbers."""

    procedure: int
    low: float
    high: float
    null: float
    theta: float
    null_chance: float
    acceptance: int
    proposer: int  # -1: drawn
    polled: int  # 0: all
    signing_payment: float


@rule
def begin(c, t, seed, number, episode):
    """An episode begins: nothing is agreed, or what was drawn or fixed is in force."""
    key_streams(c.draws, seed, number, episode)
    c.stage[0] = PROPOSING if t.procedure == NEGOTIATED else PLAYING
    c.proposer[0] = t.proposer if t.proposer >= 0 else draw_below(c.draws, CONTRACT, c.asked.size)
    poll(c, t.polled)
    settle(c, t, t.null)
    if t.procedure == FIXED:
        settle(c, t, t.theta)
    elif t.procedure == RANDOM:
        share = float(draw(c.draws, CONTRACT)) * _UNIT
        none = draw_chance(c.draws, CONTRACT, t.null_chance)
        settle(c, t, t.null if none else t.low + share * (t.high - t.low))


@rule
def settle(c, t, theta):
    """This contract holds from now on; the null contract is none."""
    c.theta[0] = theta
    c.in_force[0] = theta != t.null


@rule
def poll(c, polled):
    """All but the proposer are asked, or `polled` of them, drawn without preference."""
    others = c.asked.size - 1
    left = polled if polled > 0 else others
    seen = 0
    for i in range(c.asked.size):
        c.asked[i] = 0
        if i != c.proposer[0]:
            if left == others or draw_below(c.draws, CONTRACT, others - seen) < left:
                c.asked[i] = 1
                left -= left != others
            seen += 1


@rule
def propose(c, t, e, offers):
    """The proposer's offer is on the table; the null contract is none."""
    c.theta[0] = offers[c.proposer[0]]
    e.offer[0] = c.theta[0]
    e.proposed[0] = c.theta[0] != t.null
    c.stage[0] = VOTING


@rule
def vote(c, t, e, votes):
    """Those asked accept the offer together, or there is no contract. The proposer pays for a signature."""
    asked, agreed = 0, 0
    for i in range(c.asked.size):
        asked += c.asked[i]
        agreed += c.asked[i] and votes[i]
    accepted = agreed == asked if t.acceptance == UNANIMOUS else 2 * agreed > asked
    e.offer[0] = c.theta[0]
    settle(c, t, c.theta[0] if accepted else t.null)
    if c.in_force[0]:
        e.signed[0] = 1
        charge(e.transfer, c.proposer[0], t.signing_payment)
    c.stage[0] = PLAYING


@rule
def tally_deal(sums, c, e):
    """Add one step."""
    for i in range(e.transfer.size):
        sums.transferred[i] += e.transfer[i]
        sums.moved[0] += max(-e.transfer[i], 0.0)
    sums.agreed[0] = c.in_force[0]
    sums.agreed[1] = c.theta[0]


world_of, deal_of, sums_of = row_of(Agreement), row_of(Deal), row_of(DealTally)
clear = clear_of(DealTally)


@driver
def begin_worlds(c, t, sums, seed, episode, which):
    """Worlds `which` (W,) bool begin an episode: seed (W, 2) uint64, episode (W, 1) of the game's state."""
    for w in range(which.size):
        if which[w]:
            begin(world_of(c, w), t, seed[w, 0], seed[w, 1], episode[w, 0])
            clear(sums_of(sums, w))


@driver
def negotiate_worlds(c, t, e, offers, votes):
    """Worlds that do not play yet negotiate: offers (W, N) float64, votes (W, N) bool."""
    for w in range(offers.shape[0]):
        if c.stage[w, 0] == PROPOSING:
            propose(world_of(c, w), t, deal_of(e, w), offers[w])
        elif c.stage[w, 0] == VOTING:
            vote(world_of(c, w), t, deal_of(e, w), votes[w])


@driver
def settle_worlds(c, e, sums, base, rewards):
    """Rewards (W, N) float32 are the game's, `base`, and the transfers; and both are counted."""
    for w in range(rewards.shape[0]):
        for i in range(rewards.shape[1]):
            rewards[w, i] = base[w, i] + e.transfer[w, i]
        tally_deal(sums_of(sums, w), world_of(c, w), deal_of(e, w))
