"""A fingerprint of the rules of a game from outside the package: its machine code is kept under it.

The package's own drivers are kept under the hash of all its sources. The sources of another's game are not
known as files (its rules may use any module), so what counts is hashed: the bytecode of every rule that can
be reached, and the numbers that it reads.
"""

import hashlib
from types import CodeType, ModuleType
from typing import Any

import numpy as np

from .rulebook import Rulebook

PACKAGE = __name__.split(".")[0]


def is_ours(module: str) -> bool:
    """Whether a module belongs to this package."""
    return module.split(".")[0] == PACKAGE


def fingerprint(book: Rulebook) -> str:
    """16 hexadecimal digits for the rules of a game from outside; "" for one of ours."""
    if is_ours(book.module):
        return ""
    digest, seen = hashlib.sha256(), set[int]()
    for rule in book:
        _add(rule, digest, seen)
    return digest.hexdigest()[:16]


def _add(value: Any, digest: Any, seen: set[int]) -> None:
    """Add what a rule reads: other rules and numbers; not what else a module happens to hold."""
    function = getattr(value, "py_func", value)
    if hasattr(function, "__code__"):
        if id(function) not in seen:
            seen.add(id(function))
            _add_code(function.__code__, function.__globals__, digest, seen)
            for cell in function.__closure__ or ():
                _add(cell.cell_contents, digest, seen)
    elif isinstance(value, np.ndarray):
        digest.update(str((value.dtype, value.shape)).encode() + value.tobytes())
    elif isinstance(value, int | float | str | bool | np.generic | tuple | type(None)):
        digest.update(repr(value).encode())


def _add_code(code: CodeType, names: dict[str, Any], digest: Any, seen: set[int]) -> None:
    """Add bytecode, its constants, and what its global names, and names in modules, stand for."""
    digest.update(code.co_code + repr(code.co_names).encode())
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            _add_code(constant, names, digest, seen)
        else:
            digest.update(repr(constant).encode())
    found = [names[name] for name in code.co_names if name in names]
    for module in [one for one in found if isinstance(one, ModuleType)]:
        if not module.__name__.startswith(("numpy", "numba")):
            found += [vars(module)[name] for name in code.co_names if name in vars(module)]
    for value in found:
        _add(value, digest, seen)
