"""What norms add to a scene: the rule in words, verdicts of beams, zones, sanctions so far."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import numpy as np

from ..grid import codes
from ..render.scene import GridScene, Rule, Shot, Stock
from .altar import ANNOUNCED, BLANK
from .decisions import EPISODE, FIXED, NONE

ZONE_REACH = 5  # squared distance in cells from a site to the floor of its zone


def with_norms(scene: GridScene, game: Any, s: Any, t: Any, e: Any) -> GridScene:
    """A scene of one world, completed from that world's arrays."""
    p, names = game.params, [kind.name for kind in game.config.kinds()]
    begun = scene.step > 0
    return replace(
        scene,
        stocks=tuple(stocks(s, p, names)),
        rule=rule_in_words(s, p, names),
        counts=tuple(counts(s, t, p)),
        shots=tuple(shot(i, s, e, p) for i in np.flatnonzero(e.fired).tolist()) if begun else (),
        zones=zones(p),
        poisoned=s.poison_left > 0 if poisonous(p) else None,
        events=tuple(sentences(s, e, p, names)) if begun else (),
    )


def poisonous(p: Any) -> int:
    """The set of poisonous kinds; games without poison have none."""
    return getattr(p, "poisonous", 0)


def grown_kinds(p: Any) -> list[int]:
    """The kinds that grow on the map."""
    return [kind for kind in range(codes.KINDS) if p.grown >> kind & 1]


def stocks(s: Any, p: Any, names: list[str]) -> Iterable[Stock]:
    """What grows of each kind, and whether it may be eaten in the next step."""
    for kind in grown_kinds(p):
        poison = " (poison)" if poisonous(p) >> kind & 1 else ""
        barred = bool(s.prohibited[0] >> kind & 1)
        live, sites = int(s.live_of_kind[kind]), int(p.sites_of_kind[kind])
        yield Stock(plural(names[kind]) + poison, live, sites, kind, barred)


def plural(name: str) -> str:
    """apple: apples; berry: berries."""
    return f"{name[:-1]}ies" if name.endswith("y") else f"{name}s"


# The rule in words ------------------------------------------------------------------------------


def rule_in_words(s: Any, p: Any, names: list[str]) -> Rule:
    """The rule that holds for the next step, and what the altar makes of it."""
    holds, coming, altar = int(s.prohibited[0]), int(s.coming[0]), int(s.displayed[0])
    if p.altar_cells.size == 0:
        return Rule(sentence(holds, p, names), None, "there is no altar")
    if altar == codes.BLANK_ALTAR:
        says = "the altar is blank"
    elif altar - codes.ALTAR != coming:
        says = f"the altar says: {sentence(altar - codes.ALTAR, p, names)}"
    elif coming != holds:
        left = int(s.notice_left[0]) + 1
        says = f"in {left} step{'s' * (left > 1)}: {sentence(coming, p, names)}"
    else:
        says = "announced to everyone" if p.display == ANNOUNCED else "the altar shows it"
    return Rule(sentence(holds, p, names), altar, says)


def sentence(prohibited: int, p: Any, names: list[str]) -> str:
    """A set of prohibited kinds in words."""
    colours = {kind: names[kind].split()[0] for kind in grown_kinds(p)}
    barred = [colour for kind, colour in colours.items() if prohibited >> kind & 1]
    free = [colour for colour in colours.values() if colour not in barred]
    if not barred:
        return "nothing is prohibited"
    if not free:
        return "no harvest"
    return f"only {free[0]} is permitted" if len(free) == 1 else f"{barred[0]} is prohibited"


# So far, and in this step -----------------------------------------------------------------------


def counts(s: Any, t: Any, p: Any) -> Iterable[tuple[str, int]]:
    """Of this episode."""
    correct = int(t.correct_sanctions.sum())
    yield "correct", correct
    yield "misdirected", int(t.sanctions.sum()) - correct
    yield "violations", int(t.violations.sum())
    if poisonous(p):
        yield "poisoned now", int((s.poison_left > 0).sum())
    elif p.institution not in (NONE, FIXED, EPISODE):
        yield "rule changes", int(t.rule_changes[0])


