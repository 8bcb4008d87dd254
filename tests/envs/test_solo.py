"""The Gymnasium API: a learner among residents, and what it refuses."""

import copy
import pickle
import warnings

import gymnasium
import numpy as np
import pytest
from altared.agents import load_residents
from altared.agents.population import Slots
from altared.agents.scripted import Compliant, Greedy, Random, Sustainable
from altared.envs import games, make, make_batch, make_solo
from altared.envs.grid import codes
from gymnasium.utils.env_checker import check_env
from stable_baselines3.common.env_checker import check_env as sb3_check_env

from .small import GRID, small

SHORT = {"max_cycles": 12, "regrowth": (0.0, 0.2, 0.4, 0.9), "cooldown": 0, "removal_steps": 3}
SAILING = {"num_agents": 3, "max_cycles": 20}
SEEN = {
    "planes": {"observation": "planes", "channels_first": True, "dtype": "float32"},
    "tiles": {"observation": "tiles"},
    "rgb": {"observation": "rgb"},
}


class Notes:
    """Acts at random and remembers what it was given; notes differ from one another."""

    def __init__(self, choices=8):
        self.choices = choices

    def start(self, bodies, seed):
        self.bodies, self.seed = bodies, seed
        self.views, self.starts, self.actions, self.taken = [], [], [], []
        self.random = np.random.default_rng(seed)

    def act(self, observations, started):
        self.views.append(observations.copy())
        self.starts.append(started.tolist())
        actions = self.random.integers(0, self.choices, self.bodies)
        self.actions.append(int(actions[0]))
        self.taken.append(actions.tolist())
        return actions


def residents_of(env) -> list:
    """The residents that an environment plays with, each once."""
    return [resident for resident, _ in env._groups]


def game_of(game: str):
    return make_batch(game, **small(game)).game


def neighbours(game: str) -> int:
    return game_of(game).num_agents - 1


def play(env, steps: int, seed: int = 0) -> list:
    """Everything that random actions bring, with resets where an episode ends."""
    rng, seen = np.random.default_rng(seed), []
    for _ in range(steps):
        seen.append(env.step(int(rng.integers(0, 8))))
        if seen[-1][2] or seen[-1][3]:
            seen.append(env.reset())
    return seen


def same(one, two) -> bool:
    """Equal values, to the last bit, of nested tuples, lists and dicts of arrays and numbers."""
    if isinstance(one, dict):
        return one.keys() == two.keys() and all(same(one[k], two[k]) for k in one)
    if isinstance(one, tuple | list):
        return len(one) == len(two) and all(same(a, b) for a, b in zip(one, two, strict=True))
    return np.array_equal(one, two) and type(one) is type(two)


# What Gymnasium and stable-baselines3 ask for ------------------------------------------------------


SIGHTS = [(game, seen) for game in games() for seen in (SEEN if game in GRID else ["vector"])]


@pytest.mark.parametrize(("game", "seen"), SIGHTS)
def test_gymnasium_finds_nothing_to_warn_of(game, seen):
    kind = "greedy" if game in GRID else "random"
    residents = load_residents([kind] * neighbours(game), game=game_of(game))
    env = make_solo(game, residents, **small(game), **SEEN.get(seen, {}), render_mode="rgb_array")
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        check_env(env)
    # It can try other render modes only of an environment that gymnasium.make made; see below.
    assert [w for w in caught if "Not able to test alternative render modes" not in str(w.message)] == []


@pytest.mark.parametrize(("game", "seen"), SIGHTS)
def test_sb3_accepts_it(game, seen):
    residents = load_residents(["random"] * neighbours(game), game=game_of(game))
    env = make_solo(game, residents, **small(game), **SEEN.get(seen, {}))
    sb3_check_env(env, warn=False)


@pytest.mark.filterwarnings("error")
def test_wrappers_that_count_episodes_fit():
    from stable_baselines3.common.monitor import Monitor

    for counted in (gymnasium.wrappers.RecordEpisodeStatistics, Monitor):
        env = counted(make_solo("commons_harvest", Sustainable(), **SHORT))
        env.reset(seed=1)
        paid = 0.0
        for t in range(1, 13):
            _, reward, _, truncated, info = env.step(1)
            paid += float(reward)
            assert truncated == (t == 12)
        assert (info["episode"]["l"], info["episode"]["r"]) == (12, pytest.approx(paid))
        assert info["metrics"]["length"] == 12


