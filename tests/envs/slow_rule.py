"""A slow reading of institutions and displays: what may be prohibited next, and what the altar may show.

Rules are sets of kinds 0, 1, 2 that are prohibited.
"""

from collections import Counter
from itertools import combinations, permutations

from altared.envs.grid import codes

KINDS = frozenset(range(3))


def set_of(bits) -> frozenset:
    return frozenset(kind for kind in KINDS if int(bits) >> kind & 1)


def set_named(letters) -> frozenset:
    return frozenset("abc".index(letter) for letter in letters)


def values_of(config, grown) -> set:
    """Every rule that an institution can make on a map that grows these kinds."""
    only = {frozenset({kind}) for kind in grown}
    if config.institution == "none":
        return {frozenset()}
    if config.institution == "fixed":
        return {set_named(config.prohibited)}
    if config.institution == "schedule":
        return {set_named(entry) for entry in config.schedule}
    if config.rule == "one_prohibited":
        return only
    return {KINDS - one for one in only} | ({KINDS} if config.institution == "stock" else set())


class RuleWitness:
    """Watches the rule of one world and its altar."""

    def __init__(self, witness, w):
        self.witness, self.w = witness, w
        self.config, self.map = witness.config, witness.map
        self.grown = set(self.map.kinds.tolist())
        self.values = values_of(self.config, self.grown)
        sizes = {len(value) for value in self.values}
        fixed = self.config.institution == "fixed"  # others of the same size can be shown in its place
        self.shown = {frozenset(c) for n in sizes for c in combinations(KINDS, n)} if fixed else self.values
        self.open = set(self.grown)
        self.meanings = set(permutations(range(3)))

    def _now(self, name) -> int:
        return int(getattr(self.witness.batch.state, name)[self.w, 0])

    def start(self) -> None:
        self.in_force = self.coming = set_of(self._now("prohibited"))
        self.stood = self.config.notice + 1  # observations that it was shown
        assert self.in_force in self.values
        assert set_of(self._now("coming")) == self.in_force
        if self.config.institution == "schedule":
            assert self.in_force == set_named(self.config.schedule[0])
        self.altar = self._now("displayed")
        self._check_altar(changed=True)

    def step(self, events, step, look) -> None:
        """After the step of that number (from 1), which led to `look`."""
        before, coming = self.in_force, set_of(self._now("coming"))
        assert coming in self.values
        self._check_decision(coming, step, look)
        self.stood = self.stood + 1 if coming == self.coming else 1
        self.coming = coming
        self.in_force = coming if self.stood > self.config.notice else before
        assert set_of(self._now("prohibited")) == self.in_force
        assert events.changed[0] == (self.in_force != before)
        self._check_altar(bool(events.changed[0]))

    # Decisions ---------------------------------------------------------------------------------------

    def _check_decision(self, coming, step, look) -> None:
        c = self.config
        if c.institution == "schedule":
            assert coming == set_named(c.schedule[step // c.schedule_every % len(c.schedule)])
        elif c.institution == "vote":
            assert coming == (self._voted(look) if step % c.vote_every == 0 else self.coming)
        elif c.institution == "stock":
            self._check_stock(coming, look)
        else:
            assert coming == self.coming

    def _check_stock(self, coming, look) -> None:
        live = Counter(self.map.kinds[look.live].tolist())
        for kind in self.grown:
            stock = self._stock(kind, look.live)
            if stock < self.config.close:
                self.open.discard(kind)
            elif stock >= self.config.open:
                self.open.add(kind)
        if self.config.institution == "stock":
            assert set_of(self._now("open_kinds")) == self.open
        if self.config.rule == "one_permitted":
            candidates, keeps = self.open, bool((KINDS - self.coming) & self.open)
            drawn = {
                KINDS - {kind} for kind in candidates if live[kind] or not any(map(live.get, candidates))
            }
            drawn = drawn or {KINDS}
        else:
            closed = self.grown - self.open
            keeps = not closed or self.coming <= closed
            drawn = {frozenset({kind}) for kind in closed}
        assert coming == self.coming if keeps else coming in drawn

    def _stock(self, kind, live) -> float:
        """Live share of a kind's sites, or of those of its weakest patch."""
        mine = self.map.kinds == kind
        if self.config.stock_measure == "zone":
            return live[mine].sum() / mine.sum()
        patches = self.witness.patch
        return min(live[patches == patch].mean() for patch in set(patches[mine].tolist()))

    def _voted(self, look) -> frozenset:
        votes = Counter()
        for body, place in zip(self.witness.bodies[self.w], look.places, strict=True):
            if place is not None and body.last_kind is not None:
                beside = [max(abs(place[0] - y), abs(place[1] - x)) <= 1 for y, x in self.map.altars.tolist()]
                votes[body.last_kind] += any(beside)
        ranked = [*votes.most_common(), (None, 0), (None, 0)]
        return KINDS - {ranked[0][0]} if ranked[0][1] > ranked[1][1] else self.coming

    # The altar ---------------------------------------------------------------------------------------

    def _check_altar(self, changed) -> None:
        display, before = self.config.display, self.altar
        self.altar = self._now("displayed")
        if display == "blank":
            assert self.altar == codes.BLANK_ALTAR
            return
        assert codes.ALTAR <= self.altar < codes.BLANK_ALTAR
        shown = set_of(self.altar - codes.ALTAR)
        if display in ("truthful", "announced"):
            assert shown == self.coming
        elif display == "permuted":
            self.meanings = {m for m in self.meanings if {m[kind] for kind in self.coming} == shown}
            assert self.meanings, "colours that mean one thing throughout the episode"
        else:
            assert shown in self.shown
            assert display == "random" or changed or self.altar == before
