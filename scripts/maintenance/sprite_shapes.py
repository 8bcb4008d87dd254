"""The parts of the 32-pixel sprites, as shapes on an easel."""

from collections.abc import Callable

import numpy as np
from rasteriser import SIZE, Colours, Easel


def _specks(easel: Easel, spots: str, height: float, width: float, colour: str) -> None:
    for spot in spots.split():
        y, x = spot.split(",")
        easel.box(float(y), float(x), height, width, colour)


def _tuft(easel: Easel, y: float, x: float, colour: str, tip: str) -> None:
    """Three blades of grass that stand on (y, x)."""
    easel.polygon([(y, x - 1), (y - 5, x - 4), (y, x + 1)], colour)
    easel.polygon([(y, x - 1), (y - 5, x + 4), (y, x + 1)], colour)
    easel.polygon([(y, x - 1.2), (y - 6.5, x), (y, x + 1.2)], tip)


def unseen(easel: Easel) -> None:
    easel.box(0, 0, SIZE, SIZE, "black")


def outside(easel: Easel) -> None:
    easel.box(0, 0, SIZE, SIZE, "outside")


def wall(easel: Easel) -> None:
    easel.box(0, 0, SIZE, SIZE, "mortar")
    for y, joints in ((0, (-1, 31)), (16, (-17, 15))):
        for x in (joints[0] + 1, joints[1] + 1):
            easel.box(y, x, 15, 31, "stone")
            easel.box(y, x, 2, 31, "stone_light")
            easel.box(y, x, 15, 1, "stone_light")
    _specks(easel, "8,6 6,22 11,14 21,8 26,24 24,20", 1, 3, "stone_light")


def floor(easel: Easel) -> None:
    easel.box(0, 0, SIZE, SIZE, "sand")
    _specks(easel, "4,21 9,5 13,27 18,12 24,3 27,23", 1, 3, "sand_dark")
    _specks(easel, "5,22 14,28 7,13 20,20 29,9", 1, 2, "sand_light")


def grass(easel: Easel) -> None:
    easel.box(0, 0, SIZE, SIZE, "grass")
    for y, x in ((9, 7), (13, 25), (28, 12), (26, 28), (19, 4)):
        _tuft(easel, y, x, "grass_dark", "grass_light")
    _specks(easel, "3,17 17,15 22,21 5,29 30,3", 2, 1, "grass_light")


def earth(easel: Easel) -> None:
    easel.box(0, 0, SIZE, SIZE, "earth")
    _specks(easel, "5,4 4,24 11,14 19,26 22,7 29,18", 1, 3, "earth_dark")
    for y, x in ((10, 8), (15, 27), (28, 11)):
        easel.polygon([(y, x - 0.8), (y - 4, x - 3.5), (y, x + 0.8)], "straw")
        easel.polygon([(y, x - 0.8), (y - 5, x + 2), (y, x + 0.8)], "straw")


def fruit_a(easel: Easel) -> None:
    easel.ellipse(27, 16.5, 3, 9, "grass_dark", 0.8)
    for x in (12.5, 19.5):
        easel.ellipse(18.5, x, 9.2, 7.6, "a_dark")
    for x in (12.7, 19.3):
        easel.ellipse(18, x, 8, 6.5, "a")
    easel.box(12, 12.5, 13, 7, "a")
    easel.ellipse(15, 11, 3.2, 2, "a_light")
    easel.polygon([(4, 15), (4, 17.4), (12, 17), (12, 15.4)], "stem")
    easel.ellipse(6.5, 20.5, 2.2, 4, "leaf")


def fruit_b(easel: Easel) -> None:
    easel.ellipse(27, 16.5, 2.6, 8, "grass_dark", 0.8)
    easel.polygon([(3, 15.2), (3, 17), (11, 17), (11, 15.2)], "stem")
    easel.ellipse(6.5, 11.5, 2.2, 4.6, "leaf")
    for y, x in ((13, 10), (13, 22), (22, 16)):
        easel.ellipse(y, x, 6.6, 6.6, "b_dark")
        easel.ellipse(y, x, 5.4, 5.4, "b")
        easel.ellipse(y - 1.8, x - 1.8, 1.8, 1.8, "b_light")


def fruit_c(easel: Easel) -> None:
    easel.ellipse(27.5, 16.5, 2.6, 9, "grass_dark", 0.8)
    easel.polygon([(3, 18), (4, 20), (10, 17), (10, 15)], "stem")
    for grow, colour in ((1.2, "c_dark"), (0, "c")):
        easel.ellipse(13, 16, 5.6 + grow, 4.8 + grow, colour)
        easel.ellipse(20.5, 16, 6.8 + grow, 8 + grow, colour)
    easel.ellipse(14.5, 13.5, 3.4, 1.5, "c_light")
    easel.ellipse(19.5, 12, 2.4, 1.7, "c_light")


