"""The foraging engine: one grid world for every game of eating, shooting and rules."""
