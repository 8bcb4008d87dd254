"""Whatever can be played can be saved, copied, and taken up again by every command, whatever was chosen."""

import copy
import json
import pickle
from contextlib import suppress
from typing import Any

import pytest
import torch
from altared.agents import checkpoint
from altared.envs import (
    altared_harvest_v0,
    commons_harvest_v0,
    game_module,
    games,
    make_batch,
    poison_berries_v0,
)
from altared.envs.engine.config import ConfigError
from altared.scripts.evaluate import common_settings
from altared.scripts.playback import settings_of_first_run, settings_of_run
from altared.training.config import TrainingConfig
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from .fields import any_config
from .small import GRID

DRAWING = "#######\n#PaaaP#\n#P   P#\n#######"  # room for four, where the game's default is seven
NEEDED = {"commons_harvest": "a", "orchard": "a~", "altared_harvest": "abc^", "poison_berries": "abc^"}
CONTRACTS = {
    **dict.fromkeys(GRID, "low_density_harvest"), "fishing": "fishing_tax", "matrix_games": "action_fee",
}  # fmt: skip
PROCEDURES = st.sampled_from(["negotiated", "random", "fixed"])


def saved(game: str, chosen: dict[str, Any], folder) -> str:
    """A run as training leaves it, as far as its settings go."""
    config = game_module(game).configure(**chosen)
    run = TrainingConfig(game, chosen).resolved(config.to_dict())
    weights = {"weights": {"none": torch.zeros(1)}}
    checkpoint.save(folder / "checkpoints" / "last", weights, {"update": 0, "config": run.to_dict()})
    return str(folder)


@st.composite
def drawn_maps(draw, needed: str):
    """A small walled map that has what the game needs, and how many start there."""
    agents = draw(st.integers(1, 5))
    more = draw(st.lists(st.sampled_from(" " + needed.replace("^", "")), max_size=10))
    cells = draw(st.permutations([*needed, *"P" * agents, *more]))
    width = draw(st.integers(2, 6))
    rows = ["".join(cells[i : i + width]).ljust(width) for i in range(0, len(cells), width)]
    wall = "#" * (width + 2)
    return {"map": "\n".join([wall, *(f"#{row}#" for row in rows), wall]), "num_agents": agents}


@st.composite
def anything_chosen(draw, game: str):
    """What a user may give to `configure`: some fields, perhaps a map drawn for it, perhaps a contract."""
    chosen = draw(any_config(game))
    if game in GRID and draw(st.booleans()):
        chosen |= draw(drawn_maps(NEEDED[game]))
    agents = game_module(game).configure(**chosen).num_agents
    if agents > 1 and draw(st.booleans()):
        procedure = draw(PROCEDURES)
        more = draw(st.fixed_dictionaries({}, optional={
            "acceptance": st.sampled_from(["unanimous", "majority"]), "proposer": st.integers(-1, agents - 1),
            "polled": st.integers(0, agents - 1), "null_chance": st.floats(0, 1),
            "settings": st.just({"signing_payment": 0.5}),
        }))  # fmt: skip
        chosen["contract"] = {"name": CONTRACTS[game], "procedure": procedure, **more}
    return chosen


@pytest.mark.parametrize("game", games())
def test_whatever_is_chosen_is_saved_and_taken_up_again(game, tmp_path):
    module = game_module(game)

    @settings(deadline=None, max_examples=40, derandomize=True, suppress_health_check=list(HealthCheck))
    @given(chosen=anything_chosen(game))
    def comes_back(chosen):
        config = module.configure(**chosen)
        plain = json.loads(json.dumps(config.to_dict()))
        assert module.configure(**plain) == config
        assert module.configure(**module.choices(plain)) == config
        run = saved(game, chosen, tmp_path)
        assert settings_of_run(run) == settings_of_first_run(f"{run}*2") == (game, settings_of_run(run)[1])
        assert settings_of_run(run)[1].keys() == chosen.keys()
        assert module.configure(**settings_of_run(run)[1]) == config
        again, options = common_settings((run, run), "", {})
        assert module.configure(**options) == config
        batch = make_batch(again, 2, **options)
        for other in (pickle.loads(pickle.dumps(batch)), copy.deepcopy(batch), copy.copy(batch)):
            assert other.game.config == config

    comes_back()


@pytest.mark.parametrize("game", games())
def test_choices_say_no_more_than_needed(game):
    module = game_module(game)

    @settings(deadline=None, max_examples=20, derandomize=True, suppress_health_check=list(HealthCheck))
    @given(chosen=any_config(game))
    def needs_each(chosen):
        config = module.configure(**chosen)
        names = ("preset", "condition", "map")
        told = module.choices(config.to_dict())
        for name in told.keys() - {*names}:
            rest = {other: value for other, value in told.items() if other != name}
            with suppress(ConfigError):  # without it the others may contradict each other
                assert module.configure(**rest) != config

    needs_each()


def test_a_map_for_fewer_agents_than_is_usual_is_no_obstacle(tmp_path):
    chosen = {"map": DRAWING, "num_agents": 2}
    config = commons_harvest_v0.configure(**chosen)
    assert commons_harvest_v0.choices(config.to_dict()) == chosen
    assert settings_of_run(saved("commons_harvest", chosen, tmp_path)) == ("commons_harvest", chosen)


def test_a_map_in_a_file_is_kept_as_its_drawing(tmp_path):
    (path := tmp_path / "mine.txt").write_text(DRAWING)
    run = saved("commons_harvest", {"map": str(path), "num_agents": 2}, tmp_path)
    path.unlink()
    assert settings_of_run(run)[1] == {"map": DRAWING, "num_agents": 2}


def test_what_is_taboo_follows_from_the_kinds_unless_it_was_chosen():
    fixed = poison_berries_v0.configure(poison_kind="c", silly_kind="a").to_dict()
    assert poison_berries_v0.choices(fixed).keys() & {"prohibited", "poison_kind"} == {"poison_kind"}
    free = {"institution": "stock", "prohibited": "ab", "poison_kind": "c", "silly_kind": "a"}
    config = poison_berries_v0.configure(**free)  # "ab" is also what the condition says by default
    assert poison_berries_v0.configure(**poison_berries_v0.choices(config.to_dict())) == config


def test_a_choice_that_equals_the_presets_number_is_still_a_choice(tmp_path):
    given = {"preset": "feasible", "removal_steps": 50}
    assert altared_harvest_v0.PRESETS["feasible"]["removal_steps"] == 50
    run, other = (
        saved("altared_harvest", given, tmp_path / "a"),
        saved("altared_harvest", {"preset": "feasible"}, tmp_path / "b"),
    )
    lasting = [
        altared_harvest_v0.configure(**common_settings((one,), "", {"preset": "learnable"})[1]).removal_steps
        for one in (run, other)
    ]
    assert lasting == [50, 0]
    assert common_settings((run, other), "", {})[0] == "altared_harvest"  # as they are, both play the same


def test_runs_are_held_against_each_other_by_what_they_would_play(tmp_path):
    maps = [saved("commons_harvest", {"map": name}, tmp_path / name) for name in ("open", "closed")]
    with pytest.raises(ValueError, match=r"map is 'open' in .* and 'closed' in .*: give one with --env\.map"):
        common_settings(tuple(maps), "", {})
    assert common_settings(tuple(maps), "", {"map": "partnership"})[1] == {"map": "partnership"}
    long = saved("commons_harvest", {"map": "open", "max_cycles": 9}, tmp_path / "long")
    with pytest.raises(ValueError, match=r"max_cycles is 1000 in .* and 9 in .*long: give one with --env"):
        common_settings((maps[0], long), "", {})
