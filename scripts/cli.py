"""`altared SUBCOMMAND ...`"""

import importlib
import os
import sys

SUBCOMMANDS = {
    "train": "train a population of independent learners",
    "evaluate": "measure trained and scripted populations on the same worlds",
    "reproduce": "train, measure and judge a published result",
    "feasibility": "does an institution pay under scripted behaviour?",
    "solve": "which contract would be agreed on, by trained critics",
    "watch": "render a population to a window or a video",
    "play": "steer one agent with the keyboard",
    "benchmark": "measure the speed of the environments",
}


def main(argv: list[str] | None = None) -> int:
    """The command `altared`."""
    try:
        try:
            return dispatch(list(sys.argv[1:] if argv is None else argv))
        finally:
            sys.stdout.flush()  # also where help has ended the command
    except BrokenPipeError:  # whoever read the output has enough of it, as in `| head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # nothing is left to flush at exit
        return 1


def dispatch(argv: list[str]) -> int:
    """Call `altared.scripts.SUBCOMMAND.main`, which is imported only then."""
    if not argv or argv[0] in ("-h", "--help"):
        print(_help())
        return 0 if argv else 2
    if argv[0] == "--version":
        from importlib.metadata import version

        print(version("altared"))
        return 0
    if argv[0] not in SUBCOMMANDS:
        print(f"altared: unknown subcommand {argv[0]!r}\n\n{_help()}", file=sys.stderr)
        return 2
    try:
        module = importlib.import_module(f"altared.scripts.{argv[0]}")
    except ModuleNotFoundError as missing:
        if (missing.name or "").startswith("altared"):
            raise
        print(
            f"altared {argv[0]} needs the package {missing.name!r}: pip install 'altared[train]'",
            file=sys.stderr,
        )
        return 1
    try:
        return module.main(argv[1:])
    except KeyboardInterrupt:
        print("stopped", file=sys.stderr)
        return 130


def _help() -> str:
    rows = "\n".join(f"  {name:11} {what}" for name, what in SUBCOMMANDS.items())
    return f"usage: altared SUBCOMMAND ...\n\n{rows}\n\n`altared SUBCOMMAND --help` lists its options."


if __name__ == "__main__":
    sys.exit(main())
