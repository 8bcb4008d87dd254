"""Residents from scripted names and run folders: who acts for which slot, and what is refused."""

import copy
import re
import subprocess
import sys
from dataclasses import asdict

import numpy as np
import pytest
import torch
from altared.agents import checkpoint, load_residents
from altared.agents.interface import Interface
from altared.agents.networks import Architecture, Networks
from altared.agents.residents import TrainedResident
from altared.agents.scripted import SCRIPTED, Greedy, Random, Sustainable
from altared.agents.trained import load_trained
from altared.envs import make_batch, make_solo

SHORT = {"num_agents": 4, "max_cycles": 9}


def run_folder(
    path, agents=4, share_parameters=False, view=(11, 11, 2), actions=8, recurrent=True, known=None
):
    """A run folder as training leaves it, with networks that have learned nothing but differ widely."""
    learners = 1 if share_parameters else agents
    game = make_batch("commons_harvest").game
    sizes = dict(hidden_size=8, recurrent=recurrent, planes=game.planes)
    architecture = Architecture(view, True, actions, agents, learners, **sizes)
    torch.manual_seed(0)
    weights = {name: tensor * 3 for name, tensor in Networks(architecture).state_dict().items()}
    saved = {**asdict(architecture), "view": list(view)}
    names = {
        "actions": game.actions[:actions] + ("dance",) * (actions - 8),
        "planes": game.planes,
        "extra_channels": (),
    }
    interface = Interface("commons_harvest", agents, "tiles", {}, **names | (known or {}))
    state = {
        "update": 0,
        "architecture": saved,
        "interface": interface.to_dict(),
        "population_size": 0,
        "config": {"game": "commons_harvest"},
    }
    checkpoint.save(path / "checkpoints" / "last", {"weights": weights}, state)
    return str(path)


def views_of(steps: int, agents: int) -> np.ndarray:
    """Random tiles (steps, 1, agents, 11, 11, 2)."""
    return np.random.default_rng(0).integers(0, 20, (steps, 1, agents, 11, 11, 2), dtype=np.uint8)


def test_names_become_policies_in_order():
    residents = load_residents(["greedy", "random", "greedy", "sustainable"])
    assert [type(resident) for resident in residents] == [Greedy, Random, Greedy, Sustainable]
    assert residents[0] is residents[2], "equal rules are one policy with several bodies"
    assert load_residents([]) == []


@pytest.mark.parametrize("name", SCRIPTED)
def test_every_scripted_agent_can_live_there(name):
    env = make_solo("commons_harvest", load_residents([name] * 3), **SHORT)
    env.reset(seed=0)
    for _ in range(9):
        *_, truncated, _ = env.step(0)
    assert truncated


@pytest.mark.parametrize("recurrent", [False, True])
@pytest.mark.parametrize("share_parameters", [False, True])
@pytest.mark.parametrize("focal", [0, 2])
def test_a_run_acts_for_a_slot_with_the_network_it_trained_for_it(
    tmp_path, focal, share_parameters, recurrent
):
    run = run_folder(tmp_path, share_parameters=share_parameters, recurrent=recurrent)
    population = load_trained(run, greedy=True)
    slots = [slot for slot in range(4) if slot != focal]
    residents = load_residents([run] * 3, focal=f"agent_{focal}")
    assert [resident.slot for resident in residents] == ([None] * 3 if share_parameters else slots)
    assert len({id(resident) for resident in residents}) == (1 if share_parameters else 3)
    population.start(1, seed=0)
    singles = [TrainedResident(population, slot) for slot in slots]  # the likeliest actions, so comparable
    for resident in singles:
        resident.start(1, seed=0)
    seen = set()
    for views in views_of(20, 4):
        expected = population.act(views, np.zeros(1, bool))[0, slots]
        actions = [int(r.act(views[:, s], np.zeros(1, bool))[0]) for r, s in zip(singles, slots, strict=True)]
        assert actions == expected.tolist()
        seen.add(tuple(actions))
    assert len(seen) > 1


def test_bodies_of_one_resident_remember_apart(tmp_path):
    resident = TrainedResident(load_trained(run_folder(tmp_path), greedy=True), 1)
    views = views_of(20, 2)[:, 0]
    alone = []
    for body in range(2):
        resident.start(1, seed=0)
        alone.append(
            [int(resident.act(view[body : body + 1], np.array([t == 7]))[0]) for t, view in enumerate(views)]
        )
    resident.start(2, seed=0)
    together = [resident.act(view, np.array([t == 7, t == 7])).tolist() for t, view in enumerate(views)]
    assert np.array_equal(np.transpose(together), alone)


