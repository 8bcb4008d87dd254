"""The picture of a lake: boats and what they caught, the fish that are left, and the stock over time."""

import numpy as np
import pygame

from .lake_curve import draw_curve
from .palette import Colour, agent_colours, palette
from .pen import text
from .scene import LakeScene

HEIGHT, WIDTH = 18, 20  # of the picture, in cells of the scale it is drawn at
_FINE = 2  # drawn larger and scaled down, so that edges are smooth
_SURFACE, _BED = 0.3, 0.94  # where the water begins and ends, as shares of the lake's height
_SHOAL = 160  # fish drawn in a full lake
_SMALLEST = 8  # pixels of a font that can be read


def draw_lake(scene: LakeScene, cell: int = 32, focus: int | None = None) -> np.ndarray:
    """The lake above, its history below, uint8 (18 * cell, 20 * cell, 3); `focus`: an agent to point out."""
    width, height = WIDTH * cell, HEIGHT * cell
    fine = pygame.Surface((_FINE * width, _FINE * height), 0, 24)
    low = round(0.62 * height)
    lake = pygame.Rect(0, 0, _FINE * width, _FINE * low)
    _draw_water(fine, lake, scene)
    _draw_shoal(fine, lake, scene)
    for agent in range(len(scene.returns)):
        _draw_boat(fine, _berth(lake, agent, len(scene.returns)), scene, agent, agent == focus)
    surface = pygame.transform.smoothscale(fine, (width, height))
    _write_catches(surface, pygame.Rect(0, 0, width, low), scene, cell)
    draw_curve(surface, pygame.Rect(0, low, width, height - low), scene, cell)
    return np.frombuffer(pygame.image.tobytes(surface, "RGB"), np.uint8).reshape(height, width, 3)


def _mix(one: Colour, other: Colour, share: float) -> Colour:
    r, g, b = (round(a + (z - a) * share) for a, z in zip(one, other, strict=True))
    return r, g, b


