"""Matrix games: payoffs by drawn tables, views, events, endings, worlds that are paused, metrics."""

import math

import numpy as np
import pytest
from altared.envs import make, make_batch, matrix_games_v0
from altared.envs.games.matrix.metrics import KEPT

# The rows are agent_0's actions, the columns agent_1's; a cell is what both get.
TABLES = {
    "prisoners_dilemma": """
               cooperate  defect
    cooperate      3,3      0,4
    defect         4,0      1,1
    """,
    "slides_dilemma": """
               cooperate  defect
    cooperate      2,2      0,4
    defect         4,0      1,1
    """,
    "chicken": """
               swerve    dare
    swerve      3,3      1,4
    dare        4,1      0,0
    """,
    "stag_hunt": """
               stag      hare
    stag        4,4      0,3
    hare        3,0      1,1
    """,
    "bach_or_stravinsky": """
               bach   stravinsky
    bach        3,2      0,0
    stravinsky  0,0      2,3
    """,
    "pure_coordination": """
            a    b    c
    a      1,1  0,0  0,0
    b      0,0  1,1  0,0
    c      0,0  0,0  1,1
    """,
    "ranked_coordination": """
            a    b    c
    a      1,1  0,0  0,0
    b      0,0  2,2  0,0
    c      0,0  0,0  3,3
    """,
    "matching_pennies": """
            heads  tails
    heads   1,-1   -1,1
    tails   -1,1   1,-1
    """,
    "rock_paper_scissors": """
              rock  paper  scissors
    rock      0,0   -1,1   1,-1
    paper     1,-1  0,0    -1,1
    scissors  -1,1  1,-1   0,0
    """,
}
NAMED = [name for name in matrix_games_v0.PRESETS if name != "public_goods"]


def drawn(table: str) -> tuple[tuple[str, ...], np.ndarray]:
    """Names of the actions and payoffs (A, A, 2) of a drawn table."""
    head, *rows = [line.split() for line in table.strip().splitlines()]
    assert [row[0] for row in rows] == head
    return tuple(head), np.array([[[float(n) for n in cell.split(",")] for cell in row[1:]] for row in rows])


def play(batch, *rounds):
    """The last of some rounds, each an action for every player, in all worlds alike."""
    for actions in rounds:
        step = batch.step(np.tile(actions, (batch.num_worlds, 1)))
    return step


# The table -----------------------------------------------------------------------------------------


def test_every_preset_of_two_players_is_drawn_here():
    assert list(TABLES) == NAMED


@pytest.mark.parametrize("preset", NAMED)
def test_a_preset_pays_as_its_table_says(preset):
    names, payoffs = drawn(TABLES[preset])
    batch = make_batch("matrix_games", preset=preset)
    batch.reset(seed=0)
    assert batch.game.actions == names
    assert (batch.num_agents, batch.action_space.n) == (2, len(names))
    for row in range(len(names)):
        for column in range(len(names)):
            step = play(batch, (row, column))
            assert step.rewards[0].tolist() == payoffs[row, column].tolist()


@pytest.mark.parametrize(
    ("actions", "payoffs"),
    [
        # who pays (0) adds 1.5 to what three share, and loses 1
        ((0, 0, 0), (0.5, 0.5, 0.5)),
        ((0, 0, 1), (0.0, 0.0, 1.0)),
        ((0, 1, 1), (-0.5, 0.5, 0.5)),
        ((1, 0, 1), (0.5, -0.5, 0.5)),
        ((1, 1, 1), (0.0, 0.0, 0.0)),
    ],
)
def test_public_goods(actions, payoffs):
    batch = make_batch("matrix_games", preset="public_goods")
    batch.reset(seed=0)
    assert play(batch, actions).rewards[0].tolist() == list(payoffs)


def test_any_array_is_a_game_and_the_last_axis_names_who_gets_what():
    payoffs = np.random.default_rng(0).integers(-50, 50, (3, 3, 3, 3, 4)) / 4
    batch = make_batch("matrix_games", payoffs=payoffs)
    assert batch.game.actions == ("a", "b", "c")
    batch.reset(seed=0)
    for actions in np.ndindex(3, 3, 3, 3):
        step = play(batch, actions)
        assert step.rewards[0].tolist() == payoffs[actions].tolist()
        assert step.events.payoff[0].tolist() == step.events.earned[0].tolist() == payoffs[actions].tolist()
        assert step.events.played[0].tolist() == [action + 1 for action in actions]


def test_worlds_play_apart():
    batch = make_batch("matrix_games", 4)
    batch.reset(seed=0)
    step = batch.step(np.array([[0, 0], [0, 1], [1, 0], [1, 1]]))
    assert step.rewards.tolist() == [[3, 3], [0, 4], [4, 0], [1, 1]]


