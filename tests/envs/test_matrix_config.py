"""Which tables make a matrix game, and what goes with a preset."""

import json

import numpy as np
import pytest
from altared.envs import make, make_batch, matrix_games_v0
from altared.envs.engine.config import ConfigError
from altared.envs.matrix_games_v0 import PRESETS, choices, configure, dilemma

THREE = np.arange(24.0).reshape(2, 2, 2, 3)


@pytest.mark.parametrize("preset", PRESETS)
def test_a_preset_brings_its_table_names_and_title(preset):
    config, known = configure(preset=preset), PRESETS[preset]
    assert (config.payoffs, config.action_names, config.cooperative) == known[1:]
    assert config.cooperative in ("", *config.action_names)
    env = make("matrix_games", preset=preset)
    assert env.game.title == known.title
    assert len(env.possible_agents) == config.num_agents
    assert choices(config.to_dict()) == {"preset": preset}


def test_a_table_may_be_an_array_nested_lists_tuples_or_json():
    expected = configure(payoffs=THREE)
    for same in (THREE.tolist(), json.dumps(THREE.tolist()), expected.payoffs, THREE.astype(int)):
        config = configure(payoffs=same)
        assert config == expected
        assert isinstance(config.payoffs, tuple)
        assert np.array_equal(config.table, THREE)
    assert hash(expected) == hash(configure(payoffs=THREE.tolist()))


def test_a_table_of_ones_own_has_letters_for_names_unless_a_preset_is_named():
    own = configure(payoffs=dilemma(3, 0, 5, 1))
    assert (own.preset, own.action_names, own.cooperative) == ("", ("a", "b"), "")
    assert make("matrix_games", payoffs=own.payoffs).game.title == "Matrix Game"
    named = configure(payoffs=dilemma(3, 0, 5, 1), preset="prisoners_dilemma")
    assert (named.action_names, named.cooperative) == (("cooperate", "defect"), "cooperate")
    assert named.payoffs == own.payoffs
    for config in (own, named):
        plain = json.loads(json.dumps(config.to_dict()))
        assert configure(**plain) == configure(**choices(plain)) == config


def test_many_actions_have_different_names():
    names = configure(payoffs=np.zeros((60, 60, 2))).action_names
    assert len(set(names)) == 60
    assert names[:3] == ("a", "b", "c")


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"payoffs": [[[1, 2, 3]] * 2] * 2}, r"this one has shape \(2, 2, 3\)"),
        ({"payoffs": [1.0, 2.0]}, r"N >= 2 players.*has shape \(2,\)"),  # one player
        ({"payoffs": [[1.0], [2.0]]}, r"has shape \(2, 1\)"),
        ({"payoffs": [[[0, 0]] * 3] * 2}, "players with 2, 3 actions; give all the same number"),
        ({"payoffs": [[[0, 0]]]}, r"A >= 2 actions by all of them; this one has shape \(1, 1, 2\)"),
        ({"payoffs": np.full((9, 9, 2), np.nan)}, r"payoffs='array of shape \(9, 9, 2\)'.*finite"),
        ({"payoffs": np.zeros((300, 300, 2))}, "65536 at most"),
        ({"payoffs": THREE, "preset": "chicken", "action_names": ("a",)}, "action_names=.*2 names"),
        (
            {"payoffs": np.zeros((3, 3, 2)), "preset": "chicken"},
            "action_names=.*3 names: the table in payoffs",
        ),
        ({"preset": ""}, "payoffs must be given where preset=''"),
        ({"preset": "prisoner"}, "preset='prisoner' .*prisoners_dilemma, slides_dilemma, chicken"),
        ({"cooperative": "swerve"}, "cooperative='swerve' .* one of cooperate, defect"),
        ({"num_agents": 3}, "unknown field num_agents; known: preset, payoffs"),
    ],
)
def test_what_makes_no_game_is_refused_by_name(options, message):
    with pytest.raises(ConfigError, match=message):
        make("matrix_games", **options)


def test_it_runs_on_the_cpu_and_is_seen_as_a_vector():
    with pytest.raises(
        ValueError, match="device='cuda' is not allowed: matrix_games runs on device='cpu' alone"
    ):
        make_batch("matrix_games", device="cuda")
    with pytest.raises(ValueError, match="observation='tiles' is unknown; known: vector"):
        make_batch("matrix_games", observation="tiles")
    with pytest.raises(ValueError, match="takes no channels_first"):
        make("matrix_games", channels_first=True)


@pytest.mark.parametrize(
    ("options", "ends"),
    [
        ({}, True),
        ({"max_cycles": 0}, False),
        ({"max_cycles": 0, "rounds": 1}, True),
        ({"max_cycles": 0, "end_chance": 0.1}, True),
    ],
)
def test_whether_it_ends(options, ends):
    assert matrix_games_v0.configure(**options).ends == ends
