"""Evaluations as tables: for a terminal, or as Markdown. One column a population, one row a metric."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import floor, log10

from rich.console import Console, ConsoleOptions, RenderResult
from rich.table import Table

from .evaluate import Contrast
from .statistics import Estimate

Cells = list[list[str]]  # header first
BORDER = 3  # characters that a column of a terminal's table takes besides its words
ROUNDING = 1e-12  # smaller parts of a value are the arithmetic's


def number(estimate: Estimate) -> str:
    """Value and half interval with the digits the interval leaves meaning, e.g. `141.2 ± 5.3`."""
    if estimate.count == 0:
        return "undefined"
    half = (estimate.high - estimate.low) / 2
    if 0 < half < ROUNDING * abs(estimate.value):
        half = 0.0
    if half > 0:
        digits = max(0, 1 - floor(log10(half)))
        text = f"{estimate.value:.{digits}f} ± {half:.{digits}f}"
    else:  # all values alike, or a single one: nothing to round to
        text = f"{estimate.value:.6g}" + (" ± 0" if half == 0 else " (one value)")
    return text + (f" ({estimate.left_out} undefined)" if estimate.left_out else "")


def metric_cells(summaries: Mapping[str, Mapping[str, Mapping[str, Estimate]]]) -> Cells:
    """Population -> metric -> "mean" -> estimate, as rows of metrics and columns of populations."""
    names = list(next(iter(summaries.values())))
    body = [[words_of(name)] + [number(said[name]["mean"]) for said in summaries.values()] for name in names]
    return [["metric", *summaries], *body]


def contrast_cells(contrasts: Sequence[Contrast]) -> Cells:
    """One row a contrast: the difference of the means and its adjusted p."""
    body = [
        [
            words_of(one.metric),
            f"{one.first} - {one.second}",
            number(one.comparison.difference),
            one.comparison.note if one.adjusted is None else p_value(one.adjusted),
        ]
        for one in contrasts
    ]
    return [["metric", "populations", "difference", "adjusted p"], *body]


def markdown(cells: Cells) -> str:
    """A Markdown table; numbers to the right."""
    rule = ["---"] + ["---:"] * (len(cells[0]) - 1)
    return "\n".join("| " + " | ".join(row) + " |" for row in [cells[0], rule, *cells[1:]])


@dataclass(frozen=True)
class Folded:
    """A table for `rich`; columns for which there is no room stand in further tables, below."""

    cells: Cells
    title: str

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        for i, part in enumerate(folded(self.cells, options.max_width)):
            yield terminal(part, self.title if i == 0 else "")


def folded(cells: Cells, width: int) -> list[Cells]:
    """Tables at most `width` characters wide where that is possible, each with the first column."""
    widths = [max(len(row[i]) for row in cells) + BORDER for i in range(len(cells[0]))]
    groups: list[list[int]] = [[]]
    for i in range(1, len(widths)):
        if groups[-1] and 1 + widths[0] + sum(widths[k] for k in groups[-1]) + widths[i] > width:
            groups.append([])
        groups[-1].append(i)
    return [[[row[0], *(row[i] for i in group)] for row in cells] for group in groups]


def terminal(cells: Cells, title: str) -> Table:
    """A table for `rich`, whose words are wrapped; numbers to the right."""
    table = Table(title=title or None, title_justify="left")
    for i, name in enumerate(cells[0]):
        table.add_column(name, justify="right" if i else "left")
    for row in cells[1:]:
        table.add_row(*row)
    return table


def words_of(name: str) -> str:
    return name.replace("_", " ")


def p_value(p: float) -> str:
    return "< .001" if p < 0.001 else f"{p:.3f}"
