"""Terms of contracts: what they may be, what is refused in plain words, and how they travel as data."""

import json
import pickle
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import pytest
from altared.envs import game_module, make, make_batch
from altared.envs.contracts import CONTRACTS, Contract, Terms, register, terms_of
from altared.envs.contracts.catalogue import ActionFee, FishingTax, LowDensityHarvest
from altared.envs.engine.config import ConfigError
from altared.envs.recording import replay

from .contracted import DEALS, DILEMMA, PlainGift, contracted, dilemma
from .test_determinism import actions_of, assert_same, film


def refused(message: str, game: str = "matrix_games", **options) -> None:
    with pytest.raises(ValueError, match=message):
        make_batch(game, 2, **options)


@pytest.mark.parametrize(
    ("terms", "message"),
    [
        (
            {"procedure": "fixed", "theta": 4.0},
            r"theta=4.0 is not allowed: theta must be a number in 0.0 .. 3.0",
        ),
        ({"procedure": "fixed", "theta": -0.1}, r"theta=-0.1 .* 0.0 .. 3.0"),
        ({"procedure": "fixed", "theta": float("nan")}, r"theta=nan"),
        ({"procedure": "fixed", "theta": True}, r"theta=True"),
        ({"procedure": "fixed", "theta": "1"}, r"theta='1'"),
        ({"theta": 1.0}, r"theta=1.0 .* None unless procedure is 'fixed'"),
        ({"procedure": "drawn"}, r"procedure='drawn' .* one of negotiated, random, fixed"),
        ({"acceptance": "all"}, r"acceptance='all' .* one of unanimous, majority"),
        ({"null_chance": 1.5}, r"null_chance=1.5 .* a number in 0.0 .. 1.0"),
        ({"proposer": 2}, r"proposer=2 .* an agent, -1 .. 1"),
        ({"proposer": -2}, r"proposer=-2 .* a whole number"),
        ({"polled": 2}, r"polled=2 .* at most the others, 0 .. 1"),
        ({"polled": 0.5}, r"polled=0.5 .* a whole number"),
        ({"tax": 1}, r"unknown field tax of terms; known: procedure, theta"),
        ({"settings": {"desired": 1}}, r"unknown field desired of contract action_fee; known: low, high"),
        ({"settings": {"high": 0.0}}, r"high=0.0 .* above low=0.0"),
        ({"settings": {"low": "0"}}, r"low='0' .* a number in"),
        ({"settings": {"action": 1.5}}, r"action=1.5 .* a whole number in"),
        ({"settings": {"action": 2}}, r"action=2 .* an action of matrix_games, 0 .. 1"),
    ],
)
def test_wrong_terms_are_refused_with_field_value_and_what_is_allowed(terms, message):
    refused(message, contract={"name": "action_fee", **terms}, **DILEMMA)


@pytest.mark.parametrize("contract", ["tax", {"name": "tax"}, {"name": None}])
def test_an_unknown_contract_is_refused_with_those_known(contract):
    refused(
        r"contract=('tax'|None) .* one of low_density_harvest, action_fee, fishing_tax", contract=contract
    )


@pytest.mark.parametrize("contract", [{}, {"procedure": "fixed"}, 3])
def test_what_names_no_contract_is_refused(contract):
    refused(
        r"contract must be a contract, its name, or a mapping with `name`; known: low_density_harvest",
        contract=contract,
    )


@pytest.mark.parametrize(
    ("contract", "game", "event"),
    [
        ("low_density_harvest", "fishing", "eaten_site"),
        ("action_fee", "commons_harvest", "played"),
        ("fishing_tax", "matrix_games", "caught"),
    ],
)
def test_a_contract_on_events_that_a_game_has_not_is_refused(contract, game, event):
    refused(rf"contract='{contract}' .* events {event}, which {game} has not", game, contract=contract)


def test_what_a_contract_cannot_be_combined_with_is_refused():
    fee = {"contract": "action_fee"}
    refused(r"reward='shared' .* 'own' where there is a contract", reward="shared", **fee)
    refused(r"reward='inequity_aversion' .* 'own'", reward="inequity_aversion", **fee)
    refused(r"device='cuda' .* 'cpu' where there is a contract", device="cuda", **fee)
    harvest = {"contract": "low_density_harvest"}
    refused(
        r"'rgb' cannot show a contract; allowed: tiles, planes",
        "commons_harvest",
        observation="rgb",
        **harvest,
    )
    refused(
        r"num_agents=1 .* 2 or more where there is a contract", "commons_harvest", num_agents=1, **harvest
    )


def test_transfers_that_do_not_sum_to_zero_stop_the_game():
    settings = {"leak": 1e-6}
    batch = dilemma(3, name="tests_gift", settings=settings, procedure="fixed", theta=0.5)
    batch.reset(seed=0)
    with pytest.raises(
        ValueError, match=r"contract 'tests_gift': transfers \[-0.5, 0.500001\] of world 0 sum to 1e-06"
    ):
        batch.step(np.zeros((3, 2), int))
    null = dilemma(3, name="tests_gift", settings=settings, procedure="fixed")
    null.reset(seed=0)
    assert not null.step(np.zeros((3, 2), int)).rewards.any()  # not in force, so what it would do is nothing


