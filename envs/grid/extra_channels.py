"""Further channels of a view: what an agent was last paid, and who the others are.

With `observe_last_reward` or `identity` a `tiles` cell holds a further byte for each, in this order:

- *last reward*: 128 + what the viewer was paid in the last step, rounded to a whole number and kept within
  0 .. 255; the same on every cell. 128 at the start of an episode.
- *identity*: 1 + number of the other agent that stands there; 0: nobody, or the viewer.

`planes` end with them: the last reward as one constant plane of that byte (of dtype float32: divided by 255),
then a 0/1 plane for each agent, set where that agent stands (never the viewer). Who is removed sees 0
everywhere, here too: also what it was paid in the step that removed it.
"""

from typing import Any

from ..engine.arrays import Array
from ..engine.compiling import rule, seldom_rule
from .config import ForagingConfig
from .layout import Setup

NOTHING_PAID, MOST = 128, 255  # bytes of the last reward: of none, of the highest
CHANNELS = ("observe_last_reward", "identity")  # fields of a config, in the order of their channels

PARAMS = {name: Array("i8", "", "1: a further channel of the view", low=0, high=1) for name in CHANNELS}
STATE = {"last_paid": Array("f4", "paid", "what an agent was paid in the last step")}


def channels_of(config: ForagingConfig) -> tuple[str, ...]:
    """The further channels that a config asks for."""
    return tuple(name for name in CHANNELS if getattr(config, name))


def params_of(setup: Setup) -> dict[str, Any]:
    """Values of PARAMS."""
    return {name: getattr(setup.config, name) for name in CHANNELS}


def sizes_of(setup: Setup) -> dict[str, int]:
    """paid: agents, or 0 where nobody sees what it was paid."""
    return {"paid": setup.config.num_agents * bool(channels_of(setup.config))}


@rule
def note_pay(s, rewards):
    """What every agent was paid in this step."""
    for i in range(s.last_paid.size):
        s.last_paid[i] = rewards[i]


@rule
def forget_pay(s):
    """At the start of an episode nobody has been paid."""
    for i in range(s.last_paid.size):
        s.last_paid[i] = 0.0


@seldom_rule
def write_extra_channels(s, p, extra):
    """Write the further channels (N, rows, columns, E) of every agent."""
    for i in range(s.at.size):
        present = s.removed_for[i] == 0
        if p.observe_last_reward:
            fill(byte_of(s.last_paid[i]) if present else 0, extra[i, :, :, 0])
        if p.identity:
            channel = extra[i, :, :, p.observe_last_reward]
            if present:
                name_others(s, p, i, channel)
            else:
                fill(0, channel)


@rule
def byte_of(reward):
    """A reward as a byte: 128 + the nearest whole number, kept within 0 .. 255."""
    return round(min(max(NOTHING_PAID + float(reward), 0.0), 255.0))


@rule
def fill(value, channel):
    """The same number on every cell."""
    for row in range(channel.shape[0]):
        for column in range(channel.shape[1]):
            channel[row, column] = value


@rule
def name_others(s, p, i, channel):
    """Who stands on the cells around agent i, turned as its view."""
    forward, right = p.ahead[s.facing[i]], p.ahead[(s.facing[i] + 1) & 3]
    corner = s.at[i] + p.view_forward * forward - p.view_left * right
    for row in range(channel.shape[0]):
        for column in range(channel.shape[1]):
            body = s.bodies[corner - row * forward + column * right]
            channel[row, column] = 0 if body == 1 + i else body
