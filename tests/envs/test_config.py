"""Every field of every game's config: changed without editing code, refused when it makes no sense.

Which fields contradict each other is in test_norm_config.py.
"""

import dataclasses
import importlib
import json
import re

import numpy as np
import pytest
from altared.envs import commons_harvest_v0, game_module, games, make, make_batch
from altared.envs.engine.config import Config, ConfigError, allowed_in, choice, within
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from .fields import BAD_OF, OWN, PLAYABLE, allowed_of, any_config, good
from .slow import Witness
from .slow_norms import NormWitness
from .small import GRID
from .test_determinism import actions_of


def test_every_field_has_its_cases_here():
    for game in games():
        named = {field.name for field in dataclasses.fields(game_module(game).configure())}
        by_hand = PLAYABLE | OWN[game]
        assert {name for name, _ in BAD_OF[game]} == named
        derived = {name for name, allowed in allowed_of(game).items() if good(allowed) is not None}
        assert derived | by_hand.keys() >= named


@dataclasses.dataclass(frozen=True)
class Ancestor(Config):
    """Ranges to inherit."""

    size: int = within(3, 1, 9)
    share: float = within(0.5, 0.0, 1.0)


@dataclasses.dataclass(frozen=True)
class OtherAncestor(Config):
    """More of them."""

    kind: str = choice("wide", "wide", "narrow")


@dataclasses.dataclass(frozen=True)
class Heir(Ancestor, OtherAncestor):
    """Other defaults, and one other range."""

    size: int = 7
    kind: str = "narrow"
    share: float = within(0.5, 0.0, 2.0)
    deep: bool = False


@dataclasses.dataclass(frozen=True)
class HeirOfTheHeir(Heir):
    """A default changed once more."""

    share: float = 1.5


@pytest.mark.parametrize("kind", [Heir, HeirOfTheHeir])
@pytest.mark.parametrize(
    ("field", "value", "what"),
    [
        ("size", 10, "a whole number in 1 .. 9"),
        ("kind", "deep", "one of wide, narrow"),
        ("share", 2.5, "a number in 0.0 .. 2.0"),
        ("deep", 1, "True or False"),
    ],
)
def test_a_subclass_that_changes_a_default_keeps_the_range(kind, field, value, what):
    assert (kind().size, kind().kind, HeirOfTheHeir().share) == (7, "narrow", 1.5)
    said = f"{field}={value!r} is not allowed: {field} must be {what}"
    with pytest.raises(ConfigError, match=re.escape(said)):
        kind(**{field: value})


def test_a_field_that_does_not_say_what_it_may_hold_is_refused():
    @dataclasses.dataclass(frozen=True)
    class Careless(Config):
        size: int = 3

    with pytest.raises(
        TypeError, match=r"Careless\.size does not say what it may hold: declare it with within"
    ):
        Careless()


def configs_of(kind: type) -> list[type]:
    return [kind, *(one for child in kind.__subclasses__() for one in configs_of(child))]


def test_every_field_of_every_config_says_what_it_may_hold():
    for name in ("altared.training.config", "altared.envs.contracts"):
        importlib.import_module(name)
    ours = [one for one in configs_of(Config) if one.__module__.startswith("altared.")]
    assert {"HarvestConfig", "Norms", "MatrixConfig", "FishingTax", "Terms", "PPO", "TrainingConfig"} <= {
        one.__name__ for one in ours
    }
    for one in ours:
        assert allowed_in(one).keys() == {field.name for field in dataclasses.fields(one)}


@pytest.mark.parametrize("game", [game for game in GRID if game != "orchard"])  # it has no slow reference
def test_perturbing_any_fields_works(game):
    @settings(deadline=None, max_examples=50, derandomize=True, suppress_health_check=list(HealthCheck))
    @given(config=any_config(game), seed=st.integers(0, 2**32))
    def plays(config, seed):
        batch = make_batch(game, **config)
        expected = game_module(game).configure(**config)
        assert batch.num_agents == expected.num_agents
        assert all(getattr(expected, name) == value for name, value in config.items())
        rows = expected.view_forward + 1 + expected.view_backward
        columns = expected.view_left + 1 + expected.view_right
        layers = 2 + expected.observe_last_reward + expected.identity
        assert batch.observation_space.shape == (rows, columns, layers)
        witness = Witness(batch) if game == "commons_harvest" else NormWitness(batch)
        rng = np.random.default_rng(seed)
        witness.start(batch.reset(seed=seed))
        for _ in range(6):
            actions = rng.integers(0, 8, (1, batch.num_agents))
            witness.check(actions, batch.step(actions))

    plays()