def test_transfers_that_are_no_numbers_stop_the_game():
    batch = dilemma(2, name="tests_gift", procedure="fixed", theta=0.5)
    batch.reset(seed=0)
    batch.worlds._agreement.theta[1] = np.nan
    with pytest.raises(ValueError, match="of world 1 sum to nan"):
        batch.step(np.zeros((2, 2), int))


def test_a_contract_that_reads_what_the_state_has_not_is_refused():
    refused(r"reads='live' .* an array of the state of matrix_games: seed", contract=ReadsFruit(), **DILEMMA)


@register
@dataclass(frozen=True)
class ReadsFruit(Contract):
    name: ClassVar[str] = "tests_fruit"
    reads: ClassVar[tuple[str, ...]] = ("live",)

    def bind(self, game: Any):
        return lambda theta, before, events, transfers: None


# A custom contract ---------------------------------------------------------------------------------


def test_ones_own_contract_pays_and_goes_wherever_the_game_goes(tmp_path):
    terms = Terms(PlainGift(high=2.0, signing_payment=0.5), proposer=1)
    batch = make_batch("matrix_games", 3, contract=terms, **DILEMMA)
    plain = json.loads(json.dumps(batch.game.config.to_dict()))
    again = make_batch("matrix_games", 3, **plain)
    assert again.game.config == batch.game.config
    assert pickle.loads(pickle.dumps(again.game.config)) == batch.game.config
    actions = actions_of(batch, 30)
    frames = film(batch, actions)
    assert_same(frames, film(again, actions))
    assert any(frame["events.transfer"].any() for frame in frames[1:])
    twin = pickle.loads(pickle.dumps(batch))
    with twin.record(str(tmp_path / "gift.npz")):
        for action in actions:
            twin.step(action)
    assert len(list(replay(str(tmp_path / "gift.npz")))) == 30


def test_what_a_contract_reads_is_as_it_was_before_the_step():
    contract = {"name": "tests_stock", "procedure": "fixed", "theta": 0.5}
    batch = make_batch("fishing", 2, contract=contract, num_agents=2, max_cycles=3)
    batch.reset(seed=0)
    for action in actions_of(batch, 9):
        before = batch.state.stock[:, 0].copy()
        step = batch.step(action)
        assert step.events.transfer.tolist() == [[-0.5 * stock, 0.5 * stock] for stock in before]


def test_a_name_is_entered_once():
    assert register(PlainGift) is PlainGift
    with pytest.raises(ConfigError, match=r"name='action_fee' .* another: altared.*catalogue.ActionFee"):
        register(type("Other", (PlainGift,), {"name": "action_fee"}))
    with pytest.raises(ConfigError, match="name=''"):
        register(type("Nameless", (Contract,), {}))
    assert CONTRACTS["action_fee"] is ActionFee


def test_a_contract_without_transfers_says_so():
    with pytest.raises(NotImplementedError, match="contract Contract has no transfers"):
        Contract().bind(None)


# As data -------------------------------------------------------------------------------------------


def test_terms_can_be_written_in_four_ways():
    terms = Terms(ActionFee())
    assert terms_of("action_fee") == terms_of(ActionFee()) == terms_of({"name": "action_fee"}) == terms
    assert terms_of(terms) is terms
    assert terms_of(json.loads(json.dumps(terms.to_dict()))) == terms
    fixed = Terms(FishingTax(desired=3.0), procedure="fixed", theta=np.float32(0.5))
    assert terms_of(json.loads(json.dumps(fixed.to_dict()))) == fixed


def test_whole_numbers_may_be_written_as_a_command_line_reads_them():
    read = terms_of({"name": "low_density_harvest", "settings": {"fewer_than": 3.0}})
    assert read == Terms(LowDensityHarvest(fewer_than=3))
    assert isinstance(read.to_dict()["settings"]["fewer_than"], int)


@pytest.mark.parametrize("label", DEALS)
def test_a_config_with_a_contract_goes_through_json_and_choices(label):
    config = contracted(label, procedure="random", null_chance=0.2).game.config
    module = game_module(config_name := DEALS[label][0])
    plain = json.loads(json.dumps(config.to_dict()))
    assert make_batch(config_name, **plain).game.config == config
    chosen = module.choices(plain)
    assert chosen["contract"] == plain["contract"]
    assert module.configure(**chosen) == config
    without = module.configure(**{name: value for name, value in chosen.items() if name != "contract"})
    assert without == config.base
    assert module.choices(without.to_dict()) == {k: v for k, v in chosen.items() if k != "contract"}
    assert (config.num_agents, config.max_cycles, config.ends) == (
        without.num_agents, without.max_cycles, without.ends,
    )  # fmt: skip


def test_no_contract_is_the_game_itself():
    assert make("matrix_games", contract=None).game.config == make("matrix_games").game.config
    assert not hasattr(make_batch("matrix_games").state, "theta")
