"""The driver on a GPU: one thread runs the rules of one world, the same functions as on CPU."""

from functools import cache
from typing import Any

import numba.cuda

from .compiling import keyed_cache
from .driver import acts, is_forbidden, named, rules_of
from .fingerprint import fingerprint
from .rulebook import Rulebook, with_globals

cuda: Any = numba.cuda  # without type stubs
NONE_FORBIDDEN = 2**62  # larger than any flat index of an action


def require_numba_cuda() -> None:
    """Refuse the CUDA target that is built into Numba, an old one; its simulator serves."""
    if cuda.implementation == "Built-in" and not numba.config.ENABLE_CUDASIM:  # type: ignore[attr-defined]
        message = "device='cuda' needs numba-cuda: pip install 'altared[gpu]'"
        raise ModuleNotFoundError(message, name="numba_cuda")


def kernel(function: Any, kept_under: str = "") -> Any:
    """A kernel, kept on disk as the CPU's drivers are: under the hash of all rules."""
    with keyed_cache(fingerprint=kept_under):
        return cuda.jit(cache=True)(function)


@kernel
def check_actions(actions, constants, forbidden):
    """Leave in `forbidden` (1,) int64 the flat index of the first action outside the space."""
    w = cuda.grid(1)
    if w < actions.shape[0]:
        for i in range(actions.shape[1]):
            if is_forbidden(actions[w, i], constants):
                cuda.atomic.min(forbidden, 0, w * actions.shape[1] + i)


def run_on_gpu(constants, memory, actions, mode, forbidden):
    """All worlds; none moves if an action is forbidden."""
    w = cuda.grid(1)
    if w < actions.shape[0] and (forbidden[0] == NONE_FORBIDDEN or not acts(mode)):
        run_world(w, constants, memory, actions, mode)


def run_world(*_: Any) -> None:
    raise NotImplementedError("a kernel runs the rules of a rulebook: see kernel_of")


@cache
def kernel_of(book: Rulebook) -> Any:
    """The kernel of a rulebook."""
    return kernel(
        named(with_globals(run_on_gpu, rules_of(book, by_reference=False)), book), fingerprint(book)
    )
