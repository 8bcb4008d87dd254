"""The command `altared`."""

import os
import subprocess
import sys
from importlib.metadata import version

import pytest
from altared.scripts import cli
from altared.scripts.options import parse


def test_help_lists_every_subcommand(capsys):
    assert cli.main(["--help"]) == 0
    said = capsys.readouterr().out
    assert all(name in said for name in cli.SUBCOMMANDS)


def test_nothing_asked_is_an_error_with_help(capsys):
    assert cli.main([]) == 2
    assert "usage" in capsys.readouterr().out


def test_an_unknown_subcommand_lists_the_known(capsys):
    assert cli.main(["trane"]) == 2
    said = capsys.readouterr().err
    assert "'trane'" in said
    assert "train" in said


def test_version(capsys):
    assert cli.main(["--version"]) == 0
    assert capsys.readouterr().out.strip() == version("altared")


def test_a_missing_extra_is_named(monkeypatch, capsys):
    monkeypatch.setitem(sys.modules, "altared.scripts.train", None)

    def missing(name):
        raise ModuleNotFoundError("No module named 'torch'", name="torch")

    monkeypatch.setattr(cli.importlib, "import_module", missing)
    assert cli.main(["train"]) == 1
    assert "pip install 'altared[train]'" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (["--env.num-agents", "0"], "num_agents=0"),
        (["--env.cooldwn", "3"], "cooldwn"),
        (["--env.regrowth", "2"], "regrowth=(2.0,)"),
    ],
)
def test_a_wrong_setting_of_the_game_ends_with_a_message(given, said):
    command = [sys.executable, "-m", "altared.scripts.cli", "benchmark", *given]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 2
    assert said in "".join(done.stderr.split()) or said in done.stderr
    assert "Traceback" not in done.stderr


def test_settings_given_are_told_from_defaults():
    from altared.scripts.benchmark import Args

    args, env = parse(Args, ["commons_harvest", "--worlds", "3", "--env.map", "closed", "--env.num-agents=2"])
    assert args.worlds == (3,)
    assert env == {"map": "closed", "num_agents": 2}


@pytest.mark.parametrize(
    "command", [["evaluate", "greedy"], ["watch", "greedy"], ["train", "commons_harvest", "--no-video"]]
)
def test_an_episode_without_end_is_refused(command, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    try:
        status = cli.main([*command, "--env.max-cycles", "0"])
    except SystemExit as stop:
        status, said = 1, str(stop)
    else:
        said = capsys.readouterr().err
    assert status == 1
    assert "no episode would ever end with max_cycles=0 and end_chance=0.0" in said
    assert not any(tmp_path.iterdir())


@pytest.mark.parametrize("asked", [["--help"], ["--version"], ["benchmark", "--help"]])
def test_who_reads_only_the_beginning_gets_no_traceback(asked):
    command = [sys.executable, "-m", "altared.scripts.cli", *asked]
    buffered = {name: value for name, value in os.environ.items() if name != "PYTHONUNBUFFERED"}
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    with subprocess.Popen(command, env=buffered, **pipes) as writer:
        assert writer.stdout is not None
        writer.stdout.close()
        said = writer.communicate()[1]
    assert (writer.returncode, said) == (1, b"")
