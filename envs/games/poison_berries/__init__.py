"""Poison berries: the silly-rule environment of Köster et al. 2022, with delayed poison and taboos."""
