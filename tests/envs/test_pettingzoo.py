"""The PettingZoo API: its own tests, and what they leave out."""

import copy
import pickle

import numpy as np
import pettingzoo
import pytest
from altared.envs import game_module, games, make, make_batch
from pettingzoo.test import api_test, max_cycles_test, parallel_api_test, render_test, seed_test, state_test

from .small import VIEWS, small
from .test_determinism import actions_of

SHORT = {"max_cycles": 30}
AGENTS = [f"agent_{i}" for i in range(7)]


def play(env, steps, rng_seed=0):
    """Everything an env returns while it is played at random, with resets where an episode ends."""
    seen = []
    for actions in actions_of(env.batch, steps, rng_seed)[:, 0]:
        if not env.agents:
            seen.append(env.reset())
        chosen = dict(zip(env.agents, actions.tolist(), strict=True))
        seen.append((*env.step(chosen), env.state()))
    return seen


def same(one, two) -> bool:
    """Equal values, to the last bit, of nested tuples, lists and dicts of arrays and numbers."""
    if isinstance(one, dict):
        return one.keys() == two.keys() and all(same(one[k], two[k]) for k in one)
    if isinstance(one, (tuple, list)):
        return len(one) == len(two) and all(same(a, b) for a, b in zip(one, two, strict=True))
    return np.array_equal(one, two, equal_nan=isinstance(one, float)) and type(one) is type(two)


# PettingZoo's own tests ----------------------------------------------------------------------------


@pytest.mark.parametrize(("game", "observation"), VIEWS)
def test_parallel_api(game, observation):
    parallel_api_test(make(game, observation=observation, **small(game)), num_cycles=100)


@pytest.mark.filterwarnings("ignore:Observation")
@pytest.mark.parametrize(("game", "observation"), VIEWS)
def test_turn_based_api_seeds_and_state(game, observation):
    turns, options = game_module(game).env, small(game)
    api_test(turns(observation=observation, **options), num_cycles=100)
    seed_test(lambda: turns(observation=observation, **options), num_cycles=20)
    state_test(turns(**options), make(game, **options), num_cycles=40)


@pytest.mark.parametrize("game", games())
def test_an_episode_lasts_max_cycles(game):
    max_cycles_test(game_module(game))


@pytest.mark.parametrize("game", games())
def test_rendering(game, monkeypatch):
    monkeypatch.setenv("SDL_VIDEODRIVER", "dummy")
    turns, options = game_module(game).env, small(game)
    render_test(lambda render_mode: turns(render_mode=render_mode, render_fps=1000, **options))


def test_the_registry_knows_the_game_in_both_apis():
    parallel = pettingzoo.make("parallel", "altared/commons_harvest-v0", num_agents=3, max_cycles=5)
    assert parallel.possible_agents == AGENTS[:3]
    assert parallel.unwrapped.game.config.max_cycles == 5
    parallel_api_test(parallel, num_cycles=20)
    turns = pettingzoo.make("aec", "altared/commons_harvest-v0", map="closed", max_cycles=5)
    turns.reset(seed=0)
    assert turns.possible_agents == AGENTS


# Spaces, state, infos ------------------------------------------------------------------------------


def test_spaces_are_the_same_objects_at_every_call_and_equal_for_all():
    env = make("commons_harvest")
    spaces = {agent: (env.observation_space(agent), env.action_space(agent)) for agent in AGENTS}
    env.reset(seed=0)
    for agent, (observation, action) in spaces.items():
        assert env.observation_space(agent) is observation
        assert env.action_space(agent) is action
        assert observation == spaces["agent_0"][0]
        assert action == spaces["agent_0"][1]
    assert observation.shape == (11, 11, 16)
    assert (observation.dtype, observation.high.max()) == (np.uint8, 1)
    assert action.n == 8
    assert (env.state_space.shape, env.state_space.dtype) == ((18, 24, 2), np.uint8)


@pytest.mark.parametrize(("game", "observation"), VIEWS)
def test_every_observation_and_state_lies_in_its_space(game, observation):
    env = make(game, observation=observation, **small(game))
    frames = play(env, 60)
    assert len(frames) > 61, "an episode must have ended and another begun"
    for frame in frames:
        assert frame[0].keys() == set(env.possible_agents)
        assert all(env.observation_space(agent).contains(seen) for agent, seen in frame[0].items())
        if len(frame) > 2:
            assert env.state_space.contains(frame[-1])