def test_reward_views_are_paid_from_what_was_earned():
    batch = make_batch("matrix_games", reward="shared", rounds=1)
    batch.reset(seed=0)
    step = play(batch, (0, 1))
    assert step.rewards[0].tolist() == [4, 4]
    assert step.events.earned[0].tolist() == [0, 4]
    assert step.episodes["agent_return"][0].tolist() == [0, 4]
    assert step.episodes["agent_paid"][0].tolist() == [4, 4]


# What is seen --------------------------------------------------------------------------------------


def test_nothing_is_seen_before_the_first_round_and_then_the_last_joint_action_oneself_first():
    batch = make_batch("matrix_games", preset="public_goods")
    assert not batch.reset(seed=0).any()
    views = play(batch, (0, 1, 1), (0, 0, 1)).observations[0]
    pays, keeps = [1, 0], [0, 1]
    assert views[0].tolist() == pays + pays + keeps  # agent_0, agent_1, agent_2
    assert views[1].tolist() == pays + keeps + pays  # agent_1, agent_2, agent_0
    assert views[2].tolist() == keeps + pays + pays  # agent_2, agent_0, agent_1
    assert batch.picture(0).tolist() == [pays, pays, keeps]


def test_a_policy_may_change_seats():
    one, other = (make_batch("matrix_games") for _ in range(2))
    one.reset(seed=0)
    other.reset(seed=0)
    a, b = play(one, (0, 1)), play(other, (1, 0))
    assert np.array_equal(a.observations[0], b.observations[0, ::-1])
    assert np.array_equal(a.rewards[0], b.rewards[0, ::-1])


def test_an_episodes_last_view_is_final_and_the_next_begins_with_nothing():
    batch = make_batch("matrix_games", rounds=2)
    batch.reset(seed=0)
    step = play(batch, (0, 0), (1, 0))
    assert step.final_observations[0].tolist() == [[0, 1, 1, 0], [1, 0, 0, 1]]
    assert not step.observations.any()


# How it ends ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("config", "end", "terminates"),
    [
        ({"rounds": 1}, 1, True),
        ({"rounds": 5}, 5, True),
        ({"rounds": 5, "max_cycles": 5}, 5, True),  # the game is over, whatever the limit
        ({"rounds": 5, "max_cycles": 3}, 3, False),
        ({"rounds": 7, "max_cycles": 0}, 7, True),
        ({"max_cycles": 4}, 4, False),
        ({"end_chance": 1.0}, 1, True),
        ({"end_chance": 1.0, "max_cycles": 1}, 1, True),
    ],
)
def test_the_games_own_end_terminates_and_a_time_limit_truncates(config, end, terminates):
    batch = make_batch("matrix_games", **config)
    batch.reset(seed=0)
    for t in range(1, 2 * end + 1):
        step = play(batch, (0, 0))
        assert step.terminated[0] == (t % end == 0 and terminates)
        assert step.truncated[0] == (t % end == 0 and not terminates)


def test_play_goes_on_with_the_chance_that_is_left():
    batch = make_batch("matrix_games", 4000, end_chance=0.2, max_cycles=0, auto_reset=False)
    batch.reset(seed=0)
    still = []
    for _ in range(8):
        step = play(batch, (0, 0))
        still.append(1 - step.terminated.mean())
        assert not step.truncated.any()
    assert still == pytest.approx([0.8**t for t in range(1, 9)], abs=0.03)


def test_a_held_world_stands_still():
    batch = make_batch("matrix_games", 2, rounds=3)
    batch.reset(seed=0)
    first = play(batch, (0, 1))
    seen = first.observations.copy()
    batch.worlds.paused[:] = [True, False]
    held = play(batch, (1, 1))
    assert held.rewards.tolist() == [[0, 0], [1, 1]]
    assert held.events.played.tolist() == [[0, 0], [2, 2]]
    assert not held.events.payoff[0].any()
    assert np.array_equal(held.observations[0], seen[0])
    assert batch.state.clock[:, 0].tolist() == [1, 2]
    batch.worlds.paused[:] = False
    step = play(batch, (1, 1))
    assert step.terminated.tolist() == [False, True]
    step = play(batch, (1, 1))
    assert step.terminated.tolist() == [True, False]
    assert step.episodes["length"].tolist() == [3]
    assert step.episodes["agent_return"].tolist() == [[2, 6]], (
        "what was asked for while it was paused is lost"
    )


