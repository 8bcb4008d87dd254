"""Rules drawn by stock: when zones close and open, and which is drawn.

`stocks(a=2)` draws a room with ten sites of each kind, of which two live ones of a.
"""

import pytest

from .ruled import Ruled, rules_after, rules_of, stocks
from .worlds import assert_share

MANY = 30_000


def by_stock(now, open_kinds="abc", worlds=1, live=None, **config):
    """A world ruled by stock, with `now` prohibited."""
    drawing = stocks(**live or {})
    return Ruled(drawing, "N", now=now, open_kinds=open_kinds, worlds=worlds, institution="stock", **config)


# By stock ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("live", range(11))
def test_a_zone_closes_when_its_stock_falls_below_3_in_10(live):
    world = by_stock("bc", live={"a": live})
    assert world.wait().events.changed[0, 0] == (live < 3)
    assert ("a" in world.rule()) == (live < 3)
    assert bool(world.batch.state.open_kinds[0, 0] & 1) == (live >= 3)


@pytest.mark.parametrize("live", range(11))
def test_a_closed_zone_may_be_drawn_again_from_4_in_10_on(live):
    world = by_stock("abc", open_kinds="", live={"a": live, "b": 0, "c": 0})
    assert world.wait().events.changed[0, 0] == (live >= 4)
    assert world.rule() == ("bc" if live >= 4 else "abc")


def test_thresholds_are_settings():
    assert by_stock("bc", live={"a": 7}, close=0.75, open=0.75).wait().events.changed[0, 0]
    world = by_stock("abc", open_kinds="", live={"a": 1, "b": 0, "c": 0}, close=0.0, open=0.1)
    assert rules_after(world) == {"bc": 1}


def test_the_appropriate_zone_stays_until_it_closes_however_full_the_others_are():
    world = by_stock("bc", live={"a": 3})
    assert not world.wait(200).events.changed[0, 0]
    assert world.rule() == "bc"


def test_the_draw_is_in_proportion_to_live_apples_over_open_zones():
    seen = rules_after(by_stock("bc", worlds=MANY, live={"a": 2, "b": 6, "c": 4}))
    assert seen.keys() == {"ac", "ab"}
    assert_share(seen["ac"], MANY, 6 / 10, error=0.05)


def test_closed_zones_are_not_drawn():
    # c has 3 in 10 and was closed before: it opens at 4
    assert rules_after(by_stock("bc", "ab", worlds=500, live={"a": 2, "c": 3})) == {"ac": 500}
    assert rules_after(by_stock("bc", "abc", worlds=500, live={"a": 2, "b": 2, "c": 3})) == {"ab": 500}


def test_no_zone_open_means_no_harvest_until_the_first_step_in_which_one_reopens():
    world = by_stock("bc", live={"a": 2, "b": 2, "c": 0})
    assert world.wait().events.changed[0, 0]
    assert (world.rule(), world.altar()) == ("abc", "abc")
    assert not world.wait(50).events.changed[0, 0]
    # everything grows back in one step
    world = by_stock("abc", "", worlds=3000, live={"a": 0, "b": 0, "c": 0}, regrowth=(1.0,))
    seen = rules_after(world)
    assert seen.keys() == {"bc", "ac", "ab"}
    assert min(seen.values()) > 900


def test_the_first_rule_is_drawn_in_proportion_to_apples():
    rows = ["#aaaaa#", "#bbbbb#", "#bbbbb#", "#ccccc#", "#0PP^.#"]
    world = Ruled("\n".join(["#######", *rows, "#######"]), "N", institution="stock", worlds=MANY)
    world.batch.reset()
    seen = rules_of(world.batch)
    assert seen.keys() == {"bc", "ac", "ab"}
    assert_share(seen["ac"], MANY, 1 / 2, error=0.05)
    assert_share(seen["bc"], MANY, 1 / 4, error=0.1)


def test_the_weakest_patch_can_count_for_its_zone():
    # a has 6 of 10, but only 1 of 5 in the patch to the right
    row = "##############\n#aaaaa..a,,,,#\n#bbbbb..ccccc#\n#0..^........#\n##############"
    options = {"now": "bc", "institution": "stock", "regrowth": (0.0, 1e-9)}
    assert not Ruled(row, "N", **options).wait().events.changed[0, 0]
    weak = Ruled(row, "N", stock_measure="weakest_patch", **options)
    assert weak.wait().events.changed[0, 0]
    assert "a" in weak.rule()


# One prohibited ----------------------------------------------------------------------------------


def one_prohibited(prohibited, open_kinds, live, worlds=1):
    return by_stock(prohibited, open_kinds, worlds, live, rule="one_prohibited")


@pytest.mark.parametrize(
    ("prohibited", "open_kinds", "live"),
    [("a", "abc", {}), ("a", "bc", {"a": 2}), ("a", "b", {"a": 2, "c": 1}), ("a", "abc", {"a": 3})],
    ids=["nothing has closed", "it is closed", "it and another are closed", "it has recovered, alone"],
)
def test_one_prohibited_the_kind_stays_prohibited(prohibited, open_kinds, live):
    world = one_prohibited(prohibited, open_kinds, live)
    assert not world.wait(5).events.changed[0, 0]
    assert world.rule() == prohibited


def test_one_prohibited_a_recovered_kind_makes_way_for_a_closed_one():
    assert rules_after(one_prohibited("a", "ac", {"b": 2}, worlds=200)) == {"b": 200}
    seen = rules_after(one_prohibited("a", "a", {"b": 2, "c": 0}, worlds=MANY))
    assert seen.keys() == {"b", "c"}, "in proportion to what is missing"
    assert_share(seen["b"], MANY, 8 / 18, error=0.05)


def test_one_prohibited_the_first_one_is_any():
    world = one_prohibited("a", "abc", {}, worlds=MANY)
    world.batch.reset()
    seen = rules_of(world.batch)
    assert seen.keys() == {"a", "b", "c"}
    assert_share(seen["b"], MANY, 1 / 3, error=0.05)