def _draw_water(surface: pygame.Surface, lake: pygame.Rect, scene: LakeScene) -> None:
    """Sky, water that darkens with depth, and the bed; a lake that has collapsed is murky."""
    top, bed = lake.y + _SURFACE * lake.height, lake.y + _BED * lake.height
    for y in range(lake.y, lake.bottom):
        if y < top:
            colour = _mix(palette()["dusk"], palette()["dusk_low"], (y - lake.y) / (top - lake.y))
        else:
            share = min((y - top) / (bed - top), 1.0)
            colour = _mix(palette()["water"], palette()["water_deep"], share)
            if scene.collapsed:
                colour = _mix(colour, palette()["water_dead"], 0.6)
        pygame.draw.line(surface, colour, (lake.x, y), (lake.right, y))
    ripple = _mix(palette()["water"], palette()["white"], 0.35)
    pygame.draw.line(surface, ripple, (lake.x, top), (lake.right, top), max(lake.height // 160, 1))
    x = np.linspace(0, 1, 41)
    hills = bed + 0.018 * lake.height * (np.sin(9 * x) + np.sin(23 * x + 1))
    points = [*zip((lake.x + x * lake.width).tolist(), hills.tolist(), strict=True)]
    pygame.draw.polygon(surface, palette()["bed"], [*points, lake.bottomright, lake.bottomleft])


def _draw_shoal(surface: pygame.Surface, lake: pygame.Rect, scene: LakeScene) -> None:
    """As many fish as the lake is full; each has its place and is there or not, drifting a little."""
    shown = int(np.ceil(_SHOAL * scene.stock / scene.capacity - 1e-9))
    k = np.arange(1, _SHOAL + 1)
    x, y = (k * 0.7548776662) % 1, (k * 0.5698402910) % 1  # evenly spread however many there are (R2)
    left = np.sin(k * 12.9898) < 0
    drift = 0.012 * np.sin(scene.step * 0.9 + k)
    size = lake.height * 0.018
    top, bed = _SURFACE + 0.13, _BED - 0.06
    for i in range(shown):
        at = (
            lake.x + (0.03 + 0.94 * x[i] + drift[i]) * lake.width,
            lake.y + (top + (bed - top) * y[i]) * lake.height,
        )
        _draw_fish(surface, at, size * (0.85 + 0.3 * ((k[i] * 0.618) % 1)), -1 if left[i] else 1)


def _draw_fish(surface: pygame.Surface, at: tuple[float, float], size: float, way: int) -> None:
    """One fish, `size` half its length, facing left (-1) or right (1)."""
    x, y = at
    body = pygame.Rect(0, 0, round(2 * size), round(0.95 * size))
    body.center = (round(x), round(y))
    tail = [
        (x - way * 0.7 * size, y),
        (x - way * 1.6 * size, y - 0.5 * size),
        (x - way * 1.6 * size, y + 0.5 * size),
    ]
    pygame.draw.polygon(surface, palette()["fish"], tail)
    pygame.draw.ellipse(surface, palette()["fish"], body)
    belly = pygame.Rect(body.x + body.width // 5, body.centery, 3 * body.width // 5, body.height // 2)
    pygame.draw.ellipse(surface, palette()["fish_belly"], belly)
    eye = (round(x + way * 0.55 * size), round(y - 0.1 * size))
    pygame.draw.circle(surface, palette()["pupil"], eye, max(round(0.14 * size), 1))


def _berth(lake: pygame.Rect, agent: int, agents: int) -> pygame.Rect:
    """The room of a boat, its bottom at the water: side by side."""
    room = lake.width / agents
    width = min(room * 0.8, lake.height * 0.26)
    centre = lake.x + (agent + 0.5) * room
    height = width * 0.8
    water = lake.y + _SURFACE * lake.height
    return pygame.Rect(round(centre - width / 2), round(water - height), round(width), round(height))


def _draw_boat(
    surface: pygame.Surface, berth: pygame.Rect, scene: LakeScene, agent: int, focused: bool
) -> None:
    """A boat in its agent's colour over a net as deep as its catch; the outline is what it asked for."""
    colour = agent_colours(len(scene.returns))[agent]
    x, y, w, h = berth
    water, thick = berth.bottom, max(w // 40, 1)
    depth = surface.get_height() * 0.62 * (_BED - _SURFACE) * 0.8
    for amount, line in ((scene.asked[agent], thick), (scene.caught[agent], 0)):
        deep = depth * float(amount) / scene.catch_limit
        if deep > 0:
            net = [(x + 0.34 * w, water), (x + 0.66 * w, water)]
            net += [(x + 0.6 * w, water + deep), (x + 0.4 * w, water + deep)]
            tint = colour if line else _mix(colour, palette()["water_deep"], 0.45)
            pygame.draw.polygon(surface, tint, net, line)
    hull = [
        (x, water - 0.3 * h),
        (x + w, water - 0.3 * h),
        (x + 0.84 * w, water + 0.1 * h),
        (x + 0.16 * w, water + 0.1 * h),
    ]
    mast = pygame.Rect(round(x + 0.48 * w), y, max(round(0.05 * w), 1), round(0.75 * h))
    sail = [(x + 0.56 * w, y), (x + 0.56 * w, water - 0.4 * h), (x + 0.96 * w, water - 0.4 * h)]
    pygame.draw.rect(surface, palette()["straw"], mast)
    pygame.draw.polygon(surface, palette()["altar"], sail)
    pygame.draw.polygon(surface, colour, hull)
    pygame.draw.polygon(surface, _mix(colour, palette()["black"], 0.4), hull, thick)
    if focused:
        frame = berth.inflate(w // 5, h // 5)
        pygame.draw.rect(surface, palette()["ready"], frame, 2 * thick, border_radius=w // 10)


def _write_catches(surface: pygame.Surface, lake: pygame.Rect, scene: LakeScene, cell: int) -> None:
    """Over each boat, what it caught in the last step; nothing before the first, or too small to read."""
    agents = len(scene.returns)
    words = [f"{caught:.3g}" for caught in scene.caught]
    size = round(cell * 0.75)
    widest = max(text(word, size, palette()["ink"]).get_width() for word in words)
    size = min(size, int(size * 0.9 * lake.width / agents / max(widest, 1)))
    if size < _SMALLEST or scene.step == 0:
        return
    for agent, word in enumerate(words):
        berth = _berth(lake, agent, agents)
        image = text(word, size, agent_colours(agents)[agent])
        surface.blit(image, image.get_rect(midbottom=(berth.centerx, berth.y - cell // 8)))
