"""Everything that version 0.1.0 does is still done, array by array; only names may differ (names.py)."""

import pytest

from . import book, names
from .cases import all_cases
from .compare import differences, flat
from .covered import choices_played, choices_there_are
from .digest import digested

CASES = all_cases()
RECORDED = book.read()


@pytest.mark.parametrize("name", CASES)
def test_a_case_is_played_as_before(name):
    if name not in RECORDED:
        pytest.fail(f"{name!r} is not recorded: run `python tests/golden/record.py --missing`")
    found = differences(name, RECORDED[name], digested(CASES[name]))
    assert not found, f"{name}: {len(found)} digests\n" + "\n".join(found)


def test_every_recorded_case_is_played():
    assert sorted(RECORDED.keys() - CASES.keys()) == []


def test_every_choice_is_played_by_a_case():
    played = {choice for case in CASES.values() for choice in choices_played(case)}
    lacking = [c for c in choices_there_are() if c not in played and not names.matches(c, names.ADDED)]
    told = "no golden case plays them: add one to cases.py and run `python tests/golden/record.py --missing`"
    assert not lacking, f"{told}: {'; '.join(lacking)}"


def test_tables_speak_of_what_was_recorded():
    recorded = {name for digests in RECORDED.values() for name in flat(digests)}
    prefixes = {
        "state.": names.STATE,
        "events.": names.EVENTS,
        "metrics.": names.METRICS,
        "seen.plane.": names.PLANES,
        "identity.config.": names.FIELDS,
        "identity.": names.IDENTITY,
        "info.": names.INFOS | names.SOLO_INFOS,
    }
    old = [prefix + then for prefix, table in prefixes.items() for then in table.values()]
    assert [name for name in old if name not in recorded] == []
    patterns = [*names.DROPPED, *(digest for _, digest in names.CHANGED)]
    assert [one for one in patterns if not any(names.matches(name, [one]) for name in recorded)] == []
    assert [name for name in names.ADDED if name in recorded] == []
