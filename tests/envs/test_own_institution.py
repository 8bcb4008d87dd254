"""A custom institution: a function of one world, compiled into a driver that no disk cache keeps."""

import sys
from pathlib import Path

import numpy as np
import pytest
from altared.envs import altared_harvest_v0, make_batch
from altared.envs.engine.config import ConfigError
from altared.envs.engine.driver import driver_of
from altared.envs.engine.random import INSTITUTION, draw_below

from .play import random_actions, same
from .ruled import Ruled, rules_of
from .small import small
from .worlds import assert_share

MANY = 8000
NAME = f"{__name__}:spare_the_scarcest"


def spare_the_scarcest(s, p):
    """Any kind at first; every third step the kind with least fruit (bits of no kind are for the test)."""
    if s.clock[0] == -1:
        return (1 << draw_below(s.streams, INSTITUTION, 3)) | 8 | int(s.coming[0])
    if (s.clock[0] + 1) % 3:
        return s.coming[0]
    scarcest = 0
    for kind in range(3):
        if s.live_of_kind[kind] < s.live_of_kind[scarcest]:
            scarcest = kind
    return 1 << scarcest


def takes_three(s, p, n):
    return 0


ROOM = """
    #########
    #0aa..^.#
    #bbb.ccc#
    #########
"""


def test_it_says_what_is_prohibited_from_the_first_step_on():
    world = Ruled(ROOM, "E", institution=spare_the_scarcest)
    first, rules, violated = world.rule(), [], []
    assert first in ("a", "b", "c")
    for name in ("noop", "forward", "noop", "forward", "noop"):
        assert world.altar() == world.rule()
        rules.append(world.rule())
        violated.append(bool(world.act(name).events.violated[0, 0]))
    assert rules == [first] * 3 + ["a"] * 2
    assert violated == [False, first == "a", False, True, False]


def test_its_first_rule_is_drawn_for_each_episode():
    world = Ruled(ROOM, "E", institution=spare_the_scarcest, worlds=MANY, max_cycles=2)
    for _ in range(2):
        seen = rules_of(world.batch)
        assert seen.keys() == {"a", "b", "c"}
        assert_share(seen["b"], MANY, 1 / 3, error=0.1)
        world.wait(2)


def test_its_draws_are_the_same_under_every_display():
    films = []
    for condition in ("altar", "hidden", "placebo", "random"):
        config = small("altared_harvest") | {"institution": spare_the_scarcest, "condition": condition}
        batch, rng = make_batch("altared_harvest", 3, **config), np.random.default_rng(0)
        batch.reset(seed=1)
        steps = [batch.step(random_actions(batch, rng)) and batch.state.prohibited.copy() for _ in range(90)]
        films.append(np.stack(steps))
        assert (batch.state.displayed >= 0).all()
    assert all((film == films[0]).all() for film in films)
    assert set(np.unique(films[0])) == {1, 2, 4}


def test_a_saved_game_names_it_and_goes_on_where_its_module_is_imported():
    config = small("altared_harvest") | {"institution": spare_the_scarcest}
    batch = make_batch("altared_harvest", 3, copy=True, **config)
    batch.reset(seed=0)
    saved = batch.game.config.to_dict()
    assert saved["institution"] == NAME
    assert altared_harvest_v0.choices(saved)["institution"] == NAME
    again = make_batch("altared_harvest", 3, copy=True, **saved)
    again.restore(batch.snapshot())
    rng = np.random.default_rng(0)
    for _ in range(50):
        actions = random_actions(batch, rng)
        assert same(batch.step(actions), again.step(actions))


def test_nothing_of_it_is_kept_on_disk():
    driver = driver_of(make_batch("altared_harvest").game.rulebook())
    folder = Path(driver.stats.cache_path)
    before = sorted(folder.iterdir()) if folder.is_dir() else []
    make_batch("altared_harvest", institution=spare_the_scarcest)
    assert (sorted(folder.iterdir()) if folder.is_dir() else []) == before


# Refused -----------------------------------------------------------------------------------------


def test_a_saved_name_whose_module_is_not_imported_says_what_it_needs(monkeypatch):
    said = (
        "institution='no_such_rules:lottery' needs the function lottery of module no_such_rules, which is "
        "not there: import no_such_rules first, or pass the function itself as institution"
    )
    with pytest.raises(ConfigError) as refusal:
        make_batch("altared_harvest", institution="no_such_rules:lottery")
    assert str(refusal.value) == said
    monkeypatch.delitem(sys.modules, __name__)
    with pytest.raises(ConfigError, match=f"needs the function spare_the_scarcest of module {__name__}"):
        make_batch("altared_harvest", institution=NAME)


def test_what_is_no_function_of_one_world_at_the_top_of_a_module():
    def inner(s, p):
        return 0

    for refused in (
        lambda s, n, p: 0,
        inner,
        takes_three,
        f"{__name__}:takes_three",
        f"{__name__}:MANY",
        int,
    ):
        with pytest.raises(ConfigError) as refusal:
            make_batch("altared_harvest", institution=refused)
        what = "the name of an institution, or a function (s, p) defined at the top of a module"
        assert str(refusal.value).endswith(f"is not allowed: institution must be {what}")
    with pytest.raises(ConfigError, match="institution='king' is not allowed"):
        make_batch("altared_harvest", institution="king")


def test_gpus_do_not_run_it():
    with pytest.raises(
        ValueError, match=rf"institution='{NAME}' is not allowed: a function needs device='cpu'"
    ):
        make_batch("altared_harvest", device="cuda", institution=spare_the_scarcest)
