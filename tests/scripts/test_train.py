"""`altared train`: one command from nothing to curves, film and table; and plain words when it cannot."""

import json
import shutil
from dataclasses import replace

import pytest
import torch
from altared.agents.population import load_population
from altared.envs import make_batch
from altared.scripts import train
from altared.training.log import read_log
from altared.training.trainers import base as beside
from altared.training.trainers.ippo import trainer as own

SMALL = ["commons_harvest", "--env.max-cycles", "20", "--env.num-agents", "2", "--worlds", "4"]
QUICK = [
    "--ppo.rollout-steps",
    "16",
    "--ppo.hidden-size",
    "8",
    "--steps",
    "1e3",
]  # 7 updates of 128 agent-steps


def test_trains_draws_films_and_sums_up(tmp_path, capsys):
    run = tmp_path / "run"
    assert train.main([*SMALL, *QUICK, "--run", str(run), "--ppo.network", "recurrent", "--seed", "3"]) == 0
    config = json.loads((run / "config.json").read_text())
    assert (config["game"], config["env"]["num_agents"], config["ppo"]["network"]) == (
        "commons_harvest", 2, "recurrent",
    )  # fmt: skip
    assert (config["schedule"]["steps"], config["schedule"]["seed"]) == (1000, 3)
    assert json.loads((run / "meta.json").read_text())["seed"] == 3
    assert {path.name for path in run.iterdir()} == {
        "config.json", "meta.json", "log.jsonl", "tensorboard", "curves.png", "checkpoints", "video.mp4",
    }  # fmt: skip
    rows = read_log(run / "log.jsonl")
    assert [row["update"] for row in rows] == list(range(1, 8))
    asked = (
        "collective_return depletion mean_depletion dead_patches equality sustainability peace shots removals"
    )
    learner = (
        "policy_loss value_loss entropy approx_kl clip_fraction explained_variance agent_steps_per_second"
    )
    assert {*asked.split(), *learner.split(), "env_steps_per_second", "seconds"} <= rows[-1].keys()
    assert len(rows[-1]["agent_return"]) == 2
    said = capsys.readouterr().out
    assert "mean depletion" in said
    assert str(run / "curves.png") in said
    assert load_population(str(run), 2).num_agents == 2


def test_goes_on_where_it_was(tmp_path, capsys):
    run = tmp_path / "run"
    assert train.main([*SMALL, *QUICK, "--run", str(run), "--no-video"]) == 0
    assert train.main(["--resume", str(run), "--steps", "1500", "--no-video"]) == 0
    assert [row["update"] for row in read_log(run / "log.jsonl")] == list(range(1, 12))
    saved = json.loads((run / "config.json").read_text())
    assert (saved["schedule"]["steps"], saved["schedule"]["worlds"], saved["ppo"]["hidden_size"]) == (
        1500,
        4,
        8,
    )


@pytest.fixture(scope="module")
def finished(tmp_path_factory):
    """A run that is over; nobody may change it."""
    run = tmp_path_factory.mktemp("runs") / "run"
    assert train.main([*SMALL, *QUICK, "--run", str(run), "--no-video"]) == 0
    return run


@pytest.mark.parametrize(
    ("extra", "message"),
    [
        (
            ["--resume", "RUN", "--ppo.hidden-size", "16"],
            "ppo.hidden_size cannot change in a run that goes on",
        ),
        (["--resume", "RUN", "--env.map", "closed"], "env.map cannot change in a run that goes on"),
        (["--resume", "RUN", "--device", "cuda"], "device cannot change in a run that goes on"),
        (["--resume", "RUN", "--run", "other"], "run cannot change in a run that goes on"),
        (["--resume", "RUN/none"], "is no run folder"),
        ([*SMALL, "--run", "RUN"], "holds a run already: continue it with --resume"),
        ([*SMALL, "--run", "RUN/config.json/x"], "Not a directory"),
        ([], "no game was named; known: altared_harvest, commons_harvest"),
        ([*SMALL, "--env.num-agents", "99"], "num_agents"),
    ],
)
def test_says_plainly_what_cannot_be(finished, capsys, extra, message):
    run = finished
    before = {path: path.read_bytes() for path in run.rglob("*") if path.is_file()}
    capsys.readouterr()
    assert train.main([word.replace("RUN", str(run)) for word in extra]) == 1
    assert message in capsys.readouterr().err
    assert {path: path.read_bytes() for path in run.rglob("*") if path.is_file()} == before


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        (lambda text: text[:40], "config.json is not readable: "),
        (lambda text: text.replace('"ppo"', '"oppo"'), "config.json lacks 'ppo'"),
        (lambda text: text.replace('"hidden_size"', '"width"'), "config.json is of another version: "),
        (lambda text: text.replace('version": 2', 'version": 3'), "config.json has format altared-run 3; "),
    ],
)
def test_a_damaged_config_is_named(finished, tmp_path, capsys, damage, said):
    run = shutil.copytree(finished, tmp_path / "run")
    (run / "config.json").write_text(damage((run / "config.json").read_text()))
    assert train.main(["--resume", str(run)]) == 1
    assert said in capsys.readouterr().err


