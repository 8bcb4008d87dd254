"""A custom institution: a function of one world that says what is prohibited next.

    from altared.envs import make_batch
    from altared.envs.engine.random import INSTITUTION, draw_below

    def lottery(s, p):
        if (s.clock[0] + 1) % 50:
            return s.coming[0]
        return 1 << draw_below(s.streams, INSTITUTION, 3)

    batch = make_batch("altared_harvest", 64, institution=lottery)

It takes one world's `State` and the game's `Params`, to read (their arrays are declared in the modules of the
game's mechanics), and returns a bit set of prohibited kinds (bit 0: a). It is asked at an episode's start and
at the end of every step; what it says holds after `notice` more steps. `s.clock[0]` is the number of the step
just played, -1 at the start; `s.coming[0]` is what it said last, 0 at the start. Chance must come from the
INSTITUTION stream: then it is the same under every display, seed by seed. Placebo and random displays draw
from all sets of the kinds that grow.

The function is compiled by Numba without reference counting: it may not allocate. The driver that contains it
is compiled at each start of Python, which takes as long as a game's first start ever: no disk cache could
know when the function changes. It runs on the CPU.

A config saved to a file names the function, as "module:name". It is found again in modules that are already
imported; none is imported for it, so that a file read never runs code.
"""

import sys
from collections.abc import Callable
from functools import cache
from inspect import Parameter, signature
from types import ModuleType
from typing import Any

from ..engine.compiling import rule, seldom_rule
from ..engine.config import ConfigError, require
from ..grid.codes import ALL_KINDS

Institution = Callable[..., Any]  # (s, p) -> bit set


def own_institution(field: str, value: Any) -> Institution:
    """A user's function, given itself or by its name in a module that is imported."""
    function = _named(field, value) if isinstance(value, str) else getattr(value, "py_func", value)
    plain = hasattr(function, "__code__") and "<" not in function.__qualname__
    what = "the name of an institution, or a function (s, p) defined at the top of a module"
    require(plain and _takes_two(function), field, value, what)
    return function


def is_own(value: Any) -> bool:
    """Whether a field's value names a user's function."""
    return callable(value) or (isinstance(value, str) and ":" in value)


def name_of(function: Institution) -> str:
    """As a file has it."""
    return f"{function.__module__}:{function.__qualname__}"


def custom_institution_of(config: Any) -> Institution | None:
    """A config's institution, if it is a user's function."""
    institution: Any = getattr(config, "institution", None)
    return institution if callable(institution) else None


@cache
def decisions_of(function: Institution) -> ModuleType:
    """A module in the place of decisions.py, for a user's function.

    It is the same one each time, so that the driver is compiled once.
    """
    asked = seldom_rule(function)

    @rule
    def decide(s, p):
        """Bits of kinds that do not exist count for nothing."""
        return int(asked(s, p)) & ALL_KINDS

    @rule
    def decide_first(s, p):
        """Before the first step, which is step 0."""
        s.coming[0] = 0
        s.clock[0] = -1
        first = decide(s, p)
        s.clock[0] = 0
        return first

    made = ModuleType(name_of(function))
    vars(made).update(decide=decide, decide_first=decide_first)
    return made


def _named(field: str, name: str) -> Any:
    module, _, path = name.partition(":")
    found: Any = sys.modules.get(module)
    for part in path.split("."):
        found = getattr(found, part, None)
    if found is None:
        raise ConfigError(
            f"{field}={name!r} needs the function {path} of module {module}, which is not there: import "
            f"{module} first, or pass the function itself as {field}"
        )
    return getattr(found, "py_func", found)


def _takes_two(function: Institution) -> bool:
    kinds = [parameter.kind for parameter in signature(function).parameters.values()]
    return kinds == [Parameter.POSITIONAL_OR_KEYWORD] * 2