def test_observations_and_states_are_the_callers_own():
    env = make("commons_harvest", **SHORT)
    first, _ = env.reset(seed=0)
    kept, state = {agent: seen.copy() for agent, seen in first.items()}, env.state()
    kept_state = state.copy()
    play(env, 20)
    assert same(first, kept)
    assert np.array_equal(state, kept_state)


def test_infos_hold_what_happened_to_each_agent():
    env = make("commons_harvest", cooldown=0, removal_steps=2, regrowth=(0.0, 0.2, 0.4, 0.9), **SHORT)
    batch = make_batch("commons_harvest", cooldown=0, removal_steps=2, regrowth=(0.0, 0.2, 0.4, 0.9), **SHORT)
    _, infos = env.reset(seed=2)
    batch.reset(seed=2)
    assert infos == {agent: {} for agent in AGENTS}
    rng, zaps = np.random.default_rng(2), 0
    for t in range(1, 31):
        actions = rng.choice([1, 1, 5, 7, 7], (1, 7))
        step = batch.step(actions)
        _, rewards, _, truncations, infos = env.step(dict(zip(AGENTS, actions[0].tolist(), strict=True)))
        for i, agent in enumerate(AGENTS):
            info = infos[agent]
            for name in ("ate", "fired", "removed", "returned", "resource"):
                assert info[name] == getattr(step.events, name)[0, i]
                assert type(info[name]) in (int, float)
            assert info["resource"] == rewards[agent]
            struck = [AGENTS[j] for j in np.flatnonzero(step.events.hit[0, i])]
            assert info.get("hit", []) == struck
            zaps += len(struck)
            assert ("metrics" in info) == (t == 30) == truncations[agent]
    assert zaps > 1
    for i, agent in enumerate(AGENTS):
        episode = infos[agent]["metrics"]
        assert episode["length"] == 30
        assert episode["agent_return"] == step.episodes["agent_return"][0, i]
        assert episode["collective_return"] == step.episodes["collective_return"][0]
        assert "world" not in episode


def test_infos_do_not_take_apples_for_agents():
    # as many apples as agents: what happened to an apple is no agent's business
    env = make("commons_harvest", map="######\n#PPaa#\n######\n", num_agents=2)
    env.reset(seed=0)
    infos = env.step(dict.fromkeys(env.agents, 0))[-1]
    assert "sprouted" not in infos["agent_0"]


