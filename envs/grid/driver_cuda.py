"""The driver on a GPU: one thread runs the rules of one world, the same functions as on CPU."""

from typing import Any

import numba.cuda

from ..engine.compiling import keyed_cache
from ..engine.worlds import acts, is_forbidden
from .driver import run_world

cuda: Any = numba.cuda  # without type stubs
NONE_FORBIDDEN = 2**62  # larger than any flat index of an action


def require_numba_cuda() -> None:
    """Refuse the CUDA target that is built into Numba, an old one; its simulator serves."""
    if cuda.implementation == "Built-in" and not numba.config.ENABLE_CUDASIM:  # type: ignore[attr-defined]
        message = "device='cuda' needs numba-cuda: pip install 'altared[gpu]'"
        raise ModuleNotFoundError(message, name="numba_cuda")


def kernel(function: Any) -> Any:
    """A kernel, kept on disk as the CPU's drivers are: under the hash of all rules."""
    with keyed_cache():
        return cuda.jit(cache=True)(function)


@kernel
def check_actions(actions, num_actions, forbidden):
    """Leave in `forbidden` (1,) int64 the flat index of the first action outside the space."""
    w = cuda.grid(1)
    if w < actions.shape[0]:
        for i in range(actions.shape[1]):
            if is_forbidden(actions[w, i], num_actions):
                cuda.atomic.min(forbidden, 0, w * actions.shape[1] + i)


@kernel
def run_on_gpu(p, payment, state, norms, events, tally, ended_tally, out, actions, mode, forbidden):
    """All worlds; none moves if an action is forbidden."""
    w = cuda.grid(1)
    if w < actions.shape[0] and (forbidden[0] == NONE_FORBIDDEN or not acts(mode)):
        run_world(w, p, payment, None, state, norms, events, tally, ended_tally, out, None, actions, mode)


@kernel
def run_on_gpu_without_norms(p, payment, state, events, tally, ended_tally, out, actions, mode, forbidden):
    """The same for a game without norms: a kernel takes no None from Python."""
    w = cuda.grid(1)
    if w < actions.shape[0] and (forbidden[0] == NONE_FORBIDDEN or not acts(mode)):
        run_world(w, p, payment, None, state, None, events, tally, ended_tally, out, None, actions, mode)


@kernel
def paint_on_gpu(views, table, out):
    """`observations.paint`, one thread a cell: views (B, rows, columns) through table into out."""
    index = cuda.grid(1)
    rows, columns = views.shape[1:]
    if index < views.size:
        b, row, column = index // (rows * columns), index // columns % rows, index % columns
        view = views[b, row, column]
        h, w, channels = table.shape[2:]
        for y in range(h):
            for x in range(w):
                for channel in range(channels):
                    value = table[view & 0xFF, view >> 8, y, x, channel]
                    out[b, row * h + y, column * w + x, channel] = value