def bud(easel: Easel) -> None:
    easel.polygon([(20, 15.2), (12, 15.6), (20, 17)], "grass_dark")
    easel.ellipse(20, 12.5, 1.6, 4, "grass_dark")
    easel.ellipse(18.5, 20, 1.6, 4, "grass_light")
    easel.ellipse(12.5, 16, 2.2, 2, "faint_kind")


def seed(easel: Easel) -> None:
    easel.ellipse(18.4, 16.6, 3, 4.4, "earth_dark")
    easel.ellipse(17.6, 16, 1.6, 2.2, "faint_kind")


def pedestal(easel: Easel) -> None:
    easel.ellipse(28.5, 16, 2.8, 11, "sand_dark")
    easel.polygon([(26, 8), (26, 24), (29.5, 26), (29.5, 6)], "altar_dark")
    easel.polygon([(20, 12), (20, 20), (26.5, 22), (26.5, 10)], "altar_shade")
    easel.polygon([(20, 12), (20, 15), (26.5, 14), (26.5, 10)], "altar")
    easel.polygon([(15, 4), (15, 28), (21, 22), (21, 10)], "altar_shade")
    easel.polygon([(15, 4), (15, 16), (21, 16), (21, 10)], "altar")
    easel.ellipse(15, 16, 2.8, 12.4, "altar")
    easel.ellipse(15, 16, 1.8, 10.6, "coal")


def coals(easel: Easel) -> None:
    for y, x in ((14, 11), (14.2, 17), (13.6, 21)):
        easel.ellipse(y, x, 1.8, 2.8, "altar_dark")


def _tongue(easel: Easel, x: float, tip: float, half: float, colour: str, grow: float = 0) -> None:
    """A tongue of fire on the bowl; `grow` widens its outline."""
    base = 15.5 - half * 0.8
    dy, dx = (easel.y - base) / (half * 0.8 + grow), (easel.x - x) / (half + grow)
    rise = (base - easel.y) / (base - tip + 1.6 * grow)  # 0 at the widest part, 1 at the tip
    cone = (rise >= 0) & (rise <= 1) & (np.abs(easel.x - x) <= (half + grow) * (1 - rise) * (1 + 0.5 * rise))
    easel.fill((dy * dy + dx * dx <= 1) | cone, colour)


def flame(easel: Easel) -> None:
    for grow, colour in ((1.1, "flame_edge"), (0, "flame")):
        for side in (-1, 1):
            _tongue(easel, 16 + 5.5 * side, 5, 3.6, colour, grow)
        _tongue(easel, 16, 1.8, 6.6, colour, grow)
    _tongue(easel, 16, 8, 2.8, "flame_core")


def flame_left(easel: Easel) -> None:
    _half_flame(easel, -1)


def flame_right(easel: Easel) -> None:
    _half_flame(easel, 1)


def _half_flame(easel: Easel, side: int) -> None:
    """One of two flames that share the bowl."""
    for grow, colour in ((1.1, "flame_edge"), (0, "flame")):
        _tongue(easel, 16 + 8.5 * side, 6, 3, colour, grow)
        _tongue(easel, 16 + 5.2 * side, 1.8, 4.2, colour, grow)
    _tongue(easel, 16 + 5.5 * side, 8.5, 2, "flame_core")


def blaze(easel: Easel) -> None:
    for x, tip in ((6.5, 5.5), (25.5, 5.5), (11, 2), (21, 2)):
        _tongue(easel, x, tip, 4.2, "fire_edge")
    for x, tip in ((8, 8), (24, 8), (16, 0)):
        _tongue(easel, x, tip, 5.4, "fire")
    for x in (11.5, 16, 20.5):
        _tongue(easel, x, 7, 2.6, "fire_core")


def blank(easel: Easel) -> None:
    easel.ellipse(28.5, 16, 2.6, 13, "sand_dark")
    for grow, colour in ((1.2, "altar_dark"), (0, "altar")):
        easel.ellipse(10, 16, 8 + grow, 9 + grow, colour)
        easel.box(10, 7 - grow, 18, 18 + 2 * grow, colour)
    easel.box(10, 22, 18, 3, "altar_shade")
    for y in (12, 17, 22):
        easel.box(y, 10.5, 1.6, 9, "altar_shade")
    easel.box(27, 4, 3, 24, "altar_dark")


