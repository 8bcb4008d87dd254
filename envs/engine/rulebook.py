"""A rulebook: what a game lets happen at a start and in a step, what it counts and what agents observe."""

from collections.abc import Mapping
from types import FunctionType
from typing import Any, NamedTuple


class Rulebook(NamedTuple):
    """The rules of one game, each a compiled function of one world.

    s, e, t, p are a world's `State`, `Events` and `Tally`, and the game's `Params`.
    """

    module: str
    """Name of the module that defines it, in whose globals the four tuple classes are."""
    tuples: tuple[Any, Any, Any, Any]
    """State, Events, Tally, Params."""
    start: Any
    """(s, p, t): begin the world's next episode; the tally is zero."""
    step: Any
    """(s, p, actions, e): one step; the events are zero."""
    count: Any
    """(t, s, p, e, rewards): add the step to the sums of the episode."""
    is_terminated: Any
    """(s, p, e): whether the episode terminates."""
    is_truncated: Any
    """(s, p): whether the time limit is reached."""
    observe: Any
    """(s, p, views, extra): write what all agents see."""
    variant: str = ""
    """Distinguishes two rulebooks of one module; part of the name under which machine code is kept."""
    cached: bool = True
    """Whether its machine code is kept on disk; False where it contains a user's function."""

    @property
    def name(self) -> str:
        """No two rulebooks share it: what is kept on disk is found by it."""
        return f"{self.module}{self.variant}"


def with_globals(function: Any, names: Mapping[str, Any]) -> FunctionType:
    """A copy of a function, compiled or not, that finds other values among its globals."""
    plain = getattr(function, "py_func", function)
    known = {**plain.__globals__, **names}
    copy = FunctionType(plain.__code__, known, plain.__name__, plain.__defaults__, plain.__closure__)
    copy.__module__, copy.__qualname__ = plain.__module__, plain.__qualname__
    copy.__doc__ = plain.__doc__
    return copy
