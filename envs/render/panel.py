"""The panel beside the world: step, stocks, returns by agent, events, notes."""

import re
from dataclasses import dataclass
from functools import cache, lru_cache

import pygame

from ..foraging import codes
from .colours import Colour, agent_colours, palette
from .scene import Scene
from .sprites import body

_MAX_COLUMNS = 4
_FINE = 4
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
def lay_out(agents: int, stocks: int, notes: int, world_height: int) -> Layout:
    """The layout beside a world `world_height` pixels high: as high, or higher where it needs the room."""
    scale = min(max(world_height / 576, 0.62), 2.5)
    pad, line = round(16 * scale), round(20 * scale)
    world_height = max(world_height, round(400 * scale))
    fixed = 2 * pad + round(64 * scale) + stocks * round(34 * scale) + (2 + _MIN_EVENTS) * line + pad
    fixed += (notes * line + pad) * bool(notes)
    for columns in range(1, _MAX_COLUMNS + 1):
        rows = -(-agents // columns)
        row = min(round(26 * scale), max(world_height - fixed, 0) // rows)
        if row >= line * 0.8:
            break
    row = max(row, round(line * 0.8))
    return Layout(
        height=max(world_height, fixed + rows * row),
        width=round((288 if columns < 3 else 360) * scale),
        pad=pad,
        title=round(32 * scale),
        text=round(21 * scale),
        line=line,
        columns=columns,
        row=row,
        rows=rows,
    )


@cache
def _font(size: int) -> pygame.font.Font:
    pygame.font.init()
    return pygame.font.Font(None, size)


@lru_cache(maxsize=1024)
def _text(words: str, size: int, colour: Colour) -> pygame.Surface:
    """Drawn large and scaled down: at 12 pixels the font's own hinting sets letters unevenly apart."""
    large = _font(_FINE * size).render(words, True, colour)
    return pygame.transform.smoothscale(
        large, (-(-large.get_width() // _FINE), -(-large.get_height() // _FINE))
    )


@cache
def _swatch(size: int, colour: Colour) -> pygame.Surface:
    image = body(size, colour, codes.OTHER)
    return pygame.image.frombytes(image.tobytes(), (size, size), "RGBA")


class _Pen:
    """Draws on the panel from top to bottom."""

    def __init__(self, layout: Layout):
        self.layout = layout
        self.surface = pygame.Surface((layout.width, layout.height), 0, 24)
        self.surface.fill(palette()["panel"])
        self.y = layout.pad

    def write(
        self, words: str, colour: str | Colour = "ink", size: int | None = None, right: bool = False
    ) -> None:
        """A line of text at the pen's height, the pen stays."""
        rgb = palette()[colour] if isinstance(colour, str) else colour
        image = _text(words, size or self.layout.text, rgb)
        x = self.layout.width - self.layout.pad - image.get_width() if right else self.layout.pad
        self.surface.blit(image, (x, self.y))

    def bar(self, share: float, colour: str, height: int) -> None:
        """A bar over the panel's width, filled to `share`."""
        box = pygame.Rect(self.layout.pad, self.y, self.layout.inner, height)
        pygame.draw.rect(self.surface, palette()["panel_raised"], box, border_radius=height // 2)
        box.width = round(box.width * min(max(share, 0.0), 1.0))
        if box.width:
            pygame.draw.rect(self.surface, palette()[colour], box, border_radius=height // 2)


def draw_panel(
    scene: Scene, layout: Layout, focus: int | None = None, notes: tuple[str, ...] = ()
) -> pygame.Surface:
    """The panel of a scene; `focus` is an agent to point out, `notes` are lines for the foot."""
    pen = _Pen(layout)
    _draw_head(pen, scene)
    _draw_stocks(pen, scene)
    _draw_agents(pen, scene, focus)
    foot = layout.height - layout.pad - len(notes) * layout.line
    _draw_events(pen, scene, foot - layout.pad * bool(notes))
    pen.y = foot
    for note in notes:
        pen.write(note)
        pen.y += layout.line
    return pen.surface


def _draw_head(pen: _Pen, scene: Scene) -> None:
    layout = pen.layout
    pen.write(scene.title, size=layout.title)
    pen.y += round(layout.title * 0.95)
    limit = f" / {scene.max_cycles}" if scene.max_cycles else ""
    pen.write(f"step {scene.step}{limit}", "ink_dim")
    pen.y += layout.line
    if scene.max_cycles:
        pen.bar(scene.step / scene.max_cycles, "ink_dim", max(layout.line // 6, 2))
    pen.y += layout.pad


def _draw_stocks(pen: _Pen, scene: Scene) -> None:
    layout = pen.layout
    for kind, (name, live, sites) in enumerate(scene.stocks):
        pen.write(name)
        pen.write(f"{live} / {sites}", right=True)
        pen.y += layout.line
        pen.bar(live / sites if sites else 0, codes.KIND_NAMES[kind % codes.KINDS], max(layout.line // 3, 4))
        pen.y += round(layout.line * 0.7)


def _draw_agents(pen: _Pen, scene: Scene, focus: int | None) -> None:
    layout = pen.layout
    pen.write("return", "ink_dim")
    pen.write(f"all together {_number(float(scene.returns.sum()))}", "ink_dim", right=True)
    pen.y += layout.line
    column_width = layout.inner // layout.columns
    for agent in range(len(scene.returns)):
        column, row = divmod(agent, layout.rows)
        at = pygame.Rect(
            layout.pad + column * column_width, pen.y + row * layout.row, column_width, layout.row
        )
        _draw_agent(pen, scene, agent, at, agent == focus)
    pen.y += layout.rows * layout.row + layout.pad // 2


def _draw_agent(pen: _Pen, scene: Scene, agent: int, at: pygame.Rect, focused: bool) -> None:
    """One row: the agent's body, name and return; dimmed while it is removed, with the steps left."""
    layout, away, wide = pen.layout, int(scene.removed[agent]), pen.layout.columns == 1
    size, ink = min(layout.text, round(layout.row * 0.95)), "ink_dim" if away else "ink"
    if focused:
        frame = at.inflate(layout.pad // 2, 0)
        pygame.draw.rect(pen.surface, palette()["panel_raised"], frame, border_radius=layout.row // 4)
    swatch = _swatch(layout.row - 2, agent_colours(len(scene.returns))[agent])
    swatch.set_alpha(90 if away else 255)
    pen.surface.blit(swatch, (at.x, at.y + 1))
    at = pygame.Rect(at.x + layout.row + 2, at.y, at.width - layout.row - 2, at.height)
    number = _number(float(scene.returns[agent]))
    if not wide:
        at.width -= layout.pad // 2
        _write_in(pen, at, str(agent), size, "ink_dim")
        _write_in(pen, at, f"in {away}" if away else number, size, ink, right=True)  # no room for both
        return
    _write_in(pen, at, f"agent_{agent}", size, ink)
    _write_in(pen, at, number, size, ink, right=True)
    longest = _text(f"agent_{'0' * len(str(len(scene.returns) - 1))}  ", size, palette()[ink]).get_width()
    room = pygame.Rect(at.x + longest, at.y, at.width - longest, at.height)
    if away:
        _write_in(pen, room, f"back in {away}", size, ink)
    else:
        room.width -= _text("  0000", size, palette()[ink]).get_width()
        _draw_return(pen, scene, agent, room)


def _write_in(pen: _Pen, at: pygame.Rect, words: str, size: int, colour: str, right: bool = False) -> None:
    """Words in the middle of a row's height, at its left or right end."""
    image = _text(words, size, palette()[colour])
    x = at.right - image.get_width() if right else at.x
    pen.surface.blit(image, (x, at.y + (at.height - image.get_height()) // 2 + 1))


def _draw_return(pen: _Pen, scene: Scene, agent: int, room: pygame.Rect) -> None:
    """A bar as long as the agent's return is large beside the largest."""
    thickness = room.height // 3
    share = abs(float(scene.returns[agent])) / max(float(abs(scene.returns).max()), 1.0)
    bar = pygame.Rect(room.x, room.centery - thickness // 2, round(room.width * share), thickness)
    if bar.width > 0:
        colour = agent_colours(len(scene.returns))[agent]
        pygame.draw.rect(pen.surface, colour, bar, border_radius=thickness // 2)


def _draw_events(pen: _Pen, scene: Scene, foot: int) -> None:
    """The last events that fit above `foot`, agents in their colours."""
    layout = pen.layout
    pen.write("events", "ink_dim")
    pen.y += layout.line
    room = max((foot - pen.y) // layout.line, 0)
    for event in scene.events[max(len(scene.events) - room, 0) :]:
        _write_event(pen, event, agent_colours(len(scene.returns)))
        pen.y += layout.line


def _write_event(pen: _Pen, event: str, colours: tuple[Colour, ...]) -> None:
    x = pen.layout.pad
    for words in re.split(r"(\bagent_\d+)", event):
        agent = re.fullmatch(r"agent_(\d+)", words)
        colour = colours[int(agent[1])] if agent and int(agent[1]) < len(colours) else palette()["ink"]
        image = _text(words, pen.layout.text, colour)
        pen.surface.blit(image, (x, pen.y), (0, 0, pen.layout.width - pen.layout.pad - x, image.get_height()))
        x += image.get_width()


def _number(value: float) -> str:
    return f"{value:.0f}" if value == round(value) else f"{value:.1f}"