def test_removed_agents_stay_and_all_end_together():
    env = make("commons_harvest", removal_steps=1000, cooldown=0, **SHORT)
    env.reset(seed=0)
    away = 0
    for t in range(1, 31):
        assert env.agents == AGENTS
        _, _, terminations, truncations, _ = env.step(dict.fromkeys(AGENTS, 7 if t % 3 else t // 3 % 4 + 1))
        away = (env.batch.state.removed_for > 0).sum()
        assert terminations == dict.fromkeys(AGENTS, False)
        assert truncations == dict.fromkeys(AGENTS, t == 30)
    assert away > 0
    assert env.agents == []


def test_the_stochastic_ending_terminates():
    env = make("commons_harvest", end_chance=1.0, end_after=0, end_interval=5, max_cycles=100)
    env.reset(seed=0)
    for _ in range(4):
        _, _, terminations, truncations, _ = env.step(dict.fromkeys(AGENTS, 0))
    assert terminations == dict.fromkeys(AGENTS, True)
    assert truncations == dict.fromkeys(AGENTS, False)
    with pytest.raises(RuntimeError, match="reset"):
        env.step(dict.fromkeys(AGENTS, 0))


def test_wrong_dictionaries_and_actions_are_refused():
    env = make("commons_harvest")
    with pytest.raises(RuntimeError, match="reset"):
        env.step(dict.fromkeys(AGENTS, 0))
    env.reset(seed=0)
    state = env.state()
    with pytest.raises(ValueError, match="lack agent_6"):
        env.step(dict.fromkeys(AGENTS[:6], 0))
    with pytest.raises(ValueError, match="name agent_7"):
        env.step(dict.fromkeys([*AGENTS, "agent_7"], 0))
    with pytest.raises(ValueError, match="action 8 of agent_3"):
        env.step(dict.fromkeys(AGENTS, 0) | {"agent_3": 8})
    with pytest.raises(ValueError, match=r"action \[1, 2\] of agent_3 has shape \(2,\); allowed: \(\)"):
        env.step(dict.fromkeys(AGENTS, 0) | {"agent_3": [1, 2]})
    with pytest.raises(ValueError, match=r"action array\(\[0\]\) of agent_0 has shape \(1,\)"):
        env.step(dict.fromkeys(AGENTS, np.array([0])))
    with pytest.raises(ValueError, match="render_mode='ascii' is unknown; known: None, human, rgb_array"):
        make("commons_harvest", render_mode="ascii")
    assert np.array_equal(env.state(), state)


def test_a_bare_number_is_refused_where_actions_are_arrays():
    env = make("fishing", actions="continuous", num_agents=2)
    env.reset(seed=0)
    with pytest.raises(ValueError, match=r"action 3.0 of agent_1 has shape \(\); allowed: \(1,\)"):
        env.step({"agent_0": [3.0], "agent_1": 3.0})


def test_sampled_and_numpy_actions_are_taken():
    env = make("commons_harvest")
    env.reset(seed=0)
    env.step({agent: env.action_space(agent).sample() for agent in AGENTS})
    env.step({agent: np.int32(3) for agent in reversed(AGENTS)})


# Seeds ---------------------------------------------------------------------------------------------


def test_seeding_is_gymnasiums():
    one, two = make("commons_harvest", **SHORT), make("commons_harvest", **SHORT)
    assert same(one.reset(seed=3), two.reset(seed=3))
    assert same(play(one, 90), play(two, 90)), "with episodes begun by reset() in between"
    first = one.reset(seed=3)
    second = one.reset()
    assert not same(first[0], second[0]), "reset() goes on to another episode"
    assert same(one.reset(seed=3), first), "and the seed begins again"
    assert same(one.reset(), second)
    assert not same(one.reset(seed=4)[0], first[0])
    assert not same(make("commons_harvest").reset()[0], make("commons_harvest").reset()[0])


def test_options_of_reset_are_accepted():
    env = make("commons_harvest")
    assert same(env.reset(seed=1, options={"anything": 1}), env.reset(seed=1))


# Copies and the end --------------------------------------------------------------------------------


@pytest.mark.parametrize(("game", "observation"), VIEWS)
@pytest.mark.parametrize(
    "double", [copy.deepcopy, lambda env: pickle.loads(pickle.dumps(env))], ids=["deepcopy", "pickle"]
)
def test_a_copy_made_in_the_middle_of_an_episode_continues_identically(game, observation, double):
    env = make(game, observation=observation, reward="inequity_aversion", **small(game))
    env.reset(seed=5)
    play(env, 9)
    assert env.agents, "the episode must not have ended"
    twin = double(env)
    assert twin.agents == env.agents
    assert np.array_equal(twin.state(), env.state())
    assert twin.observation_space("agent_0") == env.observation_space("agent_0")
    alone = play(env, 70, rng_seed=1)
    assert same(play(twin, 70, rng_seed=1), alone), "and stepping one did not move the other"


def test_a_fresh_environment_can_be_pickled_before_its_first_reset():
    env = pickle.loads(pickle.dumps(make("commons_harvest", **SHORT)))
    assert same(env.reset(seed=1), make("commons_harvest", **SHORT).reset(seed=1))


@pytest.mark.parametrize("game", games())
def test_close_may_be_called_again_and_a_frame_shows_the_world(game, monkeypatch):
    monkeypatch.setenv("SDL_VIDEODRIVER", "dummy")
    assert make(game).render() is None
    for mode in (None, "human", "rgb_array"):
        env = make(game, render_mode=mode, render_fps=1000, **small(game))
        env.close()
        env.reset(seed=0)
        before = env.render()
        env.step(dict(zip(env.agents, actions_of(env.batch, 1)[0, 0].tolist(), strict=True)))
        after = env.render()
        if mode == "rgb_array":
            assert before.dtype == np.uint8
            assert before.shape == after.shape
            assert (before != after).any()
        env.close()
        env.close()


@pytest.mark.parametrize("name", games())
def test_equal_infos_compare_equal_at_an_episodes_end(name):
    seed_test(lambda: game_module(name).env(max_cycles=20))
