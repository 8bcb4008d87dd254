"""Published curves, digitised; see assets/figures/SOURCES.md."""

import csv
from importlib.resources import files

Curve = tuple[list[float], list[float]]  # steps of the environment, values

COLUMNS = {  # file: our metric: its column there
    "koster2022_fig4.csv": {
        "misdirected_sanctions": "misdirected",
        "correct_sanctions": "punishments",
        "fraction_marked": "frac_marked",
        "fraction_poisoned": "frac_poisoned",
        "violations": "taboo_eaten",
        "collective_return": "collective_return",
    }
}


def published_curve(file: str, condition: str, metric: str) -> Curve:
    """The mean curve of one condition and metric."""
    text = files("altared.assets").joinpath("figures", file).read_text("utf-8")
    rows = [row for row in csv.DictReader(text.splitlines()) if row["condition"] == condition]
    column = COLUMNS[file][metric]
    return [float(row["timesteps"]) for row in rows], [float(row[column]) for row in rows]
