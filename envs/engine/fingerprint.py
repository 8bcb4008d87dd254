"""A fingerprint of rules from outside the package: the machine code that contains them is kept under it.

The package's own rules are kept under the hash of all its sources. Others may lie in any module. So what a
rulebook can reach is hashed: the bytecode of its rules, their defaults, the numbers and enumerations that
they read, and the source files that they are in.
"""

import hashlib
from collections.abc import Iterable
from enum import EnumMeta
from pathlib import Path
from types import CodeType, ModuleType
from typing import Any

import numpy as np

from .rulebook import Rulebook

PACKAGE = __name__.split(".")[0]
LIBRARIES = ("numpy", "numba", "math", "builtins")  # no rules of a game are there


def fingerprint(book: Rulebook) -> str:
    """16 hexadecimal digits for a rulebook with rules from outside; "" where all are the package's."""
    reached = _Reached()
    reached.add_all(book)
    if not reached.outside:
        return ""
    for kind in book.tuples:
        reached.digest.update(repr(kind._fields).encode())
    for file in sorted(reached.outside):
        reached.digest.update(Path(file).read_bytes() if Path(file).is_file() else b"")
    return reached.digest.hexdigest()[:16]


def _top(module: str | None) -> str:
    """The package that a module is in."""
    return (module or "").split(".")[0]


class _Reached:
    """What rules can reach, added to a digest; rules from outside are noted with their files."""

    def __init__(self) -> None:
        self.digest, self.outside = hashlib.sha256(), set[str]()
        self._seen = set[int]()

    def add_all(self, values: Iterable[Any]) -> None:
        for value in values:
            self._add(value)

    def _add(self, value: Any) -> None:
        function = getattr(value, "py_func", value)
        if hasattr(function, "__code__"):
            self._add_function(value, function)
        elif isinstance(value, tuple):
            self.add_all(value)
        elif isinstance(value, EnumMeta):
            self.digest.update(repr([(one.name, one.value) for one in value]).encode())  # type: ignore[attr-defined]
        elif isinstance(value, np.ndarray):
            self.digest.update(str((value.dtype, value.shape)).encode() + value.tobytes())
        elif isinstance(value, int | float | complex | str | bytes | np.generic | type(None)):
            self.digest.update(repr(value).encode())

    def _add_function(self, compiled: Any, function: Any) -> None:
        if id(function) in self._seen or _top(function.__module__) in LIBRARIES:
            return
        self._seen.add(id(function))
        if _top(function.__module__) != PACKAGE:
            self.outside.add(function.__code__.co_filename)
        options = {name: repr(one) for name, one in getattr(compiled, "targetoptions", {}).items()}
        options.pop("pipeline_class", None)
        self.digest.update(repr(sorted(options.items())).encode())
        self.add_all(function.__defaults__ or ())
        self.add_all(cell.cell_contents for cell in function.__closure__ or ())
        self._add_code(function.__code__, function.__globals__)

    def _add_code(self, code: CodeType, names: dict[str, Any]) -> None:
        """Bytecode, its constants, and what its global names, and names in modules, stand for."""
        self.digest.update(code.co_code + repr(code.co_names).encode())
        for constant in code.co_consts:
            if isinstance(constant, CodeType):
                self._add_code(constant, names)
            else:
                self.digest.update(repr(constant).encode())
        self.add_all(_named(code.co_names, names))


def _named(names: tuple[str, ...], known: dict[str, Any]) -> list[Any]:
    """The values of names, also of those in modules, and in modules of modules."""
    found, opened = [known[name] for name in names if name in known], set[int]()
    for value in found:  # it grows meanwhile
        if (
            isinstance(value, ModuleType)
            and _top(value.__name__) not in LIBRARIES
            and id(value) not in opened
        ):
            opened.add(id(value))
            found += [vars(value)[name] for name in names if name in vars(value)]
    return found
