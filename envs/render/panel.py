"""The panel next to the world: step, rule, stocks, sanctions, returns by agent, events, notes."""

import re
from functools import cache

import numpy as np
import pygame

from ..grid import codes
from .layout import Layout
from .palette import Colour, agent_colours, palette
from .pen import Pen, disc, icon, text
from .scene import VERDICTS, GridScene, Rule, Scene, Stock
from .sheet import load_sheet, over
from .sprites import body, ground_name


def draw_panel(
    scene: Scene, layout: Layout, focus: int | None = None, notes: tuple[str, ...] = ()
) -> pygame.Surface:
    """The panel of a scene; `focus` is an agent to point out, `notes` are lines for the foot."""
    pen = Pen(layout)
    _draw_head(pen, scene)
    if isinstance(scene, GridScene) and scene.rule:
        _draw_rule(pen, scene.rule)
    for stock in scene.stocks:
        _draw_stock(pen, stock, pictured=ruled(scene))
    _draw_counts(pen, scene.counts)
    _draw_agents(pen, scene, focus)
    foot = layout.height - layout.pad - len(notes) * layout.line
    _draw_events(pen, scene, foot - layout.pad * bool(notes))
    pen.y = foot
    for note in notes:
        pen.write(note)
        pen.y += layout.line
    return pen.surface


def ruled(scene: Scene) -> bool:
    """Whether there is a rule to show."""
    return isinstance(scene, GridScene) and scene.rule is not None


