"""Poison berries: the silly-rule environment."""
