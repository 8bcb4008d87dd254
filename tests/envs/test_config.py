"""Every field of the config: changed without editing code, refused when it makes no sense."""

import dataclasses
import json
import math

import numpy as np
import pytest
from altared.envs import commons_harvest_v0, games, make, make_batch
from altared.envs.foraging.config import ConfigError, ForagingConfig
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from .slow import Witness

# Values within the allowed range, far from the defaults, for every field.
ANY = {
    "map": st.sampled_from(["open", "closed", "partnership"]),
    "num_agents": st.integers(1, 62),
    "max_cycles": st.integers(0, 10**6).filter(lambda n: n == 0 or n > 15),
    "apple_reward": st.floats(-100, 100, width=32),
    "regrowth": st.lists(st.floats(0, 1), min_size=1, max_size=14).map(tuple),
    "growth_radius": st.floats(0, 8).map(lambda radius: round(radius, 3)),
    "beam_length": st.integers(1, 20),
    "beam_radius": st.integers(0, 10),
    "cooldown": st.integers(0, 100),
    "removal_steps": st.integers(0, 200),
    "end_chance": st.just(0.0),
    "end_after": st.integers(0, 10**9),
    "end_interval": st.integers(1, 10**9),
    "view_forward": st.integers(0, 30),
    "view_backward": st.integers(0, 30),
    "view_left": st.integers(0, 30),
    "view_right": st.integers(0, 30),
}
BAD = {
    "map": ["", None, 3],
    "num_agents": [0, -1, 2.0, True, "7", 255],
    "max_cycles": [-1, 1.5, None, 2**31],
    "apple_reward": [math.nan, math.inf, "1", None],
    "regrowth": [(), (-0.1,), (0.0, 1.5), (math.nan,), (0.0, "1"), (True,)],
    "growth_radius": [-1.0, math.nan, math.inf, 17.0],
    "beam_length": [0, -3, 2.5, 65],
    "beam_radius": [-1, 0.5, 65],
    "cooldown": [-1, 0.5],
    "removal_steps": [-1, 5.0],
    "end_chance": [-0.1, 1.1, math.nan],
    "end_after": [-1, 0.5],
    "end_interval": [0, -1, 0.5],
    "view_forward": [-1, 0.5, 65],
    "view_backward": [-1, 0.5, 65],
    "view_left": [-1, 0.5, 65],
    "view_right": [-1, 0.5, 65],
}
FIELDS = [field.name for field in dataclasses.fields(ForagingConfig)]


def test_every_field_has_its_cases_here_and_its_sentence_there():
    assert list(ANY) == list(BAD) == FIELDS


@settings(deadline=None, max_examples=80, derandomize=True, suppress_health_check=list(HealthCheck))
@given(config=st.fixed_dictionaries({}, optional=ANY), seed=st.integers(0, 2**32))
def test_perturbing_any_fields_works(config, seed):
    batch = make_batch("commons_harvest", **config)
    expected = commons_harvest_v0.configure(**config)
    assert batch.num_agents == expected.num_agents
    rows = expected.view_forward + 1 + expected.view_backward
    columns = expected.view_left + 1 + expected.view_right
    assert batch.observation_space.shape == (rows, columns, 2)
    witness, rng = Witness(batch), np.random.default_rng(seed)
    witness.start(batch.reset(seed=seed))
    for _ in range(8):
        actions = rng.integers(0, 8, (1, batch.num_agents))
        witness.check(actions, batch.step(actions))


@pytest.mark.parametrize(("field", "value"), [(f, v) for f, values in BAD.items() for v in values])
def test_a_bad_value_is_refused_naming_field_value_and_what_is_allowed(field, value):
    with pytest.raises(ConfigError) as refusal:
        make_batch("commons_harvest", **{field: value})
    said = str(refusal.value)
    assert said.startswith(f"{field}={value!r} is not allowed: {field} must be ")
    assert len(said.split("must be ")[1]) > 5


@pytest.mark.parametrize("field", ["regrowht", "horizon", "num_players"])
def test_an_unknown_field_is_refused_with_the_known_ones(field):
    with pytest.raises(ConfigError, match=f"unknown field {field}.*num_agents.*regrowth"):
        make_batch("commons_harvest", **{field: 1})


@pytest.mark.parametrize("value", [0.5, None])
def test_a_regrowth_that_is_no_table_is_refused(value):
    with pytest.raises(ConfigError, match="regrowth"):
        make_batch("commons_harvest", regrowth=value)


def test_a_config_is_frozen_and_goes_through_json():
    config = commons_harvest_v0.configure(map="closed", num_agents=3, regrowth=[0, 0.5])
    with pytest.raises(dataclasses.FrozenInstanceError):
        config.num_agents = 4  # type: ignore[misc]
    again = commons_harvest_v0.configure(**json.loads(json.dumps(config.to_dict())))
    assert again == config


def test_unknown_games_devices_observations_and_rewards_are_refused_with_the_known_ones():
    assert games() == ["commons_harvest"]
    with pytest.raises(ValueError, match="'clean_up' is unknown; known: commons_harvest"):
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
