"""Mechanics that games on a map may add: institution, altar, records, sanctions, poison."""