def test_memory_of_a_recurrent_resident_is_dropped_where_an_episode_begins(tmp_path):
    resident = TrainedResident(load_trained(run_folder(tmp_path), greedy=True), 1)
    views = views_of(40, 1)[:, 0]

    def acts(begin: int, started_at: int) -> list[int]:
        resident.start(1, seed=0)
        return [int(resident.act(views[t], np.array([t == started_at]))[0]) for t in range(begin, 40)]

    assert acts(0, 20)[20:] == acts(20, 20)
    assert acts(0, 0)[20:] != acts(20, 20), "the test must be able to fail"


def test_trained_residents_live_in_a_world_and_are_copied_with_it(tmp_path):
    run = run_folder(tmp_path)
    env = make_solo("commons_harvest", load_residents([run, "greedy", run]), **SHORT)
    env.reset(seed=1)
    for _ in range(4):
        env.step(1)
    twin = copy.deepcopy(env)
    for _ in range(3):
        seen = [one.step(1) for one in (env, twin)]
        assert np.array_equal(seen[0][0], seen[1][0])
    again = make_solo("commons_harvest", load_residents([run, "greedy", run]), **SHORT)
    again.reset(seed=1)
    for _ in range(7):
        again.step(1)
    assert np.array_equal(again.world.state(), env.world.state())


def test_a_run_of_another_number_of_agents_serves_the_slots_it_has(tmp_path):
    seven, two = run_folder(tmp_path / "seven", agents=7), run_folder(tmp_path / "two", agents=2)
    shared = run_folder(tmp_path / "shared", agents=2, share_parameters=True)
    assert [resident.slot for resident in load_residents([seven] * 3)] == [1, 2, 3]
    assert [resident.slot for resident in load_residents([two, shared, shared])] == [1, None, None]
    none_for = f"specs[2]={two!r}: it was trained with 2 agents and has no network for agent_3"
    with pytest.raises(ValueError, match=re.escape(none_for)):
        load_residents([two, "greedy", two])


@pytest.mark.parametrize(
    ("made_for", "message"),
    [
        (
            {"view": (9, 9, 2)},
            "residents[1].view=(9, 9, 2) is not allowed: agent_2 of commons_harvest has view",
        ),
        ({"actions": 9}, "residents[1].actions=9 is not allowed: agent_2 of commons_harvest has actions 8"),
    ],
)
def test_a_run_made_for_other_spaces_is_refused_where_it_would_live(tmp_path, made_for, message):
    residents = load_residents(["greedy", run_folder(tmp_path, **made_for), "greedy"])
    with pytest.raises(ValueError, match=re.escape(message)):
        make_solo("commons_harvest", residents, **SHORT)


def test_a_run_that_knows_other_actions_is_refused_where_it_was_loaded_for_no_game(tmp_path):
    residents = load_residents(["greedy", *[run_folder(tmp_path, known={"actions": ("noop", "dance")})] * 2])
    said = (
        "residents[1] is not allowed: it knows other actions than commons_harvest has: only there dance; only"
    )
    with pytest.raises(ValueError, match=re.escape(said)):
        make_solo("commons_harvest", residents, **SHORT)


def test_residents_loaded_beside_another_learner_are_refused(tmp_path):
    residents = load_residents([run_folder(tmp_path)] * 3, focal="agent_3")
    with pytest.raises(ValueError, match=re.escape("residents[0].slot=0 is not allowed: agent_1")):
        make_solo("commons_harvest", residents, **SHORT)


@pytest.mark.parametrize(
    ("specs", "message"),
    [
        (["greedy", "greddy"], "specs[1]='greddy' is unknown; allowed: a scripted agent (random, greedy, "),
        ("greedy", "specs='greedy' is one name; allowed: a list with one for each resident"),
    ],
)
def test_what_is_refused_is_named(specs, message):
    with pytest.raises(ValueError, match=re.escape(message)):
        load_residents(specs)


def test_an_unknown_focal_agent_is_refused():
    known = "focal='agent_2' is unknown; known with 1 specs: agent_0, agent_1"
    with pytest.raises(ValueError, match=re.escape(known)):
        load_residents(["greedy"], focal="agent_2")


def test_a_folder_without_a_run_is_named(tmp_path):
    with pytest.raises(FileNotFoundError, match=re.escape(f"{tmp_path} is neither a checkpoint nor a run")):
        load_residents([tmp_path])


def test_scripted_residents_need_no_torch():
    code = (
        "import sys; sys.modules['torch'] = None; from altared.agents import load_residents; "
        "from altared.envs import make_batch, make_solo; "
        "env = make_solo('commons_harvest', load_residents(['greedy'] * 6)); env.reset(seed=0); env.step(0)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
