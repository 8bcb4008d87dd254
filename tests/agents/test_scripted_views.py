"""Citizens on drawn views, one after another: whom they shoot, what they eat, when they consult the altar.

`@` the viewer (facing up), `z` the viewer while it cannot fire, `o` another without badge, `1 2 3` another
with the badge of kind a, b, c, `m` a marked one, `a b c` fruit, `A B C` sites without, `_` a
barren site of kind a, `^` the altar.
"""

import numpy as np
import pytest
from altared.agents.scripted import (
    BadgeHunter,
    Compliant,
    Enforcer,
    FreeRider,
    Patroller,
    Vigilante,
    ViolateAndPolice,
)
from altared.envs.grid import codes

NOOP, FORWARD, BACKWARD, LEFT, RIGHT, TURN_LEFT, TURN_RIGHT, ZAP = range(8)
TURNS = {TURN_LEFT, TURN_RIGHT}
ALL = [codes.letters_of(bits) for bits in range(8)]
OCCUPANTS = {"@": codes.SELF + 1, "z": codes.SELF, "o": codes.OTHER + 2}
OCCUPANTS |= {str(badge): codes.OTHER + 2 + 4 * badge for badge in (1, 2, 3)}
OCCUPANTS["m"] = codes.OTHER + 2 + 4 * codes.BADGES


def ground(char: str, prohibited: str | None) -> int:
    """The code of a drawn cell; the altar is blank if `prohibited` is None."""
    if char == "^":
        return codes.BLANK_ALTAR if prohibited is None else codes.ALTAR + codes.bits_of(prohibited)
    if char == "_":
        return codes.SITE + codes.BARREN
    if char in "abcABC":
        return codes.SITE + 3 * "abc".index(char.lower()) + (codes.LIVE if char in "abc" else codes.EMPTY)
    return codes.WALL if char == "#" else codes.FLOOR


def view(picture: str, prohibited: str | None = "", on: str = ".", badge: int = 0) -> np.ndarray:
    """(rows, columns, 2) uint8; the viewer stands on the ground `on`, and wears `badge`."""
    own = codes.SELF + 1 + 2 * badge
    occupants = OCCUPANTS | {"@": own, "z": own - 1}
    lines = picture.split()
    cells = [
        [(ground(on if c in "@z" else c, prohibited), occupants.get(c, codes.NOBODY)) for c in line]
        for line in lines
    ]
    return np.array(cells, np.uint8)


def choices(policy, *views: np.ndarray) -> set[int]:
    """What bodies choose at the last of the views, each of which they have seen in turn."""
    bodies = 64
    policy.start(bodies, seed=0)
    for number, seen in enumerate(views):
        actions = policy.act(np.stack([seen] * bodies), np.full(bodies, number == 0))
    return set(actions.tolist())


# Whom they shoot ---------------------------------------------------------------------------------


@pytest.mark.parametrize("prohibited", ALL)
@pytest.mark.parametrize("who", ["o", "1", "2", "3", "m"])
@pytest.mark.parametrize("police", [Enforcer, Patroller, ViolateAndPolice])
def test_enforcers_shoot_whom_the_altar_accuses(police, who, prohibited):
    guilty = who == "m" or (who in "123" and "abc"[int(who) - 1] in prohibited)
    seen = view(f"^.... ..{who}.. ..... ..@.. .....", prohibited)
    assert (choices(police(), seen) == {ZAP}) == guilty
    assert (ZAP in choices(police(), seen)) == guilty


@pytest.mark.parametrize("who", ["o", "1", "2", "3"])
@pytest.mark.parametrize("police", [Enforcer, Patroller, ViolateAndPolice])
def test_a_blank_altar_accuses_nobody(police, who):
    assert ZAP not in choices(police(), view(f"^.... ..{who}.. ..... ..@.. .....", None))
    assert choices(police(), view("^.... ..m.. ..... ..@.. .....", None)) == {ZAP}


