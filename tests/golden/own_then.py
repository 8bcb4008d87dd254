"""The institution of own.py with the arguments that version 0.1.0 gives it."""


def spare_the_scarcest(s, n, p):
    """Any kind but b at first; every fifth step the kind with the least fruit."""
    if s.clock[0] == -1:
        return 5
    if (s.clock[0] + 1) % 5:
        return n.coming[0]
    scarcest = 0
    for kind in range(3):
        if s.live_of_kind[kind] < s.live_of_kind[scarcest]:
            scarcest = kind
    return 1 << scarcest