def beam(easel: Easel) -> None:
    easel.box(0, 0, SIZE, SIZE, "beam_glow")
    easel.ellipse(16, 16, 8, 8, "beam_core", 0.15)
    easel.polygon([(1, 16), (16, 18.4), (31, 16), (16, 13.6)], "white", 0.9)
    easel.polygon([(16, 1), (13.6, 16), (16, 31), (18.4, 16)], "white", 0.9)


def body(easel: Easel) -> None:
    """Seen from above, facing up; white where the body's own colour shows in full."""
    easel.ellipse(18, 16, 12.6, 12.6, "tint_edge")
    easel.polygon([(1, 16), (9, 22.5), (9, 9.5)], "tint_edge")
    easel.ellipse(18, 16, 11, 11, "tint_shade")
    easel.ellipse(17, 16, 9.9, 10.4, "tint")
    easel.polygon([(3.6, 16), (9.5, 20), (9.5, 12)], "tint_shade")


def face(easel: Easel) -> None:
    for x in (10.5, 21.5):
        easel.ellipse(11.5, x, 4.4, 4.2, "pupil")
        easel.ellipse(11.5, x, 3.6, 3.4, "white")
        easel.ellipse(10.4, x, 2, 1.9, "pupil")


def shine(easel: Easel) -> None:
    """The light falls from the top left, whichever way a body faces."""
    easel.ellipse(14.5, 12.5, 5, 5.5, "white", 0.16)
    easel.ellipse(13, 11.5, 2.4, 2.8, "white", 0.22)


def ready(easel: Easel) -> None:
    easel.polygon([(0.4, 16), (8.6, 22), (8.6, 10)], "pupil")
    easel.polygon([(2.6, 16), (7.4, 19.4), (7.4, 12.6)], "ready")


def badge(easel: Easel) -> None:
    easel.ellipse(22, 16, 4.6, 4.6, "white")
    easel.ellipse(22, 16, 3.5, 3.5, "kind")


def mark(easel: Easel) -> None:
    easel.ring(16, 16, 16, 13.2, "mark")


def spark(easel: Easel) -> None:
    """Where a beam struck."""
    for grow, colour in ((1.2, "pupil"), (0, "spark")):
        for y, x in ((0, 1), (1, 0), (1, 1), (1, -1)):
            reach, half = (14 if y * x == 0 else 9.5) + grow, 3 + grow
            side = half / (y * y + x * x) ** 0.5
            tips = [
                (-reach * y, -reach * x),
                (-side * x, side * y),
                (reach * y, reach * x),
                (side * x, -side * y),
            ]
            easel.polygon([(16 + dy, 16 + dx) for dy, dx in tips], colour)
    easel.ellipse(16, 16, 3.4, 3.4, "white")


def poisoned(easel: Easel) -> None:
    """A skull at a body's side."""
    for grow, colour in ((1.4, "poison"), (0, "white")):
        easel.ellipse(22.4, 25, 4.6 + grow, 5.2 + grow, colour)
        easel.box(25 - grow, 22.2 - grow, 4.6 + 2 * grow, 5.6 + 2 * grow, colour)
    for x in (22.9, 27.1):
        easel.ellipse(22.6, x, 1.6, 1.4, "poison")
    for x in (23.6, 25.9):
        easel.box(27.4, x, 2.2, 0.8, "poison")


def prohibited(easel: Easel) -> None:
    """Struck out."""
    easel.ring(16, 16, 15.5, 12.8, "forbidden")
    easel.polygon([(5.5, 7.5), (24.5, 26.5), (26.5, 24.5), (7.5, 5.5)], "forbidden")


def focus(easel: Easel) -> None:
    for y in (0, 1):
        for x in (0, 1):
            for thick, colour in ((3.5, "pupil"), (2, "white")):
                easel.box((SIZE - thick) * y, 23 * x, thick, 9, colour)
                easel.box(23 * y, (SIZE - thick) * x, 9, thick, colour)


_GROUNDS = (unseen, outside, wall, floor, grass, earth)
_ALTARS = (pedestal, coals, flame, flame_left, flame_right, blaze, blank)
_FRUITS = (fruit_a, fruit_b, fruit_c, bud, seed)
_BODIES = (body, face, shine, ready, badge, mark, poisoned, focus)
_SIGNS = (beam, spark, prohibited)
PARTS: dict[str, Callable[[Easel], None]] = {
    paint.__name__: paint for paint in (*_GROUNDS, *_ALTARS, *_FRUITS, *_BODIES, *_SIGNS)
}


def draw_part(name: str, colours: Colours) -> np.ndarray:
    """One part of the 32-pixel sprites, uint8 (32, 32, 4)."""
    easel = Easel(colours)
    PARTS[name](easel)
    return easel.finished()