# The world -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("game", games())
@pytest.mark.parametrize("focal", [0, 1])
def test_it_is_the_world_of_the_pettingzoo_api(game, focal):
    count, me, choices = neighbours(game), f"agent_{focal}", int(game_of(game).action_space.n)
    env = make_solo(game, [Notes(choices) for _ in range(count)], focal=me, reward="shared", **small(game))
    world = make(game, reward="shared", **small(game))
    tiles = make_batch(game, 1, auto_reset=False, **small(game))
    others = [agent for agent in world.possible_agents if agent != me]
    assert same(env.reset(seed=7), tuple(part[me] for part in world.reset(seed=7)))
    views, ends = tiles.reset(seed=7).copy(), 0
    for t in range(100):
        step = env.step(t % choices)
        chosen = {who: note.actions[-1] for who, note in zip(others, residents_of(env), strict=True)}
        chosen[me] = t % choices
        expected = world.step(chosen)
        for who, note in zip(others, residents_of(env), strict=True):
            assert np.array_equal(note.views[-1], views[0, [world.possible_agents.index(who)]])
        assert same(step, tuple(part[me] for part in expected))
        views = tiles.step([[chosen[who] for who in world.possible_agents]]).observations
        if step[2] or step[3]:
            ends += 1
            assert same(env.reset(), tuple(part[me] for part in world.reset()))
            views = tiles.reset()
        views = views.copy()
    assert ends


def test_where_actions_are_numbers_residents_give_numbers():
    class Fisher(Notes):
        def act(self, observations, started):
            return super().act(observations, started)[:, None] / 2.0

    env = make_solo("fishing", Fisher(), actions="continuous", **SAILING)
    world = make("fishing", actions="continuous", **SAILING)
    env.reset(seed=1)
    world.reset(seed=1)
    check_env(env)
    env.reset(seed=1)
    (note,) = residents_of(env)
    for t in range(5):
        caught = np.array([t / 2], np.float32)
        seen, reward, *_ = env.step(caught)
        chosen = [caught, *(np.array([n / 2.0]) for n in note.taken[-1])]
        expected = world.step(dict(zip(world.possible_agents, chosen, strict=True)))
        assert np.array_equal(seen, expected[0]["agent_0"])
        assert reward == expected[1]["agent_0"]
    with pytest.raises(ValueError, match=r"action=.* is not allowed: actions lie in Box\(0"):
        env.step(np.array([99.0], np.float32))


@pytest.mark.parametrize("seen", SEEN)
def test_residents_see_tiles_whatever_the_learner_sees(seen):
    env = make_solo("commons_harvest", Notes(), **SEEN[seen], **SHORT)
    env.reset(seed=0)
    observation = env.step(0)[0]
    assert env.observation_space.contains(observation)
    (note,) = residents_of(env)
    assert (note.views[0].shape, note.views[0].dtype) == ((6, 11, 11, 2), np.uint8)
    assert (note.views[0][..., 1] >= codes.SELF).sum() == 6, "each of them sees itself, once"


@pytest.mark.parametrize("seen", SEEN)
def test_a_rule_is_hidden_from_the_learner_and_not_from_its_residents(seen):
    options = {"map": "altared_small", "num_agents": 3, "max_cycles": 60}
    env = make_solo("altared_harvest", [Notes(), Notes()], hide_rule=True, **options, **SEEN[seen])
    truth = make_batch("altared_harvest", auto_reset=False, **options)
    blank = make("altared_harvest", **{**options, "condition": "hidden"}, **SEEN[seen])
    observation, views, visitor, shown = env.reset(seed=0)[0], truth.reset(seed=0), Compliant(), 0
    expected = blank.reset(seed=0)[0]["agent_0"]
    visitor.start(1, seed=0)
    for t in range(60):
        assert np.array_equal(observation, expected)
        ground = views[0, 0, ..., 0]
        shown += ((ground >= codes.ALTAR) & (ground < codes.BLANK_ALTAR)).any()
        action = int(visitor.act(views[0, :1], np.array([t == 0]))[0])
        observation = env.step(action)[0]
        for note, view in zip(residents_of(env), views[0, 1:], strict=True):
            assert np.array_equal(note.views[-1][0], view)
        chosen = [action, *(note.actions[-1] for note in residents_of(env))]
        expected = blank.step(dict(zip(blank.agents, chosen, strict=True)))[0]["agent_0"]
        views = truth.step([chosen]).observations
    assert np.array_equal(observation, expected), "the last view of an episode, too"
    assert shown > 3, "there was a rule to see"


def test_scripted_residents_act_as_in_a_population():
    policies = [Random(), Sustainable(), Greedy()]
    env = make_solo("commons_harvest", policies, focal="agent_2", num_agents=4, **SHORT)
    population = Slots([*policies[:2], Sustainable(spare=7), policies[2]])
    batch = make_batch("commons_harvest", num_agents=4, **SHORT)
    env.reset(seed=3)
    views, started = batch.reset(seed=3), np.ones(1, bool)
    population.start(1, seed=3)
    for t in range(12):
        actions = population.act(views, started)
        actions[0, 2] = t % 8
        views, started = batch.step(actions).observations, np.zeros(1, bool)
        env.step(t % 8)
        assert np.array_equal(env.world.batch.events.ate, batch.events.ate)
    assert batch.state.clock[0, 0] == 0, "the batch began its next episode, so all of one was compared"


