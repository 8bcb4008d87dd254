"""Settings that contradict each other or their map are refused; presets and conditions bring theirs."""

import re

import pytest
from altared.envs import altared_harvest_v0, make_batch, poison_berries_v0
from altared.envs.engine.config import ConfigError
from altared.envs.grid.maps import MapError

TWO_ZONES = "########\n#P a b #\n#  ^   #\n########\n"
NO_ALTAR = "########\n#P a b #\n#    c #\n########\n"
ONE_ZONE = "########\n#P a a #\n#  ^   #\n########\n"
ALONE = {"num_agents": 1}
KNOWN = {
    "preset": "source, feasible, learnable",
    "condition": "altar, hidden, vanilla, placebo, random, permuted, announced, yoked",
    "institution": "none, fixed, stock, episode, schedule, vote",
    "display": "truthful, blank, placebo, random, permuted, announced",
    "rule": "one_permitted, one_prohibited",
    "sanction": "removal, fine, graduated",
    "stock_measure": "zone, weakest_patch",
}


def refused(game, message, **config):
    """The config is refused with this message."""
    with pytest.raises(ConfigError, match=re.escape(message)):
        make_batch(game, **config)


@pytest.mark.parametrize("field", KNOWN)
def test_unknown_names_are_refused_with_the_known_ones(field):
    said = f"{field}='nonsense' is not allowed: {field} must be one of {KNOWN[field]}"
    refused("altared_harvest", said, **{field: "nonsense"})


def test_unknown_presets_and_conditions_of_poison_berries():
    refused(
        "poison_berries",
        "preset='source' is not allowed: preset must be one of koster2022, altared",
        preset="source",
    )
    known = "condition must be one of no_rule, important_rule, silly_rule"
    refused("poison_berries", f"condition='altar' is not allowed: {known}", condition="altar")


# Numbers and choices that contradict each other --------------------------------------------------


@pytest.mark.parametrize("game", ["altared_harvest", "poison_berries"])
@pytest.mark.parametrize("value", [-0.01, 1.01])
@pytest.mark.parametrize("field", ["close", "open"])
def test_thresholds_are_shares(game, field, value):
    refused(game, f"{field}={value} is not allowed: {field} must be a number in 0.0 .. 1.0", **{field: value})


@pytest.mark.parametrize("game", ["altared_harvest", "poison_berries"])
def test_a_zone_cannot_open_below_where_it_closes(game):
    refused(game, "open=0.2 is not allowed: open must be at least close=0.3", open=0.2, close=0.3)
    refused(game, "open=0.4 is not allowed: open must be at least close=0.5", close=0.5, open=0.4)
    make_batch(game, close=0.4, open=0.4)


@pytest.mark.parametrize("game", ["altared_harvest", "poison_berries"])
def test_a_taboo_on_a_kind_that_does_not_exist(game):
    refused(
        game, "prohibited='bd' is not allowed: prohibited must be letters of kinds (a, b, c)", prohibited="bd"
    )
    refused(game, "schedule=('a', 'x') is not allowed: schedule must be", schedule=("a", "x"))


def test_letters_are_sets():
    config = altared_harvest_v0.configure(prohibited="cbb", schedule=["ba", ""])
    assert (config.prohibited, config.schedule) == ("bc", ("ab", ""))


@pytest.mark.parametrize(
    ("condition", "shown"),
    [
        ("altar", "truthful"),
        ("hidden", "blank"),
        ("vanilla", "blank"),
        ("placebo", "placebo"),
        ("random", "random"),
        ("permuted", "permuted"),
        ("announced", "announced"),
    ],
)
def test_a_condition_says_what_is_shown(condition, shown):
    assert altared_harvest_v0.configure(condition=condition).display == shown
    other = "placebo" if shown != "placebo" else "random"
    said = f"display='{other}' is not allowed: display must be '{shown}' where condition='{condition}'"
    refused("altared_harvest", said, condition=condition, display=other)


def test_vanilla_has_no_bonus():
    assert altared_harvest_v0.configure(condition="vanilla").sanction_bonus == 0
    assert altared_harvest_v0.configure(condition="hidden").sanction_bonus == 20
    said = "sanction_bonus=20.0 is not allowed: sanction_bonus must be 0.0 where condition='vanilla'"
    refused("altared_harvest", said, condition="vanilla", sanction_bonus=20)


def test_yoked_needs_the_rate_of_a_recorded_run_and_only_yoked_has_one():
    said = "yoked_removals=0.0 is not allowed: yoked_removals must be above 0 where condition='yoked'"
    refused("altared_harvest", said, condition="yoked")
    said = "yoked_removals=0.1 is not allowed: yoked_removals must be 0 where condition='altar'"
    refused("altared_harvest", said, yoked_removals=0.1)
    for game, condition in (("altared_harvest", {"condition": "yoked"}), ("poison_berries", {})):
        said = "removal_steps=0 is not allowed: removal_steps must be at least 1 where yoked_removals=0.1"
        refused(game, said, yoked_removals=0.1, removal_steps=0, **condition)
    assert altared_harvest_v0.configure(condition="yoked", yoked_removals=0.1).display == "blank"


