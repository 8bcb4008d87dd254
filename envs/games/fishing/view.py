"""What an agent sees of a lake, number by number."""

import numpy as np

from ...engine.compiling import rule

STOCK, OWN_CATCH, TOTAL_CATCH, TIME = range(4)
"""Of an observation, float32 (4,):

0 stock        as the agent reads it now, in capacities: 0 .. 1
1 own catch    of the last step, in catch limits: 0 .. 1; 0 at an episode's start
2 total catch  of the last step, all agents', in capacities: 0 .. 1; 0 at an episode's start
3 time         steps taken / max_cycles where the end is known, else 0: 0 .. 1
"""
NUMBERS_SEEN = 4
LOW, HIGH = np.zeros(NUMBERS_SEEN, np.float32), np.ones(NUMBERS_SEEN, np.float32)


@rule
def observe_world(s, p, views):
    """Write the views (N, 4) of one world."""
    for i in range(views.shape[0]):
        views[i, STOCK] = s.reading[i] / p.capacity
        views[i, OWN_CATCH] = s.last_catch[i] / p.catch_limit
        views[i, TOTAL_CATCH] = s.last_total[0] / p.capacity
        views[i, TIME] = s.clock[0] / p.max_cycles if p.known_end else 0.0
