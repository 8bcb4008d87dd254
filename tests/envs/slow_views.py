"""What a map, an agent's view and a beam look like, worked out slowly."""

from functools import cache

import numpy as np
from altared.envs.grid import codes

AHEAD = ((-1, 0), (0, 1), (1, 0), (0, -1))  # N, E, S, W as (dy, dx)


def picture_of(map_, growth, altar, bodies, shown) -> np.ndarray:
    """(H, W, 2) uint8. growth: of each site; bodies: (place, code) or None; shown: occupants, for beams."""
    picture = np.zeros((map_.height, map_.width, 2), np.uint8)
    picture[..., 0] = np.where(map_.walls, codes.WALL, codes.FLOOR)
    for place, kind, grown in zip(map_.sites.tolist(), map_.kinds, growth, strict=True):
        picture[*place, 0] = codes.SITE + 3 * kind + grown
    for place in map_.altars.tolist():
        picture[*place, 0] = altar
    picture[..., 1] = np.where(shown == codes.BEAM, codes.BEAM, codes.NOBODY)  # beams: see `beam_of`
    for body in bodies:
        if body is not None:
            picture[*body[0], 1] = body[1]
    return picture


def view_of(config, picture, place, facing, own, feet=None) -> np.ndarray:
    """The whole world turned until the agent faces up, with room around it, cut out.

    own: how the agent shows to itself; feet: the ground it sees under itself, if not what is there.
    """
    rows, columns = config.view_forward + 1 + config.view_backward, config.view_left + 1 + config.view_right
    if place is None:
        return np.zeros((rows, columns, 2), np.uint8)
    seen = picture.copy()
    others = (seen[..., 1] >= codes.OTHER) & (seen[..., 1] < codes.SELF)
    looks, headings = np.divmod(seen[..., 1][others] - codes.OTHER, 4)
    seen[..., 1][others] = codes.OTHER + (headings + 4 - facing) % 4 + 4 * looks
    seen[*place, 1] = own
    seen[*place, 0] = seen[*place, 0] if feet is None else feet
    room = max(rows, columns)
    wide = np.zeros((seen.shape[0] + 2 * room, seen.shape[1] + 2 * room, 2), np.uint8)
    wide[..., 0] = codes.OUTSIDE
    wide[room : room + seen.shape[0], room : room + seen.shape[1]] = seen
    marker = np.zeros(wide.shape[:2], bool)
    marker[place[0] + room, place[1] + room] = True
    wide, marker = np.rot90(wide, facing), np.rot90(marker, facing)
    ((y, x),) = np.argwhere(marker)
    up, left = y - config.view_forward, x - config.view_left
    return wide[up : up + rows, left : left + columns]


@cache
def _colours(naming) -> tuple[np.ndarray, np.ndarray]:
    """Ground and occupant codes with the kinds renamed."""
    ground, occupant = np.arange(256), np.arange(256)
    for code in range(256):
        if parts := codes.site_parts(code):
            ground[code] = codes.SITE + 3 * naming[parts[0]] + parts[1]
        elif codes.ALTAR <= code < codes.BLANK_ALTAR:
            ground[code] = codes.ALTAR + sum(
                1 << naming[k] for k in range(3) if (code - codes.ALTAR) >> k & 1
            )
        if codes.OTHER <= code < codes.OCCUPANT_CODES and (badge := codes.occupant_parts(code).badge):
            occupant[code] += (naming[badge - 1] - (badge - 1)) * (4 if code < codes.SELF else 2)
    return ground, occupant


def recoloured(view, naming) -> np.ndarray:
    """A view with the kinds renamed: kind k looks like kind naming[k]."""
    ground, occupant = _colours(naming)
    return np.stack([ground[view[..., 0]], occupant[view[..., 1]]], -1)


def sees(config, place, facing, cell) -> bool:
    """Whether a cell lies in the view of an agent."""
    ahead, aside = AHEAD[facing], AHEAD[(facing + 1) % 4]
    dy, dx = cell[0] - place[0], cell[1] - place[1]
    forward, right = dy * ahead[0] + dx * ahead[1], dy * aside[0] + dx * aside[1]
    return (
        -config.view_backward <= forward <= config.view_forward
        and -config.view_left <= right <= config.view_right
    )


def beam_of(place, facing, length, radius, solid, bodies) -> tuple[set, set]:
    """The cells that a beam lights, and those where it meets a body; `bodies`: places."""
    columns = [(0, range(1, length + 1))]
    for side in (-1, 1):
        columns += [(side * r, range(length - r + 1)) for r in range(1, radius + 1)]
    reached, met, hidden = set(), set(), set()
    ahead, aside = AHEAD[facing], AHEAD[(facing + 1) % 4]
    for r, reach in columns:
        if np.sign(r) in hidden:
            continue
        for f in reach:
            cell = (place[0] + f * ahead[0] + r * aside[0], place[1] + f * ahead[1] + r * aside[1])
            if solid[cell] or cell in bodies:
                met |= {cell} if cell in bodies else set()
                if f == 0:
                    hidden.add(np.sign(r))
                break
            reached.add(cell)
    return reached, met
