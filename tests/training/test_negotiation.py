"""Two phases: play is learned under contracts drawn at random, then kept as it is while a deal is learned."""

import json

import numpy as np
import pytest
import torch
from altared.agents.interface import interface_of
from altared.agents.networks import Networks, architecture_for
from altared.agents.trained import (
    NegotiatingPopulation,
    TrainedPopulation,
    is_negotiation,
    load_networks,
    load_trained,
)
from altared.envs import make_batch
from altared.scripts import evaluate, train
from altared.training.negotiation import Negotiation
from altared.training.run_folder import RunFolder

from .test_run import rows_without_times

GAME = {"preset": "prisoners_dilemma", "rounds": 3}
FEE = {"name": "action_fee", "settings": {"signing_payment": 0.5}}
TINY = "--worlds 4 --ppo.rollout-steps 7 --ppo.hidden-size 4 --ppo.network recurrent"
TINY += " --checkpoint-every 2 --no-video"
TINY += " --ppo.final-learning-rate 1e-3 --ppo.final-entropy-coef 0.02"  # the same however long the run


@pytest.fixture(scope="module")
def played(tmp_path_factory):
    """A run that learned to play under random contracts."""
    run = tmp_path_factory.mktemp("runs") / "play"
    game = "matrix_games --env.preset prisoners_dilemma --env.rounds 3 --contract.name action_fee"
    assert train.main(f"{game} --contract.procedure random {TINY} --steps 200 --run {run}".split()) == 0
    return run


@pytest.fixture(scope="module")
def dealt(played, tmp_path_factory):
    """A run that learned to negotiate over it, for five updates."""
    run = tmp_path_factory.mktemp("runs") / "deal"
    assert train.main(f"--play {played} {TINY} --steps 280 --run {run}".split()) == 0
    return run


def negotiation(worlds=4, players=None, seed=0, **terms):
    """A negotiation over players with random weights, who remember."""
    contract = {**FEE, **terms}
    batch = make_batch("matrix_games", worlds, contract=contract, auto_reset=False, **GAME)
    torch.manual_seed(seed)
    networks = Networks(architecture_for(batch, False, 8, True))
    torch.nn.init.normal_(networks.actor.weight)
    return Negotiation(batch, players or TrainedPopulation(networks, interface_of(batch)))


# An episode of the learners ------------------------------------------------------------------------


class Constant:
    """Everybody plays `action`; notes what it was shown."""

    def __init__(self, action):
        self.action, self.starts, self.started = action, [], []

    def start(self, num_worlds, seed):
        self.starts.append((num_worlds, seed))

    def act(self, observations, started):
        self.started.append(started.copy())
        assert not is_negotiation(observations).any()
        return np.full(observations.shape[:2], self.action, np.int32)


def test_an_episode_is_a_proposal_a_vote_and_what_all_earn_after():
    players = Constant(1)
    deal = negotiation(players=players)
    views = deal.reset(seed=0)
    assert is_negotiation(views).all()
    step = deal.step(np.array([[1, 0]] * 4))
    assert not (step.terminated | step.truncated).any()
    assert not step.rewards.any()
    assert len(step.episodes["world"]) == 0
    step = deal.step(np.array([[0, 1], [0, 1], [0, 0], [1, 1]]))
    assert step.terminated.all()
    assert not step.truncated.any()
    signed = [-0.5 + 3.0, 0.5 + 3.0]  # both defect for 1 in each of 3 rounds; the fees of both cancel out
    assert step.rewards.tolist() == [signed, signed, [3.0, 3.0], signed]
    assert step.episodes["agent_paid"].tolist() == step.rewards.tolist()
    assert step.episodes["contracted"].tolist() == [1, 1, 0, 1]
    assert is_negotiation(step.observations).all()
    assert (~is_negotiation(step.final_observations)).all()
    assert len(players.starts) == 1
    assert [started.all() for started in players.started] == [True, False, False]


def test_players_choose_anew_in_each_episode_and_alike_after_a_restart():
    deal = negotiation(worlds=30)
    deal.reset(seed=1)
    offer, votes = np.tile([1, 0], (30, 1)), np.tile([0, 1], (30, 1))

    def episode():
        deal.step(offer)
        return deal.step(votes).rewards.copy()

    first, snapshot = episode(), deal.snapshot()
    second, third = episode(), episode()
    assert not np.array_equal(first, second)
    deal.restore(snapshot)
    assert np.array_equal(episode(), second)
    assert np.array_equal(episode(), third)
    deal.reset(seed=1)
    assert np.array_equal(episode(), first)


def test_a_snapshot_between_proposal_and_vote_continues_exactly():
    deal, other = negotiation(), negotiation()
    deal.reset(seed=2)
    other.reset(seed=9)
    deal.step(np.array([[1, 0]] * 4))
    assert np.array_equal(other.restore(deal.snapshot()), deal.batch.restore(deal.snapshot()))
    votes = np.array([[0, 1], [0, 0]] * 2)
    one, two = deal.step(votes), other.step(votes)
    assert np.array_equal(one.rewards, two.rewards)
    assert np.array_equal(one.observations, two.observations)


def test_what_cannot_be_negotiated_is_refused():
    with pytest.raises(ValueError, match="contract procedure is 'random'; allowed where play is frozen"):
        negotiation(procedure="random")
    with pytest.raises(ValueError, match="contract procedure is None"):
        Negotiation(make_batch("matrix_games", auto_reset=False), Constant(0))
    with pytest.raises(ValueError, match="auto_reset=True; allowed: False"):
        Negotiation(make_batch("matrix_games", contract=FEE), Constant(0))