def test_forbidden_actions_are_refused_and_nothing_moves():
    batch = make_batch("matrix_games", 3)
    batch.reset(seed=0)
    for wrong in (-1, 2):
        actions = np.zeros((3, 2), int)
        actions[1, 1] = wrong
        with pytest.raises(ValueError, match=rf"action {wrong} of agent_1 in world 1 .* 0 \.\. 1; no world"):
            batch.step(actions)
    assert not batch.state.clock.any()


# What an episode was ------------------------------------------------------------------------------


def episode(config, *rounds):
    """The metrics of an episode that ends with the last of some rounds, as plain numbers."""
    batch = make_batch("matrix_games", rounds=len(rounds), **config)
    batch.reset(seed=0)
    metrics = play(batch, *rounds).episodes
    return {name: values[0].tolist() for name, values in metrics.items() if name != "world"}


def test_metrics_of_a_dilemma():
    # payoffs 3,3  0,4  0,4  1,1: 4 and 12 of 24 that mutual cooperation gives
    found = episode({}, (0, 0), (0, 1), (0, 1), (1, 1))
    assert found == {
        "length": 4,
        "collective_return": 16,
        "equality": 1 - 2 * 8 / (2 * 2 * 16),
        "optimality": 16 / 24,
        "share_cooperate": 4 / 8,
        "share_defect": 4 / 8,
        "cooperation": 4 / 8,
        "agent_cooperation": [3 / 4, 1 / 4],
        "agent_return": [4, 12],
        "agent_paid": [4, 12],
    }


def test_metrics_where_they_are_not_defined():
    found = episode({"preset": "rock_paper_scissors"}, (0, 1), (2, 2), (0, 0))
    assert math.isnan(found["optimality"])
    assert math.isnan(found["equality"])
    assert "cooperation" not in found
    shares = [found[f"share_{name}"] for name in ("rock", "paper", "scissors")]
    assert shares == pytest.approx([3 / 6, 1 / 6, 2 / 6])


def test_the_optimum_is_of_all_together():
    # the best for all is the most unequal cell
    payoffs = [[[1, 1], [0, 9]], [[2, 0], [1, 1]]]
    assert episode({"payoffs": payoffs}, (0, 1))["optimality"] == 1
    assert episode({"payoffs": payoffs}, (0, 0), (0, 1))["optimality"] == pytest.approx(11 / 18)


def test_names_of_two_words_make_one_metric():
    found = episode({"action_names": ("go left", "stay"), "cooperative": "stay"}, (0, 1))
    assert (found["share_go_left"], found["cooperation"]) == (0.5, 0.5)


def test_counting_begins_anew_with_every_episode():
    batch = make_batch("matrix_games", rounds=2)
    batch.reset(seed=0)
    play(batch, (1, 1), (1, 1))
    second = play(batch, (0, 0), (0, 0)).episodes
    assert (second["collective_return"][0], second["cooperation"][0], second["length"][0]) == (12, 1, 2)
    assert second["share_defect"][0] == 0


def test_infos_hold_what_was_played():
    env = make("matrix_games", rounds=1)
    env.reset(seed=0)
    infos = env.step({"agent_0": 0, "agent_1": 1})[-1]
    told = {name: infos["agent_1"][name] for name in ("played", "payoff", "earned")}
    assert told == {"played": 2, "payoff": 4, "earned": 4}
    assert infos["agent_0"]["metrics"]["agent_return"] == 0


# Pictures ------------------------------------------------------------------------------------------


def test_a_scene_shows_the_last_rounds_and_nothing_before_the_first():
    batch = make_batch("matrix_games", auto_reset=False)
    batch.reset(seed=0)
    start = batch.scene(0)
    assert (start.title, start.step, start.last, start.events) == ("Prisoner's Dilemma", 0, None, ())
    assert start.history.shape == (0, 2)
    rounds = np.random.default_rng(0).integers(0, 2, (KEPT + 7, 2))
    play(batch, *rounds)
    scene = batch.scene(0)
    assert scene.last == tuple(rounds[-1])
    assert np.array_equal(scene.history, rounds[-KEPT:])
    assert dict(scene.counts) == {"cooperate": (rounds == 0).sum(), "defect": (rounds == 1).sum()}
    names = [("cooperate", "defect")[action] for action in rounds[-1]]
    assert [event.split(":")[0] for event in scene.events] == [f"agent_{i} {names[i]}" for i in (0, 1)]


def test_a_scene_counts_down_the_games_own_rounds():
    assert make_batch("matrix_games", rounds=7).game.config.rounds == 7
    batch = make_batch("matrix_games", rounds=7)
    batch.reset(seed=0)
    assert batch.scene(0).max_cycles == 7