def test_who_has_not_seen_the_altar_accuses_nobody():
    for who in "123":
        assert ZAP not in choices(Enforcer(), view(f"..... ..{who}.. ..... ..@.. ....."))


@pytest.mark.parametrize("prohibited", [*ALL, None])
@pytest.mark.parametrize("meek", [Compliant, FreeRider])
def test_the_meek_never_fire(meek, prohibited):
    seen = view("^.... .123. ..m.. .1@2. .....", prohibited)
    assert not choices(meek(), seen) & {ZAP}


@pytest.mark.parametrize("prohibited", [*ALL, None])
def test_badge_hunters_shoot_any_badge(prohibited):
    for who in "123m":
        assert choices(BadgeHunter(), view(f"^.... ..{who}.. ..... ..@.. .....", prohibited)) == {ZAP}
    assert ZAP not in choices(BadgeHunter(), view("^.... ..o.. ..... ..@.. .....", prohibited))


def test_nobody_fires_before_the_beam_has_cooled():
    for policy in (Enforcer, Patroller, ViolateAndPolice, BadgeHunter):
        assert ZAP not in choices(policy(), view("^.... ..2.. ..... ..z.. .....", "abc"))


@pytest.mark.parametrize(
    ("picture", "action"),
    [
        ("^...... ...2... ....... ....... ...@... .......", ZAP),  # three ahead
        ("^...... ....... ....2.. ....... ...@... .......", ZAP),  # beside it, two ahead
        ("^...... ....... ....... ....... ...@2.. .......", ZAP),  # at one's side
        ("^...... ....... ...2... ...#... ...@... .......", None),  # behind a wall
        ("^...... ....... ....... ....... 2..@... .......", TURN_LEFT),
        ("^...... ....... ....... ....... ...@..2 .......", TURN_RIGHT),
        ("^...... ....... ....... ....... ...@... .....2.", TURN_RIGHT),
        ("^...... ....2.. ....... ....... ...@... .......", None),  # one farther than the side column goes
        ("^...... ....... ...2... ...o... ...@... .......", None),  # behind another
        ("^...... ....... ...2... ..o.... ...@... .......", None),  # another in the beam's way
        ("^...... ..o.... ...2... ....... ...@... .......", None),  # another within a step of it
    ],
)
def test_who_is_in_reach(picture, action):
    chosen = choices(Enforcer(), view(picture, "b"))
    assert chosen == {action} if action else not chosen & {ZAP}


def test_how_far_bystanders_must_be():
    clear, near = "^...... ...2..o ....... ...@... .......", "^...... ...2.o. ....... ...@... ......."
    assert choices(Enforcer(berth=1), view(clear, "b")) == {ZAP}
    assert ZAP not in choices(Enforcer(berth=1), view(near, "b"))
    assert choices(Enforcer(berth=0), view(near, "b")) == {ZAP}
    assert ZAP not in choices(Enforcer(berth=0), view(near.replace(".o.", "o.."), "b"))


def test_a_longer_beam():
    seen = view("^...... ...2... ....... ....... ....... ...@... .......", "b")
    assert ZAP not in choices(Enforcer(), seen)
    assert choices(Enforcer(beam_length=4), seen) == {ZAP}


def test_patrollers_walk_after_violators_that_are_alone():
    seen = "^.......... ........... ........... 2....@a....", "b"
    assert choices(Enforcer(), view(*seen)) == {RIGHT}  # it eats
    assert choices(Patroller(), view(*seen)) == {TURN_LEFT}
    assert choices(Patroller(chase=4), view(*seen)) == {RIGHT}
    assert choices(Patroller(), view(seen[0], "c")) == {RIGHT}
    assert choices(Patroller(), view("^.......... ........... .o......... 2....@a....", "b")) == {RIGHT}


# What they eat -----------------------------------------------------------------------------------


@pytest.mark.parametrize("prohibited", [*ALL, None])
@pytest.mark.parametrize("kind", "abc")
@pytest.mark.parametrize("lawful", [Compliant, Enforcer, Patroller])
def test_the_lawful_eat_what_the_altar_permits(lawful, kind, prohibited):
    permitted = prohibited is None or kind not in prohibited
    chosen = choices(lawful(), view(f"^.... ..... ..{kind}.. ..@.. .....", prohibited))
    assert (chosen == {FORWARD}) == permitted
    assert (FORWARD in chosen) == permitted