@pytest.mark.parametrize("game", ["altared_harvest", "poison_berries"])
def test_what_a_vote_and_a_warning_cannot_do(game):
    said = "rule='one_prohibited' is not allowed: rule must be 'one_permitted' where agents vote"
    refused(game, said, institution="vote", rule="one_prohibited")
    said = (
        "bonus_source='target' is not allowed: bonus_source must be 'external' where sanctions begin with a"
    )
    refused(game, said, sanction="graduated", bonus_source="target")


# Poison berries ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fields", "prohibited"),
    [
        ({}, "ab"),
        ({"condition": "no_rule"}, ""),
        ({"condition": "important_rule"}, "a"),
        ({"condition": "silly_rule", "poison_kind": "c", "silly_kind": "a"}, "ac"),
        ({"condition": "important_rule", "poison_kind": "b", "silly_kind": "a"}, "b"),
    ],
)
def test_the_condition_says_what_is_taboo(fields, prohibited):
    assert poison_berries_v0.configure(**fields).prohibited == prohibited
    other = "c" if prohibited != "c" else "a"
    said = f"prohibited='{other}' is not allowed: prohibited must be '{prohibited}' where condition="
    refused("poison_berries", said, **fields, prohibited=other)


def test_the_silly_kind_is_harmless():
    said = "silly_kind='b' is not allowed: silly_kind must be another kind than poison_kind='b'"
    refused("poison_berries", said, poison_kind="b")


def test_each_kind_has_its_chance_of_regrowth():
    said = "regrowth=(0.1, 0.2) is not allowed: regrowth must be a chance for each of the kinds a, b, c"
    refused("poison_berries", said, regrowth=(0.1, 0.2))


def test_the_presets_of_poison_berries():
    source, altared = (poison_berries_v0.configure(preset=name) for name in ("koster2022", "altared"))
    assert (source.display, source.cue, source.violation_window, source.redraw_kinds) == (
        "blank",
        "mark",
        0,
        False,
    )
    assert (altared.display, altared.cue, altared.violation_window, altared.redraw_kinds) == (
        "truthful", "badge", 25, True)  # fmt: skip
    assert poison_berries_v0.configure(preset="altared", violation_window=9).violation_window == 9


# Maps --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("game", "config", "message"),
    [
        ("altared_harvest", {"map": NO_ALTAR}, "no altar (^), and the rule is displayed on one"),
        ("altared_harvest", {"map": NO_ALTAR, "condition": "placebo"}, "no altar (^)"),
        ("altared_harvest", {"map": NO_ALTAR, "condition": "hidden", "institution": "vote"}, "no altar (^)"),
        ("poison_berries", {"map": NO_ALTAR, "preset": "altared"}, "no altar (^)"),
        ("altared_harvest", {"map": ONE_ZONE}, "institution='stock' chooses among kinds"),
        (
            "altared_harvest",
            {"map": ONE_ZONE, "institution": "episode"},
            "institution='episode' chooses among",
        ),
        ("altared_harvest", {"map": TWO_ZONES, "institution": "fixed"}, "no site of kind c"),
        ("altared_harvest", {"map": TWO_ZONES, "institution": "schedule"}, "no site of kind c"),
        ("poison_berries", {"map": TWO_ZONES, "poison_kind": "c"}, "no site of kind c"),
        ("poison_berries", {"map": ONE_ZONE}, "no site of kind b, and the rule or the poison names a, b"),
    ],
)
def test_a_map_must_have_what_the_rules_speak_of(game, config, message):
    with pytest.raises(MapError, match=re.escape(message)):
        make_batch(game, **ALONE, **config)


@pytest.mark.parametrize(
    ("game", "config"),
    [
        ("altared_harvest", {"map": NO_ALTAR, "condition": "hidden"}),
        ("altared_harvest", {"map": TWO_ZONES}),
        ("altared_harvest", {"map": ONE_ZONE, "institution": "none"}),
        ("altared_harvest", {"map": ONE_ZONE, "institution": "fixed", "prohibited": "a"}),
        ("poison_berries", {"map": NO_ALTAR}),
        ("poison_berries", {"map": TWO_ZONES}),
        ("poison_berries", {"map": ONE_ZONE, "condition": "important_rule"}),
    ],
)
def test_a_map_needs_no_more_than_that(game, config):
    batch = make_batch(game, **ALONE, **config)
    batch.reset(seed=0)
    batch.step([[1]])