@pytest.mark.parametrize("game", sorted(set(games()) - set(GRID)))
def test_perturbing_any_fields_works_without_a_map(game):
    @settings(deadline=None, max_examples=50, derandomize=True, suppress_health_check=list(HealthCheck))
    @given(config=any_config(game), seed=st.integers(0, 2**32))
    def plays(config, seed):
        batch = make_batch(game, 2, **config)
        expected = game_module(game).configure(**config)
        assert batch.num_agents == expected.num_agents
        assert all(getattr(expected, name) == value for name, value in config.items())
        batch.reset(seed=seed)
        for action in actions_of(batch, 6, seed):
            step = batch.step(action)
            assert all(
                batch.observation_space.contains(view)
                for view in step.observations.reshape(-1, *step.observations.shape[2:])
            )
            assert np.isfinite(step.rewards).all()

    plays()


@pytest.mark.parametrize(
    ("game", "field", "value"), [(g, *case) for g, cases in BAD_OF.items() for case in cases]
)
def test_a_bad_value_is_refused_naming_field_value_and_what_is_allowed(game, field, value):
    with pytest.raises(ConfigError) as refusal:
        make_batch(game, **{field: value})
    said = str(refusal.value)
    assert said.startswith(f"{field}={value!r} is not allowed: {field} must be ")
    assert len(said.split("must be ")[1]) > 5


@pytest.mark.parametrize("game", games())
@pytest.mark.parametrize("field", ["regrowht", "horizon", "num_players"])
def test_an_unknown_field_is_refused_with_the_known_ones(game, field):
    with pytest.raises(ConfigError, match=f"unknown field {field}; known: .*max_cycles"):
        make_batch(game, **{field: 1})


@pytest.mark.parametrize("game", GRID)
@pytest.mark.parametrize("value", [0.5, None])
def test_a_regrowth_that_is_no_table_is_refused(game, value):
    with pytest.raises(ConfigError, match="regrowth"):
        make_batch(game, regrowth=value)


def test_a_config_is_frozen_and_goes_through_json():
    config = commons_harvest_v0.configure(map="closed", num_agents=3, regrowth=[0, 0.5])
    with pytest.raises(dataclasses.FrozenInstanceError):
        config.num_agents = 4  # type: ignore[misc]
    again = commons_harvest_v0.configure(**json.loads(json.dumps(config.to_dict())))
    assert again == config


def test_unknown_games_devices_observations_and_rewards_are_refused_with_the_known_ones():
    ours = [name for name in games() if name != "orchard"]
    assert ours == ["altared_harvest", "commons_harvest", "fishing", "matrix_games", "poison_berries"]
    with pytest.raises(
        ValueError, match="'clean_up' is unknown; known: altared_harvest, commons_harvest, fishing, matrix"
    ):
        make("clean_up")
    with pytest.raises(ValueError, match="device='tpu' is unknown; known: cpu, cuda"):
        make_batch("commons_harvest", device="tpu")
    with pytest.raises(ValueError, match="observation='text' is unknown; known: tiles, planes, rgb"):
        make_batch("commons_harvest", observation="text")
    with pytest.raises(ValueError, match="reward='mine' is unknown; known: own, shared"):
        make_batch("commons_harvest", reward="mine")
    with pytest.raises(ValueError, match="tiles"):
        make_batch("commons_harvest", channels_first=True)
    with pytest.raises(ValueError, match="dtype='float64'"):
        make_batch("commons_harvest", observation="planes", dtype="float64")


@pytest.mark.parametrize("field", ["num_worlds", "threads"])
@pytest.mark.parametrize("value", [0, -1, 1.5, True, "2"])
def test_counts_of_a_batch_are_checked(field, value):
    with pytest.raises(ValueError, match=f"{field}="):
        make_batch("commons_harvest", **{field: value})
