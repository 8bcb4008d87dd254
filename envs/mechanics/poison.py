"""Poison: a meal that scales the rewards of later meals down, after a delay and for a while."""

from ..engine.compiling import rule


@rule
def purge(n):
    """Nobody has eaten poison yet."""
    for i in range(n.poison_left.size):
        n.poison_left[i] = 0
        n.poisoned_at[i] = 0
        for k in range(n.stomach.shape[0]):
            n.stomach[k, i] = 0


@rule
def digest(s, n, p):
    """Poisoned at t is who ate poison in [t - delay - duration, t - delay): windows unite, never multiply.

    Stomachs are a ring of delay + 1 steps: the entry for step t is that of step t - delay - 1.
    """
    if p.poisonous == 0:
        return
    entry = s.clock[0] % n.stomach.shape[0]
    for i in range(n.poison_left.size):
        if n.poison_left[i] > 0:
            n.poison_left[i] -= 1
        if n.stomach[entry, i]:
            n.stomach[entry, i] = 0
            n.poison_left[i] = p.poison_duration


@rule
def taste(s, n, p, e):
    """A meal pays the poisoned less; a poisonous one lies in the stomach until it works."""
    if p.poisonous == 0:
        return
    for i in range(e.ate.size):
        if e.ate[i]:
            if n.poison_left[i] > 0:
                e.resource[i] *= p.poison_scale
            if int(n.poisonous[0]) >> (e.ate[i] - 1) & 1:
                n.stomach[s.clock[0] % n.stomach.shape[0], i] = 1
                n.poisoned_at[i] = s.clock[0] + 1
