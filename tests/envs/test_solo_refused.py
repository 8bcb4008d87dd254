"""What the Gymnasium API refuses: residents that do not fit, and actions that are none."""

import re

import numpy as np
import pytest
from altared.agents.scripted import Greedy, Random
from altared.envs import make_solo

from .test_solo import SHORT, Notes, residents_of, same


class Made(Greedy):
    """Says what it was made for."""

    def __init__(self, **made_for):
        vars(self).update(made_for)


@pytest.mark.parametrize(
    ("residents", "message"),
    [
        ([Greedy()] * 5, "residents: 5 entries is not allowed; allowed: one policy, or a list of 6"),
        ([Greedy()] * 7, "residents: 7 entries"),
        ("greedy", "residents: 'greedy' is not allowed"),
        ("abcdef", "residents: 'abcdef' is not allowed"),
        ([*[Greedy()] * 2, "greedy", *[Greedy()] * 3], "residents[2]='greedy' is not allowed: a resident is"),
        ([*[Greedy()] * 5, Made(view=(9, 9, 2))],
         "residents[5].view=(9, 9, 2) is not allowed: agent_6 of commons_harvest has view (11, 11, 2)"),
        ([Made(view=(11, 11, 27)), *[Greedy()] * 5], "residents[0].view=(11, 11, 27) is not allowed"),
        (Random(actions=9), "residents[0].actions=9 is not allowed: agent_1 of commons_harvest has actions"),
        ([Made(slot=1), Made(slot=3), *[Greedy()] * 4],
         "residents[1].slot=3 is not allowed: agent_2 of commons_harvest has slot 2 (load_residents takes"),
    ],
)  # fmt: skip
def test_residents_that_do_not_fit_are_refused_at_construction(residents, message):
    with pytest.raises(ValueError, match=re.escape(message)):
        make_solo("commons_harvest", residents)


def test_residents_that_say_what_fits_are_taken():
    fitting = [Made(view=(11, 11, 2), actions=8, slot=slot) for slot in (0, 1, 3)]
    fitting[1].view = None
    make_solo("commons_harvest", fitting, focal="agent_2", num_agents=4).reset(seed=0)
    narrow = {"view_left": 2, "view_right": 2}
    make_solo("commons_harvest", Made(view=(11, 5, 2)), **narrow)
    with pytest.raises(ValueError, match=re.escape("has view (11, 5, 2)")):
        make_solo("commons_harvest", Made(view=(11, 11, 2)), **narrow)


def test_an_unknown_focal_agent_is_refused():
    known = "known: agent_0, agent_1, agent_2"
    with pytest.raises(ValueError, match=f"focal='agent_3' is unknown; {known}$"):
        make_solo("commons_harvest", Greedy(), focal="agent_3", num_agents=3)


@pytest.mark.parametrize("action", [8, -1, 1.0, "left", np.array([1])])
def test_a_forbidden_action_moves_nobody(action):
    env, twin = (make_solo("commons_harvest", Random(), **SHORT) for _ in range(2))
    env.reset(seed=0)
    twin.reset(seed=0)
    with pytest.raises(ValueError, match=r"action=.* is not allowed: actions are whole numbers in 0 \.\. 7"):
        env.step(action)
    assert same(env.step(3), twin.step(np.int64(3)))


def test_a_residents_forbidden_action_names_it():
    class Wild(Notes):
        def act(self, observations, started):
            return super().act(observations, started) * 0 + 8

    env = make_solo("commons_harvest", [*[Notes() for _ in range(3)], Wild(), Notes(), Notes()], **SHORT)
    env.reset(seed=0)
    with pytest.raises(ValueError, match="action 8 of agent_4"):
        env.step(0)


def test_an_ended_episode_wants_a_reset():
    env = make_solo("commons_harvest", Notes(), **SHORT)
    with pytest.raises(RuntimeError, match="reset"):
        env.step(0)
    env.reset(seed=0)
    for _ in range(12):
        env.step(0)
    with pytest.raises(RuntimeError, match="reset"):
        env.step(0)
    assert len(residents_of(env)[0].views) == 12
