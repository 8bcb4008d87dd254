"""Settings that a command line adds to those of a run; see test_cli.py for the rest."""

import pytest
from altared.scripts.options import merged

OLD = {"name": "action_fee", "settings": {"high": 3.0}, "procedure": "fixed", "theta": 1.0, "proposer": 1}


@pytest.mark.parametrize(
    ("new", "both"),
    [
        ({}, OLD),
        ({"proposer": 0}, {**OLD, "proposer": 0}),
        ({"settings": {"action": 0.0}}, {**OLD, "settings": {"high": 3.0, "action": 0.0}}),
        ({"settings": {"high": 2.0}}, {**OLD, "settings": {"high": 2.0}}),
        (
            {"procedure": "negotiated"},  # no theta but of a fixed contract
            {"name": "action_fee", "settings": {"high": 3.0}, "procedure": "negotiated", "proposer": 1},
        ),
        ({"procedure": "fixed", "theta": 2.0}, {**OLD, "theta": 2.0}),
        ({"name": "fishing_tax"}, {"name": "fishing_tax"}),  # another contract: nothing of the old
        ({"name": "none"}, None),
    ],
)
def test_settings_of_a_contract_are_put_together_field_by_field(new, both):
    given = {"contract": new, "rounds": 2} if new else {"rounds": 2}
    expected = {"rounds": 2, "contract": both} if both else {"rounds": 2}
    assert merged({"rounds": 1, "contract": OLD}, given) == expected
    assert merged({"rounds": 1, "contract": None}, {"contract": OLD}) == {"rounds": 1, "contract": OLD}
    assert merged({"rounds": 1}, {"rounds": 2}) == {"rounds": 2}
