"""Who pays how much to whom under the contracts of the catalogue, by example."""

import pytest
from altared.envs import make_batch

from .contracted import contracted, dilemma
from .worlds import Drawn

BARREN = (0.0,)
QUICK = (0.0, 1.0)  # whatever has a live neighbour regrows at its first chance


class Field(Drawn):
    """A drawn field under a fixed contract: staged as Drawn does it, without, and then played with it."""

    def __init__(self, drawing, theta=3.0, settings=None, facing="EW", **config):
        super().__init__(drawing, facing=facing, **config)
        contract = {"name": "low_density_harvest", "procedure": "fixed", "theta": theta}
        plain, settings = self.batch.game.config.to_dict(), settings or {}
        self.drawn, worlds = self.batch, self.batch.num_worlds
        self.batch = make_batch(self.game, worlds, contract={**contract, "settings": settings}, **plain)
        self.batch.reset(seed=0)
        self.batch.restore(self.batch.snapshot() | self._staged())

    def _staged(self):
        snapshot = self.drawn.snapshot()
        return {name: array for name, array in snapshot.items() if name.startswith("state.")}


CIRCLE = """
    #########
    #a.....a#
    #.a.a.a.#
    #..a.a..#
    #a.0a.aa#
    #..a.aa.#
    #.a...a.#
    #a..a..a#
    #########
"""
# within dy*dy + dx*dx <= 5 of (4, 4) hang 7: (2, 4), (3, 3), (3, 5), (4, 6), (5, 3), (5, 5), (5, 6)


@pytest.mark.parametrize(("fewer_than", "paid"), [(7, 0.0), (8, 3.0), (0, 0.0), (20, 3.0)])
def test_fruit_within_the_circle_are_counted(fewer_than, paid):
    world = Field(CIRCLE, settings={"fewer_than": fewer_than}, regrowth=BARREN, num_agents=4)
    step = world.act("forward", "noop", "noop", "noop")
    assert step.events.ate[0].tolist() == [1, 0, 0, 0]
    assert step.events.transfer[0].tolist() == pytest.approx([-paid, paid / 3, paid / 3, paid / 3])
    assert step.rewards[0].tolist() == pytest.approx([1 - paid, paid / 3, paid / 3, paid / 3])
    assert not world.wait().events.transfer.any()  # it stands where it ate


def test_four_fruit_around_make_a_meal_free():
    for above, paid in (("aa", 0.0), ("a.", 3.0)):
        world = Field(f"#######\n#.{above}..#\n#0aaa1#\n#######", regrowth=BARREN)
        assert world.act("forward", "noop").rewards.tolist() == [[1.0 - paid, paid]]


def test_what_others_eat_in_the_same_step_is_gone():
    drawing = "#######\n#0a.a1#\n#2aaa.#\n#######"  # 4 are left by one meal, 3 by both
    world = Field(drawing, facing="EWN", regrowth=BARREN)
    assert world.act("forward", "noop", "noop").rewards.tolist() == [[1.0, 0.0, 0.0]]
    world = Field(drawing, facing="EWN", regrowth=BARREN)
    assert world.act("forward", "forward", "noop").events.transfer.tolist() == [[-1.5, -1.5, 3.0]]


def test_what_regrows_in_the_same_step_is_not_counted():
    world = Field("########\n#.,,,,.#\n#0aa,,1#\n########", regrowth=QUICK, worlds=20)
    step = world.act("forward", "noop")
    assert (step.events.sprouted.sum(1) >= 4).all()
    assert (step.events.transfer == [-3.0, 3.0]).all()


def test_an_eater_that_is_zapped_off_in_the_same_step_still_pays():
    world = Field("######\n#0.a1#\n######", regrowth=BARREN)
    step = world.act("zap", "forward")
    assert step.events.removed.tolist() == [[0, 1]]
    assert step.rewards.tolist() == [[3.0, -2.0]]


def test_the_removed_receive_their_share():
    world = Field("#####\n#0a1#\n#####", away={2: 5}, removal_steps=9, regrowth=BARREN)
    assert world.act("forward", "noop", "noop").rewards.tolist() == [[-2.0, 1.5, 1.5]]


def test_a_meal_in_the_last_step_is_counted_by_what_hung_then():
    """Not by the next episode's fruit, which hang already when the step is over."""
    world = Field("#######\n#.aa..#\n#0a..1#\n#######", max_cycles=1)
    step = world.act("forward", "noop")
    assert step.truncated.all()
    assert step.events.transfer.tolist() == [[-3.0, 3.0]]
    world = Field("#######\n#.,a..#\n#0aa,1#\n#######", max_cycles=1, regrowth=BARREN)
    assert world.act("forward", "noop").events.transfer.tolist() == [[-3.0, 3.0]]  # 2 left, 4 in the next


def catches(agents=3, settings=None, theta=0.5, **config):
    """A lake with plenty of fish under a fixed tax."""
    contract = {"name": "fishing_tax", "procedure": "fixed", "theta": theta, "settings": settings or {}}
    config = {"actions": "continuous", "catch_limit": 10.0, "num_agents": agents, **config}
    batch = make_batch("fishing", contract=contract, **config)
    batch.reset(seed=0)
    return batch


def test_a_catch_above_the_desired_is_taxed_and_the_tax_shared_by_all():
    step = catches(settings={"desired": 4.0}).step([[[10.0], [6.0], [4.0]]])
    # taxes 3 and 1, and 4 / 3 to each
    assert step.events.transfer[0].tolist() == pytest.approx([-3 + 4 / 3, -1 + 4 / 3, 4 / 3])
    alone = catches(theta=0.0, settings={"desired": 4.0}).step([[[10.0], [6.0], [4.0]]])
    assert step.rewards[0] == pytest.approx(alone.rewards[0] + step.events.transfer[0])
    assert not catches(settings={"desired": 4.0}).step([[[4.0], [0.0], [3.0]]]).events.transfer.any()


def test_the_desired_catch_is_the_games_own_unless_given():
    batch = catches()
    desired = batch.game.base.desired_catch()
    step = batch.step([[[10.0], [desired], [0.0]]])
    tax = 0.5 * (10 - desired)
    assert 0 < desired < 10
    assert step.events.transfer[0].tolist() == pytest.approx([-tax * 2 / 3, tax / 3, tax / 3], abs=1e-6)


@pytest.mark.parametrize(("action", "transfers"), [(1, [2.0, -1.0, -1.0]), (0, [-2.0, 1.0, 1.0])])
def test_a_fee_on_an_action(action, transfers):
    """Agents 1 and 2 play action 1, agent 0 plays action 0, at a fee of 2."""
    batch = dilemma(players=3, procedure="fixed", theta=2.0, settings={"action": action})
    batch.reset(seed=0)
    assert batch.step([[0, 1, 1]]).events.transfer.tolist() == [transfers]


def test_a_fee_makes_cooperation_dominant():
    batch = contracted("dilemma", 4, procedure="fixed", theta=1.5)
    batch.reset(seed=0)
    paid = batch.step([[0, 0], [0, 1], [1, 0], [1, 1]]).rewards.tolist()
    assert paid == [[3.0, 3.0], [1.5, 2.5], [2.5, 1.5], [1.0, 1.0]]
