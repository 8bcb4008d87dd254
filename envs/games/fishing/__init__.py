"""Fishing: several agents share one stock, which regrows from what is left of it."""