@pytest.mark.parametrize("lawless", [ViolateAndPolice, BadgeHunter])
def test_the_lawless_eat_anything(lawless):
    for kind in "abc":
        assert choices(lawless(), view(f"^.... ..... ..{kind}.. ..@.. .....", "abc")) == {FORWARD}


def test_nothing_is_eaten_before_the_altar_was_seen():
    assert FORWARD not in choices(Compliant(), view("..... ..... ..a.. ..@.. ....."))


def test_prohibited_fruit_is_walked_round():
    seen = "^.... ..b.. ..a.. ..@.. ....."
    assert choices(Compliant(), view(seen, "a")) == {LEFT, RIGHT}
    assert choices(Compliant(), view(seen, "")) == {FORWARD}


def test_where_prohibited_fruit_may_sprout_is_walked_round():
    seen = "^.... ..b.. ..A.. ..@.. ....."
    assert choices(Compliant(), view(seen, "a")) == {LEFT, RIGHT}
    walled = "^.... .#b#. .#A#. .#@#. #####"
    assert choices(Compliant(), view(walled, "a")) == {FORWARD}  # there is no other way


def test_walled_in_by_prohibited_fruit_they_stay():
    assert choices(Compliant(), view("^.... ..b.. .#a#. .#@#. #####", "a")) == {NOOP}


def test_with_everything_prohibited_they_wait_in_sight_of_the_altar_and_off_the_sites():
    assert choices(Compliant(), view("^.... ..a.. ..b.. ..@.. .....", "abc")) == {NOOP}
    assert choices(Compliant(), view("^.... ..A.. .AAA. .A@.. .AAA.", "abc", on="A")) == {RIGHT}


def test_a_patch_keeps_its_last_fruits():
    ring = "^........ ....a.... ...AAA... ..__AAA.. ...AAa... ....a.... ....@.... ........."
    assert choices(Compliant(spare=2), view(ring)) == {FORWARD}
    assert FORWARD not in choices(Compliant(spare=3), view(ring))
    assert choices(Compliant(spare=3), view(ring.replace("__AAA", "AAaAA"))) == {FORWARD}
    assert FORWARD not in choices(Compliant(spare=2, reach=4), view(ring))


def test_fruit_that_another_may_eat_now_is_not_counted_as_spared():
    ring = "^........ ....a.... ...AAA... ..AAaAA.. ...AAa... ....a.... ....@.... ........."
    assert choices(Compliant(spare=3), view(ring)) == {FORWARD}
    crowded = ring.replace("....a.... ...AAA", "....ao... ...AAA")
    assert FORWARD not in choices(Compliant(spare=3), view(crowded))


def test_kinds_that_grow_by_themselves_need_not_be_spared():
    pair = (
        "^........ ......... ......... ....A.... ......... ........A ....A.... ....a.... ....@.... ........."
    )
    lone = pair.replace("A", ".").replace("....a....", "....aA...")
    assert choices(Compliant(reach=4), view(pair)) == {FORWARD}  # a site that can grow with no fruit around
    assert FORWARD not in choices(Compliant(reach=4), view(lone))


@pytest.mark.parametrize(
    ("others", "shame", "eats"), [("...", 6, True), ("o..", 6, False), ("o..", 3, True), ("o..", 4, False)]
)
def test_free_riders_keep_the_rule_under_others_eyes(others, shame, eats):
    seen = view(f"^.... ..... .{others}. ..... ..a.. ..@.. .....", "a")
    assert (choices(FreeRider(shame=shame), seen) == {FORWARD}) == eats


