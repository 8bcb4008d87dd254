"""Command lines: typed dataclasses through tyro, with the game's own fields under `--env.`."""

import dataclasses
import sys
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, Literal, TypeVar

from altared.envs import game_module, games
from altared.envs.engine.config import Config, ConfigError
from altared.scripts.help_format import cli

Args = TypeVar("Args")
DEFAULT_GAME = "commons_harvest"  # whose options --help shows where no game is named


@dataclass(frozen=True)
class ContractArgs:
    """A contract between the agents; see altared.envs.contracts."""

    name: str = ""
    """low_density_harvest, fishing_tax, action_fee; with a run that has a contract: "none" for none."""
    settings: dict[str, float] = field(default_factory=dict)
    """Numbers of the contract, as in `--contract.settings high 5`."""
    procedure: Literal["negotiated", "random", "fixed"] = "negotiated"
    """How it comes into force: by proposal and vote, drawn for each episode, or as given."""
    theta: float = 0.0
    """Parameter of a fixed contract."""
    null_chance: float = 0.1
    """Chance that a random contract is none."""
    acceptance: Literal["unanimous", "majority"] = "unanimous"
    """Who must agree."""
    proposer: int = 0
    """Who proposes; -1: drawn for each episode."""
    polled: int = 0
    """How many of the others vote; 0: all."""


def parse(
    args: type[Args], argv: list[str] | None = None, description: str | None = None, fields_of: str = ""
) -> tuple[Args, dict]:
    """Parse a command line: the fields of `args` (one is `game`), and `--env.FIELD` for the game's config.

    fields_of: the game whose config that is where the command line names none.

    Returns the arguments and the env fields that were given: as keyword arguments for `make_batch`, with what
    was given of a contract (`--contract.FIELD`) under "contract".
    Wrong values end the program with a message and exit code 2, as tyro does.
    """
    argv = list(sys.argv[1:] if argv is None else argv)
    config = _unchecked(game_module(_game_named(argv) or fields_of or _usual_game(args)).configure())
    with_env = dataclasses.make_dataclass(
        args.__name__,
        [
            ("env", type(config), dataclasses.field(default=config)),
            ("contract", ContractArgs, dataclasses.field(default=ContractArgs())),
        ],
        bases=(args,),
        frozen=True,
        kw_only=True,
    )
    with_env.__doc__ = args.__doc__
    names = _given(argv, "--env.")
    given = {name if hasattr(config, name) else name.removeprefix("no_") for name in names}
    try:
        parsed = cli(with_env, prog=_program(args), args=argv, description=description or args.__doc__)
        for name in sorted(given):
            parsed.env.check(name, getattr(parsed.env, name))
    except ConfigError as error:
        print(f"error: {error}", file=sys.stderr)
        sys.exit(2)
    except ValueError as error:
        sys.exit(f"error: {error}")
    try:
        if parsed.game:
            game_module(parsed.game)
    except ValueError as error:  # no such game
        print(f"error: {error}", file=sys.stderr)
        sys.exit(2)
    overrides = {name: getattr(parsed.env, name) for name in given}
    if terms := {name: getattr(parsed.contract, name) for name in _given(argv, "--contract.")}:
        overrides["contract"] = terms
    plain: Any = args(**{field.name: getattr(parsed, field.name) for field in fields(args)})  # type: ignore[arg-type]
    return plain, overrides


def _given(argv: list[str], prefix: str) -> set[str]:
    """The fields that a command line gives with a prefix, by name."""
    return {arg[len(prefix) :].split("=")[0].replace("-", "_") for arg in argv if arg.startswith(prefix)}


def merged(settings: dict[str, Any], overrides: dict[str, Any]) -> dict[str, Any]:
    """A game's settings with others in their place; of a contract, field by field."""
    both = settings | overrides
    old, new = settings.get("contract") or {}, overrides.get("contract") or {}
    if new.get("name") == "none":
        return {name: value for name, value in both.items() if name != "contract"}
    if old and new and new.get("name", old.get("name")) == old.get("name"):
        kept = {name: value for name, value in old.items() if name != "theta" or "procedure" not in new}
        numbers = {"settings": {**old.get("settings", {}), **new.get("settings", {})}}
        return both | {"contract": {**kept, **new, **numbers}}
    return both


def _unchecked(config: Config) -> Config:
    """The same settings, of a twin class that lets fields contradict each other.

    On a command line a preset or condition is combined with the defaults of other fields; what it brings with
    it, and what contradicts it, is settled where the game is made.
    """
    twin = type(type(config).__name__, (type(config),), {"__post_init__": lambda self: None})
    twin.__doc__ = type(config).__doc__
    return twin(**{field.name: getattr(config, field.name) for field in fields(config)})


def _program(args: type) -> str:
    """What stands before the options: `altared train`, or the script's own name."""
    name = args.__module__.rsplit(".", 1)[-1]
    return Path(sys.argv[0]).name if name == "__main__" else f"altared {name}"


def _game_named(argv: list[str]) -> str:
    """The game on the command line, found before tyro knows the game's fields; "" where there is none."""
    for i, arg in enumerate(argv):
        if arg in games():
            return arg
        if arg.startswith("--game="):
            return arg.split("=", 1)[1]
        if arg == "--game" and i + 1 < len(argv):
            return argv[i + 1]
    return ""


def _usual_game(args: type) -> str:
    """The game that a command is about where none is named."""
    defaults = [field.default for field in fields(args) if field.name == "game"]
    return defaults[0] if defaults and defaults[0] in games() else DEFAULT_GAME
