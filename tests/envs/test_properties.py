"""Whatever the config, the map and the actions: every step keeps the rulebook, as `slow.py` reads it."""

import numpy as np
import pytest
from altared.envs import make_batch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from .slow import Witness

GENTLE = settings(deadline=None, max_examples=60, derandomize=True, suppress_health_check=list(HealthCheck))
CHANCES = st.sampled_from([0.0, 0.0, 0.1, 0.5, 1.0])


@st.composite
def maps_and_agents(draw, characters="   aaaPPQ#", needs="aP", largest=10, least=1):
    """A walled map with at least one of each of `needs`, and at least so many agents."""
    height, width = draw(st.integers(1, largest)), draw(st.integers(len(needs), max(largest, len(needs))))
    cells = draw(st.lists(st.sampled_from(characters), min_size=height * width, max_size=height * width))
    cells[: len(needs)] = draw(st.permutations(needs))
    rows = ["".join(cells[y * width : (y + 1) * width]) for y in range(height)]
    drawing = "\n".join(["#" * (width + 2), *(f"#{row}#" for row in rows), "#" * (width + 2)])
    agents = draw(st.integers(least, min(12, drawing.count("P") + drawing.count("Q"))))
    return {"map": drawing + "\n", "num_agents": agents}


@st.composite
def configs(draw, **fixed):
    sight, small = st.integers(0, 7), st.integers(0, 4)
    return draw(maps_and_agents()) | {
        "apple_reward": draw(st.sampled_from([1.0, -2.0, 0.5])),
        "regrowth": tuple(draw(st.lists(CHANCES, min_size=1, max_size=5))),
        "growth_radius": draw(st.sampled_from([0.0, 1.0, 1.5, 2.0, 3.0])),
        "beam_length": draw(st.integers(1, 5)),
        "beam_radius": draw(small),
        "cooldown": draw(small),
        "removal_steps": draw(small),
        "view_forward": draw(sight),
        "view_backward": draw(sight),
        "view_left": draw(sight),
        "view_right": draw(sight),
        **fixed,
    }


def play(batch, steps, seed, zeal=0.2):
    """Random play under a witness; a share `zeal` of the actions are shots."""
    witness, rng = Witness(batch), np.random.default_rng(seed)
    witness.start(batch.reset(seed=seed))
    for _ in range(steps):
        actions = rng.integers(0, 8, (batch.num_worlds, batch.num_agents))
        actions[rng.random(actions.shape) < zeal] = 7
        witness.check(actions, batch.step(actions))


@GENTLE
@given(config=configs(), seed=st.integers(0, 2**64 - 1))
def test_every_step_keeps_the_rulebook(config, seed):
    play(make_batch("commons_harvest", num_worlds=2, **config), 25, seed)


@GENTLE
@given(config=configs(removal_steps=0), seed=st.integers(0, 2**32))
def test_every_beam_covers_what_it_should(config, seed):
    play(make_batch("commons_harvest", num_worlds=2, **config), 15, seed, zeal=0.5)


@pytest.mark.parametrize("name", ["open", "closed", "partnership"])
def test_the_bundled_maps(name):
    play(make_batch("commons_harvest", num_worlds=2, map=name, regrowth=(0.0, 0.1, 0.2, 0.5)), 150, 1)


@pytest.mark.parametrize("agents", [1, 2, 30, 62])
def test_crowds(agents):
    play(make_batch("commons_harvest", num_worlds=1, num_agents=agents, removal_steps=3), 30, 2)


def test_a_shoot_out_in_a_small_room():
    room = "########\n#PPPPPP#\n# aaaa #\n#  QQ  #\n########\n"
    config = {"map": room, "num_agents": 6, "cooldown": 0, "removal_steps": 1, "regrowth": (0.0, 0.5)}
    play(make_batch("commons_harvest", num_worlds=4, **config), 300, 3, zeal=0.5)
