"""A slow, plain reading of the rulebook: checks a batch step by step from outside.

It knows the map, the config, the actions and what the engine reports, and shares no code with the rules.
Where there are norms, the witness of slow_norms.py fills in what they add.
"""

from typing import NamedTuple

import numpy as np
from altared.envs.grid import codes

from .slow_views import AHEAD, beam_of, picture_of, view_of
from .worlds import neighbour_matrix, place_of

MOVES = {1: 0, 2: 2, 3: 3, 4: 1}  # action -> quarter turns from the facing
TURNS = {5: 3, 6: 1}
ZAP = 7


class Look(NamedTuple):
    """One world between two steps."""

    places: list  # (y, x) or None for each agent
    facing: list
    cooling: list
    away: list
    live: np.ndarray  # (S,) bool


def look_at(batch, world) -> Look:
    s = batch.state
    return Look(
        [place_of(batch, i, world) for i in range(batch.num_agents)],
        s.facing[world].tolist(),
        s.cooling[world].tolist(),
        s.removed_for[world].tolist(),
        s.live[world] > 0,
    )


class Witness:
    """Watches every world of a batch: call `start` after a reset, `check` after every step."""

    def __init__(self, batch):
        self.batch, self.config, self.map = batch, batch.game.config, batch.game.map
        self.sites = {tuple(site): s for s, site in enumerate(self.map.sites.tolist())}
        self.spawns = {tuple(cell) for cell in self.map.spawns.tolist()}
        self.solid = self.map.walls.copy()
        self.solid[tuple(self.map.altars.T)] = True
        kinds = self.config.kinds()
        self.tables = [np.array(kinds[kind].regrowth) for kind in self.map.kinds]
        self.near = neighbour_matrix(self.map.sites, self.config.growth_radius)
        self.near *= self.map.kinds[:, None] == self.map.kinds
        if all(len(set(table)) == 1 for table in self.tables):  # what grows by itself has no neighbours
            self.near[...], self.patch = 0, np.unique(self.map.kinds, return_inverse=True)[1]
        else:
            self.patch = _components(self.near)

    def start(self, observations) -> None:
        worlds = range(self.batch.num_worlds)
        self.before = [look_at(self.batch, w) for w in worlds]
        none = np.zeros(len(self.sites), bool)
        self.history = [(look.live, none) for look in self.before]  # live two steps ago; eaten one step ago
        for w in worlds:
            assert self.before[w].live.all()
            self._check_state(w, self.before[w])
            self._check_views(w, self.before[w], observations[w])

    def check(self, actions, step) -> None:
        """Of worlds that go on."""
        for w in range(self.batch.num_worlds):
            before, after = self.before[w], look_at(self.batch, w)
            events = type(step.events)(*(array[w] for array in step.events))
            self._check_state(w, after)
            self._check_moves(before, after, actions[w], events)
            self._check_shots(before, after, actions[w], events)
            self._check_absence(w, before, after, events)
            self._check_apples(w, before, after, events)
            self._check_pay(w, events, step.rewards[w])
            self._check_views(w, after, step.observations[w])
            if self.config.removal_steps == 0:
                self._check_beams(w, after, events)
            self.before[w] = after

    # What is always true ---------------------------------------------------------------------------

    def _check_state(self, w, look) -> None:
        present = [place for place in look.places if place is not None]
        assert len(set(present)) == len(present), "two agents in a cell"
        assert not any(self.solid[place] for place in present), "an agent in a wall or an altar"
        assert [place is None for place in look.places] == [away > 0 for away in look.away]
        agents = self.batch.scene(w).agents
        standing = {i: tuple(int(c) for c in np.argwhere(agents == i)[0]) for i in agents[agents >= 0]}
        assert standing == {i: place for i, place in enumerate(look.places) if place is not None}
        s = self.batch.state
        assert s.live_total[w, 0] == look.live.sum()
        assert s.neighbours[w].tolist() == (self.near @ look.live).tolist()
        patches = [look.live[self.patch == k].sum() for k in range(self.patch.max() + 1)]
        assert s.live_in_patch[w].tolist() == patches
        assert s.live_of_kind[w].tolist() == np.bincount(self.map.kinds[look.live], minlength=3).tolist()

    # Moves -----------------------------------------------------------------------------------------

    def _check_moves(self, before, after, actions, events) -> None:
        wanted = [self._target(before, i, int(action)) for i, action in enumerate(actions)]
        for i, action in enumerate(int(a) for a in actions):
            if before.places[i] is None:
                continue
            assert after.places[i] is not None or events.removed[i]
            turn = TURNS.get(action, 0)
            assert after.facing[i] == (before.facing[i] + turn) % 4, "a turn"
            if after.places[i] is None:
                continue
            assert after.places[i] in (before.places[i], wanted[i])
            if wanted[i] is None:
                continue
            if self.solid[wanted[i]]:
                assert after.places[i] == before.places[i], "into a wall"
            there = [j for j, place in enumerate(before.places) if place == wanted[i]]
            rivals = [j for j, target in enumerate(wanted) if target == wanted[i] and j != i]
            if not self.solid[wanted[i]] and not there and not rivals:
                assert after.places[i] == wanted[i], "a free cell that nobody else wants"
            if there and (wanted[there[0]] is None or wanted[there[0]] == before.places[i]):
                assert after.places[i] == before.places[i], "onto one that stays, or a swap"

    def _target(self, before, i, action):
        if before.places[i] is None or action not in MOVES:
            return None
        (y, x), (dy, dx) = before.places[i], AHEAD[(before.facing[i] + MOVES[action]) % 4]
        return (y + dy, x + dx)

    # Shots and absence -----------------------------------------------------------------------------

    def _check_shots(self, before, after, actions, events) -> None:
        for i, action in enumerate(actions):
            ready = before.away[i] == 0 and before.cooling[i] == 0
            assert events.fired[i] == (ready and action == ZAP)
            if events.fired[i]:
                assert after.cooling[i] == self.config.cooldown
            elif before.away[i]:
                assert after.cooling[i] == before.cooling[i], "cooling stands still while removed"
            else:
                assert after.cooling[i] == max(before.cooling[i] - 1, 0)
            for j in np.flatnonzero(events.hit[i]):
                assert events.fired[i]
                assert j != i
                assert before.away[j] == 0

    def _check_removals(self, w, events) -> None:
        """Who is taken off the map."""
        struck = events.hit.any(0) & (self.config.removal_steps > 0)
        assert events.removed.tolist() == struck.tolist()

    def _check_absence(self, w, before, after, events) -> None:
        self._check_removals(w, events)
        free = self.spawns - set(before.places)
        for i, away in enumerate(before.away):
            assert not events.returned[i] or after.places[i] in self.spawns
            assert events.returned[i] == (away > 0 and after.away[i] == 0)
            if events.removed[i]:
                assert after.away[i] == self.config.removal_steps
            elif away > 1:
                assert after.away[i] == away - 1
            elif away == 1 and len(free) >= self.batch.num_agents:
                assert events.returned[i], "a spawn cell must have been free"

    # Apples ----------------------------------------------------------------------------------------

    def _chances(self, live) -> np.ndarray:
        """Of each site, with these live."""
        counts = self.near @ live
        return np.array([table[min(n, len(table) - 1)] for table, n in zip(self.tables, counts, strict=True)])

    def _check_apples(self, w, before, after, events) -> None:
        sprouted, two_ago, eaten_before = events.sprouted > 0, *self.history[w]
        chance = self._chances(two_ago)
        may = ~before.live & ~two_ago & ~eaten_before & (chance > 0)
        must = may & (chance == 1)
        assert not (sprouted & ~may).any(), "a sprout without a chance"
        assert not (must & ~sprouted).any(), "no sprout with chance 1"
        eaten = (before.live | sprouted) & ~after.live
        assert (after.live == ((before.live | sprouted) & ~eaten)).all()
        eaters = [i for i in range(self.batch.num_agents) if events.ate[i]]
        assert len(eaters) == eaten.sum()
        for i, place in enumerate(after.places):
            on = self.sites.get(place) if not events.returned[i] else None
            if on is not None:
                assert events.ate[i] == (1 + self.map.kinds[on] if eaten[on] else 0)
                assert not after.live[on], "live fruit under a body"
        assert not any(events.ate[i] for i in range(self.batch.num_agents) if before.away[i])
        self.history[w] = (before.live, eaten)

    def _check_pay(self, w, events, rewards) -> None:
        pay = np.where(events.ate > 0, np.float32(self.config.apple_reward), 0)
        assert (events.resource == pay).all()
        assert (rewards == pay).all()

    # Pictures --------------------------------------------------------------------------------------

    def _altar(self, w) -> int:
        """Code of every altar."""
        return codes.BLANK_ALTAR

    def _looks(self, w) -> list:
        """What others see on each body, and what each sees on itself: badge + 4 * mark."""
        return [(0, 0)] * self.batch.num_agents

    def _feet(self, w) -> int | None:
        """Code that agents see under their own feet in place of the ground."""
        return None

    def _check_views(self, w, look, views) -> None:
        assert self.batch.observation_space.shape == views[0].shape
        looks = self._looks(w)
        growth = np.where(
            look.live, codes.LIVE, np.where(self._chances(look.live) > 0, codes.EMPTY, codes.BARREN)
        )
        bodies = [
            None if place is None else (place, codes.OTHER + facing + 4 * seen)
            for place, facing, (seen, _) in zip(look.places, look.facing, looks, strict=True)
        ]
        picture = picture_of(self.map, growth, self._altar(w), bodies, self.batch.picture(w)[..., 1])
        assert (self.batch.picture(w) == picture).all()
        assert self.batch.state_space.contains(self.batch.picture(w))
        for i, place in enumerate(look.places):
            assert self.batch.observation_space.contains(views[i])
            own = codes.SELF + (look.cooling[i] == 0) + 2 * looks[i][1]
            view = view_of(self.config, picture, place, look.facing[i], own, self._feet(w))
            assert self._agrees(w, views[i][..., :2], view)  # further layers: test_layers.py

    def _agrees(self, w, seen, view) -> bool:
        return (seen == view).all()

    def _check_beams(self, w, look, events) -> None:
        """Where nobody is removed or returns, the places after the step are those that beams met."""
        lit, bodies = set(), {place: i for i, place in enumerate(look.places)}
        length, radius = self.config.beam_length, self.config.beam_radius
        for i in np.flatnonzero(events.fired):
            shone, met = beam_of(look.places[i], look.facing[i], length, radius, self.solid, bodies)
            lit |= shone
            assert set(np.flatnonzero(events.hit[i])) == {bodies[cell] for cell in met}
        shown = {tuple(cell) for cell in np.argwhere(self.batch.picture(w)[..., 1] == codes.BEAM).tolist()}
        assert shown == lit


def _components(near) -> np.ndarray:
    """Number of the connected component of each site, by repeated squaring of reachability."""
    reach = near + np.eye(len(near), dtype=int) > 0
    for _ in range(len(near).bit_length()):
        reach = reach.astype(np.float32) @ reach.astype(np.float32) > 0
    first = reach.argmax(1)
    return np.searchsorted(np.unique(first), first)
