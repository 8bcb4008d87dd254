"""Miniature worlds with rules: records, the rule in force and stocks are staged, views are read back."""

from collections import Counter
from typing import ClassVar

from altared.envs.grid import codes

from .worlds import EATEN, Drawn, cell_of

FOREVER = 2**30  # steps, of a record that only a sanction clears
SIGHT = {"view_forward": 3, "view_backward": 1, "view_left": 3, "view_right": 3}


class Ruled(Drawn):
    """Altared Harvest: b is prohibited unless `config` says otherwise, and beams need no cooling."""

    game = "altared_harvest"
    needs = "abc^"
    usual: ClassVar = {"institution": "fixed", "prohibited": "b", "cooldown": 0, "regrowth": (0.0,)}

    def __init__(self, drawing, facing="", records=None, guilty=(), now=None, open_kinds=None, **config):
        """records: {agent: (kind last eaten, steps left)}; guilty: those of them in violation.

        now: letters of the kinds prohibited, open_kinds: of those that may be drawn; if not given, as an
        episode begins.
        """
        self._records, self._guilty = records or {}, guilty
        self._now, self._open = now, open_kinds
        super().__init__(drawing, facing, **{**SIGHT, **self.usual, **config})

    def _stage_norms(self, snapshot) -> None:
        config = self.batch.game.config
        for agent, (kind, left) in self._records.items():
            mark = config.cue == "mark"
            badge = 0 if mark else 1 + codes.KIND_NAMES.index(kind)
            look = codes.BADGES if mark else badge
            snapshot["state.badge"][:, agent] = badge
            snapshot["state.guilty"][:, agent] = agent in self._guilty
            snapshot["state.record_left"][:, agent] = left
            snapshot["state.last_kind"][:, agent] = 1 + codes.KIND_NAMES.index(kind)
            snapshot["state.appearance"][:, agent] = look
            snapshot["state.own_appearance"][:, agent] = badge
            y, x = self._drawn[agent]
            snapshot["state.cells"][:, cell_of(self.batch, y, x)] += 4 * look << 8
        if self._now is not None:
            for name in ("prohibited", "coming"):
                snapshot[f"state.{name}"][...] = codes.bits_of(self._now)
        if self._open is not None:
            snapshot["state.open_kinds"][...] = codes.bits_of(self._open)

    # Reading ---------------------------------------------------------------------------------------

    def seen(self, agent, forward=0, right=0, world=0):
        """(ground code, Occupant) of a cell as an agent sees it now, relative to its facing."""
        config = self.batch.game.config
        tiles = self.batch.observe("tiles")[world, agent]
        ground, occupant = tiles[config.view_forward - forward, config.view_left + right]
        return int(ground), codes.occupant_parts(int(occupant))

    def badge(self, agent, forward=0, right=0, world=0) -> str:
        """Kind on the badge of a body that an agent sees, "" none."""
        badge = self.seen(agent, forward, right, world)[1].badge
        return codes.KIND_NAMES[badge - 1] if badge else ""

    def rule(self, world=0) -> str:
        """Letters of the kinds prohibited for the next step."""
        return codes.letters_of(int(self.batch.state.prohibited[world, 0]))

    def altar(self, world=0) -> str:
        """Letters of the kinds that the altar shows as prohibited, "blank" if it shows none."""
        codes_shown = {int(c) for c in self.batch.picture(world)[..., 0].flat if c >= codes.ALTAR}
        (code,) = codes_shown
        assert code == self.batch.state.displayed[world, 0]
        return "blank" if code == codes.BLANK_ALTAR else codes.letters_of(code - codes.ALTAR)

    def parts(self, step, agent, world=0) -> tuple:
        """Resource, cost, bonus and penalty of an agent in a step; they add up to its reward."""
        names = ("resource", "cost", "bonus", "penalty")
        parts = tuple(float(getattr(step.events, name)[world, agent]) for name in names)
        assert sum(parts) == step.events.earned[world, agent] == step.rewards[world, agent]
        return parts


class Berries(Ruled):
    """Poison berries: a is poisonous, and nothing grows back unless `config` says otherwise."""

    game = "poison_berries"
    needs = "abc"
    usual: ClassVar = {"condition": "important_rule", "cooldown": 0, "regrowth": (0.0, 0.0, 0.0)}


def stocks(**live) -> str:
    """A room with ten sites of each kind, of which the first so many are live: stocks(a=3) has aaa,,,,,,,"""
    rows = []
    for eaten, kind in EATEN.items():
        count = live.get(kind, 10)
        rows.append("#" + kind * count + eaten * (10 - count) + "#")
    return "\n".join(["#" * 12, *rows, "#PP0..^....#", "#" * 12])


def rules_after(world) -> Counter:
    """Of all worlds, after a step in which nobody does anything."""
    world.wait()
    return rules_of(world.batch)


def rules_of(batch) -> Counter:
    return Counter(codes.letters_of(int(bits)) for bits in batch.state.prohibited[:, 0])
