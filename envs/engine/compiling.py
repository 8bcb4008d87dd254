"""How rules are compiled, and where compiled drivers are kept.

`@rule` is for a function of one world that other rules call; the optimiser always inlines it. `@seldom_rule`
need not be inlined, so its callers compile faster. `@inlined_rule` is copied into its callers before types
are known, so that constants given to it stay constants. `@driver` is for a loop over worlds; Python calls it,
and it is kept on disk (`@uncached_driver`: not kept).
They switch Numba's reference counting off: rules never allocate (the compiler refuses them if they do),
views cost nothing, and a step is some five times faster. So Numba's own threads, which need it, are not used:
a driver lets go of Python's lock and is called from several threads.
"""

import hashlib
import os
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import numba
import numpy as np
from numba.core import event
from numba.core.compiler import CompilerBase, DefaultPassBuilder
from numba.core.compiler_machinery import FunctionPass, register_pass
from numba.core.untyped_passes import TranslateByteCode

PATIENCE = 1.0  # seconds before a person is told what is compiled


@register_pass(mutates_CFG=False, analysis_only=True)
class _LeaveForCallers(FunctionPass):
    """Do not optimise a rule by itself: its callers are, with the rule in them. Saves a fifth of the time."""

    _name = "leave_for_callers"

    def __init__(self) -> None:
        super().__init__()

    def run_pass(self, state: Any) -> bool:
        made = state.targetctx.codegen().create_library(state.func_id.func_qualname)
        made.enable_object_caching()
        made._optimize_final_module = lambda: None  # private: a Numba without it only takes longer
        state["library"] = made
        return False


class _RuleCompiler(CompilerBase):
    """Numba's compiler, without a rule's own optimisation."""

    def define_pipelines(self) -> list[Any]:
        passes = DefaultPassBuilder.define_nopython_pipeline(self.state)
        passes.add_pass_after(_LeaveForCallers, TranslateByteCode)
        passes.finalize()
        return [passes]


_njit: Any = numba.njit  # its type stubs know neither `_nrt` nor the wrappers' options
_options = {"_nrt": False, "no_cpython_wrapper": True, "no_cfunc_wrapper": True}
rule = _njit(**_options, forceinline=True, pipeline_class=_RuleCompiler)
seldom_rule = _njit(**_options, pipeline_class=_RuleCompiler)
inlined_rule = _njit(_nrt=False, inline="always")
driver = _njit(_nrt=False, no_cfunc_wrapper=True, cache=True, nogil=True)
uncached_driver = _njit(_nrt=False, no_cfunc_wrapper=True, nogil=True)


@contextmanager
def keyed_cache(*others: Path, fingerprint: str = "") -> Iterator[None]:
    """While drivers are defined, keep their machine code in a folder named by a hash of all sources.

    The sources are those of `envs`, and those in the folders `others`; `fingerprint` names further rules.

    Numba notices an edit of a driver's own file only; an edited rule or a reordered tuple in another
    file would leave a stale driver that reads the wrong fields (numba issue 6795 and PR 8359).
    """
    before = numba.config.CACHE_DIR  # type: ignore[attr-defined]
    numba.config.CACHE_DIR = str(_cache_folder(before, others, fingerprint))  # type: ignore[attr-defined]
    try:
        yield
    finally:
        numba.config.CACHE_DIR = before  # type: ignore[attr-defined]


def _cache_folder(base: str, others: tuple[Path, ...] = (), fingerprint: str = "") -> Path:
    """A writable folder for this version of the sources; a private temporary one if there is no other."""
    root = Path(base) if base else _user_cache() / "altared"
    folder = root / f"rules-{_hash_of_sources(others)}" / fingerprint
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            return folder
    except OSError:
        return Path(tempfile.mkdtemp(prefix="altared-rules-"))


def _user_cache() -> Path:
    for variable in ("XDG_CACHE_HOME", "LOCALAPPDATA"):
        if os.environ.get(variable):
            return Path(os.environ[variable])
    return Path.home() / ".cache"


@cache
def _hash_of_sources(others: tuple[Path, ...] = ()) -> str:
    digest = hashlib.sha256()
    for root in (Path(__file__).parents[1], *others):
        for path in sorted(root.rglob("*.py")):
            digest.update(path.relative_to(root).as_posix().encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:16]


def without_dispatch(function: Callable[..., Any], arguments: tuple) -> Callable[..., Any]:
    """The machine code of a driver for arguments of these types.

    Numba's dispatch looks for the types of all arguments at each call.
    """
    if not hasattr(function, "get_overload"):  # rules are not compiled (NUMBA_DISABLE_JIT)
        return np.errstate(over="ignore")(function)  # random streams wrap around, of which NumPy warns
    types = tuple(numba.typeof(argument) for argument in arguments)
    function.compile(types)
    return function.get_overload(types)


@contextmanager
def announced(what: str, kept: bool) -> Iterator[None]:
    """Say on stderr that something is compiled, if it takes longer than a second; once in a process.

    Nothing is said while it is loaded from disk, however long that takes. kept: whether it is there the next
    time.
    """
    message = f"altared: compiling {what}" + "; this is kept on disk for the next time" * kept
    with event.install_recorder("numba:compile") as compiled:
        timer = threading.Timer(PATIENCE, lambda: compiled.buffer and _say_once(message))
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()


@cache
def _say_once(message: str) -> None:
    print(message, file=sys.stderr, flush=True)
