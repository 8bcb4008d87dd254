"""How much room each part of the panel gets."""

from dataclasses import dataclass
from functools import cache

_MAX_COLUMNS = 4
_MIN_EVENTS = 3  # lines kept free for events


@dataclass(frozen=True)
class Layout:
    """Sizes in pixels, the same for every scene of an episode."""

    height: int
    width: int
    pad: int
    title: int  # font sizes
    text: int
    line: int  # from one line of text to the next
    columns: int  # of the list of agents
    row: int  # height of a row of that list
    rows: int

    @property
    def inner(self) -> int:
        return self.width - 2 * self.pad


@cache
def lay_out(
    agents: int,
    stocks: int,
    notes: int,
    world_height: int,
    ruled: bool = False,
    counts: int = 0,
    contracted: bool = False,
) -> Layout:
    """The panel next to a world `world_height` pixels high: as high, or higher where it needs the room.

    `ruled`: there is a rule to show; `counts`: how many counts are shown, two a line; `contracted`: there
    is a line on the contract.
    """
    scale = min(max(world_height / 576, 0.62), 2.5)
    pad, line = round(16 * scale), round(20 * scale)
    world_height = max(world_height, round(400 * scale))
    fixed = 2 * pad + round(64 * scale) + stocks * round(34 * scale) + (2 + _MIN_EVENTS) * line + pad
    fixed += (notes * line + pad) * bool(notes)
    fixed += (line + pad // 2) * contracted
    fixed += (3 * line) * ruled + (-(-counts // 2) * line + pad) * bool(counts)
    for columns in range(1, _MAX_COLUMNS + 1):
        rows = -(-agents // columns)
        row = min(round(26 * scale), max(world_height - fixed, 0) // rows)
        if row >= line * 0.8:
            break
    row = max(row, round(line * 0.8))
    return Layout(
        height=max(world_height, fixed + rows * row),
        width=round((384 if ruled else 360 if columns > 2 else 288) * scale),
        pad=pad,
        title=round(32 * scale),
        text=round(21 * scale),
        line=line,
        columns=columns,
        row=row,
        rows=rows,
    )