def shot(shooter: int, s: Any, e: Any, p: Any) -> Shot:
    """The beam of an agent that fired: misdirected if it sanctioned anyone who was not in violation."""
    sanctioned, correct = e.sanctioned[shooter] > 0, e.correct[shooter] > 0
    if (sanctioned & ~correct).any():
        verdict = "misdirected"
    elif correct.any():
        verdict = "correct"
    else:
        verdict = "void" if e.hit[shooter].any() else ""
    reached, struck = beam(int(s.fired_from[shooter]), int(s.facing[shooter]), s, p)
    return Shot(verdict, tuple(place(cell, p) for cell in reached), tuple(place(cell, p) for cell in struck))


def beam(start: int, facing: int, s: Any, p: Any) -> tuple[list[int], list[int]]:
    """The cells a beam from `start` shone on, and those where it reached a body.

    As in beams.py; bodies may be gone since, so a free cell in reach that shines not had one.
    """
    shining = set(s.beam_cells[: s.beam_cell_count[0]].tolist())
    reached, struck = [], []

    def along(cell: int, reach: int) -> int:
        for passed in range(reach):
            if cell not in shining:
                struck.extend([cell] * (not p.solid[cell]))
                return passed
            reached.append(cell)
            cell += forward
        return reach

    forward, right = int(p.ahead[facing]), int(p.ahead[(facing + 1) % 4])
    along(start + forward, p.beam_length)
    for side in (-1, 1):
        for r in range(1, min(p.beam_radius, p.beam_length) + 1):
            if along(start + side * r * right, p.beam_length - r + 1) == 0:
                break
    return reached, struck


def place(cell: int, p: Any) -> tuple[int, int]:
    """(y, x) on the map of a cell of the padded grid."""
    y, x = divmod(cell, p.stride)
    return y - p.edge, x - p.edge


def zones(p: Any) -> np.ndarray | None:
    """(H, W) int8 kind whose sites are near, -1 none; None where kinds grow wherever they stand."""
    spread = (p.regrowth == p.regrowth[:, :1]).all()
    if spread or len(grown_kinds(p)) < 2:
        return None
    sites = np.array([place(int(cell), p) for cell in p.site_cell])
    places = np.argwhere(np.ones((p.height, p.width), bool))
    off = ((places[:, None] - sites) ** 2).sum(-1)
    kinds = np.where(off.min(1) <= ZONE_REACH, p.site_kind[off.argmin(1)].astype(int), -1)
    return kinds.reshape(p.height, p.width).astype(np.int8)


def sentences(s: Any, e: Any, p: Any, names: list[str]) -> list[str]:
    """What happened to one world in the last step; meals that break no rule go without saying."""
    said = []
    for i in np.flatnonzero(e.ate):
        kind = int(e.ate[i]) - 1
        if e.violated[i]:
            said.append(f"agent_{i} ate a prohibited {names[kind]}")
        elif poisonous(p) >> kind & 1:
            said.append(f"agent_{i} ate a poisonous {names[kind]}")
    if poisonous(p):
        said += [f"agent_{i} is poisoned" for i in np.flatnonzero(s.poison_left == p.poison_duration)]
    for i, j in np.argwhere(e.hit):
        verdict = ("misdirected", "correct")[int(e.correct[i, j])] if e.sanctioned[i, j] else "void"
        said.append(f"agent_{i} sanctioned agent_{j}: {verdict}")
    said += [f"agent_{i} was taken away" for i in np.flatnonzero((e.removed > 0) & (e.struck == 0))]
    said += [f"agent_{i} returned" for i in np.flatnonzero(e.returned)]
    if p.display != BLANK:
        said += [f"agent_{i} visits the altar" for i in np.flatnonzero(e.visited)]
    if e.changed[0]:
        said.append(f"the rule changed: {sentence(int(s.prohibited[0]), p, names)}")
    return said