def _draw_head(pen: Pen, scene: Scene) -> None:
    layout = pen.layout
    pen.write(scene.title, size=layout.title)
    pen.y += round(layout.title * 0.95)
    limit = f" / {scene.max_cycles}" if scene.max_cycles else ""
    pen.write(f"step {scene.step}{limit}", "ink_dim")
    pen.y += layout.line
    if scene.max_cycles:
        pen.bar(scene.step / scene.max_cycles, "ink_dim", max(layout.line // 6, 2))
    pen.y += layout.pad
    if scene.contract:
        pen.write(scene.contract)
        pen.y += layout.line + layout.pad // 2


def _draw_rule(pen: Pen, rule: Rule) -> None:
    """The altar as it stands in the world, the rule, and what the altar makes of it."""
    layout, indent = pen.layout, 0
    if rule.altar is not None:
        size = 2 * layout.line
        pen.place(load_sheet(size)[ground_name(rule.altar)])
        indent = size + layout.pad // 2
    pen.write(rule.sentence, indent=indent)
    pen.y += layout.line
    pen.write(rule.altar_says, "ink_dim", indent=indent)
    pen.y += 2 * layout.line


def _draw_stock(pen: Pen, stock: Stock, pictured: bool) -> None:
    """A name, a number and a bar; with a picture of the fruit, struck out while it is prohibited."""
    layout, colour = pen.layout, stock.colour or codes.KIND_NAMES[stock.kind]
    if pictured:
        pen.place(_fruit(layout.line - 2, stock.kind, stock.prohibited))
    pen.write(
        stock.name,
        "ink_dim" if stock.prohibited else "ink",
        indent=(layout.line + layout.pad // 3) * pictured,
    )
    pen.write(f"{_number(stock.live)} / {_number(stock.sites)}", right=True)
    pen.y += layout.line
    pen.bar(stock.live / stock.sites if stock.sites else 0, colour, max(layout.line // 3, 4))
    pen.y += round(layout.line * 0.7)


@cache
def _fruit(size: int, kind: int, prohibited: bool) -> np.ndarray:
    sprites = load_sheet(size)
    fruit = sprites[f"site_{codes.KIND_NAMES[kind]}_live"]
    return over(fruit, sprites["prohibited"]) if prohibited else fruit


def _draw_counts(pen: Pen, counts: tuple[tuple[str, int], ...]) -> None:
    """Counts of the episode, two a line; those of a verdict with the spark of its beam."""
    layout = pen.layout
    size = layout.line * 3 // 4
    for place, (name, number) in enumerate(counts):
        start = layout.inner // 2 * (place % 2)
        if name in VERDICTS:
            pen.place(load_sheet(size)[f"spark_{name}"], start)
        after = start + size + layout.pad // 3
        after += pen.write(name, "ink_dim", indent=after) + layout.pad // 2
        pen.write(str(number), indent=after)
        pen.y += layout.line * (place % 2 or place == len(counts) - 1)
    pen.y += layout.pad * bool(counts)


def _draw_agents(pen: Pen, scene: Scene, focus: int | None) -> None:
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


def _draw_agent(pen: Pen, scene: Scene, agent: int, at: pygame.Rect, focused: bool) -> None:
    """One row: the agent's swatch, name and return; dimmed while it is removed, with the steps left."""
    layout, wide = pen.layout, pen.layout.columns == 1
    away = 0 if scene.removed is None else int(scene.removed[agent])
    size, ink = min(layout.text, round(layout.row * 0.95)), "ink_dim" if away else "ink"
    if focused:
        frame = at.inflate(layout.pad // 2, 0)
        pygame.draw.rect(pen.surface, palette()["panel_raised"], frame, border_radius=layout.row // 4)
    swatch = _swatch(scene, agent, layout.row - 2)
    swatch.set_alpha(90 if away else 255)
    pen.surface.blit(swatch, (at.x, at.y + 1))
    at = pygame.Rect(at.x + layout.row + 2, at.y, at.width - layout.row - 2, at.height)
    number = _number(float(scene.returns[agent]))
    if not wide:
        at.width -= layout.pad // 2
        pen.write_in(at, str(agent), size, "ink_dim")
        pen.write_in(at, f"in {away}" if away else number, size, ink, right=True)  # no room for both
        return
    pen.write_in(at, f"agent_{agent}", size, ink)
    pen.write_in(at, number, size, ink, right=True)
    longest = text(f"agent_{'0' * len(str(len(scene.returns) - 1))}  ", size, palette()[ink]).get_width()
    room = pygame.Rect(at.x + longest, at.y, at.width - longest, at.height)
    if away:
        pen.write_in(room, f"back in {away}", size, ink)
    else:
        numbers = ["0000", *(_number(float(value)) for value in scene.returns)]
        room.width -= max(text(f"  {number}", size, palette()[ink]).get_width() for number in numbers)
        _draw_return(pen, scene, agent, room)


def _swatch(scene: Scene, agent: int, size: int) -> pygame.Surface:
    """The agent's body as it looks now, facing up; where agents have no bodies, a disc in its colour."""
    colour = agent_colours(len(scene.returns))[agent]
    if not isinstance(scene, GridScene):
        return icon(disc(size, colour))
    occupant = scene.tiles[..., 1][scene.agents == agent]
    code = codes.OTHER + (int(occupant[0]) - codes.OTHER) // 4 * 4 if occupant.size else codes.OTHER
    image = body(size, colour, code)
    if scene.poisoned is not None and scene.poisoned[agent]:
        image = over(image, load_sheet(size)["poisoned"])
    return icon(image)


def _draw_return(pen: Pen, scene: Scene, agent: int, room: pygame.Rect) -> None:
    """A bar as long as the agent's return is large relative to the largest; of a loss the outline."""
    thickness = room.height // 3
    share = abs(float(scene.returns[agent])) / max(float(abs(scene.returns).max()), 1.0)
    bar = pygame.Rect(room.x, room.centery - thickness // 2, round(room.width * share), thickness)
    if bar.width > 0:
        colour = agent_colours(len(scene.returns))[agent]
        loss = scene.returns[agent] < 0
        pygame.draw.rect(pen.surface, colour, bar, width=int(loss), border_radius=thickness // 2)


def _draw_events(pen: Pen, scene: Scene, foot: int) -> None:
    """The last events that fit above `foot`, agents in their colours."""
    layout = pen.layout
    pen.write("events", "ink_dim")
    pen.y += layout.line
    room = max((foot - pen.y) // layout.line, 0)
    for event in scene.events[max(len(scene.events) - room, 0) :]:
        _write_event(pen, event, agent_colours(len(scene.returns)))
        pen.y += layout.line


def _write_event(pen: Pen, event: str, colours: tuple[Colour, ...]) -> None:
    indent = 0
    for words in re.split(r"(\bagent_\d+)", event):
        agent = re.fullmatch(r"agent_(\d+)", words)
        colour = colours[int(agent[1])] if agent and int(agent[1]) < len(colours) else "ink"
        indent += pen.write(words, colour, indent=indent)


def _number(value: float) -> str:
    """To one decimal, if it needs one."""
    return f"{float(value):.1f}".removesuffix(".0")
