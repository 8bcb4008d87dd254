"""Arrays declared once: what a mechanic keeps, and the tuples, allocation and loops that follow from it.

A mechanic is a module with up to four schemas and its rules: `PARAMS` (numbers that never change while a
game is played), `STATE` (what the next step depends on), `EVENTS` (what happened in a step) and `TALLY` (sums
over an episode). A schema maps names to `Array`s. `tuples_of` joins the schemas of a game's mechanics into
four named tuples; from a tuple class follow its allocation and the compiled loops over its arrays.

Numba keeps a compiled driver on disk only if it finds the classes of its arguments again under their own
names: assign `tuples_of(...)` to the module's globals `State, Events, Tally, Params`, in this order.
"""

from collections import namedtuple
from collections.abc import Iterable, Mapping
from types import ModuleType
from typing import Any, NamedTuple

import numpy as np

from .compiling import rule

SCHEMAS = ("STATE", "EVENTS", "TALLY", "PARAMS")
CLASSES = ("State", "Events", "Tally", "Params")


class Array(NamedTuple):
    """The declaration of an array, or of a single number of `PARAMS`."""

    dtype: str
    """As NumPy writes it: "u1", "i4", "f8", ..."""
    axes: str
    """Names of sizes, or numbers, with spaces between them: "N", "N N", "S", "1". "": a single number."""
    meaning: str
    """What an entry says, with its unit."""
    low: float | None = None
    """The lowest entry that has a meaning."""
    high: float | None = None
    """The highest entry that has a meaning."""
    below: str = ""
    """Name of a size that every entry lies below: entries are indices."""
    scratch: bool = False
    """Written before it is read in every step, so that no snapshot needs it."""

    @property
    def dimensions(self) -> int:
        """Number of axes, without that of the worlds."""
        return len(self.axes.split())


Schema = Mapping[str, Array]
Sizes = Mapping[str, int]


def tuples_of(module: str, mechanics: Iterable[ModuleType]) -> tuple[Any, Any, Any, Any]:
    """State, Events, Tally and Params of a game with these mechanics; `module`: the name of the module whose
    globals they will be.

    Raises TypeError where two mechanics declare one name.
    """
    listed = tuple(mechanics)
    return tuple(
        tuple_of(name, module, *(getattr(mechanic, kind, {}) for mechanic in listed))
        for name, kind in zip(CLASSES, SCHEMAS, strict=True)
    )  # type: ignore[return-value]


def tuple_of(name: str, module: str, *schemas: Schema) -> Any:
    """A named tuple class with a field for every array, and its `schema`."""
    schema: dict[str, Array] = {}
    for own in schemas:
        if twice := sorted(schema.keys() & own.keys()):
            raise TypeError(f"{name} of {module} declares {', '.join(twice)} twice")
        schema |= own
    made: Any = namedtuple(name, schema, module=module)
    made.schema = schema
    return made


def length_of(axis: str, sizes: Sizes) -> int:
    """The length of an axis by its name, or of one that is a number."""
    return int(axis) if axis.isdecimal() else sizes[axis]


def allocate(kind: Any, worlds: int, sizes: Sizes) -> Any:
    """Zeroed arrays [W, ...] of a tuple class."""
    return kind(
        *(
            np.zeros((worlds, *(length_of(axis, sizes) for axis in array.axes.split())), array.dtype)
            for array in kind.schema.values()
        )
    )


def filled(kind: Any, values: Mapping[str, Any]) -> Any:
    """Params of a tuple class from values by name, each of the declared type.

    Raises TypeError naming what is missing, unknown, or of another number of axes than declared.
    """
    missing, unknown = kind.schema.keys() - values.keys(), values.keys() - kind.schema.keys()
    if missing or unknown:
        raise TypeError(f"params lack {sorted(missing)} and do not know {sorted(unknown)}")
    return kind(*(_as_declared(name, array, values[name]) for name, array in kind.schema.items()))


def _as_declared(name: str, array: Array, value: Any) -> Any:
    if not array.axes:
        return float(value) if array.dtype.startswith("f") else int(value)
    made = np.ascontiguousarray(value, array.dtype)
    if made.ndim != array.dimensions:
        raise TypeError(f"{name} has {made.ndim} axes, and is declared with {array.axes!r}")
    return made


def sizes_of(params: Any) -> dict[str, int]:
    """The sizes that the axes of params name. Raises TypeError where two arrays disagree."""
    sizes: dict[str, int] = {}
    for name, array in params.schema.items():
        for axis, length in zip(array.axes.split(), np.shape(getattr(params, name)), strict=True):
            if length_of(axis, {axis: length, **sizes}) != length:
                raise TypeError(f"{name} has {length} along {axis}, others have {sizes.get(axis, axis)}")
            if not axis.isdecimal():
                sizes[axis] = length
    return sizes


def collected(mechanics: Iterable[ModuleType], function: str, setup: Any) -> dict[str, Any]:
    """What the mechanics' functions of a name return for a setup, in one dict; who has none adds nothing."""
    found: dict[str, Any] = {}
    for mechanic in mechanics:
        if hasattr(mechanic, function):
            found |= getattr(mechanic, function)(setup)
    return found


def names_with(kind: Any, axes: str) -> tuple[str, ...]:
    """The names of a tuple class whose arrays have these axes."""
    return tuple(name for name, array in kind.schema.items() if array.axes == axes)


# Compiled loops over all arrays of a tuple. Their source is written here, since compiled code cannot loop
# over the fields of a named tuple.


def row_of(kind: Any) -> Any:
    """A rule (arrays, w): world w of the arrays, as views."""
    rows = ", ".join(f"arrays.{name}[w]" for name in kind._fields)
    return _compiled(f"def row(arrays, w):\n    return {kind.__name__}({rows})\n", kind)


def clear_of(kind: Any) -> Any:
    """A rule (arrays): zero every array of one world."""
    lines = [line for name, array in kind.schema.items() for line in _loop(name, array, "0")]
    return _compiled("def clear(arrays):\n" + "".join(lines or ["    pass\n"]), kind)


def copy_of(kind: Any) -> Any:
    """A rule (source, arrays): copy every array of one world."""
    lines = [line for name, array in kind.schema.items() for line in _loop(name, array, f"source.{name}")]
    return _compiled("def copy(source, arrays):\n" + "".join(lines or ["    pass\n"]), kind)


def _loop(name: str, array: Array, value: str) -> list[str]:
    """Nested loops that set every entry of an array."""
    indices = [f"i{k}" for k in range(array.dimensions)]
    lines = [
        f"{'    ' * (k + 1)}for {index} in range(arrays.{name}.shape[{k}]):\n"
        for k, index in enumerate(indices)
    ]
    place = f"[{', '.join(indices)}]"
    entry = value if value == "0" else value + place
    return [*lines, f"{'    ' * (len(indices) + 1)}arrays.{name}{place} = {entry}\n"]


def _compiled(source: str, kind: Any) -> Any:
    names: dict[str, Any] = {kind.__name__: kind}
    exec(compile(source, f"<arrays of {kind.__module__}.{kind.__name__}>", "exec"), names)
    function = next(value for name, value in names.items() if name in ("row", "clear", "copy"))
    return rule(function)
