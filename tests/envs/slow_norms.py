"""What norms add to the witness of slow.py: records, sanctions, poison, pay and the altar, read slowly.

The rule itself is watched by slow_rule.py.
"""

from dataclasses import dataclass, field
from itertools import permutations

import numpy as np

from .slow import Witness, look_at
from .slow_rule import RuleWitness
from .slow_views import recoloured, sees


@dataclass
class Body:
    """What is known of an agent from its meals and sanctions."""

    record: tuple[int, bool, int] | None = None  # kind, in violation, step of the meal
    offences: int = 0
    poison: list[int] = field(default_factory=list)  # steps in which it ate poison
    last_kind: int | None = None
    placed: int = 0  # step in which it was last put on the map
    saw_altar: bool = False


class NormWitness(Witness):
    """Watches every world of a batch with norms, and `rules` of them."""

    def start(self, observations) -> None:
        worlds = range(self.batch.num_worlds)
        self.steps = [0 for _ in worlds]
        self.bodies = [[Body() for _ in range(self.batch.num_agents)] for _ in worlds]
        self.rules = [RuleWitness(self, w) for w in worlds]
        self.poisonous = [self._poisonous(w) for w in worlds]
        redrawn = getattr(self.config, "redraw_kinds", False)
        self.colours = [set(permutations(range(3))) if redrawn else {(0, 1, 2)} for _ in worlds]
        super().start(observations)
        for w in worlds:
            self.rules[w].start()
            for body, sight in zip(self.bodies[w], self._sights(self.before[w]), strict=True):
                body.saw_altar = sight

    def _poisonous(self, w) -> set:
        poison = self.config.poisoning()
        return {"abc".index(poison.kind)} if poison else set()

    def check(self, actions, step) -> None:
        self.steps = [steps + 1 for steps in self.steps]
        self.in_force = [rule.in_force for rule in self.rules]
        super().check(actions, step)
        for w in range(self.batch.num_worlds):
            events = type(step.events)(*(array[w] for array in step.events))
            self._check_visits(w, self.before[w], events)

    # What beams do, in the order of the rulebook ----------------------------------------------------

    def _check_removals(self, w, events) -> None:
        c, bodies, step = self.config, self.bodies[w], self.steps[w]
        hits, landed = events.hit > 0, events.sanctioned > 0
        assert not (landed & ~hits).any(), "a sanction without a beam"
        if c.ties == "each":
            assert (landed == hits).all()
        else:
            assert (landed.sum(0) == hits.any(0)).all(), "one sanction a target a step"
        guilty = np.array([body.record is not None and body.record[1] for body in bodies])
        assert (events.correct == (landed & guilty)).all()
        struck = landed.any(0)
        assert (events.struck == struck).all()
        waited = [step - body.record[2] if body.record else 0 for body in bodies]
        assert (events.latency == np.where(struck & guilty, waited, 0)).all()
        self._check_sums(events, landed, guilty)
        self._check_gone(events, struck)
        for i in np.flatnonzero(struck):
            bodies[i].offences += bool(guilty[i])
            bodies[i].record = None

    def _check_sums(self, events, landed, guilty) -> None:
        """Costs, bonuses and penalties; the numbers of the configs add up exactly."""
        c, offences = self.config, [body.offences for body in self._current]
        missed = (events.fired > 0) & ~events.hit.any(1)
        assert (events.cost == -c.sanction_cost * landed.sum(1) - c.shot_cost * missed).all()
        paying = (landed & guilty).sum(1)
        assert (events.bonus == c.sanction_bonus * paying).all()
        received = landed.sum(0)
        fined = received * np.array([c.sanction != "graduated" or n >= 1 for n in offences])
        paid = received * guilty * (c.bonus_source == "target")
        assert (events.penalty == -c.target_penalty * fined - c.sanction_bonus * paid).all()
        if c.bonus_source == "target":
            assert events.bonus.sum() == (c.sanction_bonus * paid).sum(), "a transfer"

    def _check_gone(self, events, struck) -> None:
        c, offences = self.config, np.array([body.offences for body in self._current])
        effect = {"removal": struck, "fine": struck & False, "graduated": struck & (offences >= 2)}[
            c.sanction
        ]
        gone = effect & (c.removal_steps > 0)
        others = (events.removed > 0) & ~gone
        assert (gone <= (events.removed > 0)).all()
        assert others.sum() <= (c.yoked_removals > 0)

    # Meals ------------------------------------------------------------------------------------------

    def _check_pay(self, w, events, rewards) -> None:
        c, step = self.config, self.steps[w]
        for i, body in enumerate(self.bodies[w]):
            expired = body.record and c.violation_window and step >= body.record[2] + c.violation_window
            body.record = None if expired else body.record
            full = float(np.float32(c.kinds()[max(int(events.ate[i]) - 1, 0)].reward)) * bool(events.ate[i])
            paid = full * c.poison_scale if self._is_poisoned(body, step) else full
            assert events.resource[i] == np.float32(paid)
            assert events.violated[i] == (events.ate[i] > 0 and int(events.ate[i]) - 1 in self.in_force[w])
            if events.ate[i]:
                self._eat(w, body, int(events.ate[i]) - 1, bool(events.violated[i]))
            if events.removed[i]:
                body.record = None
        parts = (events.resource, events.cost, events.bonus, events.penalty)
        total = np.zeros_like(events.resource)
        for part in parts:
            total = (total + part).astype(np.float32)
        assert (events.earned == total).all()
        assert (rewards == total).all()
        if self.config.poisoning():
            left = [self._poison_left(body, step) for body in self.bodies[w]]
            assert self.batch.state.poison_left[w].tolist() == left
        self._check_rule(w, events)

    def _eat(self, w, body, kind, violated) -> None:
        body.last_kind = kind
        if kind in self.poisonous[w]:
            body.poison.append(self.steps[w])
        if self.config.cue == "badge" or (violated and body.record is None):
            body.record = (kind, violated, self.steps[w])

    def _poison_left(self, body, step) -> int:
        if not self.config.poisoning():
            return 0
        delay, duration = self.config.poison_delay, self.config.poison_duration
        left = [meal + delay + duration + 1 - step for meal in body.poison if meal < step - delay]
        return max([0, *left])

    def _is_poisoned(self, body, step) -> bool:
        return self._poison_left(body, step) > 0

    def _check_rule(self, w, events) -> None:
        """The institution moves last; an amnesty clears records."""
        rule = self.rules[w]
        rule.step(events, self.steps[w], look_at(self.batch, w))
        if events.changed[0] and self.config.amnesty_on_change:
            for body in self.bodies[w]:
                body.record = None

    # What is seen -----------------------------------------------------------------------------------

    def _check_state(self, w, look) -> None:
        super()._check_state(w, look)
        self._current = self.bodies[w]

    def _altar(self, w) -> int:
        return int(self.batch.state.displayed[w, 0])  # judged by slow_rule.py

    def _feet(self, w):
        return self._altar(w) if self.config.display == "announced" else None

    def _agrees(self, w, seen, view) -> bool:
        """Some colours of the kinds, the same throughout an episode, make the view what is seen."""
        self.colours[w] = {naming for naming in self.colours[w] if (seen == recoloured(view, naming)).all()}
        return bool(self.colours[w])

    def _looks(self, w) -> list:
        looks = []
        for body in self.bodies[w]:
            if self.config.cue == "badge":
                badge = body.record[0] + 1 if body.record else 0
                looks.append((badge, badge))
            else:
                mark = 4 * (body.record is not None)
                looks.append((mark, mark * self.config.see_own_mark))
        return looks

    def _check_views(self, w, look, views) -> None:
        super()._check_views(w, look, views)
        s, step, window = self.batch.state, self.steps[w], self.config.violation_window
        records = [body.record for body in self.bodies[w]]
        assert s.guilty[w].tolist() == [bool(record and record[1]) for record in records]
        if window:
            left = [record[2] + window - step if record else 0 for record in records]
            assert s.record_left[w].tolist() == left
        else:
            assert (s.record_left[w] > 0).tolist() == [record is not None for record in records]

    def _check_visits(self, w, after, events) -> None:
        """The altar comes into view at least 10 steps after its viewer was put on the map."""
        for i, (body, sight) in enumerate(zip(self.bodies[w], self._sights(after), strict=True)):
            if events.returned[i]:
                body.placed = self.steps[w]
            settled = self.steps[w] - body.placed >= 10
            assert events.visited[i] == (sight and not body.saw_altar and settled)
            body.saw_altar = sight

    def _sights(self, look) -> list:
        altars = self.map.altars.tolist()
        return [
            place is not None and any(sees(self.config, place, facing, altar) for altar in altars)
            for place, facing in zip(look.places, look.facing, strict=True)
        ]
