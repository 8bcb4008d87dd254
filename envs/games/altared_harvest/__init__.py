"""Altared Harvest: Commons Harvest with an institution, an altar that shows its rule, and sanctions."""
