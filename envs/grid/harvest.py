"""The mechanics that all foraging games share, and their common parts of a step."""

from typing import Any

from ..engine import episode
from ..engine.compiling import rule
from ..engine.rulebook import Rulebook
from . import beams, ending, extra_channels, growth, layout, movement
from .view import observe_world

ACTIONS = (*movement.ACTIONS, "zap")
ZAP = ACTIONS.index("zap")
STRIDES, DIRECTIONS, TURNS = movement.moves_of(ACTIONS)
MECHANICS = (episode, ending, layout, movement, beams, growth, extra_channels)


@rule
def begin(s, p):
    """An episode begins: every site bears fruit, agents stand on start and spawn cells."""
    episode.begin_episode(s)
    layout.clear_map(s, p)
    beams.clear_beams(s)
    growth.plant_all(s, p)
    movement.place_all(s, p)
    extra_channels.forget_pay(s)


@rule
def count_harvest(t, s, p, e, rewards):
    """Add one step to the sums of the episode."""
    extra_channels.note_pay(s, rewards)
    episode.count_rewards(t, e, rewards)
    growth.count_meals(t, s, e)
    beams.count_shots(t, e)
    movement.count_presence(t, s, e)


@rule
def observe(s, p, views, extra):
    """Every agent's view."""
    observe_world(s, p, views)


@rule
def observe_extended(s, p, views, extra):
    """Every agent's view, and its further channels."""
    observe_world(s, p, views)
    extra_channels.write_extra_channels(s, p, extra)


def with_channels(book: Rulebook, config: Any, observe: Any) -> Rulebook:
    """The rulebook for a config: `observe` serves one that asks for further channels of the view."""
    if extra_channels.channels_of(config):
        return book._replace(observe=observe, variant=f"{book.variant}_extended")
    return book
