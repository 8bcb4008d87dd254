"""What came of an experiment: tables, the figure, and one HTML file with all of it."""

import base64
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from jinja2 import Environment, PackageLoader, StrictUndefined

from ...envs.engine.files import write_atomically, write_json
from ..evaluate import plain
from ..statistics import interquartile_interval, mean_interval
from ..tables import Cells, markdown, number, p_value, words_of
from .figure import draw_figure
from .findings import has, logs, sides, thinned, values
from .jobs import film
from .plan import BEGINNING, Experiment
from .provenance import provenance
from .verdicts import Verdict, verdicts

UNIT = "Unit: the seed, the mean over {episodes} episodes; mean ± half a 95 % t interval over {seeds} seeds."
METHOD = (
    "Differences of the means over seeds with Welch's 95 % interval; p of a permutation test, Holm-adjusted "
    "over the primary endpoints; secondary ones as they are. Paired: both sides measure the same players, "
    "and differences are taken seed by seed (Student's interval, signs permuted). Endpoints and smallest "
    "differences that matter were named before the runs. Supported: significantly larger, by however little. "
    "Refuted: significantly the other way round; or, where nothing is significant, the interval (of this "
    "claim alone) lies below the smallest difference that matters."
)
OVER = {
    "end": "",
    "training": ", mean over training",
    "beginning": f", mean over the first {BEGINNING:.0%} of training",
}
HEAD = ["claim", "metric", "higher", "lower", "difference", "p", "verdict", "why"]


def write_report(
    experiment: Experiment, preset: str, folder: Path, seeds: Sequence[int], again: str
) -> list[Verdict]:
    """Write figure.png, curves.csv, results.json, report.md and report.html; returns the verdicts."""
    samples = [sides(folder, endpoint, experiment, seeds) for endpoint in experiment.endpoints]
    judged = verdicts(experiment.endpoints, samples, "try-out, no test" if experiment.share < 1 else "")
    figure = folder / "figure.png"
    draw_figure(experiment, folder, seeds, figure)
    shown: dict[str, Any] = {
        "e": experiment,
        "preset": preset,
        "seeds": list(seeds),
        "cores": os.cpu_count(),
        "claims": claims(judged),
        "method": METHOD,
        "tables": {part: table(experiment, folder, part, seeds) for part in experiment.parts},
        "unit": UNIT.format(episodes=experiment.episodes, seeds=len(seeds)),
        "again": again,
        **provenance(experiment, folder, seeds),
        "share": experiment.share,
    }
    write_atomically(folder / "curves.csv", _curves(experiment, folder, seeds).encode())
    write_json(folder / "results.json", _as_json(experiment, folder, seeds, judged, shown), "results")
    write_atomically(folder / "report.md", _markdown(shown).encode())
    html = _template().render(
        **shown,
        figure=_inline(figure),
        films=_films(experiment, folder),
        verdict_column=HEAD.index("verdict") + 1,
    )
    write_atomically(folder / "report.html", html.encode())
    return judged


def _films(experiment: Experiment, folder: Path) -> dict[str, str]:
    """Label -> film, of the conditions that were filmed."""
    named = {
        c.label if len(experiment.parts) == 1 else f"{c.part}: {c.label}": c for c in experiment.conditions
    }
    paths = {label: folder / film(condition) for label, condition in named.items()}
    return {label: _inline(path) for label, path in paths.items() if path.is_file()}


def table(experiment: Experiment, folder: Path, part: str, seeds: Sequence[int]) -> Cells:
    """Metrics by conditions of one part; metrics that none of them has are left out."""
    conditions = experiment.of_part(part)
    rows = []
    for metric in experiment.metrics:
        cells = [
            number(mean_interval(values(folder, c, metric, seeds)))
            if has(folder, c, metric, seeds[0])
            else ""
            for c in conditions
        ]
        if any(cells):
            rows.append([words_of(metric), *cells])
    return [["metric", *(condition.label for condition in conditions)], *rows]


def claims(judged: Sequence[Verdict]) -> Cells:
    """A row a claim: what was compared, how far apart, and the verdict."""
    return [HEAD, *(_claim(one) for one in judged)]


