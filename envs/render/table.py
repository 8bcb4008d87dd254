"""The picture of a matrix game: its table with the last joint action, and the rounds played so far."""

from collections.abc import Iterable
from functools import cache

import numpy as np
import pygame

from .palette import Colour, agent_colours, palette
from .pen import disc, icon, text
from .scene import TableScene

HEIGHT, WIDTH = 18, 20  # of the picture, in cells of the scale it is drawn at
_ACTIONS = ("c", "a", "b", "fire", "mark", "beam", "earth", "white")  # colours of actions, in turn
_COLUMNS = 40  # rounds that are shown
_EDGE = 4.2  # cells left of the table, for names


@cache
def action_colours(count: int) -> tuple[Colour, ...]:
    """A colour for each action; where there are many, they repeat."""
    return tuple(palette()[_ACTIONS[k % len(_ACTIONS)]] for k in range(count))


def draw_table(scene: TableScene, cell: int = 32, focus: int | None = None) -> np.ndarray:
    """The table above, the rounds below, uint8 (18 * cell, 20 * cell, 3); `focus`: an agent to point out."""
    surface = pygame.Surface((WIDTH * cell, HEIGHT * cell), 0, 24)
    surface.fill(palette()["panel"])
    share = _share_of_history(len(scene.returns))
    low = round(HEIGHT * cell * (1 - share))
    _Table(surface, scene, cell, pygame.Rect(cell // 2, cell // 2, (WIDTH - 1) * cell, low - cell)).draw()
    _draw_history(surface, scene, pygame.Rect(cell // 2, low, (WIDTH - 1) * cell, HEIGHT * cell - low), focus)
    pixels = np.frombuffer(pygame.image.tobytes(surface, "RGB"), np.uint8)
    return pixels.reshape(HEIGHT * cell, WIDTH * cell, 3)


def _share_of_history(players: int) -> float:
    """Of the picture's height."""
    return min(0.12 + 0.05 * players, 0.5)


def _fitting(words: Iterable[str], size: int, width: float, height: float) -> int:
    """The font size, at most `size`, in which all the words fit into their room."""
    images = [text(one, size, palette()["ink"]) for one in set(words)]
    widest = max(max(image.get_width(), 1) for image in images)
    scale = min(width / widest, height / max(images[0].get_height(), 1), 1.0)
    return size if scale == 1 else max(int(size * scale), 5)


def _centred(surface: pygame.Surface, image: pygame.Surface, at: pygame.Rect) -> None:
    surface.blit(image, image.get_rect(center=at.center))


class _Table:
    """Rows are the actions of agent_0, columns those of agent_1; others are named with what they did."""

    def __init__(self, surface: pygame.Surface, scene: TableScene, cell: int, room: pygame.Rect):
        self.surface, self.scene, self.cell = surface, scene, cell
        self.colours = agent_colours(len(scene.returns))
        self.count = len(scene.actions)
        edge = round(_EDGE * cell)
        top = room.y + 2 * cell + cell * (len(scene.returns) > 2)
        self.width = min((room.width - edge) / self.count, 7 * cell)
        self.height = min((room.bottom - top) / self.count, 4.8 * cell)
        left = room.centerx + edge / 2 - self.width * self.count / 2
        self.grid = pygame.Rect(
            round(left), top, round(self.width * self.count), round(self.height * self.count)
        )
        words = {f"{payoff:g}" for payoff in np.unique(scene.payoffs).tolist()}
        self.words = sorted(words, key=len)[-8:]  # the longest decide the size of all
        self.others = tuple(scene.last[2:]) if scene.last else (0,) * (len(scene.returns) - 2)

    def draw(self) -> None:
        self._name_players()
        for k, name in enumerate(self.scene.actions):
            self._name_action(k, name)
        for row in range(self.count):
            for column in range(self.count):
                self._draw_outcome(row, column)

    def _name_players(self) -> None:
        cell, grid, size = self.cell, self.grid, self._size(0.8)
        across = pygame.Rect(grid.x, grid.y - 2 * cell, grid.width, cell)
        _centred(self.surface, text("agent_1", size, self.colours[1]), across)
        down = pygame.transform.rotate(text("agent_0", size, self.colours[0]), 90)
        x = grid.x - round(_EDGE * cell)
        _centred(self.surface, down, pygame.Rect(x, grid.y, cell, grid.height))
        if self.others:
            said = self._said_of_others()
            size = _fitting([said], size, grid.right - x, cell)
            self.surface.blit(text(said, size, palette()["ink_dim"]), (x, grid.y - 3 * cell))

    def _said_of_others(self) -> str:
        actions = self.scene.actions
        said = [f"agent_{i} chose {actions[action]}" for i, action in enumerate(self.others, 2)]
        return f"{'where' if self.scene.last else 'if'} {', '.join(said)}"

    def _name_action(self, k: int, name: str) -> None:
        """Above its column and before its row, underlined in its colour."""
        cell, grid = self.cell, self.grid
        above = pygame.Rect(0, grid.y - cell, round(self.width), cell)
        above.centerx = round(grid.x + (k + 0.5) * self.width)
        before = pygame.Rect(grid.x - round(3.2 * cell), 0, 3 * cell, cell)
        before.centery = round(grid.y + (k + 0.5) * self.height)
        room = min(above.width, before.width) * 0.94
        size = _fitting(self.scene.actions, self._size(0.75), room, cell)
        for at in (above, before):
            image = text(name, size, palette()["ink"])
            _centred(self.surface, image, at)
            line = pygame.Rect(0, 0, min(image.get_width(), at.width), max(cell // 10, 1))
            line.center = at.centerx, at.centery + round(0.36 * cell)
            pygame.draw.rect(self.surface, action_colours(self.count)[k], line)

    def _draw_outcome(self, row: int, column: int) -> None:
        """What everybody gets, in their colours; the last outcome stands out."""
        gap = max(self.cell // 16, 1)
        x, y = self.grid.x + column * self.width, self.grid.y + row * self.height
        at = pygame.Rect(round(x), round(y), round(self.width) - gap, round(self.height) - gap)
        last = self.scene.last is not None and self.scene.last[:2] == (row, column)
        radius = max(self.cell // 5, 1)
        pygame.draw.rect(self.surface, palette()["panel_raised"], at, border_radius=radius)
        if last:
            pygame.draw.rect(
                self.surface, palette()["fire"], at, max(self.cell // 9, 1), border_radius=radius
            )
        outcome = self.scene.payoffs[(row, column, *self.others)]
        if len(outcome) == 2:
            self._write_corners(at, outcome)
        else:
            self._write_line(at, outcome)

    def _write_corners(self, at: pygame.Rect, outcome: np.ndarray) -> None:
        """Of two players: the row's below on the left, the column's above on the right."""
        for i, (dx, dy) in enumerate(((-0.2, 0.16), (0.2, -0.16))):
            room = at.move(round(dx * at.width), round(dy * at.height))
            size = _fitting(self.words, self._size(1.15), at.width * 0.44, at.height * 0.5)
            _centred(self.surface, text(f"{outcome[i]:g}", size, self.colours[i]), room)

    def _write_line(self, at: pygame.Rect, outcome: np.ndarray) -> None:
        """Of more players: one next to the other."""
        share = at.width * 0.94 / len(outcome)
        for i, payoff in enumerate(outcome):
            room = pygame.Rect(0, at.y, round(share), at.height)
            room.centerx = round(at.centerx + (i - (len(outcome) - 1) / 2) * share)
            size = _fitting(self.words, self._size(0.9), share * 0.86, at.height * 0.6)
            _centred(self.surface, text(f"{payoff:g}", size, self.colours[i]), room)

    def _size(self, share: float) -> int:
        return max(round(share * self.cell), 5)


def _draw_history(surface: pygame.Surface, scene: TableScene, room: pygame.Rect, focus: int | None) -> None:
    """A row of dots for each player, a dot in the action's colour for each round; the latest on the right."""
    players, names = len(scene.returns), round(0.14 * room.width)
    row = room.height / (players + 0.5)
    step = (room.width - names) / _COLUMNS
    dots = [icon(disc(max(round(min(row, step)), 3), one)) for one in action_colours(len(scene.actions))]
    size = _fitting([f"agent_{players - 1}"], round(step * 1.4), names * 0.9, row)
    for i in range(players):
        middle = room.y + (i + 0.5) * row
        at = pygame.Rect(room.x, round(middle - row / 2), names, round(row))
        if i == focus:
            pygame.draw.rect(
                surface, palette()["panel_raised"], pygame.Rect(at.x, at.y, room.width, at.height)
            )
        label = text(f"agent_{i}", size, agent_colours(players)[i])
        surface.blit(label, (room.x, round(middle - label.get_height() / 2)))
        for t, action in enumerate(scene.history[-_COLUMNS:, i].tolist()):
            x = room.x + names + (t + 0.5) * step
            surface.blit(dots[action], dots[action].get_rect(center=(round(x), round(middle))))