# Seeds and episodes --------------------------------------------------------------------------------


def test_the_same_seed_brings_the_same_and_the_residents_too():
    env, twin = (make_solo("commons_harvest", [Random()] * 6, **SHORT) for _ in range(2))
    first = env.reset(seed=3)
    assert same(first, twin.reset(seed=3))
    told = play(env, 40)
    assert same(told, play(twin, 40))
    assert same(first, env.reset(seed=3))
    assert same(told, play(env, 40)), "a seed begins the residents' numbers again"
    twin.reset(seed=4)
    assert not same(told, play(twin, 40))


def test_without_a_seed_every_environment_is_another():
    told = []
    for _ in range(2):
        env = make_solo("commons_harvest", Random(), **SHORT)
        told.append([env.reset(), *play(env, 12)])
    assert not same(*told)


def test_residents_forget_when_an_episode_begins_and_not_before():
    env = make_solo("commons_harvest", Notes(), num_agents=3, **SHORT)
    env.reset(seed=0)
    (note,) = residents_of(env)
    seed = note.seed
    play(env, 30)
    assert [t for t, starts in enumerate(note.starts) if starts == [True, True]] == [0, 12, 24]
    assert sum(map(any, note.starts)) == 3
    assert note.seed == seed, "an episode without a seed goes on with the residents' numbers"
    env.reset(seed=0)
    assert note.starts == []
    env.step(0)
    assert note.starts == [[True, True]]


def test_one_policy_has_a_body_in_every_slot_that_names_it():
    shared, own = Notes(), Notes()
    env = make_solo("commons_harvest", [shared, own, shared], num_agents=4, **SHORT)
    env.reset(seed=0)
    assert [note.bodies for note in residents_of(env)] == [2, 1]
    assert residents_of(env)[0].seed != residents_of(env)[1].seed
    env.step(0)
    tiles = make_batch("commons_harvest", num_agents=4, **SHORT).reset(seed=0)
    assert np.array_equal(residents_of(env)[0].views[0], tiles[0, [1, 3]])
    assert np.array_equal(residents_of(env)[1].views[0], tiles[0, [2]])


def test_one_list_of_residents_serves_many_environments():
    residents = [Notes() for _ in range(6)]
    alone, one, two = (make_solo("commons_harvest", residents, **SHORT) for _ in range(3))
    alone.reset(seed=5)
    expected = play(alone, 20)
    one.reset(seed=5)
    two.reset(seed=6)
    rng, told = np.random.default_rng(0), []
    for _ in range(20):
        told.append(one.step(int(rng.integers(0, 8))))
        if told[-1][3]:
            told.append(one.reset())
        two.step(0) if two.world.agents else two.reset()
    assert same(told, expected)
    assert not hasattr(residents[0], "views"), "the caller's own were never started"


@pytest.mark.parametrize("double", [copy.deepcopy, lambda env: pickle.loads(pickle.dumps(env))])
def test_a_copy_made_in_the_middle_of_an_episode_continues_identically(double):
    env = make_solo("commons_harvest", [Random(), Notes(), Random()], num_agents=4, **SHORT)
    env.reset(seed=5)
    play(env, 5)
    twin = double(env)
    alone = play(env, 40, seed=1)
    assert same(play(twin, 40, seed=1), alone), "and stepping one did not move the other"


# What an agent is told, and frames -----------------------------------------------------------------


def test_a_learner_alone_in_its_world():
    env = make_solo("commons_harvest", [], num_agents=1, **SHORT)
    check_env(env, skip_render_check=True)
    env.reset(seed=0)
    assert play(env, 12)[-2][-1]["metrics"]["length"] == 12


def test_frames_are_those_of_the_pettingzoo_api(monkeypatch):
    monkeypatch.setenv("SDL_VIDEODRIVER", "dummy")
    env = make_solo("commons_harvest", Greedy(), render_mode="rgb_array", **SHORT)
    env.reset(seed=0)
    frame = env.render()
    assert (frame.dtype, frame.ndim, frame.shape[2]) == (np.uint8, 3, 3)
    env.step(1)
    assert not np.array_equal(env.render(), frame)
    assert env.metadata["render_modes"] == ["human", "rgb_array"]
    window = make_solo("commons_harvest", Greedy(), render_mode="human", render_fps=1000, **SHORT)
    window.reset(seed=0)
    assert window.render() is None
    window.close()
    window.close()
    assert make_solo("commons_harvest", Greedy(), **SHORT).render() is None
