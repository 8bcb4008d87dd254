"""Counter-based random streams: one for each world, episode and purpose, equal on every backend.

A stream is a single uint64 that grows by a constant; its numbers are that counter, mixed (splitmix64,
Steele, Lea and Flood 2014, "Fast splittable pseudorandom number generators"). A stream's start is
`mix(seed, world, episode, purpose)`, so a world's numbers do not depend on any other world.
"""

import numpy as np

from .compiling import rule

PHYSICS = 0  # order of movement, regrowth, spawn cells
ENDING = 1  # the stochastic end of an episode
INSTITUTION = 2  # which rule is drawn
DISPLAY = 3  # what the altar shows where that is not the rule
TIES = 4  # order of beams
YOKE = 5  # removals at the rate of another run
CONTRACT = 6  # terms of a contract, who proposes it, who is asked
WATERS = 7  # shocks to a stock, and where it begins
READING = 8  # errors of those who read a stock
PURPOSES = 9

_GOLDEN = np.uint64(0x9E3779B97F4A7C15)
_MIX_1 = np.uint64(0xBF58476D1CE4E5B9)
_MIX_2 = np.uint64(0x94D049BB133111EB)
_11, _27, _30, _31, _32 = (np.uint64(n) for n in (11, 27, 30, 31, 32))
_UNIT = 2.0**-53


@rule
def _mix(z):
    z = (z ^ (z >> _30)) * _MIX_1
    z = (z ^ (z >> _27)) * _MIX_2
    return z ^ (z >> _31)


@rule
def _absorb(key, word):
    return _mix(_mix(key + _GOLDEN) ^ np.uint64(word))


@rule
def key_streams(streams, seed, world, episode):
    """Start every stream (PURPOSES,) uint64 of a world for one episode."""
    for purpose in range(PURPOSES):
        key = _absorb(_absorb(np.uint64(seed), world), episode)
        streams[purpose] = _absorb(key, purpose)


@rule
def draw(streams, purpose):
    """The stream's next uint64."""
    streams[purpose] += _GOLDEN
    return _mix(streams[purpose])


@rule
def draw_below(streams, purpose, n):
    """A whole number in 0 .. n-1, for n < 2**32 (uniform within 2**-32)."""
    return int(((draw(streams, purpose) >> _32) * np.uint64(n)) >> _32)


@rule
def draw_unit(streams, purpose):
    """A number uniform in 0 .. 1, 1 excluded, in steps of 2**-53."""
    return float(draw(streams, purpose) >> _11) * _UNIT


@rule
def draw_chance(streams, purpose, p):
    """True with probability p."""
    return draw_unit(streams, purpose) < p