def test_vigilantes_keep_and_enforce_a_rule_of_their_own():
    first = view("^.... ..... ..b.. ..@.. .....", "b")
    assert choices(Vigilante(), first) == {FORWARD}  # whatever the altar says
    after = "..... ^.... ..{}.. ..@.. ....."
    assert choices(Vigilante(), first, view(after.format("1"), on="B")) == {ZAP}
    assert choices(Vigilante(), first, view(after.format("m"), on="B")) == {ZAP}
    assert ZAP not in choices(Vigilante(), first, view(after.format("2"), on="B"))
    assert choices(Vigilante(spare=0), first, view(after.format("b"), on="B")) == {FORWARD}
    assert FORWARD not in choices(Vigilante(spare=0), first, view(after.format("a"), on="B"))
    assert ZAP not in choices(Vigilante(), view("..... ..1.. ..... ..@.. ....."))  # nothing eaten yet


# How sure they are -------------------------------------------------------------------------------

BEFORE = "..... ..a.. ..a.. ..@.. ^...."  # the altar is lost to view with the step ahead
AFTER = "..... ..... ..a.. ..@.. ....."


@pytest.mark.parametrize(
    ("worn_before", "worn_after", "goes_on"),
    [
        (0, 0, True),  # no badges in this game
        (1, 1, True),
        (1, 0, False),  # it went out: the rule has changed
        (2, 1, True),
    ],
)
def test_a_badge_that_goes_out_too_soon_says_that_the_rule_has_changed(worn_before, worn_after, goes_on):
    views = view(BEFORE, "bc", badge=worn_before), view(AFTER, on="A", badge=worn_after)
    assert choices(Enforcer(spare=0), views[0]) == {FORWARD}
    chosen = choices(Enforcer(spare=0), *views)
    assert chosen == {FORWARD} if goes_on else chosen <= TURNS  # back to the altar, behind it
    assert choices(Enforcer(spare=0, window=0), *views) == {FORWARD}


@pytest.mark.parametrize(("badge", "patience", "goes_on"), [(0, 1, True), (0, 0, False), (1, 0, True)])
def test_patience_is_counted_in_steps_without_a_badge(badge, patience, goes_on):
    views = view(BEFORE, "bc", badge=badge), view(AFTER, on="A", badge=badge)
    chosen = choices(Compliant(spare=0, patience=patience), *views)
    assert chosen == {FORWARD} if goes_on else chosen <= TURNS


def test_trust_limits_for_how_long_they_accuse():
    views = view(BEFORE, "bc"), view(AFTER.replace("..a..", "..2.."), on="A")
    assert choices(Enforcer(trust=1), *views) == {ZAP}
    assert ZAP not in choices(Enforcer(trust=0), *views)


def test_a_removed_body_does_nothing_and_keeps_the_rule_but_not_its_place():
    blank = np.zeros((5, 5, 2), np.uint8)
    seen = view("^.... ..... ..... ..@.. .....", "abc")
    accused = view("..... ..2.. ..... ..@.. .....")
    assert choices(Enforcer(), seen, blank) == {NOOP}
    assert choices(Enforcer(), seen, blank, accused) == {ZAP}
    enforcer = Enforcer()
    assert choices(enforcer, seen) == {NOOP}
    new_episode = enforcer.act(np.stack([accused] * 64), np.ones(64, bool))
    assert ZAP not in new_episode


# As policies -------------------------------------------------------------------------------------


def test_equal_fields_make_equal_policies():
    assert Compliant() == Compliant(spare=3)
    assert Compliant() != Compliant(spare=4)
    assert Compliant() != Enforcer()


@pytest.mark.parametrize(("field", "value"), [("spare", -1), ("patience", 2.5), ("reach", "far")])
def test_what_is_no_count_is_refused(field, value):
    with pytest.raises(ValueError, match=rf"{field}={value!r} is not allowed"):
        Compliant(**{field: value})


def test_views_of_other_bodies_than_were_started_are_refused():
    compliant = Compliant()
    compliant.start(2, seed=0)
    with pytest.raises(ValueError, match="3 views for 2 bodies"):
        compliant.act(np.zeros((3, 5, 5, 2), np.uint8), np.zeros(3, bool))
