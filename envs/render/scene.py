"""What a picture of one world shows, as plain data."""

from dataclasses import dataclass, replace
from typing import NamedTuple, TypeVar

import numpy as np

from ..grid.codebook import SHARED, Codebook

Cells = tuple[tuple[int, int], ...]  # (y, x)
VERDICTS = ("correct", "misdirected", "void")  # a violator was sanctioned; another was; a hit without effect


class Stock(NamedTuple):
    """How much there is of one thing."""

    name: str  # "apples", "red apples", "fish"
    live: float
    sites: float  # how much there can be
    kind: int = 0  # of a fruit: 0 .. KINDS - 1
    prohibited: bool = False
    colour: str = ""  # of the palette; "": the kind's


class Rule(NamedTuple):
    """What holds, and what the altar makes of it."""

    sentence: str  # "red is permitted"
    altar: int | None  # ground code of what the altar shows, None: there is no altar
    altar_says: str  # "the altar is blank"


class Shot(NamedTuple):
    """The beam of one agent in this step."""

    verdict: str  # one of VERDICTS, "" where it reached nobody
    beam_cells: Cells
    struck: Cells  # where those stood whom it reached


@dataclass(frozen=True, kw_only=True)
class Scene:
    """One world at one moment: what the panel shows of every game."""

    title: str  # "Commons Harvest"
    step: int  # of this episode, 0 after reset
    max_cycles: int  # steps in an episode, 0: no limit
    returns: np.ndarray  # (N,) float reward of this episode so far
    events: tuple[str, ...]  # what happened in this step, in words: "agent_0 zapped agent_5"
    stocks: tuple[Stock, ...] = ()
    removed: np.ndarray | None = None  # (N,) int steps until return, 0 when present; None: nobody ever is
    counts: tuple[tuple[str, int], ...] = ()  # of this episode, as ("correct", 3); see VERDICTS for colours
    contract: str = ""  # what has been agreed, in words, of games with a contract: "contract: theta 3"


@dataclass(frozen=True, kw_only=True)
class GridScene(Scene):
    """A world of bodies on a map."""

    tiles: np.ndarray  # (H, W, 2) uint8 ground and occupant codes; facing absolute; a body hides a beam
    codebook: Codebook = SHARED  # what the codes mean
    agents: np.ndarray  # (H, W) int16 index of the agent that stands there, -1 nobody
    # where there are rules
    rule: Rule | None = None
    shots: tuple[Shot, ...] = ()  # with verdicts; a beam in none of them shines white
    zones: np.ndarray | None = None  # (H, W) int8 kind whose zone a cell belongs to, -1 none
    poisoned: np.ndarray | None = None  # (N,) bool


@dataclass(frozen=True, kw_only=True)
class TableScene(Scene):
    """A game of choosing at once, with a table of payoffs."""

    payoffs: np.ndarray  # (A, ..., A, N) float what each player gets for each joint action
    actions: tuple[str, ...]  # names
    last: tuple[int, ...] | None  # (N,) the last joint action, None before the first
    history: np.ndarray  # (T, N) int joint actions of the last rounds, the latest last


@dataclass(frozen=True, kw_only=True)
class LakeScene(Scene):
    """A lake, its boats, and its stock over time; amounts in fish."""

    stock: float
    capacity: float
    critical: float  # below it, what is left does not regrow
    target: float  # what the largest sustainable catch leaves; 0 where nothing regrows
    past: np.ndarray  # (T,) float stock after each of the last steps, the latest last
    left: np.ndarray  # (T - 1,) float what the catch that followed left of it
    asked: np.ndarray  # (N,) float in the last step
    caught: np.ndarray  # (N,) float
    catch_limit: float
    collapsed: bool


SceneT = TypeVar("SceneT", bound=Scene)


def remember(scene: SceneT, earlier: tuple[str, ...], keep: int = 12) -> SceneT:
    """The scene with its events dated and put after `earlier` ones, the last `keep` of them.

    A film shows a step for a fraction of a second; events that stay a while can be read.
    """
    dated = tuple(f"{scene.step}  {event}" for event in scene.events)
    return replace(scene, events=(earlier + dated)[-keep:] if keep else ())
