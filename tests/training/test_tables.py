"""Tables: as many digits as the interval leaves meaning, and the same cells in both forms."""

from io import StringIO

import pytest
from altared.training.evaluate import Contrast
from altared.training.statistics import Estimate, compare, mean_interval
from altared.training.tables import Folded, contrast_cells, folded, markdown, metric_cells, number, terminal
from rich.console import Console

NAN = float("nan")


@pytest.mark.parametrize(
    ("estimate", "text"),
    [
        (Estimate(141.1534, 135.83, 146.4768, 30, 0), "141.2 ± 5.3"),
        (Estimate(1713.4, 1650.4, 1776.4, 30, 0), "1713 ± 63"),
        (Estimate(0.0123456, 0.0121, 0.0125912, 30, 2), "0.01235 ± 0.00025 (2 undefined)"),
        (Estimate(1000.0, 1000.0, 1000.0, 5, 0), "1000 ± 0"),
        (Estimate(0.0433, 0.0433, 0.0433 + 7e-18, 5, 0), "0.0433 ± 0"),
        (Estimate(7.25, NAN, NAN, 1, 0), "7.25 (one value)"),
        (Estimate(NAN, NAN, NAN, 0, 9), "undefined"),
    ],
)
def test_digits_follow_the_interval(estimate, text):
    assert number(estimate) == text


def test_one_column_a_population():
    summaries = {
        "greedy": {"collective_return": {"mean": mean_interval([1, 1])}},
        "random": {"collective_return": {"mean": mean_interval([2, 2])}},
    }
    cells = metric_cells(summaries)
    assert cells == [["metric", "greedy", "random"], ["collective return", "1 ± 0", "2 ± 0"]]
    assert markdown(cells).splitlines() == [
        "| metric | greedy | random |",
        "| --- | ---: | ---: |",
        "| collective return | 1 ± 0 | 2 ± 0 |",
    ]
    console = Console(width=80)
    with console.capture() as captured:
        console.print(terminal(cells, "a title"))
    assert all(text in captured.get() for text in ("a title", "greedy", "2 ± 0"))


def test_contrasts_say_when_there_is_no_test():
    few = Contrast("a", "b", "meals", compare([1, 1], [3, 3]), None)
    tested = Contrast("a", "b", "meals", compare([1.0] * 9, [3.0] * 9), 0.00004)
    assert contrast_cells([few, tested])[1:] == [
        ["meals", "a - b", "-2 ± 0", "illustration, no test"],
        ["meals", "a - b", "-2 ± 0", "< .001"],
    ]


def test_columns_without_room_stand_in_a_further_table():
    cells = [["name", "a", "b", "c"], ["first", "1.0 ± 2.0", "3", "4"]]
    assert folded(cells, 80) == [cells]
    first, second = folded(cells, 8 + 12 + 4 + 1)
    assert first == [["name", "a", "b"], ["first", "1.0 ± 2.0", "3"]]
    assert second == [["name", "c"], ["first", "4"]]
    assert folded(cells, 1) == [[[row[0], row[i]] for row in cells] for i in (1, 2, 3)]


def test_a_folded_table_cuts_no_number():
    cells = [["population", *"abcdefgh"], *([f"agent {i}", *["123.4 ± 5.6"] * 8] for i in range(3))]
    console = Console(width=80, file=StringIO())
    console.print(Folded(cells, "Title"))
    said = console.file.getvalue()
    assert said.count("123.4 ± 5.6") == 24
    assert said.count("Title") == 1
    assert said.count("agent 2") == 2