def _claim(v: Verdict) -> list[str]:
    e = v.endpoint
    metric = words_of(e.metric) + OVER[e.over]
    means = [number(mean_interval(side)) for side in (v.sides.higher, v.sides.lower)]
    p = v.comparison.note if v.adjusted is None else p_value(v.adjusted)
    marks = [] if e.primary else ["secondary"]
    marks += ["paired"] if v.sides.paired else []
    name = e.claim + (f" ({', '.join(marks)})" if marks else "")
    return [
        name, metric, f"{e.higher}: {means[0]}", f"{e.lower}: {means[1]}", number(v.comparison.difference), p,
        v.word, v.why,
    ]  # fmt: skip


def _as_json(
    experiment: Experiment, folder: Path, seeds, judged: Sequence[Verdict], shown: dict
) -> dict[str, Any]:
    """Everything that was measured, a value a seed, and the verdicts."""
    measured = {
        c.name: {
            metric: _sample(values(folder, c, metric, seeds))
            for metric in experiment.metrics
            if has(folder, c, metric, seeds[0])
        }
        for c in experiment.conditions
    }
    said = [_verdict(one) for one in judged]
    kept = {
        name: shown[name]
        for name in ("preset", "share", "seeds", "date", "made", "cores", "hours", "method", "unit")
    }
    commands = shown["commands"].splitlines()
    head = {"experiment": experiment.name, **kept, "episodes": experiment.episodes}
    return plain(
        {**head, "verdicts": said, "measured": measured, "again": shown["again"], "commands": commands}
    )


def _curves(experiment: Experiment, folder: Path, seeds: Sequence[int]) -> str:
    """The logs of all runs, thinned, as CSV: condition, seed, agent_steps and the metrics of the table."""
    lines = [",".join(["condition", "seed", "agent_steps", *experiment.metrics])]
    for condition in filter(lambda c: c.trained, experiment.conditions):
        for seed, log in zip(seeds, logs(folder, condition, seeds), strict=True):
            for row in thinned(log, experiment.metrics):
                numbers = ["" if np.isnan(value) else f"{value:.5g}" for value in list(row.values())[1:]]
                lines.append(",".join([condition.name, str(seed), str(row["agent_steps"]), *numbers]))
    return "\n".join(lines) + "\n"


def _sample(values: np.ndarray) -> dict[str, Any]:
    summary = {"mean": mean_interval(values), "interquartile_mean": interquartile_interval(values)}
    return {"values": values.tolist(), **summary}


def _verdict(v: Verdict) -> dict[str, Any]:
    e = v.endpoint
    claim = {"claim": e.claim, "metric": e.metric, "higher": e.higher, "lower": e.lower, "over": e.over}
    found = {"difference": v.comparison.difference, "p": v.comparison.p, "adjusted_p": v.adjusted}
    samples = {"higher_values": v.sides.higher.tolist(), "lower_values": v.sides.lower.tolist()}
    return {
        **claim,
        "smallest": e.smallest,
        "paired": v.sides.paired,
        "primary": e.primary,
        **samples,
        **found,
        "verdict": v.word,
        "why": v.why,
    }


def _markdown(shown: dict[str, Any]) -> str:
    e = shown["e"]
    made = shown["made"]
    versions = ", ".join(f"{name} {version}" for name, version in made["versions"].items())
    parts = [
        f"# {e.title}", *([f"**{e.warning}**"] if e.warning else []),
        f"**Claimed** ({e.source}): {e.claimed}",
        markdown(shown["claims"]), shown["method"], *filter(None, [e.notes]),
        f"![{e.title}](figure.png)",
        *(f"## {part}\n\n{markdown(cells)}" for part, cells in shown["tables"].items()),
        shown["unit"],
        f"Made on {shown['date']}: preset {shown['preset']}, seeds {', '.join(map(str, shown['seeds']))}, "
        f"commit {made['git_commit']}, {shown['cores']} cores, {shown['hours']} core-hours; "
        f"Python {made['python']}, {versions}.",
        f"```bash\n{shown['again']}\n```",
    ]  # fmt: skip
    return "\n\n".join(parts) + "\n"


def _template():
    loader = PackageLoader("altared.training.experiments", ".")
    return Environment(
        loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True
    ).get_template("report.html")


def _inline(path: Path) -> str:
    return base64.b64encode(path.read_bytes()).decode()