# A population that negotiates and plays ------------------------------------------------------------


def test_a_population_speaks_while_there_is_talk_and_forgets_it_when_play_begins():
    """With play alone as its memory: the same acts as players who begin at the first step of play."""
    batch = make_batch("matrix_games", 5, contract=FEE, **GAME)
    torch.manual_seed(3)
    architecture = architecture_for(batch, False, 8, True)
    networks = [Networks(architecture), Networks(architecture)]
    for one in networks:
        torch.nn.init.normal_(one.actor.weight)
    interface = interface_of(batch)
    speakers, players = (TrainedPopulation(one, interface, greedy=True) for one in networks)
    both, alone = (
        NegotiatingPopulation(speakers, players),
        TrainedPopulation(networks[1], interface, True),
    )
    mouth = TrainedPopulation(networks[0], interface, True)
    for population in (both, alone, mouth):
        population.start(5, 0)
    views, started = batch.reset(seed=0), np.ones(5, bool)
    for t in range(15):  # three episodes of 2 + 3 steps
        acts = both.act(views, started)
        if t % 5 < 2:
            expected = mouth.act(views, np.full(5, t % 5 == 0))
        else:
            expected = alone.act(views, np.full(5, t % 5 == 2))
        assert np.array_equal(acts, expected)
        step = batch.step(acts)
        views, started = step.observations, step.terminated | step.truncated
        assert started.all() == (t % 5 == 4)


@pytest.mark.parametrize(
    ("game", "contract"), [("fishing", "fishing_tax"), ("commons_harvest", "low_density_harvest")]
)
def test_talk_is_told_from_play_in_vectors_and_tiles(game, contract):
    batch = make_batch(game, 2, contract=contract)
    views = batch.reset(seed=0)
    for talk in (True, True, False, False):
        assert is_negotiation(views).tolist() == [talk, talk]
        views = batch.step(np.zeros((2, batch.num_agents), int)).observations


# Runs ----------------------------------------------------------------------------------------------


def test_a_run_keeps_its_players_and_names_what_it_does(played, dealt):
    config = json.loads((dealt / "config.json").read_text())
    assert config["negotiates"] is True
    assert config["env"]["contract"]["procedure"] == "negotiated"
    assert config["env"]["contract"]["settings"]["high"] == 3.0
    assert json.loads((played / "config.json").read_text())["env"]["contract"]["procedure"] == "random"
    kept, own = load_networks(RunFolder(dealt).players), load_networks(played / "checkpoints" / "last")
    for one, other in zip(kept.networks.parameters(), own.networks.parameters(), strict=True):
        assert torch.equal(one, other)
    population = load_trained(dealt)
    assert isinstance(population, NegotiatingPopulation)
    assert isinstance(load_trained(played), TrainedPopulation)
    for one, other in zip(population.players.networks.parameters(), own.networks.parameters(), strict=True):
        assert torch.equal(one, other)


def test_a_resumed_negotiation_is_the_same_bit_for_bit(played, dealt, tmp_path):
    """Also where it was stopped between a proposal and a vote: a rollout has 7 steps."""
    run = tmp_path / "deal"
    assert train.main(f"--play {played} {TINY} --steps 168 --run {run}".split()) == 0  # 3 updates of 56
    assert train.main(f"--resume {run} --steps 280 --no-video".split()) == 0
    straight, resumed = load_trained(dealt), load_trained(run)
    for one, other in zip(
        straight.speakers.networks.parameters(), resumed.speakers.networks.parameters(), strict=True
    ):
        assert torch.equal(one, other)
    rows, others = rows_without_times(dealt), rows_without_times(run)
    assert len(rows) == 5
    assert [row["agent_paid"] for row in rows] == [row["agent_paid"] for row in others]


def test_runs_are_measured_and_filmed(dealt, tmp_path, capsys):
    numbers = tmp_path / "numbers.json"
    assert not evaluate.main([str(dealt), "--episodes", "6", "--json", str(numbers)])
    assert json.loads(numbers.read_text())["env"]["contract"]["procedure"] == "negotiated"
    assert "contracted" in capsys.readouterr().out
    from altared.scripts import watch

    film = tmp_path / "film.mp4"
    assert not watch.main([str(dealt), "--video", str(film), "--cell", "8"])
    assert film.stat().st_size > 0


@pytest.mark.parametrize(
    ("extra", "message"),
    [
        ("fishing --play PLAY", "plays matrix_games; nobody there can play fishing"),
        ("--play PLAY --contract.procedure random", "contract procedure is 'random'; allowed"),
        ("--play PLAY --contract.proposer 5", "proposer=5 is not allowed"),
        ("--play nowhere", "nowhere"),
    ],
)
def test_says_plainly_what_cannot_be(played, tmp_path, capsys, extra, message):
    run = tmp_path / "run"
    assert train.main(f"{extra} {TINY} --run {run}".replace("PLAY", str(played)).split()) == 1
    assert message in capsys.readouterr().err
    assert not run.exists()


def test_only_those_who_played_under_contracts_can_play_on(dealt, tmp_path, capsys):
    plain, deal = tmp_path / "plain", tmp_path / "deal"
    assert train.main(f"matrix_games --env.rounds 3 {TINY} --steps 60 --run {plain}".split()) == 0
    for run, expected in ((dealt, "its learners negotiated"), (plain, "nobody there knows a contract")):
        assert train.main(["--play", str(run), "--run", str(deal)]) == 1
        assert expected in capsys.readouterr().err
        assert not deal.exists()
