"""Groups of runs: the run is the unit, whatever the number of its episodes."""

import numpy as np
import pytest
from altared.training.evaluate import contrasts, summary
from altared.training.groups import Group, heading, read_group, require_one_kind, sample

NAN = float("nan")


def episodes(*returns, **more):
    """The columns of as many episodes, as `play` gives them."""
    count = len(returns)
    return {
        "episode": np.zeros(count, int),
        "world": np.arange(count),
        "collective_return": np.array(returns, float),
        "agent_return": np.zeros((count, 2)),
        **{name: np.array(column, float) for name, column in more.items()},
    }


@pytest.mark.parametrize(
    ("word", "group"),
    [
        ("greedy", Group("greedy", ("greedy",), "episode")),
        ("greedy,runs/a", Group("greedy,runs/a", ("greedy,runs/a",), "episode")),
        ("trained=runs/a+runs/b", Group("trained", ("runs/a", "runs/b"), "run")),
        ("one=runs/lr=1", Group("one", ("runs/lr=1",), "run")),
        ("./lr=1", Group("./lr=1", ("./lr=1",), "episode")),
        ("greedy,lr=1", Group("greedy,lr=1", ("greedy,lr=1",), "episode")),
    ],
)
def test_words_of_the_command_line(word, group):
    assert read_group(word) == group


@pytest.mark.parametrize(
    ("word", "message"),
    [
        ("=a+b", "'=a\\+b' lacks a name"),
        ("x=", "'x=' lacks a name"),
        ("x=a++b", "'x=a\\+\\+b' lacks a name"),
        ("x=a+b+a", "group x names a twice"),
        ("x=a,greedy+b", "group x has 'a,greedy'; a group joins runs"),
    ],
)
def test_malformed_words(word, message):
    with pytest.raises(ValueError, match=message):
        read_group(word)


def test_each_run_is_one_value():
    played = {
        "a": episodes(1, 2, 6, first_dead_patch=[NAN, 10, 20]),
        "b": episodes(5, 5, first_dead_patch=[NAN, NAN]),
        "greedy": episodes(4, 8, first_dead_patch=[1, 2]),
    }
    columns = sample(read_group("x=a+b"), played)
    assert list(columns) == ["collective_return", "first_dead_patch"]
    assert columns["collective_return"].tolist() == [3, 5]  # not 19 / 5: runs count alike
    np.testing.assert_equal(columns["first_dead_patch"], [15, NAN])
    said = summary(columns)
    assert said["collective_return"]["mean"].value == 4
    reach = 12.7062 * np.sqrt(2) / np.sqrt(2)  # t of one degree of freedom, sd of (3, 5), two runs
    assert said["collective_return"]["mean"].high == pytest.approx(4 + reach, abs=1e-3)
    assert said["first_dead_patch"]["mean"][3:] == (1, 1)
    assert sample(read_group("greedy"), played) is played["greedy"]


def test_a_column_says_what_is_counted():
    played = {name: episodes(*range(4)) for name in "ab"}
    words = {
        word: heading(read_group(word), sample(read_group(word), played)) for word in ("a", "x=a+b", "y=b")
    }
    assert words == {"a": "a (4 episodes)", "x=a+b": "x (2 runs)", "y=b": "y (1 run)"}


@pytest.mark.parametrize(("runs", "tested"), [(5, False), (6, True)])
def test_few_runs_are_not_tested_however_many_their_episodes(runs, tested):
    played = {f"r{i}": episodes(*np.linspace(i, i + 1, 50)) for i in range(runs)}
    played["greedy"] = episodes(*np.linspace(90, 100, 50))
    groups = [read_group("x=" + "+".join(f"r{i}" for i in range(runs))), read_group("greedy")]
    one = contrasts({group.label: sample(group, played) for group in groups}, ["collective_return"])[0]
    assert one.comparison.difference.value == pytest.approx(runs / 2 - 95)
    assert one.comparison.difference.count == runs + 50
    assert (one.comparison.note, one.adjusted is not None) == (
        ("", True) if tested else ("illustration, no test", False)
    )


def configured(seed, hidden_size=64, game="commons_harvest", threads=1, **env):
    schedule = {"seed": seed, "steps": 100, "threads": threads}
    return {
        "game": game,
        "env_resolved": {"map": "open", **env},
        "ppo": {"hidden_size": hidden_size},
        "schedule": schedule,
    }


def test_runs_that_differ_in_their_seed_are_of_one_kind():
    require_one_kind(read_group("x=a+b+c"), {run: configured(i, threads=i) for i, run in enumerate("abc", 1)})


@pytest.mark.parametrize(
    ("third", "message"),
    [
        (configured(3, game="clean_up"), "group x: game is 'commons_harvest' in a and 'clean_up' in c"),
        (configured(3, map="closed"), "env.map is 'open' in a and 'closed' in c"),
        (
            configured(3, hidden_size=8),
            "ppo.hidden_size is 64 in a and 8 in c; its runs may differ in their seed alone",
        ),
        (configured(3, beam_length=3), "env.beam_length is None in a and 3 in c"),
        (configured(2), "group x: b and c are both of training seed 2"),
    ],
)
def test_an_arm_holds_one_kind(third, message):
    with pytest.raises(ValueError, match=message):
        require_one_kind(read_group("x=a+b+c"), {"a": configured(1), "b": configured(2), "c": third})