@pytest.mark.parametrize("wrong", [["--ppo.gamma", "2"], ["--steps", "1.5"], ["--ppo.unknown", "1"]])
def test_wrong_settings_end_with_a_message(wrong, capsys):
    with pytest.raises(SystemExit) as ending:
        train.main([*SMALL, *wrong])
    assert ending.value.code not in (0, None)
    said = str(ending.value.code) + "".join(capsys.readouterr())
    assert wrong[0].rpartition(".")[2].strip("-") in said


def test_constants_of_a_reward_view_reach_the_batch_and_the_config(tmp_path, monkeypatch):
    made = []

    def spy(*args, **kwargs):
        made.append(make_batch(*args, **kwargs))
        return made[-1]

    monkeypatch.setattr(beside, "make_batch", spy)
    run = tmp_path / "run"
    reward = ["--reward", "inequity_aversion", "--reward-constants", "envy", "1", "guilt", "0.5"]
    assert train.main([*SMALL, *QUICK, *reward, "--run", str(run), "--no-video"]) == 0
    assert (made[0].reward.envy, made[0].reward.guilt) == (1.0, 0.5)
    config = json.loads((run / "config.json").read_text())
    assert (config["reward"], config["reward_constants"]) == (
        "inequity_aversion", {"envy": 1.0, "guilt": 0.5},
    )  # fmt: skip


def test_a_constant_that_the_view_lacks_is_refused(tmp_path, capsys):
    run = tmp_path / "run"
    shared = ["--reward", "shared", "--reward-constants", "envy", "1", "--run", str(run)]
    assert train.main([*SMALL, *QUICK, *shared]) == 1
    assert "reward shared has no constant envy; allowed: none" in capsys.readouterr().err
    assert not run.exists()


def test_learners_begin_with_the_weights_of_another_run(finished, tmp_path, capsys):
    run, still = tmp_path / "run", ["--ppo.learning-rate", "0", "--ppo.final-learning-rate", "0"]
    begin = ["--weights", str(finished), "--no-video", "--run", str(run)]
    assert train.main([*SMALL, *QUICK, *still, *begin, "--env.growth-radius", "1.5"]) == 0
    taken, given = (load_population(str(path), 2).networks.state_dict() for path in (run, finished))
    assert all(torch.equal(taken[name], given[name]) for name in given)
    assert json.loads((run / "config.json").read_text())["weights"] == str(finished)


@pytest.mark.parametrize(
    ("extra", "message"),
    [
        (["--ppo.hidden-size", "4"], "hidden_size is 8 there; allowed here: 4"),
        (["--env.num-agents", "3"], "agents is 2 there; allowed here: 3"),
        (["--trainer", "sb3"], "must be none with trainer 'sb3'"),
    ],
)
def test_weights_of_other_networks_are_refused(finished, tmp_path, capsys, extra, message):
    begin = ["--weights", str(finished), "--no-video", "--run", str(tmp_path / "run")]
    assert train.main([*SMALL, *QUICK, *extra, *begin]) == 1
    assert message in capsys.readouterr().err


def test_weights_of_no_run_are_refused(tmp_path, capsys):
    begin = ["--weights", str(tmp_path / "none"), "--no-video", "--run", str(tmp_path / "run")]
    assert train.main([*SMALL, *QUICK, *begin]) == 1
    assert "neither a checkpoint nor a run folder" in capsys.readouterr().err


HERE = [*SMALL, *QUICK, "--device", "cuda", "--no-video"]


@pytest.fixture
def gpu(monkeypatch):
    """As if there were one, on which `make_batch` fails as asked; the learners stay on the CPU."""

    def failing_with(error: Exception) -> None:
        def make(*args, device="cpu", **options):
            if device == "cuda":
                raise error
            return make_batch(*args, device=device, **options)

        def on_cpu(config, batch, folder, *rest):
            own.train(replace(config, schedule=replace(config.schedule, device="cpu")), batch, folder, *rest)

        monkeypatch.setattr(beside, "make_batch", make)
        monkeypatch.setattr(beside, "require_device", lambda device, threads: None)
        monkeypatch.setattr(train, "trainer_named", lambda name: on_cpu)

    return failing_with


def test_a_game_without_rules_for_the_gpu_is_stepped_on_the_cpu_and_the_run_says_so(gpu, tmp_path, capsys):
    gpu(ValueError("device='cuda' is not allowed: it runs on cpu"))
    assert train.main([*HERE, "--run", str(tmp_path / "run")]) == 0
    assert "worlds are stepped on the CPU: device='cuda' is not allowed" in capsys.readouterr().err
    assert json.loads((tmp_path / "run" / "meta.json").read_text())["worlds_on"] == "cpu"


@pytest.mark.parametrize("error", [RuntimeError("out of memory"), ImportError("no numba-cuda")])
def test_a_gpu_that_fails_is_an_error(gpu, tmp_path, error):
    gpu(error)
    with pytest.raises(type(error), match=str(error)):
        train.main([*HERE, "--run", str(tmp_path / "run")])
    assert not (tmp_path / "run").exists()


@pytest.mark.skipif(torch.cuda.is_available(), reason="there is a GPU")
def test_no_gpu_is_said_before_worlds_are_made(tmp_path, capsys):
    assert train.main([*HERE, "--run", str(tmp_path / "run")]) == 1
    assert capsys.readouterr().err == "error: device is 'cuda'; torch finds no GPU here, allowed: 'cpu'\n"
