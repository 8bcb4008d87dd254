"""The map laid out for the rules: a flat, padded grid, what stands on it and what it looks like.

A *cell* is an index into the grid. Around the map lie `edge` rows and columns of "outside", so that no view
and no beam leaves the grid.
"""

from typing import Any, NamedTuple

import numpy as np

from ..engine.arrays import Array
from ..engine.compiling import rule
from . import codes
from .codebook import Codebook
from .maps import Map

PARAMS = {
    "stride": Array("i8", "", "cells in a row of the padded grid"),
    "height": Array("i8", "", "rows of the map, without padding"),
    "width": Array("i8", "", "columns of the map, without padding"),
    "edge": Array("i8", "", "rows and columns of padding on each side"),
    "ground": Array("u2", "C", "ground codes with every site live and every altar blank"),
    "solid": Array("u1", "C", "1 where neither body nor beam can be", low=0, high=1),
    "ahead": Array("i4", "4", "step to the next cell in direction N, E, S, W"),
    "view_forward": Array("i8", "", "rows seen ahead"),
    "view_left": Array("i8", "", "columns seen to the left"),
    "seen_from": Array("u2", "4 256", "an occupant code as a viewer facing N, E, S, W sees it, << 8"),
}
STATE = {
    "cells": Array("u2", "C", "the picture: ground | occupant << 8, facing absolute"),
    "bodies": Array("u1", "C", "1 + agent standing there, 0 none"),
}


class Layout:
    """A map on its padded grid."""

    def __init__(self, config: Any, world: Map, codebook: Codebook):
        self.map, self.codebook = world, codebook
        sides = (config.view_forward, config.view_backward, config.view_left, config.view_right)
        self.edge = max(*sides, 1)
        self.stride = world.width + 2 * self.edge
        self.size = self.stride * (world.height + 2 * self.edge)

    def cell(self, places: np.ndarray) -> np.ndarray:
        """Cells int32 (K,) of places (K, 2), (y, x) on the map."""
        return ((places[:, 0] + self.edge) * self.stride + places[:, 1] + self.edge).astype(np.int32)

    def cells_of(self, name: str) -> np.ndarray:
        """Cells int32 (K,) of one of the game's own ground codes, as the map has them."""
        if name not in self.map.own:
            raise KeyError(f"maps have no character for {name!r}; they have for {sorted(self.map.own)}")
        return self.cell(self.map.own[name])

    def ground(self) -> np.ndarray:
        """(C,) uint16 ground codes with every site live and every altar blank."""
        edge, world = self.edge, self.map
        ground = np.full((world.height + 2 * edge, world.width + 2 * edge), codes.OUTSIDE, np.uint16)
        ground[edge:-edge, edge:-edge] = np.where(world.walls, codes.WALL, codes.FLOOR)
        ground = ground.ravel()
        ground[self.cell(world.sites)] = codes.SITE + 3 * world.kinds + codes.LIVE
        ground[self.cell(world.altars)] = codes.BLANK_ALTAR
        for name in world.own:
            ground[self.cells_of(name)] = self.codebook[name]
        return ground


class Setup(NamedTuple):
    """What the params of a game on a map are made from."""

    config: Any
    layout: Layout
    actions: tuple[str, ...]
    """Of the game, by name."""

    @property
    def codebook(self) -> Codebook:
        """Of the game: its own codes by name."""
        return self.layout.codebook


def params_of(setup: Setup) -> dict[str, Any]:
    """Values of PARAMS."""
    config, layout = setup.config, setup.layout
    ground = layout.ground()
    return {
        "stride": layout.stride,
        "height": layout.map.height,
        "width": layout.map.width,
        "edge": layout.edge,
        "ground": ground,
        "solid": np.isin(ground, setup.codebook.solid),
        "ahead": [-layout.stride, 1, layout.stride, -1],
        "view_forward": config.view_forward,
        "view_left": config.view_left,
        "seen_from": _seen_from(setup.codebook),
    }


def _seen_from(codebook: Codebook) -> np.ndarray:
    """Facings of bodies become relative to the viewer's; all else looks the same from everywhere."""
    table = np.zeros((4, 256), np.uint16)
    for heading in range(4):
        for code in (codes.BEAM, *(codebook[name] for name, _ in codebook.occupants)):
            table[heading, code] = code
        for body in range(codes.BODY_CODES):
            facing, rest = body % 4, body - body % 4
            table[heading, codes.OTHER + body] = codes.OTHER + (facing - heading) % 4 + rest
    return table << 8


@rule
def clear_map(s, p):
    """Bare ground, nobody on it."""
    for cell in range(p.ground.size):
        s.cells[cell] = p.ground[cell]
        s.bodies[cell] = 0


@rule
def occupy(s, cell, code):
    """Show an occupant code on a cell of the picture."""
    s.cells[cell] = (int(s.cells[cell]) & 0xFF) | (code << 8)


@rule
def show_ground(s, cell, code):
    """Show a ground code on a cell of the picture."""
    s.cells[cell] = (int(s.cells[cell]) & 0xFF00) | code
